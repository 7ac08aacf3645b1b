//! `foretab continuations`: what the rule learns from how a line goes on.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Args;
use edit::{is_word, slice};
use predictor::Continuation;
use serde::Serialize;

use crate::case;
use crate::score;

/// Arguments of `foretab continuations`.
#[derive(Args)]
pub(crate) struct Continuations {
    /// The case file
    #[arg(long)]
    cases: PathBuf,
}

/// What there is to decide in a case.
#[derive(Serialize)]
struct Decision {
    id: String,
    task: Option<String>,
    /// What the evidence's numbers are called.
    names: &'static [&'static str],
    continuations: Vec<Decided>,
}

/// One text that might come at the cursor.
#[derive(Serialize)]
struct Decided {
    /// Whether it is all that is wanted.
    exact: bool,
    /// Whether what is wanted goes on at the cursor with it, to the end of a word.
    right: bool,
    /// Characters.
    length: usize,
    /// What the trees that are in use say, from 0 to 1.
    likelihood: f32,
    evidence: Vec<f32>,
}

impl Continuations {
    /// Writes how the line at the cursor of each case might go on, what tells whether it does, and whether it does, as JSON
    /// Lines.
    pub(crate) fn run(self) -> anyhow::Result<ExitCode> {
        case::write_each(&self.cases, |case| {
            let snapshot = case.situation().snapshot();
            let (text, cursor) = (snapshot.document.text(), snapshot.document.cursor());
            let (before, behind) = (slice(text, 0..cursor), slice(text, cursor..text.len()));
            let expected = case.expected.as_deref().unwrap_or(&case.text);
            let wanted = expected.strip_prefix(before).unwrap_or_default();
            let wanted = wanted.strip_suffix(behind).unwrap_or_default();
            let all = Continuation::all(&snapshot).into_iter();
            let continuations = all.map(|one| {
                let rest = wanted.strip_prefix(&*one.text);
                let in_word = |rest: &str| {
                    one.text.ends_with(is_word) && rest.chars().next().is_some_and(is_word)
                };
                let then = [before, &one.text, behind].concat();
                Decided {
                    exact: score::is_same(&then, expected),
                    right: rest.is_some_and(|rest| !in_word(rest)),
                    length: one.text.chars().count(),
                    likelihood: one.likelihood,
                    evidence: one.evidence,
                }
            });
            Ok(Decision {
                names: Continuation::EVIDENCE,
                continuations: continuations.collect(),
                id: case.id,
                task: case.task,
            })
        })
    }
}
