//! Edits above the cursor.

use edit::{Hunk, slice};

/// Lines that may come above the cursor's line, if none go, and that may come where as many go.
const LINES: usize = 5;

/// Whether the changed groups of lines, which is all that is left of an answer, are an insertion of
/// more than five lines above the cursor's line, or put more than five lines there in the place of
/// more than five.
///
/// Sweep's server holds back every insertion above the cursor. That would be a quarter of the good
/// edits above it: what was just used for the first time is declared or imported there.
///
/// `line` is where the cursor's line starts, in bytes of the region.
pub(crate) fn above_cursor(hunks: &[&Hunk], region: &str, answer: &str, line: usize) -> bool {
    let above = hunks.iter().filter(|hunk| hunk.old.end <= line);
    let count = |text: &str| text.lines().count();
    let gone = above
        .clone()
        .map(|hunk| count(slice(region, hunk.old.clone())));
    let come = above
        .clone()
        .map(|hunk| count(slice(answer, hunk.new.clone())));
    let (gone, come): (usize, usize) = (gone.sum(), come.sum());
    let only_inserts = gone == 0 && above.count() == hunks.len();
    come > LINES && (gone > LINES || only_inserts)
}
