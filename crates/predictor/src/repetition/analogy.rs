//! A change within a line, made in lines that are like it.

use std::ops::Range;

use edit::{Hunk, diff, slice};

use super::likeness::{LONGEST, Same, VISIBLE, visible};

/// How alike a line has to be to the one that changed, to be looked at.
const ALIKE: f64 = 0.5;

/// A line that changed.
#[derive(Debug, Clone)]
pub(crate) struct Analogy {
    /// The line before and after, without indentation and LF.
    pub(super) before: String,
    pub(super) after: String,
    /// What changed in it.
    pub(super) hunks: Vec<Hunk>,
}

impl Analogy {
    /// `None` where too little stands in the line to compare others with, or too much.
    pub(crate) fn new(before: &str, after: &str) -> Option<Self> {
        let (before, after) = (before.trim(), after.trim());
        if before.len().max(after.len()) > LONGEST {
            return None;
        }
        let hunks = diff(before, after);
        (visible(before) >= VISIBLE && !after.is_empty() && !hunks.is_empty()).then(|| Self {
            before: before.to_owned(),
            after: after.to_owned(),
            hunks,
        })
    }

    /// What would be replaced by what in a window's lines, offsets in it.
    pub(crate) fn changes(&self, window: &str) -> Vec<(Range<usize>, &str)> {
        let mut end = 0;
        let lines = window.split_inclusive('\n').map(|line| {
            end += line.len();
            (end - line.trim_start().len(), line.trim())
        });
        lines
            .filter_map(|(at, line)| Some((at, self.in_line(line)?)))
            .flat_map(|(at, changes)| {
                let changes = changes.into_iter();
                changes.map(move |(place, new)| (place.start + at..place.end + at, new))
            })
            .collect()
    }

    /// The same for one line; `None` where it is not alike, or is more so after the change, which was made there, then.
    fn in_line(&self, line: &str) -> Option<Vec<(Range<usize>, &str)>> {
        let same = Same::of(&self.before, line);
        let likeness = same.likeness();
        if likeness < ALIKE || Same::of(&self.after, line).likeness() >= likeness {
            return None;
        }
        let each = self.hunks.iter();
        each.map(|hunk| Some((same.place(&hunk.old)?, slice(&self.after, hunk.new.clone()))))
            .collect()
    }
}
