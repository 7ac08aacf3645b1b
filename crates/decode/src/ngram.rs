//! Prompt lookup: what followed the last few tokens when they were last seen.

use std::collections::HashMap;

use crate::Drafter;

/// Longest run of tokens that is looked up.
const LONGEST: usize = 4;

/// The last `n` tokens, for `n` up to [`LONGEST`], with the position of what followed them.
///
/// Over the prompt and the answer so far; of several occurrences the latest wins.
/// Runs of [`LONGEST`] tokens are looked up first, then shorter ones
/// (prompt lookup decoding, <https://github.com/apoorvumang/prompt-lookup-decoding>).
#[derive(Debug, Clone, Default)]
pub struct NgramIndex {
    tokens: Vec<u32>,
    /// A run of tokens (shorter runs are filled up in front) → the position after it.
    followers: HashMap<[Option<u32>; LONGEST], usize>,
}

impl NgramIndex {
    /// An index that knows nothing yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Whether more than the last token has been seen before.
    pub fn certain(&self) -> bool {
        self.find(2).is_some()
    }

    /// The longest run, of at least `shortest` tokens, that the text ends in and that was there
    /// before: its length, and the position after it.
    fn find(&self, shortest: usize) -> Option<(usize, usize)> {
        (shortest..=LONGEST)
            .rev()
            .find_map(|length| Some((length, *self.followers.get(&self.last(length)?)?)))
    }

    fn push(&mut self, token: u32) {
        // Runs enter the index only now that something follows them: else the end of the text
        // would find itself.
        for length in 1..=LONGEST {
            if let Some(run) = self.last(length) {
                self.followers.insert(run, self.tokens.len());
            }
        }
        self.tokens.push(token);
    }

    fn last(&self, length: usize) -> Option<[Option<u32>; LONGEST]> {
        let start = self.tokens.len().checked_sub(length)?;
        let mut run = [None; LONGEST];
        for (slot, token) in run[LONGEST - length..]
            .iter_mut()
            .zip(&self.tokens[start..])
        {
            *slot = Some(*token);
        }
        Some(run)
    }
}

impl Drafter for NgramIndex {
    fn start(&mut self, prompt: &[u32]) {
        self.tokens.clear();
        self.followers.clear();
        self.accept(prompt);
    }

    fn accept(&mut self, tokens: &[u32]) {
        for &token in tokens {
            self.push(token);
        }
    }

    fn draft(&mut self, limit: usize, draft: &mut Vec<u32>) {
        if let Some((length, position)) = self.find(1) {
            // One token is a weak sign: enough to finish a name, not to copy a page.
            let limit = if length == 1 {
                limit.min(LONGEST)
            } else {
                limit
            };
            draft.extend(self.tokens[position..].iter().take(limit));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::NgramIndex;
    use crate::Drafter;

    fn draft(prompt: &[u32], answer: &[u32], limit: usize) -> Vec<u32> {
        let mut index = NgramIndex::new();
        index.start(prompt);
        index.accept(answer);
        let mut draft = Vec::new();
        index.draft(limit, &mut draft);
        draft
    }

    #[test]
    fn proposes_what_followed_the_longest_match() {
        assert_eq!(draft(&[1, 2, 3, 4, 9, 3, 5], &[2, 3], 2), [4, 9]);
    }

    #[test]
    fn the_latest_of_equal_matches_wins() {
        assert_eq!(draft(&[1, 2, 7, 1, 2, 8, 6], &[1, 2], 1), [8]);
    }

    #[test]
    fn proposes_nothing_after_a_new_token() {
        assert_eq!(draft(&[1, 2, 3], &[4], 8), []);
    }

    #[test]
    fn the_answer_is_part_of_the_text() {
        assert_eq!(draft(&[1], &[5, 6, 7, 5, 6], 1), [7]);
    }
}
