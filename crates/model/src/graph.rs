//! The Qwen2 graph.

use crate::gguf::{Header, Value};
use crate::weights::{self, Weights};
use crate::{ActivationBits, Backend, Error, Shape, Source};

/// Positions in the KV cache when none are asked for.
const DEFAULT_CONTEXT: usize = 4096;

/// What to choose when loading a model.
#[derive(Debug, Clone, Default)]
pub struct LoadOptions {
    /// Positions in the KV cache. Default: what the model was trained for, at most 4096.
    pub context: Option<usize>,
}

/// Positions that a cache has where so many are asked for.
pub(crate) fn capacity(shape: &Shape, asked: Option<usize>) -> usize {
    asked.unwrap_or(DEFAULT_CONTEXT).min(shape.context).max(1)
}

/// A model's weights on a device, with the KV cache of one sequence: it knows tokens by their ids only.
pub struct Graph<B: Backend> {
    backend: B,
    shape: Shape,
    weights: Weights<B>,
    cache: B::Cache,
    /// Positions that the cache has room for.
    capacity: usize,
    /// Positions whose keys and values are in the cache.
    filled: usize,
}

impl<B: Backend> Graph<B> {
    /// Loads the tensors of a GGUF file that begins with `header`, which has the sizes `shape`, in their
    /// order there. `progress` is told the bytes that are loaded, and of all.
    ///
    /// # Errors
    /// [`Error::File`] and [`Error::Unsupported`] name the key or the tensor that is at fault.
    pub async fn load<S: Source>(
        source: &mut S,
        header: &Header,
        shape: Shape,
        mut backend: B,
        options: &LoadOptions,
        progress: &mut dyn FnMut(u64, u64),
    ) -> Result<Self, Error> {
        let capacity = capacity(&shape, options.context);
        backend.need(activation_bits(header)?);
        let weights = weights::load(source, header, &shape, &mut backend, progress).await?;
        let cache = backend.cache(&shape, capacity)?;
        Ok(Self {
            backend,
            shape,
            weights,
            cache,
            capacity,
            filled: 0,
        })
    }

    /// Runs tokens through the model and returns, for each of the last `rows` of them, the token that
    /// is likeliest to follow (the lowest id among equals).
    ///
    /// Token `t` stands at `position + t`. A `position` below what was run before rolls the cache back
    /// to it: what stood there or later is forgotten.
    ///
    /// # Errors
    /// [`Error::Context`] when the tokens do not fit, [`Error::Request`] for a gap after the cached
    /// positions, an id outside the vocabulary, no tokens, or more rows than tokens. These leave the
    /// cache as it was.
    pub async fn forward(
        &mut self,
        position: usize,
        tokens: &[u32],
        rows: usize,
    ) -> Result<Vec<u32>, Error> {
        let x = self.run(position, tokens, rows)?;
        if rows == 0 {
            return Ok(Vec::new());
        }
        let weights = &self.weights;
        self.backend
            .argmax(&self.shape, &x, rows, &weights.norm, weights.head())
            .await
    }

    /// As [`forward`](Graph::forward), but all logits of the last `rows` tokens, `[rows, vocabulary]`.
    ///
    /// # Errors
    /// As [`forward`](Graph::forward).
    pub async fn logits(
        &mut self,
        position: usize,
        tokens: &[u32],
        rows: usize,
    ) -> Result<Vec<f32>, Error> {
        let x = self.run(position, tokens, rows)?;
        if rows == 0 {
            return Ok(Vec::new());
        }
        let weights = &self.weights;
        self.backend
            .logits(&self.shape, &x, rows, &weights.norm, weights.head())
            .await
    }

    /// The residual stream after the last layer, of the last `rows` tokens, `[rows, hidden]`; what it is
    /// before that layer where there are none.
    fn run(
        &mut self,
        position: usize,
        tokens: &[u32],
        rows: usize,
    ) -> Result<B::Activations, Error> {
        let needed = position.saturating_add(tokens.len());
        if needed > self.capacity {
            return Err(Error::Context {
                needed,
                capacity: self.capacity,
            });
        }
        if position > self.filled {
            return Err(Error::Request(format!(
                "position {position}, but {} are cached",
                self.filled
            )));
        }
        if tokens.is_empty() || rows > tokens.len() {
            return Err(Error::Request(format!(
                "{rows} rows of {} tokens",
                tokens.len()
            )));
        }
        if let Some(id) = tokens
            .iter()
            .find(|&&id| id as usize >= self.shape.vocabulary)
        {
            return Err(Error::Request(format!(
                "token {id} of a vocabulary of {}",
                self.shape.vocabulary
            )));
        }

        let Self {
            backend,
            shape,
            weights,
            cache,
            ..
        } = self;
        // If the device fails half-way, what the cache holds from `position` on is not to be used.
        self.filled = position;
        let mut x = backend.embed(&weights.embedding, tokens)?;
        for (layer, (attention, feed_forward)) in weights.layers.iter().enumerate() {
            let mut query =
                backend.query_key_value(shape, &x, attention, cache, layer, position)?;
            let mut first = position;
            if layer + 1 == shape.layers && rows < tokens.len() {
                if rows == 0 {
                    break;
                }
                (query, x) = (backend.last(&query, rows)?, backend.last(&x, rows)?);
                first = needed - rows;
            }
            let mixed = backend.attention(shape, &query, cache, layer, first)?;
            backend.project_add(&mixed, &attention.output, &mut x)?;
            let inner = backend.gate_up_silu(shape, &x, feed_forward)?;
            backend.project_add(&inner, &feed_forward.down, &mut x)?;
        }
        self.filled = needed;
        Ok(x)
    }

    /// The sizes of the model.
    pub fn shape(&self) -> &Shape {
        &self.shape
    }

    /// Positions that the KV cache has room for.
    pub fn context(&self) -> usize {
        self.capacity
    }

    /// Positions whose keys and values are in the cache.
    pub fn cached(&self) -> usize {
        self.filled
    }

    /// The device.
    pub fn backend(&self) -> &B {
        &self.backend
    }

    /// The device, for another model.
    pub fn into_backend(self) -> B {
        self.backend
    }
}

/// What the file says in `foretab.activation_bits`: 8 or 16; where it says nothing, 8.
fn activation_bits(header: &Header) -> Result<ActivationBits, Error> {
    match header.get("foretab.activation_bits").map(Value::as_u64) {
        None | Some(Some(8)) => Ok(ActivationBits::Eight),
        Some(Some(16)) => Ok(ActivationBits::Sixteen),
        Some(_) => Err(Error::Unsupported(
            "foretab.activation_bits is neither 8 nor 16".into(),
        )),
    }
}
