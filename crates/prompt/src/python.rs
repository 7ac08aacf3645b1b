//! What the server's language does with text, where Rust's library does otherwise.
//!
//! Python counts characters and not bytes, ends lines at more than LF, and takes a negative index
//! from the end. All of that shows in the server's prompts.

use unicode_properties::{GeneralCategoryGroup, UnicodeGeneralCategory as _};

/// The lines of `text`, each with what ends it; none for the empty text, and none after the last
/// line end (`str.splitlines(True)`).
pub(crate) fn lines(text: &str) -> Vec<&str> {
    let mut lines = Vec::new();
    let mut start = 0;
    let mut characters = text.char_indices().peekable();
    while let Some((at, character)) = characters.next() {
        if !ends_line(character) {
            continue;
        }
        let crlf = character == '\r' && characters.next_if(|next| next.1 == '\n').is_some();
        let end = at + character.len_utf8() + usize::from(crlf);
        lines.push(edit::slice(text, start..end));
        start = end;
    }
    if start < text.len() {
        lines.push(edit::slice(text, start..text.len()));
    }
    lines
}

/// The bytes of some lines together.
pub(crate) fn bytes(lines: &[&str]) -> usize {
    lines.iter().map(|line| line.len()).sum()
}

/// A line without what ends it.
pub(crate) fn unended(line: &str) -> &str {
    line.strip_suffix("\r\n")
        .or_else(|| line.strip_suffix(ends_line))
        .unwrap_or(line)
}

/// `text` without the white space around it (`str.strip`).
pub(crate) fn strip(text: &str) -> &str {
    text.trim_matches(is_space)
}

/// Whether there is nothing but white space.
pub(crate) fn is_blank(text: &str) -> bool {
    text.chars().all(is_space)
}

/// White space, with the information separators that Unicode does not count (`str.isspace`).
pub(crate) fn is_space(character: char) -> bool {
    character.is_whitespace() || ('\x1c'..='\x1f').contains(&character)
}

/// What `\w` matches: letters, numbers and the underscore, but no combining marks.
pub(crate) fn is_word(character: char) -> bool {
    character == '_'
        || matches!(
            character.general_category_group(),
            GeneralCategoryGroup::Letter | GeneralCategoryGroup::Number
        )
}

/// Characters in a text.
pub(crate) fn count(text: &str) -> usize {
    text.chars().count()
}

/// The byte of character `at`; past the end, the length.
pub(crate) fn byte(text: &str, at: usize) -> usize {
    text.char_indices()
        .nth(at)
        .map_or(text.len(), |(byte, _)| byte)
}

/// The characters from byte `from` to byte `to`; negative if `to` comes first.
pub(crate) fn characters(text: &str, from: usize, to: usize) -> isize {
    let between = |from, to| count(edit::slice(text, from..to)).cast_signed();
    if from <= to {
        between(from, to)
    } else {
        -between(to, from)
    }
}

/// `text[:at]` and `text[at:]`: a negative index counts from the end, one outside is the nearest.
pub(crate) fn split(text: &str, at: isize) -> (&str, &str) {
    let at = match usize::try_from(at) {
        Ok(at) => at,
        Err(_) => count(text).saturating_sub(at.unsigned_abs()),
    };
    text.split_at(byte(text, at))
}

/// The row of byte `at` as the server finds it: LF alone separates rows, except that at the end of
/// the text it is the last of the [`lines`], which is -1 for the empty text.
pub(crate) fn row(text: &str, at: usize) -> isize {
    let rows = if at == 0 {
        0
    } else if at >= text.len() {
        return lines(text).len().cast_signed() - 1;
    } else {
        edit::slice(text, 0..at).matches('\n').count()
    };
    rows.cast_signed()
}

fn ends_line(character: char) -> bool {
    matches!(
        character,
        '\n' | '\r' | '\x0b' | '\x0c' | '\x1c'..='\x1e' | '\u{85}' | '\u{2028}' | '\u{2029}'
    )
}
