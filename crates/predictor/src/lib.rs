//! The session: documents and their history on one side, a model on the other.
//!
//! A [`Workspace`] follows the editor, synchronously, and a [`Trigger`] says when to ask. A [`Snapshot`] of it is what a
//! [`Predictor`] computes a [`Prediction`] from, asynchronously and without looking back.
//! Nobody here reads a clock: times come as arguments, or from the [`Observer`].

#![forbid(unsafe_code)]

mod answers;
mod asking;
mod continuation;
mod debounce;
mod diagnostics;
mod document;
mod engine;
mod evidence;
mod first_change;
mod guard;
mod line_ends;
mod needs;
mod newest_change;
mod observer;
mod prediction;
mod predictor;
mod question;
mod reading;
mod remote;
mod rename;
mod repetition;
mod settings;
mod situation;
mod suggestions;
mod targets;
mod ticket;
mod trees;
mod trigger;
mod user;
mod watch;
mod workspace;

pub use continuation::Continuation;
pub use diagnostics::{Diagnostic, Severity};
pub use document::{Document, TextChange};
pub use engine::{Device, Engine};
pub use guard::Skip;
#[cfg(feature = "gpu")]
pub use needs::gpu_needs;
pub use needs::{Needs, cpu_needs};
pub use observer::{Event, Observer, Piece};
pub use prediction::{Dropped, Early, Kind, Outcome, Prediction, Rule, Statistics, Suggestion};
pub use predictor::{Error, Predictor};
pub use question::{Question, Unasked};
pub use reading::Reading;
pub use remote::{Completion, Completions, Remote, Said};
pub use repetition::{Candidate, Repetition};
pub use settings::{Edits, Settings};
pub use situation::{Change, Excerpt, Situation};
pub use ticket::{Ticket, Tickets};
pub use trigger::{Due, Trigger};
pub use user::{EditKind, UserEvent};
pub use workspace::{Rejection, Snapshot, UnknownDocument, Workspace};
