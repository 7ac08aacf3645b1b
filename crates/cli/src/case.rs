//! The case file: one edit to predict a line, as JSON.

use std::fs::File;
use std::io::{BufRead, BufReader, BufWriter, Write as _};
use std::ops::Range;
use std::path::Path;
use std::process::ExitCode;

use anyhow::Context as _;
use edit::{Eol, Lines, Newest, PastChange, States};
pub(crate) use predictor::Change;
use predictor::{Excerpt, Situation};
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
    /// What makes the wanted edit foreseeable, as `foretab cases` names it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) task: Option<String>,
    /// A recorded answer that stands in for a model.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) answer: Option<String>,
    /// The lines of `text`, the last exclusive, that `answer` replaces.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) answer_lines: Option<[usize; 2]>,
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
    /// The same case under another task, and an id with that at its end.
    pub(crate) fn of_task(mut self, task: &str) -> Self {
        let end = self.id.rfind('/').map_or(0, |slash| slash + 1);
        self.id.replace_range(end.., task);
        self.task = Some(task.to_owned());
        self
    }

    /// Normalises line ends and offsets, and finds the newest change.
    pub(crate) fn edit(&self) -> Edit {
        let snapshot = self.situation().snapshot();
        let text = snapshot.document.text().to_owned();
        let expected = self
            .expected
            .as_deref()
            .map_or_else(|| text.clone(), |text| Eol::normalize(text).into_owned());
        Edit {
            path: snapshot.path,
            text,
            cursor: snapshot.document.cursor(),
            newest: snapshot.recent.newest,
            history: snapshot.recent.changes,
            context: snapshot.context,
            expected,
            states: snapshot.states.unwrap_or_default(),
        }
    }

    /// What led to the document.
    pub(crate) fn situation(&self) -> Situation {
        Situation {
            path: self.path.clone(),
            text: self.text.clone(),
            cursor: self.cursor,
            before: Some(self.before.clone()),
            history: self.history.clone(),
            context: self.context.clone(),
            ..Situation::default()
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
        if window.is_empty() {
            let before = edit::slice(&self.text, 0..window.start);
            let after = edit::slice(&self.text, window.end..self.text.len());
            let rest = self.expected.strip_prefix(before);
            let inserted = rest.and_then(|rest| rest.strip_suffix(after));
            return inserted.unwrap_or_default().to_owned();
        }
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

/// Writes what there is to say of each case of a file as JSON Lines; otherwise as [`for_each`].
pub(crate) fn write_each<T: Serialize>(
    path: &Path,
    mut said: impl FnMut(Case) -> anyhow::Result<T>,
) -> anyhow::Result<ExitCode> {
    let mut out = BufWriter::new(std::io::stdout().lock());
    let code = for_each(path, |case| {
        let line = serde_json::to_string(&said(case)?)?;
        writeln!(out, "{line}")?;
        Ok(())
    })?;
    out.flush()?;
    Ok(code)
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
