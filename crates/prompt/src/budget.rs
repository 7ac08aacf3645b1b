//! How long a prompt may be.

use std::fmt;

/// The most tokens that a prompt may take, and how to count them.
#[derive(Clone, Copy)]
pub struct Budget<'a> {
    /// Tokens of the whole prompt.
    pub tokens: usize,
    /// The most change blocks; more than [`Budget::MAX_CHANGES`] counts as that.
    pub changes: usize,
    /// Tokens of a text without control tokens.
    pub count: &'a dyn Fn(&str) -> usize,
}

impl<'a> Budget<'a> {
    /// Change blocks that a model has seen in training at most.
    pub const MAX_CHANGES: usize = 6;

    /// `tokens` tokens in total, at most three change blocks.
    pub fn new(tokens: usize, count: &'a dyn Fn(&str) -> usize) -> Self {
        Budget {
            tokens,
            changes: 3,
            count,
        }
    }

    /// Tokens that are left beside those that a prompt cannot do without.
    pub(crate) fn left(&self, needed: usize) -> Result<usize, PromptError> {
        let budget = self.tokens;
        budget
            .checked_sub(needed)
            .ok_or(PromptError::TooLarge { needed, budget })
    }

    /// A count for when no tokenizer is at hand: three bytes a token, rounded up.
    /// Real source text has nearly four, so a prompt that fits by this count fits in truth.
    pub fn estimate(text: &str) -> usize {
        text.len().div_ceil(3)
    }
}

impl fmt::Debug for Budget<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Budget")
            .field("tokens", &self.tokens)
            .field("changes", &self.changes)
            .finish_non_exhaustive()
    }
}

/// Why there is no prompt.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PromptError {
    /// The path has a line break, which would end the header line that it stands in.
    #[error("the path {0:?} contains a line break")]
    Path(String),
    /// The window alone, before and after the newest change, is over the budget.
    #[error("the window alone takes {needed} tokens, and the budget is {budget}")]
    TooLarge {
        /// Tokens of the mandatory part.
        needed: usize,
        /// Tokens allowed.
        budget: usize,
    },
    /// There is nothing but blank lines at the place.
    #[error("there are only blank lines here")]
    Blank,
    /// A line at the place is longer than people write.
    #[error("a line here is too long")]
    LongLine,
}
