use crate::ContextFile;
use crate::python::{lines, unended};

/// An error that an editor marks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    /// Row, from 0.
    pub line: usize,
    /// Byte offset where it begins.
    pub start: usize,
    /// What the editor says.
    pub message: String,
}

impl Diagnostic {
    /// The error as a prompt shows it, in a file of its own: what Sweep's server makes of it, whose
    /// models have seen that. `text` is the document.
    pub fn excerpt(&self, text: &str) -> ContextFile {
        let lines = lines(text);
        let line = lines.get(self.line).map_or("", |line| unended(line));
        ContextFile {
            path: "diagnostics".to_owned(),
            text: format!("{} at line {}:\n{line}", self.message, self.line),
        }
    }
}
