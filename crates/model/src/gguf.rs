//! The header of a GGUF file: metadata, and where each tensor lies.
//!
//! Versions 2 and 3, little-endian, as specified in ggml's `docs/gguf.md`. A header is read from
//! the first bytes of a file of which the rest may still be on the network, so nothing here assumes
//! that a tensor's bytes are present, and every count and length is held against the bytes that are.

mod cursor;
mod value;

use std::collections::BTreeMap;

use crate::block::ggml_name;
use crate::{BlockFormat, Error};
use cursor::Cursor;
pub use value::{Numbers, Value};

/// A header longer than this is refused. Qwen2's, with 151,936 tokens and their merges, takes 6 MB.
pub const MAX_HEADER: u64 = 64 << 20;

/// Why reading stopped before the end of the header.
enum Stop {
    /// The file is needed up to this byte at least.
    More(u64),
    Bad(String),
}

/// What [`Header::parse`] made of the first bytes of a file.
#[derive(Debug, Clone, PartialEq)]
pub enum Parsed {
    /// The whole header was there.
    Complete(Header),
    /// Bytes from the start of the file that are needed at least; call again with these, or more.
    NeedMore(u64),
}

/// Everything that stands before the tensors' bytes.
#[derive(Debug, Clone, PartialEq)]
pub struct Header {
    /// 2 or 3.
    pub version: u32,
    /// Metadata by key.
    pub metadata: BTreeMap<String, Value>,
    /// Tensors by name.
    pub tensors: BTreeMap<String, Tensor>,
    /// Bytes before the first tensor's: the tensors' offsets count from here.
    pub data_start: u64,
}

/// Where one tensor lies, and how.
#[derive(Debug, Clone, PartialEq)]
pub struct Tensor {
    /// Sizes as the file has them, the contiguous dimension first: a matrix is `[columns, rows]`.
    pub dimensions: Vec<u64>,
    /// ggml's number for the block format.
    pub kind: u32,
    /// Byte in the file where its data begins.
    pub offset: u64,
}

impl Tensor {
    /// The block format, when it is one that this crate reads.
    pub fn format(&self) -> Option<BlockFormat> {
        BlockFormat::from_ggml(self.kind)
    }

    /// The block format's name, for people: also of those that this crate does not read.
    pub fn format_name(&self) -> String {
        ggml_name(self.kind)
    }

    /// Number of weights, or `None` where the product overflows.
    pub fn elements(&self) -> Option<u64> {
        self.dimensions
            .iter()
            .try_fold(1u64, |product, &size| product.checked_mul(size))
    }

    /// Bytes of the tensor's data, or `None` when its block format is not one that this crate reads
    /// or its sizes make no sense.
    pub fn bytes(&self) -> Option<u64> {
        let (block, block_bytes) = self
            .format()
            .map(|format| (format.block_size() as u64, format.block_bytes() as u64))?;
        let row = self.dimensions.first().copied().unwrap_or(1);
        if !row.is_multiple_of(block) {
            return None;
        }
        (self.elements()? / block).checked_mul(block_bytes)
    }
}

impl Header {
    /// Reads the header from the first bytes of a file.
    ///
    /// # Errors
    /// [`Error::File`] with the place and what is wrong there. Bytes that merely end too early give
    /// [`Parsed::NeedMore`], never beyond [`MAX_HEADER`].
    pub fn parse(bytes: &[u8]) -> Result<Parsed, Error> {
        match Self::read(&mut Cursor::new(bytes)) {
            Ok(header) => Ok(Parsed::Complete(header)),
            Err(Stop::More(needed)) if needed <= MAX_HEADER => Ok(Parsed::NeedMore(needed)),
            Err(Stop::More(needed)) => Err(Error::File(format!(
                "the header would reach to byte {needed}; {MAX_HEADER} are the most that is read"
            ))),
            Err(Stop::Bad(what)) => Err(Error::File(what)),
        }
    }

    fn read(cursor: &mut Cursor) -> Result<Self, Stop> {
        if cursor.take(4)? != b"GGUF" {
            return Err(Stop::Bad(
                "not a GGUF file: it does not begin with \"GGUF\"".into(),
            ));
        }
        let version = cursor.u32()?;
        match version {
            2 | 3 => {}
            _ if version.swap_bytes() <= 3 => {
                return Err(Stop::Bad("a big-endian GGUF file is not read".into()));
            }
            _ => {
                return Err(Stop::Bad(format!(
                    "GGUF version {version}; 2 and 3 are read"
                )));
            }
        }
        let tensor_count = cursor.u64()?;
        let metadata_count = cursor.u64()?;

        let mut metadata = BTreeMap::new();
        for _ in 0..metadata_count {
            let start = cursor.position();
            let key = cursor.string()?;
            let value = Value::read(cursor)?;
            if metadata.contains_key(&key) {
                return Err(Stop::Bad(format!(
                    "metadata key {key:?} stands a second time at byte {start}"
                )));
            }
            metadata.insert(key, value);
        }

        let mut tensors = BTreeMap::new();
        for _ in 0..tensor_count {
            let start = cursor.position();
            let name = cursor.string()?;
            let tensor = Self::read_tensor(cursor, &name)?;
            if tensors.contains_key(&name) {
                return Err(Stop::Bad(format!(
                    "tensor {name:?} stands a second time at byte {start}"
                )));
            }
            tensors.insert(name, tensor);
        }

        let alignment = match metadata.get("general.alignment").map(Value::as_u64) {
            None => 32,
            Some(Some(alignment)) if alignment.is_power_of_two() && alignment <= 1 << 20 => {
                alignment
            }
            Some(_) => {
                return Err(Stop::Bad(
                    "general.alignment is not a power of two up to 2^20".into(),
                ));
            }
        };
        let data_start = (cursor.position() as u64).next_multiple_of(alignment);
        for (name, tensor) in &mut tensors {
            tensor.offset = tensor
                .offset
                .checked_add(data_start)
                .ok_or_else(|| Stop::Bad(format!("tensor {name}: offset {}", tensor.offset)))?;
            if tensor.elements().is_none()
                || (tensor.format().is_some() && tensor.bytes().is_none())
            {
                return Err(Stop::Bad(format!(
                    "tensor {name}: {:?} weights in blocks of {}",
                    tensor.dimensions,
                    tensor.format_name()
                )));
            }
        }
        Ok(Header {
            version,
            metadata,
            tensors,
            data_start,
        })
    }

    fn read_tensor(cursor: &mut Cursor, name: &str) -> Result<Tensor, Stop> {
        let count = cursor.u32()?;
        if count > 4 {
            return Err(Stop::Bad(format!("tensor {name}: {count} dimensions")));
        }
        let dimensions = (0..count).map(|_| cursor.u64()).collect::<Result<_, _>>()?;
        Ok(Tensor {
            dimensions,
            kind: cursor.u32()?,
            offset: cursor.u64()?,
        })
    }

    /// The metadata value under `key`.
    pub fn get(&self, key: &str) -> Option<&Value> {
        self.metadata.get(key)
    }
}
