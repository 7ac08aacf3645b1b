//! Suffix decoding.

use std::collections::HashMap;

use crate::{CERTAIN, Drafter};

/// Tokens of a matched run and its draft together; vLLM's `suffix_decoding_max_tree_depth`.
const DEPTH: usize = 24;
/// Drafted tokens for each matched one; `suffix_decoding_max_spec_factor`.
const FACTOR: f64 = 1.0;
/// A draft ends before it is less likely than this; `suffix_decoding_min_token_prob`.
const LEAST: f64 = 0.1;

/// Of all runs that the text ends in, proposes the continuation that promises the most accepted
/// tokens, by how often each token followed
/// (SuffixDecoding, <https://arxiv.org/abs/2411.04975>, with the constants of vLLM's `suffix`).
///
/// The original also has a tree of former answers. It is left out here, as in a measurement the
/// cases of one commit would find each other's answers in it. Occurrences are looked up in a list
/// in place of a tree, which gives the same drafts.
#[derive(Debug, Clone, Default)]
pub struct SuffixDecoding {
    text: Vec<u32>,
    /// Where each token stands.
    places: HashMap<u32, Vec<usize>>,
}

impl SuffixDecoding {
    /// A drafter that knows nothing yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// The likeliest continuation of the occurrences that end before `ends`, and the tokens of it
    /// that will probably be accepted.
    fn continuation(&self, mut ends: Vec<usize>, limit: usize) -> (Vec<u32>, f64) {
        let (mut draft, mut probability, mut score) = (Vec::new(), 1.0, 0.0);
        while draft.len() < limit {
            let mut counts = HashMap::<u32, (usize, usize)>::new();
            for &end in &ends {
                if let Some(&token) = self.text.get(end) {
                    let count = counts.entry(token).or_insert((0, end));
                    count.0 += 1;
                }
            }
            // Of two that are as frequent, the one that came first.
            let best = counts
                .iter()
                .max_by_key(|(_, (count, first))| (*count, usize::MAX - first));
            let Some((&token, &(count, _))) = best else {
                break;
            };
            probability *= count as f64 / ends.len() as f64;
            if probability < LEAST {
                break;
            }
            score += probability;
            draft.push(token);
            ends.retain(|&end| self.text.get(end) == Some(&token));
            for end in &mut ends {
                *end += 1;
            }
        }
        (draft, score)
    }
}

impl Drafter for SuffixDecoding {
    fn start(&mut self, prompt: &[u32]) {
        self.text.clear();
        self.places.clear();
        self.accept(prompt);
    }

    fn accept(&mut self, tokens: &[u32]) {
        for &token in tokens {
            self.places.entry(token).or_default().push(self.text.len());
            self.text.push(token);
        }
    }

    fn draft(&mut self, limit: usize, draft: &mut Vec<u32>) -> usize {
        let Some(places) = self.text.last().and_then(|last| self.places.get(last)) else {
            return 0;
        };
        let mut ends: Vec<usize> = places.iter().map(|at| at + 1).collect();
        let mut best = (Vec::new(), 0.0);
        for length in 1..DEPTH {
            // The end of the text is itself an occurrence, which nothing follows.
            if ends.len() < 2 {
                break;
            }
            let longest = ((length as f64 * FACTOR) as usize)
                .min(DEPTH - length)
                .min(limit);
            let proposal = self.continuation(ends.clone(), longest);
            if proposal.1 >= best.1 {
                best = proposal;
            }
            let before = |end: usize| end.checked_sub(length + 1).map(|at| self.text[at]);
            let wanted = before(self.text.len());
            ends.retain(|&end| wanted.is_some() && before(end) == wanted);
        }
        draft.extend(best.0);
        CERTAIN
    }
}

#[cfg(test)]
mod tests {
    use super::SuffixDecoding;
    use crate::Drafter;

    fn draft(text: &[u32]) -> Vec<u32> {
        let mut drafter = SuffixDecoding::new();
        drafter.start(&text[..1]);
        drafter.accept(&text[1..]);
        let mut draft = Vec::new();
        drafter.draft(32, &mut draft);
        draft
    }

    #[test]
    fn as_many_tokens_as_the_run_had() {
        assert_eq!(draft(&[1, 2, 3, 4, 5, 6, 7, 9, 1, 2, 3]), [4, 5, 6]);
    }

    #[test]
    fn the_more_frequent_follower() {
        assert_eq!(draft(&[1, 5, 1, 6, 1, 6, 8, 1]), [6]);
    }

    #[test]
    fn nothing_after_a_new_token() {
        assert_eq!(draft(&[1, 2, 3]), []);
    }
}
