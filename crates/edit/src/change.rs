//! Finished changes, as a prompt shows them.

use std::ops::Range;

use crate::{Hunk, slice, spanning};

/// Unchanged lines on either side of a listed change.
const CONTEXT_LINES: usize = 1;
/// A longer side of a listed change keeps its first and last lines only.
const LINES: usize = 40;

/// A coalesced change: the changed lines with one line of context around them, before and after.
/// Lines are separated by LF, and there is none after the last.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PastChange {
    /// Path of the document.
    pub path: String,
    /// Row of the first of the lines, from 0, as the document was right after the change.
    pub line: usize,
    /// The lines before.
    pub old: String,
    /// The lines after.
    pub new: String,
}

impl PastChange {
    /// The change from one text to another, as one group of lines. Of more than 40 lines on a
    /// side the first 20 and the last 19 stay, with `...` between them.
    /// `None` if the texts differ in nothing but whitespace.
    pub fn between(path: &str, before: &str, after: &str) -> Option<Self> {
        let visible = |text: &str| {
            text.chars()
                .filter(|c| !c.is_whitespace())
                .collect::<String>()
        };
        if visible(before) == visible(after) {
            return None;
        }
        let (old, new) = (lines(before), lines(after));
        let shorter = old.len().min(new.len());
        let head = old
            .iter()
            .zip(&new)
            .take_while(|(old, new)| old == new)
            .count();
        let tail = old.iter().rev().zip(new.iter().rev());
        let tail = tail
            .take(shorter - head)
            .take_while(|(old, new)| old == new)
            .count();
        let skipped = (
            head.saturating_sub(CONTEXT_LINES),
            tail.saturating_sub(CONTEXT_LINES),
        );
        Some(PastChange {
            path: path.to_owned(),
            line: skipped.0,
            old: joined(&old, skipped),
            new: joined(&new, skipped),
        })
    }
}

/// The lines, without an empty one after a final LF.
fn lines(text: &str) -> Vec<&str> {
    text.strip_suffix('\n')
        .unwrap_or(text)
        .split('\n')
        .collect()
}

/// The lines without the first and last `skipped`, joined, and shortened in the middle.
fn joined(lines: &[&str], skipped: (usize, usize)) -> String {
    let lines = lines
        .get(skipped.0..lines.len() - skipped.1)
        .unwrap_or_default();
    if lines.len() <= LINES {
        return lines.join("\n");
    }
    let (head, _) = lines.split_at(LINES / 2);
    let (_, tail) = lines.split_at(lines.len() - (LINES - head.len() - 1));
    [head, &["..."], tail].concat().join("\n")
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

    /// Where it took away, in the text before, and where it wrote.
    pub fn hunk(&self) -> Hunk {
        Hunk {
            old: self.range.start..self.range.start + self.old.len(),
            new: self.range.clone(),
        }
    }

    /// The text before the change; `None` if the range is not one of `text`'s.
    pub fn undo(&self, text: &str) -> Option<String> {
        self.undo_within(text, 0..usize::MAX)
    }

    /// The bytes `range` of the text before the change; `None` if the change's own range is not one
    /// of `text`'s.
    pub fn undo_within(&self, text: &str, range: Range<usize>) -> Option<String> {
        text.get(self.range.clone())?;
        let hunk = self.hunk();
        let head = range.start.min(hunk.old.start)..range.end.min(hunk.old.start);
        let old = |at: usize| at.saturating_sub(hunk.old.start);
        let tail = |at: usize| at.saturating_sub(hunk.old.end).saturating_add(hunk.new.end);
        Some(
            [
                slice(text, head),
                slice(&self.old, old(range.start)..old(range.end)),
                slice(text, tail(range.start)..tail(range.end)),
            ]
            .concat(),
        )
    }
}
