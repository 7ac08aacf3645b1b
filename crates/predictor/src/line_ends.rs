//! Offsets between a text as its editor has it and the same text with LF line ends.
//!
//! Inside, every CRLF is one LF. A document may mix both, so the offsets cannot be computed from
//! line numbers alone.

/// The byte in the LF text that byte `at` of `raw` stands for. Between CR and LF counts as before
/// the line end.
pub(crate) fn to_lf(raw: &str, at: usize) -> usize {
    let before = edit::slice(raw, 0..at);
    let at = before.len();
    let split = before.ends_with('\r') && raw.as_bytes().get(at) == Some(&b'\n');
    at - before.matches("\r\n").count() - usize::from(split)
}

/// The byte in `raw` that byte `at` of the LF text stands for: before the CR of the line end that
/// `at` stands before, after the LF of the one that it stands after.
pub(crate) fn from_lf(raw: &str, at: usize) -> usize {
    let pairs = raw
        .match_indices("\r\n")
        .enumerate()
        .take_while(|(earlier, (byte, _))| byte - earlier < at)
        .count();
    (at + pairs).min(raw.len())
}

#[cfg(test)]
mod tests {
    use super::{from_lf, to_lf};

    #[test]
    fn mixed_line_ends_map_there_and_back() {
        let raw = "a\r\nb\nc\r\n\r\nd\r";
        let lf = raw.replace("\r\n", "\n");
        for at in 0..=lf.len() {
            assert_eq!(to_lf(raw, from_lf(raw, at)), at);
        }
        let places: Vec<_> = (0..=lf.len()).map(|at| from_lf(raw, at)).collect();
        //                   a  CRLF b  LF c  CRLF CRLF  d   CR
        assert_eq!(places, [0, 1, 3, 4, 5, 6, 8, 10, 11, 12]);
    }

    #[test]
    fn inside_a_line_end_is_before_it() {
        assert_eq!(to_lf("a\r\nb", 2), 1);
    }
}
