//! Which lines the model rewrites, and which piece of a long document it sees.

use std::ops::Range;

use crate::python::{byte, bytes, count, is_blank, lines, row, unended};

/// Lines of a block before the one with the cursor. They are never cut off.
pub(super) const BEFORE: usize = 2;
/// Lines of a block after the one with the cursor.
pub(super) const AFTER: usize = 5;
/// Characters of a block behind its first [`BEFORE`] lines: 512 tokens, by the server's estimate.
const LENGTH: usize = 1792;
/// Where a line of a block is longer, in characters, the server does not ask.
const LONGEST_LINE: usize = 1000;

/// A document of more lines is shown in pieces.
const WHOLE: usize = 800;
/// Lines of a piece, and of the step from one to the next.
const PIECE: usize = 300;
const STEP: usize = PIECE / 2;

/// The block around byte `cursor`: two lines before and five after; blank ones at its start are
/// left out and made up for at its end, blank ones at its end are left out. Bytes of `text`.
pub(super) fn around(text: &str, cursor: usize) -> Range<usize> {
    let lines = lines(text);
    let row = row(text, cursor);
    let blank = |at: usize| lines.get(at).is_none_or(|line| is_blank(line));
    let mut start = usize::try_from(row - BEFORE.cast_signed()).unwrap_or(0);
    let mut end = usize::try_from(row + 1).unwrap_or(0) + AFTER;
    end = end.min(lines.len());
    while start < end && blank(start) {
        start += 1;
        end = (end + 1).min(lines.len());
    }
    while start < end && blank(end - 1) {
        end -= 1;
    }
    let to = |row: usize| bytes(lines.get(..row).unwrap_or_default());
    let (start, end) = (to(start), to(end));
    start..start + kept(edit::slice(text, start..end))
}

/// The bytes of a block that are shown: its whole lines up to the limit.
pub(super) fn kept(block: &str) -> usize {
    let all = lines(block);
    let head = bytes(all.get(..BEFORE).unwrap_or(&all));
    let rest = edit::slice(block, head..block.len());
    // A token is estimated as three and a half characters, and a started one does not count.
    if count(rest) * 2 / 7 <= LENGTH * 2 / 7 {
        return block.len();
    }
    let rest = edit::slice(rest, 0..byte(rest, LENGTH));
    let last = lines(rest).last().map_or(0, |line| line.len());
    head + rest.len() - last
}

/// Whether a line is so long that nobody has typed it.
pub(super) fn has_long_line(block: &str) -> bool {
    lines(block)
        .iter()
        .any(|line| count(unended(line)) > LONGEST_LINE)
}

/// The document as the prompt shows it: the whole, or the piece whose middle is nearest to
/// character `cursor`.
pub(super) fn piece(document: &str, cursor: usize) -> String {
    let lines = lines(document);
    if lines.len() <= WHOLE {
        return document.to_owned();
    }
    let row = row(document, byte(document, cursor));
    let first = (row - STEP.cast_signed()) as f64 / STEP as f64;
    let first = first.round_ties_even().max(0.0) as usize * STEP;
    let lines = lines.iter().skip(first).take(PIECE);
    let lines: Vec<_> = lines.map(|line| unended(line)).collect();
    lines.join("\n")
}
