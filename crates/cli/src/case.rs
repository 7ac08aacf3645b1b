//! The case file: one edit to predict a line, as JSON.

use std::fs::File;
use std::io::{BufRead, BufReader};
use std::ops::Range;
use std::path::Path;
use std::process::ExitCode;

use anyhow::Context as _;
use edit::{Eol, Lines, Newest, PastChange, States};
use prompt::{ContextFile, Request};
use serde::{Deserialize, Serialize};

/// One edit to predict. Texts and offsets as an editor has them: UTF-16, any line end.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Case {
    /// Unique in the file.
    pub(crate) id: String,
    /// Path of the document in its workspace.
    pub(crate) path: String,
    /// Grammar name, `typescript`, `rust`, …
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) language: Option<String>,
    /// The document before the newest change.
    pub(crate) before: String,
    /// The document now.
    pub(crate) text: String,
    /// UTF-16 offset in `text`.
    pub(crate) cursor: usize,
    /// Coalesced changes, oldest first.
    #[serde(default)]
    pub(crate) history: Vec<Change>,
    /// Other files or excerpts.
    #[serde(default)]
    pub(crate) context: Vec<Excerpt>,
    /// The document after the wanted edit; absent or equal to `text` where none is wanted.
    pub(crate) expected: Option<String>,
    /// `below`, `above`, `jump`, `fim` or `noise`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) kind: Option<String>,
    /// A recorded answer that stands in for a model.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) answer: Option<String>,
    /// The lines of `text`, the last exclusive, that `answer` replaces.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) answer_lines: Option<[usize; 2]>,
}

/// A change with its context lines on both sides.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Change {
    pub(crate) path: String,
    pub(crate) old: String,
    pub(crate) new: String,
    /// Row of the first line, from 0.
    #[serde(default)]
    pub(crate) line: usize,
}

/// Another file, or a piece of one.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Excerpt {
    pub(crate) path: String,
    pub(crate) text: String,
}

/// A case as the library crates take it: LF line ends and byte offsets.
#[derive(Clone, Debug)]
pub(crate) struct Edit {
    pub(crate) path: String,
    pub(crate) text: String,
    pub(crate) cursor: usize,
    pub(crate) newest: Option<Newest>,
    pub(crate) history: Vec<PastChange>,
    pub(crate) context: Vec<ContextFile>,
    /// Equal to `text` where no edit is wanted.
    pub(crate) expected: String,
    /// What the document looked like before, as far as the history leads back.
    pub(crate) states: States,
}

impl Case {
    /// Normalises line ends and offsets, and finds the newest change.
    pub(crate) fn edit(&self) -> Edit {
        let cursor = edit::utf16::to_bytes(&self.text, self.cursor);
        let cursor = Eol::normalize(edit::slice(&self.text, 0..cursor)).len();
        let text = Eol::normalize(&self.text).into_owned();
        let lines = |text: &str| {
            let text = Eol::normalize(text);
            text.strip_suffix('\n').unwrap_or(&text).to_owned()
        };
        let history: Vec<_> = self
            .history
            .iter()
            .map(|change| PastChange {
                path: change.path.clone(),
                line: change.line,
                old: lines(&change.old),
                new: lines(&change.new),
            })
            .collect();
        let before = Eol::normalize(&self.before);
        let newest = Newest::between(&before, &text).map(|mut newest| {
            newest.listed = history.len().checked_sub(1).filter(|&last| {
                history
                    .get(last)
                    .is_some_and(|change| change.path == self.path && leads(change, &before, &text))
            });
            newest
        });
        let context = self
            .context
            .iter()
            .map(|file| ContextFile {
                path: file.path.clone(),
                text: Eol::normalize(&file.text).into_owned(),
            })
            .collect();
        let expected = self
            .expected
            .as_deref()
            .map_or_else(|| text.clone(), |text| Eol::normalize(text).into_owned());
        let listed = newest.as_ref().and_then(|newest| newest.listed);
        let earlier = history
            .get(..listed.unwrap_or(history.len()))
            .unwrap_or_default();
        let states = states(&self.path, &text, &before, earlier);
        Edit {
            path: self.path.clone(),
            text,
            cursor,
            newest,
            history,
            context,
            expected,
            states,
        }
    }
}

impl Edit {
    /// What a dialect builds a prompt from.
    pub(crate) fn request(&self) -> Request<'_> {
        Request {
            path: &self.path,
            text: &self.text,
            cursor: self.cursor,
            newest: self.newest.as_ref(),
            history: &self.history,
            context: &self.context,
        }
    }

    /// The changes of this document, oldest first.
    pub(crate) fn changes_here(&self) -> Vec<PastChange> {
        let here = self
            .history
            .iter()
            .filter(|change| change.path == self.path);
        here.cloned().collect()
    }

    /// The bytes of the lines `rows`, the last exclusive, without the LF of the last.
    pub(crate) fn rows(&self, rows: [usize; 2]) -> Range<usize> {
        Lines::new(&self.text).span(rows[0]..rows[1])
    }

    /// The text of `window` after the wanted edit: with every changed group of lines that lies
    /// in the window. A group that reaches beyond it is no answer that a model could give.
    pub(crate) fn expected_window(&self, window: &Range<usize>) -> String {
        let end_of_lines = if window.end < self.text.len() {
            window.end + 1
        } else {
            window.end
        };
        let mut at = window.start;
        let mut result = String::new();
        for hunk in edit::line_hunks(&self.text, &self.expected) {
            let within = window.start <= hunk.old.start && hunk.old.end <= end_of_lines;
            let beside = hunk.old.is_empty()
                && ((hunk.old.start == window.start && window.start > 0)
                    || (hunk.old.start == end_of_lines && end_of_lines < self.text.len()));
            if within && !beside {
                result.push_str(edit::slice(&self.text, at..hunk.old.start));
                result.push_str(edit::slice(&self.expected, hunk.new));
                at = hunk.old.end;
            }
        }
        result.push_str(edit::slice(&self.text, at..end_of_lines));
        if end_of_lines > window.end && result.ends_with('\n') {
            result.pop();
        }
        result
    }
}

/// What a document was that is now `text`: `before`, and what the changes `earlier` lead back to.
fn states(path: &str, text: &str, before: &str, earlier: &[PastChange]) -> States {
    let mut changes = earlier.iter().rev().filter(|change| change.path == path);
    let texts = std::iter::successors(Some(before.to_owned()), |text| {
        let change = changes.next()?;
        let mut places = text.match_indices(&change.new);
        let (at, _) = places.next()?;
        // Which of several places was it? Then the history leads no further.
        places.next().is_none().then(|| {
            let rest = edit::slice(text, at + change.new.len()..text.len());
            [edit::slice(text, 0..at), &change.old, rest].concat()
        })
    });
    States::before(text, texts)
}

/// Whether `change` is a change from `before` to `text`.
fn leads(change: &PastChange, before: &str, text: &str) -> bool {
    let head = edit::common_prefix(before, text);
    let tail = edit::common_suffix(before, text);
    before.len() + change.new.len() == text.len() + change.old.len()
        && text.match_indices(&change.new).any(|(at, new)| {
            at <= head
                && text.len() - at - new.len() <= tail
                && edit::slice(before, at..at + change.old.len()) == change.old
        })
}

/// Calls `each` for every case of a file and hands back the exit status: a line that is no case,
/// or for which `each` fails, is reported with its number, and the run goes on.
pub(crate) fn for_each(
    path: &Path,
    mut each: impl FnMut(Case) -> anyhow::Result<()>,
) -> anyhow::Result<ExitCode> {
    let file = File::open(path).with_context(|| path.display().to_string())?;
    let mut code = ExitCode::SUCCESS;
    for (number, line) in BufReader::new(file).split(b'\n').enumerate() {
        let line = line.with_context(|| format!("{}:{}", path.display(), number + 1))?;
        if line.trim_ascii().is_empty() {
            continue;
        }
        let case = serde_json::from_slice(&line).map_err(anyhow::Error::from);
        if let Err(error) = case.and_then(&mut each) {
            if error.downcast_ref::<std::io::Error>().is_some() {
                return Err(error);
            }
            eprintln!("{}:{}: {error:#}", path.display(), number + 1);
            code = ExitCode::FAILURE;
        }
    }
    Ok(code)
}
