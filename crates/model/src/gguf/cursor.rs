//! A reader over the first bytes of a file that may go on.

use super::Stop;

/// Little-endian values from bytes that may still be arriving: at their end it asks for more
/// instead of failing.
pub(super) struct Cursor<'a> {
    bytes: &'a [u8],
    position: usize,
}

impl<'a> Cursor<'a> {
    pub(super) fn new(bytes: &'a [u8]) -> Self {
        Self { bytes, position: 0 }
    }

    /// Bytes from the start of the file.
    pub(super) fn position(&self) -> usize {
        self.position
    }

    pub(super) fn take(&mut self, length: u64) -> Result<&'a [u8], Stop> {
        let end = (self.position as u64).checked_add(length).ok_or_else(|| {
            Stop::Bad(format!(
                "a length of {length} bytes at byte {}",
                self.position
            ))
        })?;
        // `usize` has 32 bits in wasm: convert only what is known to be in memory.
        let piece = usize::try_from(end)
            .ok()
            .and_then(|end| self.bytes.get(self.position..end));
        let piece = piece.ok_or(Stop::More(end))?;
        self.position += piece.len();
        Ok(piece)
    }

    fn array<const N: usize>(&mut self) -> Result<[u8; N], Stop> {
        let mut array = [0; N];
        array.copy_from_slice(self.take(N as u64)?);
        Ok(array)
    }

    pub(super) fn u8(&mut self) -> Result<u8, Stop> {
        self.array().map(u8::from_le_bytes)
    }

    pub(super) fn u16(&mut self) -> Result<u16, Stop> {
        self.array().map(u16::from_le_bytes)
    }

    pub(super) fn u32(&mut self) -> Result<u32, Stop> {
        self.array().map(u32::from_le_bytes)
    }

    pub(super) fn u64(&mut self) -> Result<u64, Stop> {
        self.array().map(u64::from_le_bytes)
    }

    /// A 64-bit length in bytes, then that many bytes of UTF-8.
    pub(super) fn string(&mut self) -> Result<String, Stop> {
        let start = self.position;
        let length = self.u64()?;
        let bytes = self.take(length)?;
        match std::str::from_utf8(bytes) {
            Ok(text) => Ok(text.to_owned()),
            Err(_) => Err(Stop::Bad(format!(
                "the string at byte {start} is not UTF-8"
            ))),
        }
    }
}
