//! The units that a change is marked in.

use unicode_segmentation::UnicodeSegmentation as _;

/// Whether a character is one of an identifier or a number, as [`tokens`] has them; unlike those of
/// [`is_word`](crate::is_word) without `$`.
pub fn is_identifier(character: char) -> bool {
    character.is_alphanumeric() || character == '_'
}

/// Splits `text` into identifiers and numbers on one side and single graphemes on the other;
/// CRLF is one grapheme. Joined, the tokens are the text again.
pub fn tokens(text: &str) -> Vec<&str> {
    let mut tokens = Vec::new();
    let mut start = 0;
    let mut in_word = false;
    for (at, grapheme) in text.grapheme_indices(true) {
        let word = grapheme.starts_with(is_identifier);
        if at > start && !(word && in_word) {
            tokens.push(crate::slice(text, start..at));
            start = at;
        }
        in_word = word;
    }
    if start < text.len() {
        tokens.push(crate::slice(text, start..text.len()));
    }
    tokens
}
