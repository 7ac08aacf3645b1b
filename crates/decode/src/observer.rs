//! Watching an answer grow, and stopping it.

use std::ops::ControlFlow;

/// One forward pass, after it has been done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Step<'a> {
    /// Tokens of the prompt that the pass read; 0 once the prompt is done.
    pub prompt: usize,
    /// Tokens that the drafter had proposed for this pass.
    pub drafted: usize,
    /// The tokens that the answer gained (a stop token is not among them).
    pub tokens: &'a [u32],
    /// How many of `tokens`, from the first on, had been proposed.
    pub accepted: usize,
}

/// Is told of every forward pass and may end the answer between two of them.
///
/// It is asynchronous so that it can give the thread away: a browser delivers the message that
/// makes a request obsolete only when the worker returns to its event loop.
#[expect(
    async_fn_in_trait,
    reason = "runs on the thread of the model, which need not be Send"
)]
pub trait Observer {
    /// Called after each pass. `Break` ends the answer as
    /// [`Interrupted`](crate::Ended::Interrupted); after the last pass it changes nothing.
    async fn step(&mut self, step: Step<'_>) -> ControlFlow<()>;

    /// How many tokens of a draft are worth a check: where the answer will be ended after some of
    /// them, those. All by default.
    fn useful(&self, draft: &[u32]) -> usize {
        draft.len()
    }

    /// Milliseconds of a clock that never goes back. Passes are timed with it, so that drafts are as
    /// long as is worth it on this device. None by default: then passes are not timed.
    fn now(&self) -> Option<f64> {
        None
    }
}

/// Watches nothing.
#[derive(Debug, Clone, Copy, Default)]
pub struct Unobserved;

impl Observer for Unobserved {
    async fn step(&mut self, _step: Step<'_>) -> ControlFlow<()> {
        ControlFlow::Continue(())
    }
}
