//! Finished changes, as a prompt shows them.

use std::ops::Range;

use crate::{Replacement, spanning};

/// A coalesced change: the changed lines with their context lines, before and after.
/// Lines are separated by LF, and there is none after the last.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PastChange {
    /// Path of the document.
    pub path: String,
    /// The lines before.
    pub old: String,
    /// The lines after.
    pub new: String,
}

/// The most recent change in one document, mapped through what came after it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Newest {
    /// The bytes of the current text that the change wrote; empty for a deletion.
    pub range: Range<usize>,
    /// What stood there before.
    pub old: String,
    /// Where this change stands in the list of past changes, if it is there.
    pub listed: Option<usize>,
}

impl Newest {
    /// The change from `before` to `text` as one replacement; `None` if the texts are equal.
    pub fn between(before: &str, text: &str) -> Option<Self> {
        let hunk = spanning(before, text)?;
        Some(Newest {
            old: before.get(hunk.old)?.to_owned(),
            range: hunk.new,
            listed: None,
        })
    }

    /// The text before the change; `None` if the range is not one of `text`'s.
    pub fn undo(&self, text: &str) -> Option<String> {
        Replacement {
            start: self.range.start,
            end: self.range.end,
            text: self.old.clone(),
        }
        .apply(text)
    }
}
