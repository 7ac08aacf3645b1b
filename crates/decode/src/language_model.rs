//! What decoding asks of a model.

/// A model with a KV cache that can be written anywhere up to its end.
#[expect(
    async_fn_in_trait,
    reason = "WebGPU results are not Send; callers are single-threaded or generic"
)]
pub trait LanguageModel {
    /// What can go wrong in a forward pass.
    type Error;

    /// Positions that the KV cache has.
    fn context(&self) -> usize;

    /// Runs `tokens` through the model, the first of them at `position`, and returns the most
    /// likely next token (argmax) after each of the last `rows` of them.
    ///
    /// Positions below `position` hold what earlier calls put there. What stood at `position` and
    /// after it is forgotten: that is how a rejected draft is taken back.
    ///
    /// `1 <= rows <= tokens.len()` and `position + tokens.len() <= context()`.
    async fn forward(
        &mut self,
        position: usize,
        tokens: &[u32],
        rows: usize,
    ) -> Result<Vec<u32>, Self::Error>;
}
