//! Which lines changed.

use std::ops::Range;

use imara_diff::{Algorithm, Diff, InternedInput};

/// A piece of the old text and the piece of the new text that stands in its place.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Hunk {
    /// Bytes in the old text; empty for an insertion.
    pub old: Range<usize>,
    /// Bytes in the new text; empty for a deletion.
    pub new: Range<usize>,
}

impl Hunk {
    /// The offset in the old text of an offset in the new one.
    /// Right at the end of the hunk counts as after it; inside it, as far into the old side as
    /// into the new one, at most its end.
    pub fn map_back(&self, at: usize) -> usize {
        if at >= self.new.end {
            at - self.new.end + self.old.end
        } else if at <= self.new.start {
            at.min(self.old.start)
        } else {
            (self.old.start + at - self.new.start).min(self.old.end)
        }
    }

    /// The offset in the new text of an offset in the old one, by the same rule.
    pub fn map_forward(&self, at: usize) -> usize {
        Hunk {
            old: self.new.clone(),
            new: self.old.clone(),
        }
        .map_back(at)
    }
}

/// The changed lines between two texts, in order: whole lines with their LF.
/// Histogram diff, with ambiguous hunks slid to where indentation suggests
/// (the heuristic of `git diff --indent-heuristic`).
pub fn line_hunks(old: &str, new: &str) -> Vec<Hunk> {
    let input = InternedInput::new(old, new);
    let mut diff = Diff::compute(Algorithm::Histogram, &input);
    diff.postprocess_lines(&input);
    let (old, new) = (starts(old), starts(new));
    let at = |starts: &[usize], row: u32| {
        starts
            .get(row as usize)
            .or(starts.last())
            .copied()
            .unwrap_or(0)
    };
    diff.hunks()
        .map(|hunk| Hunk {
            old: at(&old, hunk.before.start)..at(&old, hunk.before.end),
            new: at(&new, hunk.after.start)..at(&new, hunk.after.end),
        })
        .collect()
}

/// Where the lines start, and after them the length of the text. Unlike [`crate::Lines`] a text
/// that ends in LF has no empty last line here, because the differ counts terminators.
fn starts(text: &str) -> Vec<usize> {
    let mut at = 0;
    let mut starts = vec![0];
    for line in text.split_inclusive('\n') {
        at += line.len();
        starts.push(at);
    }
    starts
}
