//! The errors that an editor marks in a document.

use std::ops::Range;

use edit::{Eol, Replacement};
use serde::{Deserialize, Serialize};

use crate::Document;

/// Errors of a document that are kept.
const KEPT: usize = 50;
/// Characters of an error's message that are kept.
const MESSAGE: usize = 300;

/// What an editor marks: UTF-16 offsets in its own text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Diagnostic {
    /// First marked unit.
    pub from: usize,
    /// One past the last marked unit.
    pub to: usize,
    /// What the editor says.
    pub message: String,
    /// How bad it is.
    pub severity: Severity,
}

impl Diagnostic {
    /// An error at a place.
    pub(crate) fn error(at: usize, message: &str) -> Self {
        Self {
            from: at,
            to: at,
            message: message.to_owned(),
            severity: Severity::Error,
        }
    }
}

/// How bad something is that an editor marks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// The only one that counts here.
    Error,
    /// Should perhaps be otherwise.
    Warning,
    /// Something to know.
    Info,
    /// Something that could be done.
    Hint,
}

/// The errors of one document, as its text is now.
#[derive(Debug, Clone, Default)]
pub(crate) struct Errors(Vec<Error>);

#[derive(Debug, Clone)]
struct Error {
    /// Bytes of the text with LF line ends.
    range: Range<usize>,
    message: String,
}

impl Errors {
    /// The first 50 errors of a list.
    pub(crate) fn new(document: &Document, diagnostics: &[Diagnostic]) -> Self {
        let errors = diagnostics.iter();
        let errors = errors.filter(|diagnostic| diagnostic.severity == Severity::Error);
        let marked = errors.take(KEPT).map(|error| {
            let start = document.byte(error.from);
            let message: String = error.message.chars().take(MESSAGE).collect();
            Error {
                range: start..document.byte(error.to).max(start),
                message: Eol::normalize(&message).into_owned(),
            }
        });
        Self(marked.collect())
    }

    /// Follows an edit of the text. What it touches may not be an error any more.
    pub(crate) fn follow(&mut self, edit: &Replacement) {
        self.0.retain_mut(|Error { range, .. }| {
            let hunk = edit.hunk();
            let is_beside = range.end < edit.start || edit.end < range.start;
            *range = hunk.map_forward(range.start)..hunk.map_forward(range.end);
            is_beside
        });
    }

    /// The errors in their document.
    pub(crate) fn within(&self, document: &Document) -> Vec<prompt::Diagnostic> {
        let errors = self.0.iter().map(|error| prompt::Diagnostic {
            line: document.row(error.range.start),
            start: error.range.start,
            message: error.message.clone(),
        });
        errors.collect()
    }
}
