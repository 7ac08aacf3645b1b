//! Rows of a text.

use std::ops::Range;

/// Where the lines of a text start. Lines are separated by LF, so a text that ends in LF has an
/// empty last line, and the empty text has one line; editors count the same way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lines {
    starts: Vec<usize>,
    len: usize,
}

impl Lines {
    /// Finds the lines of `text`.
    pub fn new(text: &str) -> Self {
        let after_breaks = text
            .bytes()
            .enumerate()
            .filter(|(_, byte)| *byte == b'\n')
            .map(|(at, _)| at + 1);
        Lines {
            starts: std::iter::once(0).chain(after_breaks).collect(),
            len: text.len(),
        }
    }

    /// How many lines there are; at least one.
    pub fn count(&self) -> usize {
        self.starts.len()
    }

    /// The line, counted from 0, that holds byte `at`; past the end, the last one.
    /// The LF belongs to the line that it ends.
    pub fn row(&self, at: usize) -> usize {
        self.starts
            .partition_point(|&start| start <= at)
            .saturating_sub(1)
    }

    /// First byte of line `row`; past the last line, the length of the text.
    pub fn start(&self, row: usize) -> usize {
        self.starts.get(row).copied().unwrap_or(self.len)
    }

    /// The bytes of line `row` without its LF; empty at the end of the text past the last line.
    pub fn range(&self, row: usize) -> Range<usize> {
        self.start(row)..self.end(row)
    }

    /// The bytes of lines `rows` without the LF of the last one.
    pub fn span(&self, rows: Range<usize>) -> Range<usize> {
        let start = self.start(rows.start);
        if rows.is_empty() {
            start..start
        } else {
            start..self.end(rows.end - 1)
        }
    }

    fn end(&self, row: usize) -> usize {
        self.starts.get(row + 1).map_or(self.len, |next| next - 1)
    }
}

/// The `count` rows around one of `rows` rows: `count / 2` of them above it; near an end as many more on the
/// other side.
pub(crate) fn rows_around(row: usize, rows: usize, count: usize) -> Range<usize> {
    let first = row
        .saturating_sub(count / 2)
        .min(rows.saturating_sub(count));
    first..rows.min(first.saturating_add(count))
}

/// The bytes of at most `count` lines around the one that holds byte `at`, with `count / 2` above it; near
/// an end of the text as many more on the other side. Without the LF of the last one.
/// Looks at no more of the text than that.
pub fn lines_around(text: &str, at: usize, count: usize) -> Range<usize> {
    let at = crate::floor_char_boundary(text, at);
    let (above, below) = text.split_at(at);
    // The LFs above end the lines before; the last of them is where the cursor's line starts.
    let starts = || above.rmatch_indices('\n').map(|(lf, _)| lf + 1).chain([0]);
    let mut ends = below
        .match_indices('\n')
        .map(|(lf, _)| at + lf)
        .chain([text.len()]);
    let half = count / 2;
    let rows_above = starts().take(half + 1).count() - 1;
    let wanted = count.saturating_sub(rows_above).max(1);
    let mut end = at;
    let mut rows_below = 0;
    for lf in ends.by_ref().take(wanted) {
        end = lf;
        rows_below += 1;
    }
    let start = starts().take(count.saturating_sub(rows_below) + 1).last();
    start.unwrap_or(0)..end
}
