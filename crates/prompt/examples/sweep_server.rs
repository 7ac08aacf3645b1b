//! Prompts of the dialect `sweep_server`, for `tests/oracle/sweep`: a state a line comes in as JSON,
//! its prompts of the first and of the second pass go out, and what is shown of answers to the first.

use std::io::{BufWriter, Write as _};

use edit::{PastChange, States};
use foretab_prompt::sweep_server::{Asked, State, first, read, second, window};
use foretab_prompt::{ContextFile, Diagnostic, PromptError};
use serde::{Deserialize, Serialize};
use suggest::{Answer, Ended, Suggestion, suggest};

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
    /// What the document looked like before.
    before: Vec<String>,
    /// What a model might say about the block of the first pass.
    #[serde(default)]
    answers: Vec<String>,
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
    answers: Vec<Shown>,
}

/// What becomes of an answer.
#[derive(Serialize)]
struct Shown {
    /// The document as the answer wants it.
    answered: String,
    /// Start and end in characters, and the new text.
    shown: Vec<(usize, usize, String)>,
    /// Reasons.
    dropped: Vec<&'static str>,
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
        answers: sent
            .answers
            .iter()
            .map(|answer| shown(&state, &sent.before, answer))
            .collect(),
    }
}

fn shown(state: &State<'_>, before: &[String], answer: &str) -> Shown {
    let text = state.text;
    let window = window(text, state.cursor);
    let answer = read(answer, edit::slice(text, window.clone()));
    let later = before.iter().skip(1).map(String::as_str).chain([text]);
    let changes: Vec<_> = before
        .iter()
        .zip(later)
        .filter_map(|(before, after)| PastChange::between(state.path, before, after))
        .collect();
    let found = suggest(&Answer {
        text,
        cursor: state.cursor,
        answer: &answer,
        window: window.clone(),
        ended: Ended::Stop,
        states: Some(&States::before(text, before.iter().rev())),
        changes: &changes,
        imports: true,
    });
    let characters = |byte| edit::slice(text, 0..byte).chars().count();
    let place = |found: Suggestion| {
        let range = found.range;
        (characters(range.start), characters(range.end), found.text)
    };
    let (head, tail) = (&text[..window.start], &text[window.end..]);
    Shown {
        answered: [head, &answer, tail].concat(),
        shown: found.suggestions.into_iter().map(place).collect(),
        dropped: found
            .dropped
            .iter()
            .map(|dropped| dropped.reason.code())
            .collect(),
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
