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
    /// The line end that `text` uses more often; LF if both are as frequent.
    pub fn of(text: &str) -> Self {
        let all = text.bytes().filter(|byte| *byte == b'\n').count();
        let crlf = text.matches("\r\n").count();
        if crlf * 2 > all { Eol::CrLf } else { Eol::Lf }
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
