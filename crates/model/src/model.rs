//! A model: its graph on a device, its tokenizer, and what its file says of it.

use std::sync::Arc;

use crate::gguf::{Header, Value};
use crate::{Backend, Error, Graph, LoadOptions, Shape, Source, Tokenizer, read_header};

/// A model on a device, with the KV cache of one sequence.
pub struct Model<B: Backend> {
    graph: Graph<B>,
    tokenizer: Arc<Tokenizer>,
    name: String,
    dialect: Option<String>,
    edits: Option<String>,
    bytes: u64,
}

impl<B: Backend> Model<B> {
    /// Loads a model from a GGUF file: the header first, then the tensors in the order of the file.
    /// `progress` is told the bytes of weights that are loaded, and of all.
    ///
    /// # Errors
    /// [`Error::File`] and [`Error::Unsupported`] name the key or the tensor that is at fault.
    pub async fn load<S: Source>(
        source: &mut S,
        backend: B,
        options: &LoadOptions,
        mut progress: impl FnMut(u64, u64),
    ) -> Result<Self, Error> {
        let header = read_header(source).await?;
        let shape = Shape::from_header(&header)?;
        let tokenizer = Tokenizer::from_header(&header)?;
        if tokenizer.vocabulary() > shape.vocabulary {
            return Err(Error::File(format!(
                "{} tokens, but the embedding has {} rows",
                tokenizer.vocabulary(),
                shape.vocabulary
            )));
        }
        let text = |key: &str| header.get(key).and_then(Value::as_str).map(str::to_owned);
        Ok(Self {
            graph: Graph::load(source, &header, shape, backend, options, &mut progress).await?,
            tokenizer: Arc::new(tokenizer),
            name: text("general.name").unwrap_or_else(|| "unnamed".into()),
            dialect: text("foretab.dialect"),
            edits: text("foretab.edits"),
            bytes: weight_bytes(&header),
        })
    }

    /// As [`Graph::forward`].
    ///
    /// # Errors
    /// As there.
    pub async fn forward(
        &mut self,
        position: usize,
        tokens: &[u32],
        rows: usize,
    ) -> Result<Vec<u32>, Error> {
        self.graph.forward(position, tokens, rows).await
    }

    /// As [`Graph::logits`].
    ///
    /// # Errors
    /// As there.
    pub async fn logits(
        &mut self,
        position: usize,
        tokens: &[u32],
        rows: usize,
    ) -> Result<Vec<f32>, Error> {
        self.graph.logits(position, tokens, rows).await
    }

    /// The sizes of the model.
    pub fn shape(&self) -> &Shape {
        self.graph.shape()
    }

    /// Positions that the KV cache has room for.
    pub fn context(&self) -> usize {
        self.graph.context()
    }

    /// Positions whose keys and values are in the cache.
    pub fn cached(&self) -> usize {
        self.graph.cached()
    }

    /// The device.
    pub fn backend(&self) -> &B {
        self.graph.backend()
    }

    /// The device, for another model.
    pub fn into_backend(self) -> B {
        self.graph.into_backend()
    }

    /// The tokenizer of the model's file; shared, so that an answer can be read while the model is busy.
    pub fn tokenizer(&self) -> &Arc<Tokenizer> {
        &self.tokenizer
    }

    /// The model's name in its file.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The prompt dialect that the file names in `foretab.dialect`.
    pub fn dialect(&self) -> Option<&str> {
        self.dialect.as_deref()
    }

    /// Which of its edits are to be offered, as the file says in `foretab.edits`.
    pub fn edits(&self) -> Option<&str> {
        self.edits.as_deref()
    }

    /// Bytes of the weights in the file.
    pub fn bytes(&self) -> u64 {
        self.bytes
    }
}

fn weight_bytes(header: &Header) -> u64 {
    header
        .tensors
        .values()
        .filter_map(|tensor| tensor.bytes())
        .fold(0, u64::saturating_add)
}
