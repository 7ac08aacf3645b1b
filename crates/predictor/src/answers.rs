//! Answers that were given lately.

use std::num::NonZeroUsize;

use lru::LruCache;

use crate::asking::Answer;

/// Answers that are kept.
const KEPT: NonZeroUsize = NonZeroUsize::new(64).unwrap();

/// What the model answered, be it a change or nothing, by the tokens that it was asked with: all that
/// an answer depends on.
#[derive(Debug, Clone)]
pub(crate) struct Answers(LruCache<Vec<u32>, Answer>);

impl Default for Answers {
    fn default() -> Self {
        Self(LruCache::new(KEPT))
    }
}

impl Answers {
    /// The answer to this prompt, if it has been asked.
    pub(crate) fn get(&mut self, prompt: &[u32]) -> Option<Answer> {
        self.0.get(prompt).cloned()
    }

    /// Keeps a whole answer.
    pub(crate) fn keep(&mut self, prompt: Vec<u32>, answer: Answer) {
        self.0.put(prompt, answer);
    }
}
