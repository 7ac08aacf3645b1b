//! The window first, then whatever the prompt has.

use crate::{Drafter, NgramIndex, WindowPointer};

/// Follows the window while the answer does; where the answer leaves it, proposes what followed the
/// same tokens elsewhere in the prompt; and where that knows nothing, guesses that the window goes
/// on.
#[derive(Debug, Clone)]
pub struct Combined {
    window: WindowPointer,
    ngrams: NgramIndex,
}

impl Combined {
    /// A drafter for an answer that rewrites `window`, the tokens of the text as it is now.
    pub fn new(window: Vec<u32>) -> Self {
        Self {
            window: WindowPointer::new(window),
            ngrams: NgramIndex::new(),
        }
    }
}

impl Drafter for Combined {
    fn start(&mut self, prompt: &[u32]) {
        self.window.start(prompt);
        self.ngrams.start(prompt);
    }

    fn accept(&mut self, tokens: &[u32]) {
        self.window.accept(tokens);
        self.ngrams.accept(tokens);
    }

    fn draft(&mut self, limit: usize, draft: &mut Vec<u32>) {
        if !self.window.certain() && self.ngrams.certain() {
            self.ngrams.draft(limit, draft);
        }
        if draft.is_empty() {
            self.window.draft(limit, draft);
        }
        if draft.is_empty() {
            self.ngrams.draft(limit, draft);
        }
    }
}
