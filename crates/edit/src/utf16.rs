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
