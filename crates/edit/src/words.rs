//! Whole words of a text: runs of letters, digits, `_` and `$`.

use std::ops::Range;

use crate::slice;

/// Whether a character is one of a word's.
pub fn is_word(character: char) -> bool {
    character.is_alphanumeric() || character == '_' || character == '$'
}

/// `range` with the parts of words that it touches at both ends.
pub fn words_around(text: &str, range: Range<usize>) -> Range<usize> {
    let before = slice(text, 0..range.start);
    let after = slice(text, range.end..text.len());
    let start = before.trim_end_matches(is_word).len();
    start..range.end + after.len() - after.trim_start_matches(is_word).len()
}

/// Where `piece` stands in a text without a word that goes on beyond it on either side.
pub fn whole<'a>(text: &'a str, piece: &'a str) -> impl Iterator<Item = Range<usize>> + 'a {
    let joins = |left: Option<char>, right: Option<char>| {
        left.is_some_and(is_word) && right.is_some_and(is_word)
    };
    text.match_indices(piece).filter_map(move |(start, piece)| {
        let end = start + piece.len();
        let (before, after) = (text.get(..start)?, text.get(end..)?);
        let joined = joins(before.chars().next_back(), piece.chars().next())
            || joins(piece.chars().next_back(), after.chars().next());
        (!joined).then_some(start..end)
    })
}

#[cfg(test)]
mod tests {
    use super::{whole, words_around};

    #[test]
    fn a_range_grows_to_the_words_that_it_touches() {
        let text = "getTotal(x)";
        assert_eq!(words_around(text, 3..5), 0..8);
        assert_eq!(words_around(text, 8..9), 0..10);
        assert_eq!(words_around("(  )", 2..2), 2..2);
    }

    #[test]
    fn a_piece_ends_where_its_words_end() {
        let places = |text, piece| whole(text, piece).collect::<Vec<_>>();
        assert_eq!(places("sum subsum sum_2 b.sum", "sum"), [0..3, 19..22]);
        assert_eq!(places("f(a) f(ab) g(a)x", "(a)"), [1..4, 12..15]);
    }
}
