//! A text that is edited in place.

use std::borrow::Cow;
use std::fmt;
use std::ops::Range;

use ropey::Rope;

use crate::Replacement;
use crate::lines::rows_around;

/// A text in which a change, a line or an offset takes logarithmic time, and a copy none.
///
/// As everywhere, lines end with LF, and offsets are bytes. One past the end counts as the end, one
/// inside a character as that character's start.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Text {
    rope: Rope,
}

impl Text {
    /// Length in bytes.
    pub fn len(&self) -> usize {
        self.rope.len_bytes()
    }

    /// Whether it has no character.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Length in characters.
    pub fn chars(&self) -> usize {
        self.rope.len_chars()
    }

    /// How many lines there are, counted as [`Lines`](crate::Lines) does; at least one.
    pub fn rows(&self) -> usize {
        self.rope.len_lines()
    }

    /// The line, counted from 0, that holds byte `at`.
    pub fn row(&self, at: usize) -> usize {
        self.rope.byte_to_line(at.min(self.len()))
    }

    /// First byte of line `row`; past the last line, the length of the text.
    pub fn row_start(&self, row: usize) -> usize {
        self.rope.line_to_byte(row.min(self.rows()))
    }

    /// The bytes of the lines `rows` without the LF of the last one.
    pub fn span(&self, rows: Range<usize>) -> Range<usize> {
        let start = self.row_start(rows.start);
        let end = self.row_start(rows.end);
        let ends_with_lf = rows.end < self.rows();
        start..end.saturating_sub(usize::from(ends_with_lf)).max(start)
    }

    /// The bytes of at most `count` lines around byte `at`, as [`lines_around`](crate::lines_around) gives them.
    pub fn lines_around(&self, at: usize, count: usize) -> Range<usize> {
        self.span(rows_around(self.row(at), self.rows(), count))
    }

    /// A part of the text, as [`slice`](crate::slice) gives it.
    pub fn slice(&self, range: Range<usize>) -> Cow<'_, str> {
        let end = self.char(range.end);
        self.rope.slice(self.char(range.start).min(end)..end).into()
    }

    /// The byte at `at`.
    pub fn byte(&self, at: usize) -> Option<u8> {
        self.rope.get_byte(at)
    }

    /// Makes a change. False, and nothing is changed, if the range is not one of this text's.
    pub fn replace(&mut self, change: &Replacement) -> bool {
        let chars = self.char(change.start)..self.char(change.end);
        let sound = |char, at| self.rope.char_to_byte(char) == at;
        if change.start > change.end
            || !sound(chars.start, change.start)
            || !sound(chars.end, change.end)
        {
            return false;
        }
        self.rope.remove(chars.clone());
        self.rope.insert(chars.start, &change.text);
        true
    }

    /// The UTF-16 offset of byte `at`.
    pub fn to_utf16(&self, at: usize) -> usize {
        self.rope.char_to_utf16_cu(self.char(at))
    }

    /// The byte at a UTF-16 offset; inside a surrogate pair, that of its start.
    pub fn from_utf16(&self, at: usize) -> usize {
        let at = at.min(self.rope.len_utf16_cu());
        self.rope.char_to_byte(self.rope.utf16_cu_to_char(at))
    }

    fn char(&self, at: usize) -> usize {
        self.rope.byte_to_char(at.min(self.len()))
    }
}

impl From<&str> for Text {
    fn from(text: &str) -> Self {
        Self {
            rope: Rope::from_str(text),
        }
    }
}

impl fmt::Display for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.rope.fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use super::Text;
    use crate::{Lines, Replacement, lines_around, slice, utf16};
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn answers_as_a_str_does(start: String, other: String, at in 0usize..40, end in 0usize..40) {
            let text = Text::from(start.as_str());
            let lines = Lines::new(&start);
            prop_assert_eq!(text.slice(at..end), slice(&start, at..end));
            prop_assert_eq!(text.rows(), lines.count());
            let boundary = start.floor_char_boundary(at);
            prop_assert_eq!(text.row(boundary), lines.row(boundary));
            prop_assert_eq!(text.row_start(at), lines.start(at));
            prop_assert_eq!(text.span(at..end), lines.span(at..end.max(at)));
            prop_assert_eq!(text.lines_around(at, end + 1), lines_around(&start, at, end + 1));
            prop_assert_eq!(text.to_utf16(at), utf16::from_bytes(&start, at));
            prop_assert_eq!(text.from_utf16(at), utf16::to_bytes(&start, at));

            let change = Replacement { start: at, end, text: other };
            let mut text = text;
            prop_assert_eq!(text.replace(&change), change.apply(&start).is_some());
            prop_assert_eq!(text.to_string(), change.apply(&start).unwrap_or(start));
        }
    }
}
