//! Which tokens the KV cache holds.

/// The tokens whose keys and values are in a model's cache, from position 0 on.
///
/// It outlives a request: the next prompt keeps the longest prefix that it shares with this one.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Sequence {
    tokens: Vec<u32>,
}

impl Sequence {
    /// An empty cache.
    pub fn new() -> Self {
        Self::default()
    }

    /// Tokens in the cache.
    pub fn len(&self) -> usize {
        self.tokens.len()
    }

    /// Whether nothing is in the cache.
    pub fn is_empty(&self) -> bool {
        self.tokens.is_empty()
    }

    /// How many tokens of `prompt` need not be computed again: the longest common prefix, but never
    /// the whole prompt, because the token after the last one is what the model is asked for.
    pub fn shared(&self, prompt: &[u32]) -> usize {
        let common = self
            .tokens
            .iter()
            .zip(prompt)
            .take_while(|(cached, wanted)| cached == wanted)
            .count();
        common.min(prompt.len().saturating_sub(1))
    }

    /// Forgets everything from `length` on. Called before a pass, so that a pass which fails or is
    /// dropped half-way leaves only what is surely there.
    pub(crate) fn truncate(&mut self, length: usize) {
        self.tokens.truncate(length);
    }

    /// A pass has written these.
    pub(crate) fn extend(&mut self, tokens: &[u32]) {
        self.tokens.extend_from_slice(tokens);
    }
}
