//! Changed lines that stand together, and the changes within them.

use std::ops::Range;

use edit::{Hunk, line_hunks, slice, within};

use crate::filters::whitespace;

/// One group of changed lines.
#[derive(Clone, Debug)]
pub(crate) struct Group {
    /// Whole lines, with their LF.
    pub(crate) lines: Hunk,
    /// What changes within them, in the order of the text; at least one.
    pub(crate) parts: Vec<Hunk>,
    /// The old text around the group that does not change, up to the next groups.
    reach: Range<usize>,
}

impl Group {
    /// The old text around a part, with it, in which nothing else changes.
    pub(crate) fn around(&self, part: usize) -> Range<usize> {
        let before = part
            .checked_sub(1)
            .and_then(|before| self.parts.get(before));
        let after = self.parts.get(part + 1);
        before.map_or(self.reach.start, |part| part.old.end)
            ..after.map_or(self.reach.end, |part| part.old.start)
    }
}

/// The groups of changed lines from `old` to `new`, in order.
pub(crate) fn groups(old: &str, new: &str) -> Vec<Group> {
    let mut groups: Vec<Group> = vec![];
    for lines in joined(old, new) {
        let start = groups.last().map_or(0, |before| before.lines.old.end);
        if let Some(before) = groups.last_mut() {
            before.reach.end = lines.old.start;
        }
        groups.push(Group {
            parts: within(old, new, &lines),
            lines,
            reach: start..old.len(),
        });
    }
    groups
}

/// The changed lines, where a change that only indents further lines behind or before another one
/// is one with it, with the blank lines between them: a block that is wrapped moves as a whole.
fn joined(old: &str, new: &str) -> Vec<Hunk> {
    let indents = |hunk: &Hunk| {
        let (old, new) = (slice(old, hunk.old.clone()), slice(new, hunk.new.clone()));
        !old.trim().is_empty() && whitespace(old, new)
    };
    let mut joined: Vec<Hunk> = vec![];
    for hunk in line_hunks(old, new) {
        match joined.last_mut() {
            Some(last)
                if slice(old, last.old.end..hunk.old.start).trim().is_empty()
                    && indents(last) != indents(&hunk) =>
            {
                last.old.end = hunk.old.end;
                last.new.end = hunk.new.end;
            }
            _ => joined.push(hunk),
        }
    }
    joined
}
