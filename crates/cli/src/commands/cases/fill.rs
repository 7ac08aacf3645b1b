//! Holes at the cursor.

use edit::slice;

use super::replay::{Now, Replay};
use crate::case::Case;

/// Lines of the largest hole.
const LINES: usize = 6;
/// Visible characters of the smallest one.
const SMALLEST: usize = 4;

impl Replay<'_> {
    /// A piece of what a hunk wrote is missing, and the cursor stands there: whole lines, where an indented one has
    /// just been begun, or the rest of a line up to where it goes on.
    pub(super) fn fill(&self, random: &mut fastrand::Rng) -> Option<Case> {
        let hunk = random.usize(0..self.hunks.len());
        let done: Vec<_> = (0..hunk).collect();
        let (expected, places) = self.text(&[done.as_slice(), &[hunk]].concat());
        let place = places[hunk].clone();
        let lines = slice(&expected, place.clone()).split_inclusive('\n');
        let starts: Vec<_> = lines
            .scan(place.start, |at, line| {
                *at += line.len();
                Some(*at - line.len()..*at)
            })
            .filter(|line| !slice(&expected, line.clone()).trim().is_empty())
            .collect();
        let first = random.usize(0..starts.len().max(1));
        let line = starts.get(first)?.clone();
        let content = slice(&expected, line.clone());
        let indented = line.start + content.len() - content.trim_start().len();
        let whole = random.bool();
        let (from, to) = if whole {
            let last = random.usize(first..starts.len().min(first + LINES));
            let end = starts[last].end;
            (
                indented,
                slice(&expected, 0..end).trim_end_matches('\n').len(),
            )
        } else {
            let mut ends: Vec<_> = edit::tokens(content.trim_end())
                .iter()
                .scan(line.start, |at, token| {
                    *at += token.len();
                    Some(*at)
                })
                .filter(|end| *end >= indented)
                .collect();
            random.shuffle(&mut ends);
            let (a, b) = (*ends.first()?, *ends.get(1)?);
            (a.min(b), a.max(b))
        };
        let missing = slice(&expected, from..to);
        if missing.chars().filter(|c| !c.is_whitespace()).count() < SMALLEST {
            return None;
        }
        let without = |range: std::ops::Range<usize>| {
            let tail = slice(&expected, range.end..expected.len());
            [slice(&expected, 0..range.start), tail].concat()
        };
        let text = without(from..to);
        let before = if whole {
            let end = slice(&expected, to..expected.len()).starts_with('\n');
            without(line.start..to + usize::from(end))
        } else {
            text.clone()
        };
        let history = self.changes(&done);
        let now = Now {
            before,
            text,
            cursor: from,
        };
        Some(self.case(("fill", "fim"), now, history, Some(expected)))
    }
}

#[cfg(test)]
mod tests {
    use crate::commands::cases::replay::{FileChange, Replay};

    #[test]
    fn what_is_missing_is_wanted_at_the_cursor() {
        let file = FileChange {
            path: "a.js".to_owned(),
            language: "javascript",
            old: "f();\ng();\n".to_owned(),
            new: "f();\n  first(1);\n  second(2);\ng();\n".to_owned(),
        };
        let replay = Replay::new("commit", &file, &[]);
        let cases = (0..400).filter_map(|seed| replay.fill(&mut fastrand::Rng::with_seed(seed)));
        let mut marked: Vec<_> = cases
            .map(|case| {
                let (head, tail) = case.text.split_at(case.cursor);
                assert_eq!(case.expected.as_ref(), Some(&file.new));
                (case.before, format!("{head}‸{tail}"))
            })
            .collect();
        marked.sort();
        marked.dedup();
        let whole = ("f();\ng();\n".to_owned(), "f();\n  ‸\ng();\n".to_owned());
        assert!(marked.contains(&whole), "{marked:?}");
        let part = "f();\n  ‸(1);\n  second(2);\ng();\n";
        let part = (part.replace('‸', ""), part.to_owned());
        assert!(marked.contains(&part), "{marked:?}");
    }
}
