//! The part of a document that the model rewrites.

use std::ops::Range;

use edit::Lines;

/// Lines in a window: the cursor's and ten on each side. Sweep's models were trained on exactly
/// this size, so other sizes are out of distribution.
pub const WINDOW_LINES: usize = 21;

/// The window around byte `cursor`: [`WINDOW_LINES`] lines with the cursor's in the middle, slid
/// inwards at the ends of the document; the whole document if it has no more lines.
/// Bytes of `text`, without the LF that ends the last line.
pub fn window(text: &str, cursor: usize) -> Range<usize> {
    let lines = Lines::new(text);
    let first = lines.row(cursor).saturating_sub(WINDOW_LINES / 2);
    let first = first.min(lines.count().saturating_sub(WINDOW_LINES));
    lines.span(first..lines.count().min(first + WINDOW_LINES))
}
