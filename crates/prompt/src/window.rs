//! The part of a document that the model rewrites.

use std::ops::Range;

/// Lines in a window: the cursor's and ten on each side. Sweep's models were trained on exactly
/// this size, so other sizes are out of distribution.
pub const WINDOW_LINES: usize = 21;

/// The window around byte `cursor`: [`WINDOW_LINES`] lines with the cursor's in the middle, slid
/// inwards at the ends of the document; the whole document if it has no more lines.
/// Bytes of `text`, without the LF that ends the last line.
pub fn window(text: &str, cursor: usize) -> Range<usize> {
    edit::lines_around(text, cursor, WINDOW_LINES)
}

#[cfg(test)]
mod tests {
    use super::*;
    use edit::Lines;

    /// The rows of the window in a document of `count` lines with the cursor in row `row`.
    fn rows(count: usize, row: usize) -> Vec<usize> {
        let text: Vec<_> = (0..count).map(|row| row.to_string()).collect();
        let cursor = Lines::new(&text.join("\n")).start(row);
        let text = text.join("\n");
        text[window(&text, cursor)]
            .split('\n')
            .map(|row| row.parse().unwrap())
            .collect()
    }

    #[test]
    fn slides_at_the_ends() {
        for (count, row, first, last) in [
            (30, 0, 0, 20),
            (30, 3, 0, 20),
            (30, 14, 4, 24),
            (30, 25, 9, 29),
            (30, 29, 9, 29),
            (22, 21, 1, 21),
            (21, 20, 0, 20),
            (5, 2, 0, 4),
        ] {
            assert_eq!(
                rows(count, row),
                (first..=last).collect::<Vec<_>>(),
                "{count} lines, row {row}"
            );
        }
    }

    #[test]
    fn leaves_out_the_last_line_end() {
        let text = "x\n".repeat(40);
        assert_eq!(&text[window(&text, 40)], "x\n".repeat(21).trim_end());
    }

    #[test]
    fn takes_any_text_and_cursor() {
        assert_eq!(window("", 0), 0..0);
        assert_eq!(window("", 7), 0..0);
        assert_eq!(window("é🦀\n", usize::MAX), 0..7);
        assert_eq!(window("é🦀\n", 1), 0..7);
    }
}
