//! How alike two lines are.

use std::ops::Range;

use edit::{Hunk, is_word, slice, token_hunks, tokens};

/// What a name counts beside a sign; white space counts nothing. So calls of two functions with the same arguments are
/// alike, and two lines that have but their brackets in common are not.
const NAME: usize = 2;
/// Characters, white space not counted, of a line that says enough to be looked for elsewhere.
pub(crate) const VISIBLE: usize = 6;
/// Bytes of the longest line that is compared with another, so that no key waits for it.
pub(crate) const LONGEST: usize = 500;

/// What two lines have in common.
pub(crate) struct Same<'a> {
    a: &'a str,
    b: &'a str,
    /// What stands in both: where in the one, and where in the other it begins.
    runs: Vec<(Range<usize>, usize)>,
}

impl<'a> Same<'a> {
    /// Nothing is the same of a line over 500 bytes.
    pub(crate) fn of(a: &'a str, b: &'a str) -> Self {
        if a.len().max(b.len()) > LONGEST {
            let runs = Vec::new();
            return Self { a, b, runs };
        }
        let end = Hunk {
            old: a.len()..a.len(),
            new: b.len()..b.len(),
        };
        let mut from = (0, 0);
        let hunks = token_hunks(a, b).into_iter().chain([end]);
        let runs = hunks.map(|hunk| {
            let run = (from.0..hunk.old.start, from.1);
            from = (hunk.old.end, hunk.new.end);
            run
        });
        let runs = runs.collect();
        Self { a, b, runs }
    }

    /// The share that is the same of both lines, by what their tokens count, from 0 to 1; 0 of nothing.
    pub(crate) fn likeness(&self) -> f64 {
        let each = self.runs.iter();
        let same: usize = each.map(|(run, _)| count(slice(self.a, run.clone()))).sum();
        2.0 * same as f64 / (count(self.a) + count(self.b)).max(1) as f64
    }

    /// Where a piece of the one stands in the other; `None` unless what is next to it on either side stands there, too, be
    /// that the end of the line.
    pub(crate) fn place(&self, piece: &Range<usize>) -> Option<Range<usize>> {
        let holds = |run: &Range<usize>| run.start <= piece.start && piece.end <= run.end;
        let (run, at) = self.runs.iter().find(|(run, _)| holds(run))?;
        let head = slice(self.a, run.start..piece.start);
        let tail = slice(self.a, piece.end..run.end);
        let is_first = piece.start == 0 && *at == 0;
        let is_last = piece.end == self.a.len() && at + run.len() == self.b.len();
        let is_held = (visible(head) > 0 || is_first) && (visible(tail) > 0 || is_last);
        let moved = |offset: usize| offset - run.start + at;
        is_held.then(|| moved(piece.start)..moved(piece.end))
    }
}

/// Characters that are no white space.
pub(crate) fn visible(text: &str) -> usize {
    text.chars().filter(|c| !c.is_whitespace()).count()
}

fn count(text: &str) -> usize {
    let each = tokens(text).into_iter();
    each.map(|token| match token {
        blank if blank.trim().is_empty() => 0,
        name if name.contains(is_word) => NAME,
        _ => 1,
    })
    .sum()
}
