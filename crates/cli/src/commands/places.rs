//! `foretab places`: what the rule is learnt from.

use std::ops::Range;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::Args;
use edit::slice;
use predictor::{Candidate, Repetition};
use serde::Serialize;

use crate::case;
use crate::score;
use crate::syntax::GrammarArgs;

/// Arguments of `foretab places`.
#[derive(Args)]
pub(crate) struct Places {
    /// The case file
    #[arg(long)]
    cases: PathBuf,
    #[command(flatten)]
    syntax: GrammarArgs,
}

/// What there is to decide in a case.
#[derive(Serialize)]
struct Decision {
    id: String,
    task: Option<String>,
    /// What the evidence's numbers are called.
    names: &'static [&'static str],
    /// Of each window that may be asked about.
    windows: Vec<Vec<Reading>>,
}

/// One way to read the newest change.
#[derive(Serialize)]
struct Reading {
    rows: Vec<Row>,
    /// Whether its right rows are all that is wanted.
    complete: bool,
}

/// What it would do in one row.
#[derive(Serialize)]
struct Row {
    /// Whether that is a part of what is wanted.
    right: bool,
    /// What the trees that are in use say, from 0 to 1.
    likelihood: f32,
    /// Whether a commit that wants it would have it in the hunk that is done.
    beside: bool,
    /// For each of the row's places.
    evidence: Vec<Vec<f32>>,
}

impl Places {
    /// Writes where the newest change of each case might be made again in the window around the cursor, what tells
    /// whether it should, and whether it should, as JSON Lines.
    pub(crate) fn run(self) -> anyhow::Result<ExitCode> {
        case::write_each(&self.cases, |case| {
            let snapshot = case.situation().snapshot();
            let windows = Repetition::candidates(&snapshot, &self.syntax.grammars());
            let text = &case.text;
            let expected = case.expected.as_deref().unwrap_or(text);
            let way = changed_lines(text, expected);
            let reading = |rows: Vec<Candidate>| {
                // A step on the shortest way, however a diff would go it.
                let is_right = |row: &Candidate| {
                    let then = applied(text, [row]);
                    let step = changed_lines(text, &then);
                    step > 0 && changed_lines(&then, expected) + step == way
                };
                let right: Vec<bool> = rows.iter().map(is_right).collect();
                let all = rows.iter().zip(&right);
                let all = applied(text, all.filter(|(_, right)| **right).map(|(row, _)| row));
                let rows = rows.into_iter().zip(right).map(|(row, right)| Row {
                    right,
                    likelihood: row.likelihood,
                    beside: row.is_beside,
                    evidence: row.evidence,
                });
                Reading {
                    rows: rows.collect(),
                    complete: score::is_same(&all, expected),
                }
            };
            let windows = windows.into_iter();
            let windows = windows.map(|readings| readings.into_iter().map(reading).collect());
            Ok(Decision {
                names: Repetition::EVIDENCE,
                windows: windows.collect(),
                id: case.id,
                task: case.task,
            })
        })
    }
}

/// Lines that go and that come from one text to another.
fn changed_lines(text: &str, to: &str) -> usize {
    let lines = |text, range| slice(text, range).lines().count();
    let each = edit::line_hunks(text, to).into_iter();
    each.map(|hunk| lines(text, hunk.old) + lines(to, hunk.new))
        .sum()
}

/// A text with what these rows would do.
fn applied<'a>(text: &str, rows: impl IntoIterator<Item = &'a Candidate>) -> String {
    let changes = rows.into_iter().flat_map(|row| &row.changes);
    let changes = changes.map(|(place, new): &(Range<usize>, String)| (place.clone(), &**new));
    edit::replaced(text, changes)
}
