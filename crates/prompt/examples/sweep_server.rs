//! Prompts of the dialect `sweep_server`, for `tests/oracle/sweep`: a state a line comes in as JSON,
//! and its prompts of the first and of the second pass go out.

use std::io::{BufWriter, Write as _};

use foretab_prompt::sweep_server::{Asked, Diagnostic, State, first, second};
use foretab_prompt::{ContextFile, PromptError};
use serde::{Deserialize, Serialize};

/// A state as the server is sent it: offsets of the cursor are in UTF-16, those of errors in characters.
#[derive(Deserialize)]
struct Sent {
    path: String,
    text: String,
    cursor: usize,
    original: String,
    changes: String,
    file: Option<Excerpt>,
    excerpt: Option<Excerpt>,
    errors: Vec<Error>,
    prefill: bool,
}

#[derive(Deserialize)]
struct Excerpt {
    path: String,
    text: String,
}

#[derive(Deserialize)]
struct Error {
    line: usize,
    start: usize,
    message: String,
}

#[derive(Serialize)]
struct Built {
    first: Outcome,
    second: Outcome,
}

#[derive(Serialize)]
#[serde(rename_all = "snake_case")]
enum Outcome {
    Prompt(String),
    Blank,
    LongLine,
    TooLarge,
}

fn main() -> anyhow::Result<()> {
    let mut out = BufWriter::new(std::io::stdout().lock());
    for line in std::io::stdin().lines() {
        serde_json::to_writer(&mut out, &built(&serde_json::from_str(&line?)?))?;
        out.write_all(b"\n")?;
    }
    Ok(out.flush()?)
}

fn built(sent: &Sent) -> Built {
    let file = |excerpt: &Option<Excerpt>| {
        excerpt.as_ref().map(|excerpt| ContextFile {
            path: excerpt.path.clone(),
            text: excerpt.text.clone(),
        })
    };
    let (other, excerpt) = (file(&sent.file), file(&sent.excerpt));
    let byte = |at| {
        sent.text
            .char_indices()
            .nth(at)
            .map_or(sent.text.len(), |(byte, _)| byte)
    };
    let errors = sent.errors.iter().map(|error| Diagnostic {
        line: error.line,
        start: byte(error.start),
        message: error.message.clone(),
    });
    let diagnostics: Vec<_> = errors.collect();
    let state = State {
        path: &sent.path,
        text: &sent.text,
        cursor: edit::utf16::to_bytes(&sent.text, sent.cursor),
        original: &sent.original,
        changes: &sent.changes,
        file: other.as_ref(),
        excerpt: excerpt.as_ref(),
        diagnostics: &diagnostics,
        prefill: sent.prefill,
    };
    Built {
        first: first(&state).into(),
        second: second(&state).into(),
    }
}

impl From<Result<Asked, PromptError>> for Outcome {
    fn from(asked: Result<Asked, PromptError>) -> Self {
        match asked {
            Ok(asked) => Outcome::Prompt(asked.prompt.to_text()),
            Err(PromptError::LongLine) => Outcome::LongLine,
            Err(PromptError::TooLarge { .. }) => Outcome::TooLarge,
            Err(PromptError::Blank | PromptError::Path(_)) => Outcome::Blank,
        }
    }
}
