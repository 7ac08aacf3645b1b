//! Tensors' bytes in the order of the file, a few megabytes at a time.

use crate::{Error, Source};

/// Bytes asked of a source at once.
const CHUNK: u64 = 4 << 20;

/// Reads forward through a file, in large pieces however small the tensors are: a model has hundreds
/// of vectors of a few kilobytes, and each range request costs a round trip.
pub(crate) struct Forward<'a, S> {
    source: &'a mut S,
    /// Where `buffer` begins in the file.
    start: u64,
    buffer: Vec<u8>,
    /// Nothing beyond this byte is wanted.
    end: u64,
}

impl<'a, S: Source> Forward<'a, S> {
    pub(crate) fn new(source: &'a mut S, end: u64) -> Self {
        Self {
            source,
            start: 0,
            buffer: Vec::new(),
            end,
        }
    }

    /// The bytes `offset .. offset + length`, which lie before `end`.
    pub(crate) async fn read(&mut self, offset: u64, length: usize) -> Result<&[u8], Error> {
        let buffered_end = self.start + self.buffer.len() as u64;
        let wanted_end = offset + length as u64;
        if offset < self.start || wanted_end > buffered_end {
            // Keep what is already here of the wanted piece, and read on from there.
            if offset >= self.start && offset < buffered_end {
                self.buffer.drain(..(offset - self.start) as usize);
            } else {
                self.buffer.clear();
            }
            self.start = offset;
            let have = offset + self.buffer.len() as u64;
            let more = (wanted_end - have).max(CHUNK.min(self.end.saturating_sub(have))) as usize;
            let piece = self.source.read(have, more).await?;
            if piece.len() != more {
                return Err(Error::Source(format!(
                    "{} of {more} bytes came from {have} on",
                    piece.len()
                )));
            }
            self.buffer.extend(piece);
        }
        let from = (offset - self.start) as usize;
        Ok(&self.buffer[from..from + length])
    }
}
