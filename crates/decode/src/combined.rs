//! The window, or whatever the prompt has.

use crate::window_pointer::SURE;
use crate::{Drafter, NgramIndex, WindowPointer};

/// Follows the window while the answer does; where the answer has left it, proposes what followed
/// the same tokens elsewhere, or the window again, whichever more tokens speak for.
///
/// A single token leads back into the window more often than to what followed it elsewhere; of two
/// and more that is so, too, where elsewhere one more is the same, and no longer where two are.
/// (That was counted on real edits. So was that a vote of all places, weighed by the tokens that
/// speak for each, finds the next token no more often than the longest run does.)
#[derive(Debug, Clone)]
pub struct Combined {
    window: WindowPointer,
    ngrams: NgramIndex,
}

impl Combined {
    /// A drafter for an answer that rewrites a text: `likely` are the tokens that it will probably
    /// have, `around` those of text that belongs to it and is not in the prompt.
    pub fn new(likely: Vec<u32>, around: Vec<u32>) -> Self {
        Self {
            window: WindowPointer::new(likely),
            ngrams: NgramIndex::with_background(around),
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

    fn draft(&mut self, limit: usize, draft: &mut Vec<u32>) -> usize {
        let equal = self.window.evidence();
        let elsewhere = self.ngrams.find();
        let better =
            elsewhere.filter(|run| equal < SURE && run.length > equal + usize::from(equal > 1));
        if better.is_none() {
            self.window.draft(limit, draft);
        }
        if !draft.is_empty() {
            return equal;
        }
        match elsewhere {
            Some(run) => {
                self.ngrams.follow(run, limit, draft);
                run.length
            }
            None => 0,
        }
    }
}
