//! Lines that were put in between two others, put in between lines that are like those.

use std::ops::Range;

use edit::{Hunk, slice};

use super::likeness::{Same, VISIBLE, visible};
use super::steps::indentation;
use super::ways::Changed;

/// How alike one of the two lines has to be, and the other one, to be looked at.
const ALIKE: (f64, f64) = (0.5, 0.4);
/// What counts as alike of lines with less than [`VISIBLE`] characters that are equal, such as blank ones.
const EQUAL: f64 = 0.5;
/// Characters, white space not counted, of what is put in.
const LEAST: usize = 2;

/// Lines that were put in, and what they stand between.
#[derive(Debug, Clone)]
pub(crate) struct Insertion {
    lines: String,
    pub(super) above: String,
    pub(super) below: String,
    /// Whether they made a list longer: then a line is like what it stands beside.
    pub(super) is_list: bool,
}

impl Insertion {
    /// Of the lines of a change, and the text after it; `None` if the change did anything else.
    pub(crate) fn of(changed: &Changed, text: &str) -> Option<Self> {
        let [Hunk { old, new }] = &*changed.hunks else {
            return None;
        };
        let lines = slice(&changed.after, new.clone());
        let (start, end) = (changed.start + new.start, changed.start + new.end);
        let above = slice(text, 0..start).lines().next_back();
        let below = slice(text, end.min(text.len())..text.len()).lines().next();
        let (above, below) = (above.unwrap_or_default(), below.unwrap_or_default());
        let mut written = lines.lines().filter(|line| !line.trim().is_empty());
        let first = written.next()?;
        let last = written.next_back().unwrap_or(first);
        let is_list = [(first, above), (first, below), (last, below)]
            .into_iter()
            .any(|(line, beside)| likeness(line, beside) >= EQUAL);
        (old.is_empty() && visible(lines) >= LEAST).then(|| Self {
            lines: lines.to_owned(),
            above: above.to_owned(),
            below: below.to_owned(),
            is_list,
        })
    }

    /// Where in a window's text they would stand as well, and how they would there.
    pub(crate) fn changes(&self, window: &str) -> Vec<(Range<usize>, String)> {
        let lines: Vec<&str> = window.split_inclusive('\n').collect();
        let mut end = 0;
        let mut changes = Vec::new();
        for (row, pair) in lines.windows(2).enumerate() {
            let [above, below] = pair else { continue };
            end += above.len();
            let alike = (likeness(&self.above, above), likeness(&self.below, below));
            let (more, less) = (alike.0.max(alike.1), alike.0.min(alike.1));
            if more >= ALIKE.0 && less >= ALIKE.1 && !self.is_near(&lines, row) {
                let (from, to) = if alike.1 > EQUAL {
                    (&*self.below, *below)
                } else {
                    (&*self.above, *above)
                };
                let text = indented(&self.lines, indentation(from), indentation(to));
                changes.extend(text.map(|text| (end..end, text)));
            }
        }
        changes
    }

    /// Whether the first of them stands near a row already.
    fn is_near(&self, lines: &[&str], row: usize) -> bool {
        let first = self.lines.lines().next().unwrap_or_default().trim();
        let count = self.lines.lines().count();
        let near = row.saturating_sub(count)..(row + 1 + count).min(lines.len());
        let near = lines.get(near).unwrap_or_default();
        near.iter().any(|line| line.trim() == first)
    }
}

/// How alike two lines are, from 0 to 1.
pub(super) fn likeness(a: &str, b: &str) -> f64 {
    let (a, b) = (a.trim(), b.trim());
    match visible(a) {
        VISIBLE.. => Same::of(a, b).likeness(),
        _ if a == b => EQUAL,
        _ => 0.0,
    }
}

/// Lines that were indented by `from` and more, indented by `to` and as much more; `None` where one was by less.
fn indented(lines: &str, from: &str, to: &str) -> Option<String> {
    let each = lines.split_inclusive('\n');
    each.map(|line| match line.strip_prefix(from) {
        Some(rest) => Some([to, rest].concat()),
        None if line.trim().is_empty() || from == to => Some(line.to_owned()),
        None => None,
    })
    .collect()
}
