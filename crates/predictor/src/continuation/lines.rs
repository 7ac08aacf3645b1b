//! The lines that a continuation may come from.

use std::ops::Range;

use edit::{Lines, PastChange, lines_around, slice, tokens};

use crate::Snapshot;

/// Lines around the cursor that are looked at.
const NEAR: usize = 120;
/// Bytes of the longest line that is looked at, so that no key waits for it.
const LONGEST: usize = 500;
/// Changes that are looked at, the newest ones.
const CHANGES: usize = 6;

/// Where a line stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Place {
    /// In the document, so many rows from the cursor, negative above it.
    Document(isize),
    /// In what the newest change took away.
    Taken,
    /// In what was changed before, on either side.
    Changes,
}

/// A line, or the part of the cursor's line that is before the cursor.
#[derive(Debug, Clone)]
pub(crate) struct Line<'a> {
    pub(crate) place: Place,
    pub(crate) text: &'a str,
    /// Its tokens but white space.
    pub(crate) tokens: Vec<Range<usize>>,
}

impl<'a> Line<'a> {
    pub(crate) fn new(place: Place, text: &'a str) -> Self {
        let mut at = 0;
        let all = tokens(text).into_iter().map(|token| {
            let start = at;
            at += token.len();
            start..at
        });
        let visible = all.filter(|token| !slice(text, token.clone()).trim().is_empty());
        Self {
            place,
            text,
            tokens: visible.collect(),
        }
    }

    /// A token by its number, from 0; nothing is behind the last one.
    pub(crate) fn token(&self, number: usize) -> &'a str {
        let range = self.tokens.get(number).cloned();
        range.map_or("", |range| slice(self.text, range))
    }
}

/// The lines of the document near the cursor, but for its own, and those that were changed.
pub(crate) fn lines(snapshot: &Snapshot) -> Vec<Line<'_>> {
    let (text, cursor) = (snapshot.document.text(), snapshot.document.cursor());
    let near = lines_around(text, cursor, NEAR);
    let row = slice(text, near.start..cursor).matches('\n').count();
    let near = slice(text, near);
    let rows = Lines::new(near);
    let document = (0..rows.count())
        .filter(|other| *other != row)
        .map(|other| {
            let distance = other.wrapping_sub(row).cast_signed();
            (Place::Document(distance), slice(near, rows.range(other)))
        });
    let mut changes = snapshot.recent.changes.iter().rev().take(CHANGES);
    let newest = changes.next().into_iter();
    let taken = newest.flat_map(|newest| {
        let lines = only_in(&newest.old, &newest.new);
        lines.map(|line| (Place::Taken, line))
    });
    let changed = changes.flat_map(|PastChange { old, new, .. }| {
        let lines = only_in(old, new).chain(only_in(new, old));
        lines.map(|line| (Place::Changes, line))
    });
    document
        .chain(taken)
        .chain(changed)
        .filter(|(_, line)| line.len() <= LONGEST && !line.trim().is_empty())
        .map(|(place, line)| Line::new(place, line.trim_end_matches('\n')))
        .collect()
}

/// The lines of the one text that the other one does not have.
fn only_in<'a>(text: &'a str, other: &'a str) -> impl Iterator<Item = &'a str> {
    text.lines()
        .filter(|line| !other.lines().any(|other| other == *line))
}
