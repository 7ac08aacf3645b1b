//! A change within a line, made in lines that are like it.

use std::ops::Range;

use edit::{Hunk, diff, slice};

use crate::likeness::{LONGEST, Same, VISIBLE, visible};

/// How alike a line has to be to the one that changed.
const ALIKE: f64 = 0.6;

/// A line that changed.
///
/// Of 1,722 repetitions in 16 repositories that are learnt from 896 came out right without it, and 1,063 with it; of 400
/// windows where nothing was to be done 94.2 and 93.8 % stayed quiet. Where half a line is enough it is 1,066 and 93.2 %.
#[derive(Debug, Clone)]
pub(crate) struct Analogy {
    /// The line before and after, without indentation and LF.
    before: String,
    after: String,
    /// What changed in it.
    hunks: Vec<Hunk>,
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
