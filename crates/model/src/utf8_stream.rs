//! Bytes to text while they arrive.

/// Turns tokens' bytes into text as they come, keeping back a character that is not complete yet.
#[derive(Debug, Clone, Default)]
pub struct Utf8Stream {
    pending: Vec<u8>,
}

impl Utf8Stream {
    /// Takes bytes and returns the text that is complete with them.
    /// What can no longer become UTF-8 turns into U+FFFD.
    pub fn push(&mut self, bytes: &[u8]) -> String {
        self.pending.extend(bytes);
        let mut text = String::new();
        let mut rest = self.pending.as_slice();
        loop {
            let error = match std::str::from_utf8(rest) {
                Ok(valid) => {
                    text.push_str(valid);
                    rest = &[];
                    break;
                }
                Err(error) => error,
            };
            let (valid, invalid) = rest.split_at(error.valid_up_to());
            text.push_str(std::str::from_utf8(valid).unwrap_or_default());
            rest = invalid;
            let Some(length) = error.error_len() else {
                break;
            };
            text.push(char::REPLACEMENT_CHARACTER);
            rest = rest.get(length..).unwrap_or_default();
        }
        self.pending = rest.to_vec();
        text
    }

    /// Ends the text: an incomplete character becomes U+FFFD.
    pub fn finish(&mut self) -> String {
        String::from_utf8_lossy(&std::mem::take(&mut self.pending)).into_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stream(pieces: &[&[u8]]) -> Vec<String> {
        let mut stream = Utf8Stream::default();
        let mut out: Vec<_> = pieces.iter().map(|piece| stream.push(piece)).collect();
        out.push(stream.finish());
        out
    }

    #[test]
    fn a_character_waits_for_its_last_byte() {
        assert_eq!(
            stream(&[b"a\xf0\x9f", b"\x99", b"\x82b"]),
            ["a", "", "🙂b", ""]
        );
    }

    #[test]
    fn wrong_bytes_become_replacement_characters() {
        assert_eq!(
            stream(&[b"a\xffb", b"\xe4\xbd", b"z\xe4"]),
            ["a\u{fffd}b", "", "\u{fffd}z", "\u{fffd}"]
        );
    }
}
