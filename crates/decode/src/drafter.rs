//! Where proposals come from.

/// As much evidence as there can be for a draft.
pub const CERTAIN: usize = 24;

/// Proposes tokens that the model may be about to say.
///
/// A proposal can be wrong without harm other than the time to check it.
pub trait Drafter {
    /// A new answer begins after `prompt`.
    fn start(&mut self, prompt: &[u32]);

    /// The model has said `tokens`, after all that it said before.
    fn accept(&mut self, tokens: &[u32]);

    /// Appends at most `limit` tokens to `draft`, which is empty; none where there is no idea.
    ///
    /// Returns the evidence for them: how many tokens before them are the same where they come
    /// from, [`CERTAIN`] where they need none.
    fn draft(&mut self, limit: usize, draft: &mut Vec<u32>) -> usize;
}

impl<D: Drafter + ?Sized> Drafter for Box<D> {
    fn start(&mut self, prompt: &[u32]) {
        (**self).start(prompt);
    }

    fn accept(&mut self, tokens: &[u32]) {
        (**self).accept(tokens);
    }

    fn draft(&mut self, limit: usize, draft: &mut Vec<u32>) -> usize {
        (**self).draft(limit, draft)
    }
}

/// Proposes nothing: plain greedy decoding.
#[derive(Debug, Clone, Copy, Default)]
pub struct NoDraft;

impl Drafter for NoDraft {
    fn start(&mut self, _prompt: &[u32]) {}

    fn accept(&mut self, _tokens: &[u32]) {}

    fn draft(&mut self, _limit: usize, _draft: &mut Vec<u32>) -> usize {
        0
    }
}
