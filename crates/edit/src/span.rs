//! Small questions about two texts or one offset, asked in several places.

use std::ops::Range;

/// Length in bytes of the longest common prefix of `a` and `b` that ends between two characters.
pub fn common_prefix(a: &str, b: &str) -> usize {
    let bytes = a.bytes().zip(b.bytes()).take_while(|(a, b)| a == b).count();
    floor_char_boundary(a, bytes)
}

/// Length in bytes of the longest common suffix of `a` and `b` that starts between two characters.
pub fn common_suffix(a: &str, b: &str) -> usize {
    let bytes = a
        .bytes()
        .rev()
        .zip(b.bytes().rev())
        .take_while(|(a, b)| a == b)
        .count();
    // Equal bytes up to the end: where one text has a character start, the other has it too.
    (a.len() - bytes..=a.len())
        .find(|&at| a.is_char_boundary(at))
        .map_or(0, |at| a.len() - at)
}

/// The greatest offset at most `at` that lies between two characters of `text`.
pub fn floor_char_boundary(text: &str, at: usize) -> usize {
    text.floor_char_boundary(at)
}

/// `text[range]`, clamped to the text and to the character starts before both ends.
pub fn slice(text: &str, range: Range<usize>) -> &str {
    let end = floor_char_boundary(text, range.end);
    let start = floor_char_boundary(text, range.start).min(end);
    text.get(start..end).unwrap_or_default()
}
