//! Greedy decoding with speculation.
//!
//! A next edit is mostly the old text again, so a [`Drafter`] proposes many tokens at once and the
//! model checks them in one forward pass ([`generate`]). Whatever is proposed, the answer is token
//! for token the one of plain greedy decoding.
//!
//! Nothing here knows of editors or kernels, or reads a clock: a model is a [`LanguageModel`], and
//! who has a clock, or wants a way to cancel, watches the passes through an [`Observer`].

#![forbid(unsafe_code)]

mod combined;
mod drafter;
mod generate;
mod language_model;
mod ngram;
mod observer;
mod pace;
mod pass_cost;
mod sequence;
mod window_pointer;
pub mod yardstick;

pub use combined::Combined;
pub use drafter::{CERTAIN, Drafter, NoDraft};
pub use generate::{Answer, Ended, Error, Options, generate};
pub use language_model::LanguageModel;
pub use ngram::NgramIndex;
pub use observer::{Observer, Step, Unobserved};
pub use pace::Pace;
pub use sequence::Sequence;
pub use window_pointer::WindowPointer;
