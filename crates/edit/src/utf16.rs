//! Byte offsets to UTF-16 offsets and back.

/// The UTF-16 offset of byte `at`; inside a character, that of its start; past the end, the length.
pub fn from_bytes(text: &str, at: usize) -> usize {
    crate::slice(text, 0..at).encode_utf16().count()
}

/// The byte offset of UTF-16 offset `at`; inside a surrogate pair, that of its start; past the
/// end, the length.
pub fn to_bytes(text: &str, at: usize) -> usize {
    let mut units = 0;
    for (byte, character) in text.char_indices() {
        units += character.len_utf16();
        if units > at {
            return byte;
        }
    }
    text.len()
}

/// As [`to_bytes`] for many offsets, in any order, in one walk through the text.
pub fn all_to_bytes(text: &str, offsets: &[usize]) -> Vec<usize> {
    let mut ascending: Vec<_> = offsets.iter().copied().enumerate().collect();
    ascending.sort_by_key(|&(_, at)| at);
    let mut bytes = vec![text.len(); offsets.len()];
    let mut wanted = ascending.into_iter().peekable();
    let mut units = 0;
    for (byte, character) in text.char_indices() {
        units += character.len_utf16();
        while let Some((index, _)) = wanted.next_if(|&(_, at)| at < units) {
            if let Some(slot) = bytes.get_mut(index) {
                *slot = byte;
            }
        }
    }
    bytes
}
