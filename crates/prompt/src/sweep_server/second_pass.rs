//! Where else to ask when the first answer changes nothing.

use std::ops::Range;

use super::State;
use super::block::{AFTER, BEFORE, kept};
use super::changes::{Change, Changes};
use crate::python::{self, bytes, lines, row, unended};
use crate::{Diagnostic, places};

/// What is no more rows away from the cursor has been asked about.
const NEAR: usize = 10;
/// Lines of the block below, which is as far below the line with the cursor.
const BELOW: usize = 6;
/// Lines from where a deleted line still stands.
const DELETED: usize = 4;

/// A place to ask about.
#[derive(Debug)]
pub(super) struct Target<'a> {
    /// Whole lines of the document, not empty.
    pub(super) lines: Range<usize>,
    /// The error that stands there.
    pub(super) error: Option<&'a Diagnostic>,
}

/// The first of these that there is: another place of a deleted line; the nearest error; the
/// nearest other place of the only deleted word, or of an added one; the lines below.
/// The places of words and errors are over ten rows away.
pub(super) fn target<'a>(state: &State<'a>) -> Option<Target<'a>> {
    let (text, cursor) = (state.text, state.cursor);
    let changes = Changes::new(state.changes);
    let here = row(text, cursor);
    let far = |row: isize| row.abs_diff(here) > NEAR;
    let distance = |at: &usize| python::characters(text, cursor, *at).unsigned_abs();
    let plain = |lines| Target { lines, error: None };

    if let Some(lines) = deleted_line(text, &changes) {
        return Some(plain(lines));
    }
    let errors = state.diagnostics.iter();
    let errors = errors.filter(|error| far(error.line.cast_signed()));
    if let Some(error) = errors.min_by_key(|error| distance(&error.start)) {
        let target = Target {
            lines: line_at(text, error.start),
            error: Some(error),
        };
        return Some(target).filter(|target| !target.lines.is_empty());
    }
    let places = changed_word(text, &changes, far);
    let places = places.into_iter().filter(|&at| far(row(text, at)));
    if let Some(place) = places.min_by_key(distance) {
        return Some(plain(line_at(text, place)));
    }
    Some(plain(below(text, cursor))).filter(|target| !target.lines.is_empty())
}

/// The block with the lines of a target, and where the cursor is put: at the end of the first one.
pub(super) fn block(text: &str, target: Range<usize>) -> (Range<usize>, usize) {
    let before = lines(edit::slice(text, 0..target.start));
    let (_, before) = before.split_at(before.len().saturating_sub(BEFORE));
    let inside = lines(edit::slice(text, target.clone()));
    let after = lines(edit::slice(text, target.end..text.len()));
    let after = after
        .into_iter()
        .take((AFTER + 1).saturating_sub(inside.len()));
    let end = target.end + after.map(str::len).sum::<usize>();
    let end = target.start + kept(edit::slice(text, target.start..end));
    let cursor = inside.first().map_or(0, |line| unended(line).len());
    (target.start - bytes(before)..end, target.start + cursor)
}

/// Where a line that was deleted still stands, with the three lines after it.
fn deleted_line(text: &str, changes: &Changes) -> Option<Range<usize>> {
    let hunks = changes.all().into_iter();
    let hunks = hunks.filter(|change| change.text().contains("@@"));
    let deleted = hunks.filter_map(Change::ranges).flat_map(|ranges| {
        let old = ranges.old.into_iter().enumerate();
        let gone = old.filter(|(_, line)| !ranges.new.contains(line));
        // Hunks count from 1 and rows from 0, so that it is the line after it that is passed over.
        let number = |at: usize| usize::try_from(ranges.old_start).ok()?.checked_add(at);
        gone.map(|(at, line)| (number(at), line))
            .collect::<Vec<_>>()
    });
    let start = places::deleted_line(text, deleted)?;
    let after = lines(edit::slice(text, start..text.len()));
    Some(start..start + bytes(after.get(..DELETED).unwrap_or(&after)))
}

/// Where the word stands that the changes are about: the only word of a change that was deleted
/// and that the document still has, of the newest change with such a word; or the first added word
/// that has two to five uses, one of them `far` away. The added words are those of the oldest change.
fn changed_word(text: &str, changes: &Changes, far: impl Fn(isize) -> bool) -> Vec<usize> {
    let starts = |places: Vec<Range<usize>>| places.iter().map(|place| place.start).collect();
    let mut oldest = Vec::new();
    for change in changes.filled().rev() {
        let (old, new) = change.changed();
        let (deleted, added) = places::changed_words(text, &old, &new);
        if let [word] = &deleted[..] {
            return starts(places::uses(text, word));
        }
        oldest = added;
    }
    starts(places::used_far(text, &oldest, |at| far(row(text, at))))
}

/// The six lines that begin six below the line with the cursor.
fn below(text: &str, cursor: usize) -> Range<usize> {
    let rest = edit::slice(text, cursor..text.len());
    let next = cursor + rest.find('\n').map_or(0, |end| end + 1);
    let lines = lines(edit::slice(text, next..text.len()));
    let mut lines = lines.iter().map(|line| line.len());
    let start = next + lines.by_ref().take(BELOW).sum::<usize>();
    start..start + lines.take(BELOW).sum::<usize>()
}

/// The line with byte `at`; past the end, the first one.
fn line_at(text: &str, at: usize) -> Range<usize> {
    let ranges = lines(text).into_iter().scan(0, |end, line| {
        let start = *end;
        *end += line.len();
        Some(start..*end)
    });
    let mut first = None;
    for range in ranges {
        if at < range.end {
            return range;
        }
        first.get_or_insert(range);
    }
    first.unwrap_or(0..0)
}
