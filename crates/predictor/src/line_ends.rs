//! Offsets between a text as its editor has it and the same text with LF line ends.
//!
//! Inside, every CRLF is one LF. A document may mix both, but both texts have the same rows, and within
//! a row the same columns.

use edit::Text;

/// The byte in `text`, with LF line ends, that byte `at` of `raw` stands for. Between CR and LF counts
/// as before the line end.
pub(crate) fn to_lf(raw: &Text, text: &Text, at: usize) -> usize {
    let at = at.min(raw.len());
    let split = at > 0 && raw.byte(at - 1) == Some(b'\r') && raw.byte(at) == Some(b'\n');
    let row = raw.row(at);
    text.row_start(row) + at - raw.row_start(row) - usize::from(split)
}

/// The byte in `raw` that byte `at` of `text`, with LF line ends, stands for: before the CR of the line
/// end that `at` stands before, after the LF of the one that it stands after.
pub(crate) fn from_lf(raw: &Text, text: &Text, at: usize) -> usize {
    let at = at.min(text.len());
    let row = text.row(at);
    raw.row_start(row) + at - text.row_start(row)
}

#[cfg(test)]
mod tests {
    use super::{from_lf, to_lf};
    use edit::Text;

    #[test]
    fn mixed_line_ends_map_there_and_back() {
        let raw = "a\r\nb\nc\r\n\r\nd\r";
        let text = Text::from(raw.replace("\r\n", "\n").as_str());
        let raw = Text::from(raw);
        for at in 0..=text.len() {
            assert_eq!(to_lf(&raw, &text, from_lf(&raw, &text, at)), at);
        }
        let places: Vec<_> = (0..=text.len())
            .map(|at| from_lf(&raw, &text, at))
            .collect();
        //                   a  CRLF b  LF c  CRLF CRLF  d   CR
        assert_eq!(places, [0, 1, 3, 4, 5, 6, 8, 10, 11, 12]);
    }

    #[test]
    fn inside_a_line_end_is_before_it() {
        assert_eq!(to_lf(&"a\r\nb".into(), &"a\nb".into(), 2), 1);
    }
}
