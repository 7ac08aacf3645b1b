//! Prompt formats of next-edit models.
//!
//! A dialect is a module with a `build` (request in, segments out) and a `read` (the model's
//! answer in, the window's new text out). Pure: no I/O, no clock, no randomness, no panic.
#![forbid(unsafe_code)]

mod answer;
mod budget;
mod diagnostic;
mod dialect;
pub mod fim;
pub mod places;
mod python;
mod rejoin;
mod request;
mod segment;
pub mod sweep_card;
pub mod sweep_server;
mod window;

pub use budget::{Budget, PromptError};
pub use diagnostic::Diagnostic;
pub use dialect::Dialect;
pub use rejoin::rejoin;
pub(crate) use request::header;
pub use request::{ContextFile, Request};
pub use segment::{Prompt, Segment};
pub use window::{WINDOW_LINES, window};
