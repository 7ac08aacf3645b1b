//! What a file holds and needs, from its header alone: before a byte of its weights is read.

use std::collections::BTreeMap;

use crate::gguf::{Header, Value};
use crate::graph::capacity;
use crate::weights::{find, wanted};
use crate::{BlockFormat, Error, Shape, Tokenizer};

/// What the header of a file says of the model in it.
#[derive(Debug, Clone)]
pub struct Inspection {
    /// `general.architecture`.
    pub architecture: Option<String>,
    /// `general.name`.
    pub name: Option<String>,
    /// The prompt dialect that the file names in `foretab.dialect`.
    pub dialect: Option<String>,
    /// Numbers in all tensors.
    pub parameters: u64,
    /// Bytes by block format; `None` where the format is not read, and so its size not known.
    pub formats: BTreeMap<String, Option<u64>>,
    /// The sizes, of a model that this crate computes.
    pub shape: Option<Shape>,
    /// Positions that the KV cache is to have.
    pub context: usize,
    /// The matrices of a model that can be loaded.
    pub groups: Vec<Together>,
    /// Bytes of the vectors of such a model, as f32.
    pub vector_bytes: u64,
    /// Where the last tensor ends: the file has at least so many bytes.
    pub file_bytes: u64,
    /// Why it cannot be loaded; nothing where it can.
    pub missing: Vec<String>,
}

/// Matrices that meet the same input: rows and format of each.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Together {
    /// Of each.
    pub columns: usize,
    /// As [`Backend::matrices`](crate::Backend::matrices) gets them.
    pub matrices: Vec<(usize, BlockFormat)>,
}

impl Inspection {
    /// Of a header; `context` as in [`LoadOptions`](crate::LoadOptions).
    pub fn of(header: &Header, context: Option<usize>) -> Self {
        let text = |key: &str| header.get(key).and_then(Value::as_str).map(str::to_owned);
        let mut formats = BTreeMap::new();
        for tensor in header.tensors.values() {
            let sum = formats.entry(tensor.format_name()).or_insert(Some(0));
            *sum = sum.and_then(|sum: u64| sum.checked_add(tensor.bytes()?));
        }
        let end = |bytes: Option<u64>, offset: u64| offset.checked_add(bytes?);
        let mut inspection = Self {
            architecture: text("general.architecture"),
            name: text("general.name"),
            dialect: text("foretab.dialect"),
            parameters: (header.tensors.values())
                .filter_map(|tensor| tensor.elements())
                .fold(0, u64::saturating_add),
            formats,
            shape: None,
            context: 0,
            groups: Vec::new(),
            vector_bytes: 0,
            file_bytes: (header.tensors.values())
                .filter_map(|tensor| end(tensor.bytes(), tensor.offset))
                .fold(header.data_start, u64::max),
            missing: Vec::new(),
        };
        match Shape::from_header(header) {
            Ok(shape) => {
                inspection.context = capacity(&shape, context);
                inspection.plan(header, &shape);
                inspection.shape = Some(shape);
            }
            Err(error) => inspection.lack(&error),
        }
        if let Err(error) = Tokenizer::check(header) {
            inspection.lack(&error);
        }
        inspection
    }

    fn plan(&mut self, header: &Header, shape: &Shape) {
        // As when loading: a count that lies ends here.
        if let Err(error) = crate::weights::check_layers(header, shape) {
            return self.lack(&error);
        }
        let mut group = None;
        for wanted in wanted(shape, header) {
            match find(header, &wanted, u64::MAX) {
                Err(error) => {
                    self.lack(&error);
                    break;
                }
                Ok(_) if wanted.rows == 0 => self.vector_bytes += 4 * wanted.columns as u64,
                Ok((_, format, _)) => {
                    let matrix = (wanted.rows, format);
                    let last = self.groups.last_mut();
                    match last.filter(|_| group.as_ref() == Some(&wanted.group)) {
                        Some(together) => together.matrices.push(matrix),
                        None => self.groups.push(Together {
                            columns: wanted.columns,
                            matrices: vec![matrix],
                        }),
                    }
                    group = Some(wanted.group);
                }
            }
        }
    }

    fn lack(&mut self, error: &Error) {
        self.missing.push(error.to_string());
    }

    /// Bytes of the tensors whose formats are read.
    pub fn weight_bytes(&self) -> u64 {
        self.formats
            .values()
            .flatten()
            .fold(0, |sum, &bytes| sum.saturating_add(bytes))
    }

    /// Bytes of the KV cache for [`context`](Inspection::context) positions.
    pub fn cache_bytes(&self) -> u64 {
        self.shape.as_ref().map_or(0, |shape| {
            (shape.kv_bytes_per_token() as u64).saturating_mul(self.context as u64)
        })
    }
}
