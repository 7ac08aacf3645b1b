//! What the Qwen2 graph asks of a device.
//!
//! The graph is written once, over this trait; a backend supplies kernels and buffers and decides
//! nothing. The operations have the grain of fused kernels, so that the graph reads like the paper
//! and a backend is a short list of kernels rather than a tensor library.

use crate::Error;

/// How the weights of a matrix lie in the file: the GGUF block formats that this crate reads.
#[expect(non_camel_case_types, reason = "the names that ggml has")]
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum BlockFormat {
    /// 32-bit IEEE floats.
    F32,
    /// 16-bit IEEE floats.
    F16,
    /// bfloat16: the upper half of an F32.
    BF16,
    /// Blocks of 32: one f16 scale, 32 signed bytes (34 bytes).
    Q8_0,
    /// Blocks of 32: one f16 scale, 32 nibbles with offset 8 (18 bytes).
    Q4_0,
    /// Blocks of 32: one f16 scale, 32 integers of five bits with offset 16 (22 bytes).
    Q5_0,
    /// Blocks of 256: for each 32 a scale and a minimum of six bits, times an f16 each, and nibbles
    /// (144 bytes).
    Q4_K,
    /// The same with integers of five bits (176 bytes).
    Q5_K,
    /// Blocks of 256: for each 16 a scale of eight bits with a sign, times an f16, and integers of six
    /// bits with offset 32 (210 bytes).
    Q6_K,
}

/// How exact a model needs its activations to be where they meet quantized weights.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ActivationBits {
    /// Integers of 8 bits do.
    #[default]
    Eight,
    /// Its attention hangs on small differences.
    Sixteen,
}

/// The sizes of a Qwen2 model, read from its file.
#[derive(Debug, Clone, PartialEq)]
pub struct Shape {
    /// Transformer layers.
    pub layers: usize,
    /// Width of the residual stream.
    pub hidden: usize,
    /// Query heads.
    pub heads: usize,
    /// Key and value heads; `heads` is a multiple of it (grouped-query attention).
    pub kv_heads: usize,
    /// Width of one head; even.
    pub head_dim: usize,
    /// Inner width of the feed-forward network.
    pub feed_forward: usize,
    /// Rows of the embedding and of the head; any number, not only multiples of 32.
    pub vocabulary: usize,
    /// Base of the rotary embedding's frequencies.
    pub rope_base: f32,
    /// Added to the mean square in RMSNorm.
    pub rms_epsilon: f32,
    /// Positions that the model was trained for.
    pub context: usize,
}

/// The formats of a model's matrices: of the tables, and of a layer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Formats {
    /// Of the embedding.
    pub embedding: BlockFormat,
    /// Of `query`, `key` and `value`.
    pub query_key_value: [BlockFormat; 3],
    /// Of attention's `output`.
    pub output: BlockFormat,
    /// Of `gate` and `up`.
    pub gate_up: [BlockFormat; 2],
    /// Of `down`.
    pub down: BlockFormat,
    /// Of the head.
    pub head: BlockFormat,
}

/// The weights of one layer's attention, on the device of `B`.
/// `query`, `key` and `value` come from one call of [`Backend::matrices`].
pub struct Attention<B: Backend + ?Sized> {
    /// RMSNorm before the projections, `[hidden]`.
    pub norm: B::Vector,
    /// `[heads * head_dim, hidden]`
    pub query: B::Matrix,
    /// `[kv_heads * head_dim, hidden]`
    pub key: B::Matrix,
    /// `[kv_heads * head_dim, hidden]`
    pub value: B::Matrix,
    /// Of queries, keys and values in a row, `[(heads + 2 * kv_heads) * head_dim]`.
    pub bias: B::Vector,
    /// `[hidden, heads * head_dim]`
    pub output: B::Matrix,
}

/// The weights of one layer's SwiGLU feed-forward network, on the device of `B`.
/// `gate` and `up` come from one call of [`Backend::matrices`].
pub struct FeedForward<B: Backend + ?Sized> {
    /// RMSNorm before the network, `[hidden]`.
    pub norm: B::Vector,
    /// `[feed_forward, hidden]`
    pub gate: B::Matrix,
    /// `[feed_forward, hidden]`
    pub up: B::Matrix,
    /// `[hidden, feed_forward]`
    pub down: B::Matrix,
}

/// A device that computes the Qwen2 graph.
///
/// Activations are f32, `[tokens, width]`. Work may be queued: only [`argmax`](Backend::argmax) and
/// [`logits`](Backend::logits) wait for results, and errors of queued work may surface there.
#[expect(
    async_fn_in_trait,
    reason = "WebGPU results are not Send; every caller is single-threaded or generic"
)]
pub trait Backend {
    /// A weight matrix `[rows, columns]`, in whatever layout the device's kernels read.
    type Matrix;
    /// A vector of f32: a norm's gains, a bias.
    type Vector;
    /// Activations of a pass, f32, `[tokens, width]`. Dropping them gives the memory back.
    type Activations;
    /// Keys and values of all layers, `[layers, 2, capacity, kv_heads, head_dim]`.
    type Cache;

    /// A short name for people: `"CPU (simd128)"`, `"WebGPU: NVIDIA …"`.
    fn name(&self) -> String;

    /// Says, before there are any weights, how exact the model needs products to be.
    /// A backend whose products are more exact anyway has nothing to do.
    fn need(&mut self, bits: ActivationBits);

    /// Called before there are any weights, with the formats that they come in, of layers that are alike
    /// once: a backend may begin to make its kernels ready, which goes on while the weights are read.
    fn prepare(&mut self, formats: &[Formats]) {
        let _ = formats;
    }

    /// Called when the weights are there, with what [`prepare`](Backend::prepare) was called with: a backend
    /// may hold what its kernels compute against what they should.
    ///
    /// # Errors
    /// [`Error::Device`] where these differ. Nothing more is asked of the backend then.
    async fn self_test(&mut self, formats: &[Formats]) -> Result<(), Error> {
        let _ = formats;
        Ok(())
    }

    /// Makes room for a matrix whose rows come later, in pieces, by [`write_rows`](Backend::write_rows).
    ///
    /// `columns` is a multiple of the format's block. A backend that has no kernel for `format`
    /// converts to one that it has.
    fn matrix(
        &mut self,
        rows: usize,
        columns: usize,
        format: BlockFormat,
    ) -> Result<Self::Matrix, Error>;

    /// As [`matrix`](Backend::matrix), for matrices that always meet the same input: rows and format of
    /// each. There is one, or two ([`FeedForward`]), or three ([`Attention`]). A backend that computes
    /// them in one go may lay them side by side.
    fn matrices(
        &mut self,
        shape: &Shape,
        matrices: &[(usize, BlockFormat)],
        columns: usize,
    ) -> Result<Vec<Self::Matrix>, Error> {
        let _ = shape;
        let each = matrices.iter();
        each.map(|&(rows, format)| self.matrix(rows, columns, format))
            .collect()
    }

    /// Writes whole rows, as they stand in the file, from row `first` on.
    /// Called in ascending order, each row once, so that a model streams through and is never held twice.
    fn write_rows(
        &mut self,
        matrix: &mut Self::Matrix,
        first: usize,
        blocks: &[u8],
    ) -> Result<(), Error>;

    /// Puts a vector on the device.
    fn vector(&mut self, values: &[f32]) -> Result<Self::Vector, Error>;

    /// Makes a KV cache for `capacity` positions.
    fn cache(&mut self, shape: &Shape, capacity: usize) -> Result<Self::Cache, Error>;

    /// `x[t] = table[tokens[t]]`. Returns `[tokens, hidden]`.
    fn embed(&mut self, table: &Self::Matrix, tokens: &[u32]) -> Result<Self::Activations, Error>;

    /// RMSNorm, the three projections with their biases, and RoPE on queries and keys.
    ///
    /// Token `t` of the pass stands at `position + t`. Keys and values go to the cache at these
    /// positions, over whatever stood there (that is how a cache rolls back); the queries are
    /// returned, `[tokens, heads * head_dim]`.
    /// RoPE turns the pair `(i, i + head_dim / 2)` by `position * rope_base^(-2 i / head_dim)`.
    fn query_key_value(
        &mut self,
        shape: &Shape,
        x: &Self::Activations,
        weights: &Attention<Self>,
        cache: &mut Self::Cache,
        layer: usize,
        position: usize,
    ) -> Result<Self::Activations, Error>;

    /// The last `rows` tokens of `x`: where so many rows are asked for, the last layer needs nothing but
    /// keys and values of those before.
    fn last(&mut self, x: &Self::Activations, rows: usize) -> Result<Self::Activations, Error>;

    /// Causal grouped-query attention of the pass's queries over positions `0 ..= position + t`,
    /// scores scaled by `1 / sqrt(head_dim)`. Returns `[tokens, heads * head_dim]`.
    fn attention(
        &mut self,
        shape: &Shape,
        query: &Self::Activations,
        cache: &Self::Cache,
        layer: usize,
        position: usize,
    ) -> Result<Self::Activations, Error>;

    /// `x += input · matrixᵀ`, with input `[tokens, columns]` and x `[tokens, rows]`.
    fn project_add(
        &mut self,
        input: &Self::Activations,
        matrix: &Self::Matrix,
        x: &mut Self::Activations,
    ) -> Result<(), Error>;

    /// RMSNorm, then `silu(n · gateᵀ) * (n · upᵀ)`. Returns `[tokens, feed_forward]`.
    fn gate_up_silu(
        &mut self,
        shape: &Shape,
        x: &Self::Activations,
        weights: &FeedForward<Self>,
    ) -> Result<Self::Activations, Error>;

    /// RMSNorm and head for the last `rows` tokens of `x`; the index of the largest logit of each.
    /// Among equal logits the lowest index wins.
    async fn argmax(
        &mut self,
        shape: &Shape,
        x: &Self::Activations,
        rows: usize,
        norm: &Self::Vector,
        head: &Self::Matrix,
    ) -> Result<Vec<u32>, Error>;

    /// As [`argmax`](Backend::argmax), but all logits, `[rows, vocabulary]`.
    async fn logits(
        &mut self,
        shape: &Shape,
        x: &Self::Activations,
        rows: usize,
        norm: &Self::Vector,
        head: &Self::Matrix,
    ) -> Result<Vec<f32>, Error>;
}
