//! One contiguous replacement of text.

use std::ops::Range;

use crate::Hunk;
use crate::span::{common_prefix, common_suffix, slice};

/// Bytes `start..end` of a text become `text`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Replacement {
    /// First replaced byte, in the text before.
    pub start: usize,
    /// One past the last replaced byte, in the text before.
    pub end: usize,
    /// What stands there afterwards.
    pub text: String,
}

impl Replacement {
    /// The text after the replacement; `None` if the range is not one of `old`'s
    /// (out of bounds, reversed, or inside a character).
    pub fn apply(&self, old: &str) -> Option<String> {
        old.get(self.start..self.end)?;
        let (head, tail) = (old.get(..self.start)?, old.get(self.end..)?);
        Some([head, &self.text, tail].concat())
    }

    /// Where it takes away and where it writes.
    pub fn hunk(&self) -> Hunk {
        Hunk {
            old: self.start..self.end,
            new: self.start..self.start + self.text.len(),
        }
    }
}

/// The one replacement that turns `old` into `new`, as short as whole characters allow;
/// `None` if the texts are equal. Where several are equally short, the last one in the text.
pub fn spanning(old: &str, new: &str) -> Option<Hunk> {
    if old == new {
        return None;
    }
    let head = common_prefix(old, new);
    let tail = common_suffix(
        crate::slice(old, head..old.len()),
        crate::slice(new, head..new.len()),
    );
    Some(Hunk {
        old: head..old.len() - tail,
        new: head..new.len() - tail,
    })
}

/// `text` with other text in the place of each of these ranges, which are in order and do not overlap.
pub fn replaced<'a>(
    text: &str,
    changes: impl IntoIterator<Item = (Range<usize>, &'a str)>,
) -> String {
    let mut result = String::with_capacity(text.len());
    let mut at = 0;
    for (range, new) in changes {
        result.push_str(slice(text, at..range.start));
        result.push_str(new);
        at = range.end;
    }
    result.push_str(slice(text, at..text.len()));
    result
}
