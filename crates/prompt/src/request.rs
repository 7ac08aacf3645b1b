//! What a prompt is built from.

use edit::{Newest, PastChange};

/// Everything that a dialect may show to the model. Texts have LF line ends.
#[derive(Clone, Copy, Debug)]
pub struct Request<'a> {
    /// Path of the document in its workspace; `\` counts as `/`, the empty path as `untitled`.
    pub path: &'a str,
    /// The document as it is now.
    pub text: &'a str,
    /// Byte offset in `text`; past the end counts as the end.
    pub cursor: usize,
    /// The most recent change in this document, if there is one.
    pub newest: Option<&'a Newest>,
    /// Recent changes in all documents, oldest first.
    pub history: &'a [PastChange],
    /// Other files or excerpts, the most stable first, so that the KV cache survives keystrokes.
    pub context: &'a [ContextFile],
}

/// Another file, or a piece of one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ContextFile {
    /// Path in the workspace.
    pub path: String,
    /// Its text, with LF line ends.
    pub text: String,
}

/// The path as it stands in a header line; `None` if it would break the line.
pub(crate) fn header(path: &str) -> Option<String> {
    match path {
        "" => Some("untitled".to_owned()),
        path if path.contains(['\n', '\r']) => None,
        path => Some(path.replace('\\', "/")),
    }
}
