//! Prompt lookup as llama-cpp-python has it.

use super::vllm_ngram::first;
use crate::{CERTAIN, Drafter};

/// Longest run of tokens that is looked up: the default of llama-cpp-python.
const LONGEST: usize = 2;

/// Proposes what followed the last two tokens, else the last one, where they stand **first**
/// (llama-cpp-python, `LlamaPromptLookupDecoding`; Sweep's server runs it with drafts of 32).
#[derive(Debug, Clone, Default)]
pub struct PromptLookup {
    text: Vec<u32>,
}

impl PromptLookup {
    /// A drafter that knows nothing yet.
    pub fn new() -> Self {
        Self::default()
    }
}

impl Drafter for PromptLookup {
    fn start(&mut self, prompt: &[u32]) {
        self.text = prompt.to_vec();
    }

    fn accept(&mut self, tokens: &[u32]) {
        self.text.extend_from_slice(tokens);
    }

    fn draft(&mut self, limit: usize, draft: &mut Vec<u32>) -> usize {
        let longest = LONGEST.min(self.text.len().saturating_sub(1));
        let follower = (1..=longest).rev().find_map(|length| {
            let (before, run) = self.text.split_at(self.text.len() - length);
            // A place may overlap the end, but something has to follow it.
            let until = before.len() + length - 1;
            first(&self.text[..until], run).map(|at| at + length)
        });
        if let Some(at) = follower {
            draft.extend(self.text[at..].iter().take(limit));
        }
        CERTAIN
    }
}

#[cfg(test)]
mod tests {
    use super::PromptLookup;
    use crate::Drafter;

    fn draft(text: &[u32], limit: usize) -> Vec<u32> {
        let mut drafter = PromptLookup::new();
        drafter.start(text);
        let mut draft = Vec::new();
        drafter.draft(limit, &mut draft);
        draft
    }

    #[test]
    fn two_tokens_before_one_and_the_first_place_of_each() {
        assert_eq!(draft(&[3, 9, 2, 3, 7, 2, 3, 8, 2, 3], 3), [7, 2, 3]);
        assert_eq!(draft(&[3, 9, 1, 3], 9), [9, 1, 3]);
        assert_eq!(draft(&[5, 5], 9), [5]);
        assert_eq!(draft(&[1, 2], 9), []);
        assert_eq!(draft(&[], 9), []);
    }
}
