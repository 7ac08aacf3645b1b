//! The sizes of a model, from its metadata.

use crate::gguf::{Header, Value};
use crate::{Error, Shape};

impl Shape {
    /// Reads the sizes from a file's metadata and checks that they fit each other.
    ///
    /// # Errors
    /// [`Error::Unsupported`] for another architecture, [`Error::File`] for a missing or impossible size.
    pub fn from_header(header: &Header) -> Result<Self, Error> {
        match header.get("general.architecture").and_then(Value::as_str) {
            Some("qwen2") => {}
            Some(other) => {
                return Err(Error::Unsupported(format!(
                    "architecture {other:?}; \"qwen2\" is read"
                )));
            }
            None => return Err(Error::File("general.architecture is missing".into())),
        }
        match header
            .get("qwen2.rope.scaling.type")
            .and_then(Value::as_str)
        {
            None | Some("none") => {}
            Some(kind) => return Err(Error::Unsupported(format!("rope scaling {kind:?}"))),
        }
        let size = |key: &str, default: Option<usize>| {
            let key = format!("qwen2.{key}");
            let value = match header.get(&key) {
                None => default,
                // Sizes multiply further on: 2^24 keeps every product of three within 64 bits.
                Some(value) => {
                    let value = value.as_u64().filter(|value| (1..=1 << 24).contains(value));
                    Some(value.ok_or_else(|| Error::File(format!("{key} is not a size")))? as usize)
                }
            };
            value.ok_or_else(|| Error::File(format!("{key} is missing")))
        };
        let number = |key: &str, default: Option<f32>| {
            let key = format!("qwen2.{key}");
            let value = header
                .get(&key)
                .map_or(default.map(f64::from), Value::as_f64);
            let value = value.filter(|value| value.is_finite() && *value > 0.0);
            value
                .map(|value| value as f32)
                .ok_or_else(|| Error::File(format!("{key} is missing or not positive")))
        };

        let hidden = size("embedding_length", None)?;
        let heads = size("attention.head_count", None)?;
        let table = header
            .tensors
            .get("token_embd.weight")
            .and_then(|table| table.dimensions.get(1));
        let vocabulary = table
            .and_then(|&rows| usize::try_from(rows).ok())
            .filter(|&rows| rows <= 1 << 24);
        let shape = Shape {
            layers: size("block_count", None)?,
            hidden,
            heads,
            kv_heads: size("attention.head_count_kv", Some(heads))?,
            head_dim: size("attention.key_length", Some((hidden / heads).max(1)))?,
            feed_forward: size("feed_forward_length", None)?,
            vocabulary: vocabulary.ok_or_else(|| {
                Error::File("tensor token_embd.weight is missing or not a matrix".into())
            })?,
            rope_base: number("rope.freq_base", Some(10_000.0))?,
            rms_epsilon: number("attention.layer_norm_rms_epsilon", None)?,
            context: size("context_length", None)?,
        };
        if !shape.heads.is_multiple_of(shape.kv_heads) {
            return Err(Error::File(format!(
                "{} heads cannot share {} KV heads",
                shape.heads, shape.kv_heads
            )));
        }
        if !shape.head_dim.is_multiple_of(2) {
            return Err(Error::File(format!(
                "a head of width {} cannot be rotated",
                shape.head_dim
            )));
        }
        Ok(shape)
    }

    /// Bytes that a token's keys and values take in the cache, in all layers.
    pub fn kv_bytes_per_token(&self) -> usize {
        2 * self.layers * self.kv_heads * self.head_dim * size_of::<f32>()
    }

    /// Multiply-adds of a pass of so many tokens, the first at `position`, with logits for the last
    /// `rows` of them: those of all matrices, and of attention. Of the last layer the others need no
    /// more than keys and values, together with which queries are computed.
    pub fn multiply_adds(&self, position: usize, tokens: usize, rows: usize) -> u64 {
        let size = |size: usize| size as u64;
        let (query, key) = (self.heads * self.head_dim, self.kv_heads * self.head_dim);
        let before_attention = size(self.hidden) * size(query + 2 * key);
        let after_attention = size(self.hidden) * size(query + 3 * self.feed_forward);
        // For all of a layer but keys and values, of the last tokens.
        let last = |count: usize| {
            // Of each with those before it and itself, once for the scores and once for the values.
            let pairs = size(count) * size(2 * (position + tokens) - count + 1) / 2;
            size(count) * after_attention + 2 * size(query) * pairs
        };
        let head = size(self.hidden) * size(self.vocabulary);
        size(self.layers) * size(tokens) * before_attention
            + size(self.layers - 1) * last(tokens)
            + last(rows)
            + size(rows) * head
    }

    /// Cosine and sine of RoPE's angles, `position * rope_base^(-2 i / head_dim)`, for a range of
    /// positions: `[positions, head_dim / 2, 2]`.
    pub fn turns(&self, positions: std::ops::Range<usize>) -> Vec<f32> {
        let half = self.head_dim / 2;
        let exponent = -2.0 / self.head_dim as f64;
        let frequencies: Vec<f64> = (0..half)
            .map(|i| f64::from(self.rope_base).powf(exponent * i as f64))
            .collect();
        let mut turns = Vec::with_capacity(positions.len() * self.head_dim);
        for position in positions {
            for frequency in &frequencies {
                let (sin, cos) = (position as f64 * frequency).sin_cos();
                turns.extend([cos as f32, sin as f32]);
            }
        }
        turns
    }
}
