//! vLLM's n-gram proposer.

use std::ops::RangeInclusive;

use crate::{CERTAIN, Drafter};

/// Proposes what followed the longest run of tokens that the text ends in where it stands
/// **first**, for runs whose length is in a range
/// (vLLM, `vllm/v1/spec_decode/ngram_proposer.py`: `prompt_lookup_min` and `prompt_lookup_max`).
#[derive(Debug, Clone)]
pub struct VllmNgram {
    lengths: RangeInclusive<usize>,
    text: Vec<u32>,
}

impl VllmNgram {
    /// A proposer that looks for runs of so many tokens, at least one.
    pub fn new(lengths: RangeInclusive<usize>) -> Self {
        Self {
            lengths,
            text: Vec::new(),
        }
    }
}

impl Drafter for VllmNgram {
    fn start(&mut self, prompt: &[u32]) {
        self.text = prompt.to_vec();
    }

    fn accept(&mut self, tokens: &[u32]) {
        self.text.extend_from_slice(tokens);
    }

    fn draft(&mut self, limit: usize, draft: &mut Vec<u32>) -> usize {
        let follower = self.lengths.clone().rev().find_map(|length| {
            let start = self.text.len().checked_sub(length)?;
            // The run at the end is itself no place.
            let before = &self.text[..self.text.len() - 1];
            let at = first(before, &self.text[start..])?;
            Some(at + length)
        });
        if let Some(at) = follower {
            draft.extend(self.text[at..].iter().take(limit));
        }
        CERTAIN
    }
}

/// Where `run` stands in `text` first.
pub(super) fn first(text: &[u32], run: &[u32]) -> Option<usize> {
    text.windows(run.len().max(1)).position(|part| part == run)
}

#[cfg(test)]
mod tests {
    use super::VllmNgram;
    use crate::Drafter;

    fn draft(text: &[u32], limit: usize) -> Vec<u32> {
        let mut drafter = VllmNgram::new(2..=3);
        drafter.start(text);
        let mut draft = Vec::new();
        drafter.draft(limit, &mut draft);
        draft
    }

    #[test]
    fn the_longest_run_where_it_stands_first() {
        assert_eq!(draft(&[1, 2, 3, 4, 2, 3], 4), [4, 2, 3]);
        assert_eq!(draft(&[9, 2, 3, 7, 1, 2, 3, 8, 1, 2, 3], 1), [8]);
        assert_eq!(draft(&[2, 3, 7, 2, 3, 8, 2, 3], 1), [7]);
        assert_eq!(draft(&[3, 4, 5, 3], 4), []);
    }
}
