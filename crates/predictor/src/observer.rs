//! Watching a prediction, timing it, and stopping it.

use std::ops::ControlFlow;

use crate::Early;

/// A piece of an answer.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Piece {
    /// The text; a character that tokens share comes with the last of them.
    pub text: String,
    /// Whether the drafter had proposed it, so that it cost no forward pass of its own.
    pub drafted: bool,
}

/// What happens while a prediction is computed.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
#[serde(tag = "type", rename_all = "camelCase")]
pub enum Event {
    /// A prompt has been built. There may be a second one, at another place of the document.
    Prompt {
        /// The prompt; control tokens by their names.
        text: String,
        /// Its tokens.
        tokens: usize,
        /// How many of them are still in the KV cache.
        cached: usize,
    },
    /// The answer has grown.
    Answer {
        /// What came since the last event.
        pieces: Vec<Piece>,
    },
    /// What the answer's first change comes to, while the answer goes on: it stays, and comes first, whatever follows.
    Suggestions(Early),
    /// A forward pass has been done.
    Pass {
        /// Tokens that went through the model.
        tokens: usize,
        /// Tokens of the draft that were right.
        accepted: usize,
        /// How long it took, in milliseconds.
        ms: f64,
    },
}

/// Is told what happens, keeps the time, and may stop a prediction between two forward passes.
#[expect(
    async_fn_in_trait,
    reason = "runs on the thread of the model, which need not be Send"
)]
pub trait Observer {
    /// Milliseconds from any fixed start.
    fn now(&self) -> f64;

    /// Something has happened.
    fn event(&mut self, event: Event);

    /// Called between two forward passes. The place to give the thread away, and to `Break` if
    /// nobody waits for the answer any more.
    async fn turn(&mut self) -> ControlFlow<()>;
}
