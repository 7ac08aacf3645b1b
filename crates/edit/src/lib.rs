//! Text, positions, line diffs and the edit history of Foretab.
//!
//! Everything here is pure: no I/O, no clock, no randomness, and no input makes it panic.
//! Offsets are bytes in UTF-8 text whose lines are separated by LF; [`utf16`] is the only place
//! that converts to and from the UTF-16 offsets of editors.
#![forbid(unsafe_code)]

mod change;
mod delta;
mod diff;
mod eol;
mod history;
mod lines;
mod replacement;
mod span;
mod states;
mod text;
mod tokens;
pub mod utf16;
mod words;

pub use change::{Newest, PastChange};
pub use diff::{Hunk, diff, line_hunks, token_hunks, within};
pub use eol::Eol;
pub use history::{History, Recent};
pub use lines::{Lines, lines_around};
pub use replacement::{Replacement, replaced, spanning};
pub use span::{common_prefix, common_suffix, floor_char_boundary, slice};
pub use states::States;
pub use text::Text;
pub use tokens::{is_identifier, tokens};
pub use words::{is_word, whole, words_around};
