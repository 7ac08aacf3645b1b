//! Where the bytes of a model file come from.

use crate::Error;

/// A file that can be read by range: memory, a disk, HTTP range requests.
#[expect(
    async_fn_in_trait,
    reason = "browser sources are not Send; every caller is generic"
)]
pub trait Source {
    /// Bytes of the whole file.
    fn size(&self) -> u64;

    /// Exactly `length` bytes from `offset` on; the caller stays within [`size`](Source::size).
    ///
    /// # Errors
    /// [`Error::Source`] when the bytes cannot be had.
    async fn read(&mut self, offset: u64, length: usize) -> Result<Vec<u8>, Error>;
}

impl Source for &[u8] {
    fn size(&self) -> u64 {
        self.len() as u64
    }

    async fn read(&mut self, offset: u64, length: usize) -> Result<Vec<u8>, Error> {
        let rest = usize::try_from(offset)
            .ok()
            .and_then(|offset| self.get(offset..));
        match rest.and_then(|rest| rest.get(..length)) {
            Some(bytes) => Ok(bytes.to_vec()),
            None => Err(Error::Source(format!(
                "{length} bytes at {offset}, beyond the end at {}",
                self.len()
            ))),
        }
    }
}

#[cfg(not(target_family = "wasm"))]
impl Source for std::fs::File {
    /// 0 when the file's size cannot be asked for: then every read fails, and says so.
    fn size(&self) -> u64 {
        self.metadata().map_or(0, |metadata| metadata.len())
    }

    async fn read(&mut self, offset: u64, length: usize) -> Result<Vec<u8>, Error> {
        use std::io::{Read, Seek, SeekFrom};
        let mut bytes = vec![0; length];
        self.seek(SeekFrom::Start(offset))
            .and_then(|_| self.read_exact(&mut bytes))
            .map_err(|error| Error::Source(format!("{length} bytes at {offset}: {error}")))?;
        Ok(bytes)
    }
}
