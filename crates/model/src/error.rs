//! What can go wrong between a model file and its logits.

/// An error of the model file, of a request to the model, or of the device.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// The bytes are not a model that this crate reads; says what is wrong and where in the file.
    #[error("model file: {0}")]
    File(String),
    /// The source of the file's bytes failed (a network error, a truncated download).
    #[error("reading the model file: {0}")]
    Source(String),
    /// The model or the request needs something that this build or device does not offer.
    #[error("unsupported: {0}")]
    Unsupported(String),
    /// The request makes no sense to the model: a token outside the vocabulary, a gap in the positions.
    #[error("request: {0}")]
    Request(String),
    /// The tokens do not fit the model's context.
    #[error("{needed} tokens do not fit the context of {capacity}")]
    Context {
        /// Tokens that the request would hold in the KV cache.
        needed: usize,
        /// Tokens that the KV cache can hold.
        capacity: usize,
    },
    /// The device failed: out of memory, lost, or a validation error.
    #[error("device: {0}")]
    Device(String),
}
