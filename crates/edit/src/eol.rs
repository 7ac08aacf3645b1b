//! How a document ends its lines.

use std::borrow::Cow;

/// The line end of a document. Prompts and diffs see LF only.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Eol {
    /// `\n`
    #[default]
    Lf,
    /// `\r\n`
    CrLf,
}

impl Eol {
    /// The line end that a text with `all` line ends uses more often, of which `pairs` are CRLF; LF if
    /// both are as frequent.
    pub fn more_of(pairs: usize, all: usize) -> Self {
        if pairs * 2 > all { Eol::CrLf } else { Eol::Lf }
    }

    /// `text` with LF line ends.
    pub fn normalize(text: &str) -> Cow<'_, str> {
        if text.contains("\r\n") {
            Cow::Owned(text.replace("\r\n", "\n"))
        } else {
            Cow::Borrowed(text)
        }
    }

    /// `text`, which has LF line ends, with this one.
    pub fn restore(self, text: &str) -> Cow<'_, str> {
        match self {
            Eol::CrLf if text.contains('\n') => Cow::Owned(text.replace('\n', "\r\n")),
            _ => Cow::Borrowed(text),
        }
    }
}
