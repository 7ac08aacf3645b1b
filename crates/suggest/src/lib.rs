//! From a model's answer to ordered suggestions.
//!
//! [`suggest`] compares the window with the text that the model wants in its place, drops what
//! nobody would want to see, each with a reason, and orders the rest by what the user is likely
//! to want first. Pure: no I/O, no clock, no randomness, no panic.
#![forbid(unsafe_code)]

mod binding;
mod filters;
mod ghost;
mod group;
mod language;
mod order;
mod reason;
mod suggestion;
mod syntax;

pub use binding::{alike, is_declared};
pub use language::{language, languages};
pub use reason::Reason;
pub use suggestion::{Answer, Dropped, Ended, Kind, Suggestion, Suggestions, suggest};
pub use syntax::{Node, Syntax, is_code, is_code_in, nodes};
