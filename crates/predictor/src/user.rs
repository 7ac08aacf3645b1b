//! What the user does in an editor.

use serde::Deserialize;

use crate::{Suggestion, TextChange};

/// What made an edit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum EditKind {
    /// The user's typing, deleting, pasting.
    Typed,
    /// Undo or redo.
    Undo,
    /// A suggestion, accepted or typed to its end.
    Accepted,
    /// Anything else: another user, a formatter, the program.
    Other,
}

/// Something that happens in the editor of a document. Offsets are UTF-16, in the editor's own text.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(tag = "type", rename_all = "lowercase")]
pub enum UserEvent {
    /// The user came to the document.
    Entered {
        /// Where the cursor is.
        cursor: usize,
    },
    /// The editor does not show the document any more.
    Left,
    /// One change event.
    Edited {
        /// What made it.
        kind: EditKind,
        /// Offsets in the text before the event.
        changes: Vec<TextChange>,
        /// Where the cursor is in the text after it.
        cursor: usize,
    },
    /// The cursor moved without an edit.
    Moved {
        /// Where it is now.
        cursor: usize,
        /// There is one cursor, and nothing is selected.
        plain: bool,
        /// A suggestion is on show.
        offered: bool,
    },
    /// An input method began or ended composing.
    Composing {
        /// Whether it composes now.
        active: bool,
    },
    /// The user does not want this suggestion.
    Dismissed {
        /// The one that was on show.
        suggestion: Suggestion,
    },
    /// The user asks for a suggestion.
    Asked,
}

impl UserEvent {
    /// Whether an answer that is being computed for the document is not wanted any more. What was just
    /// taken back is not offered again, nor what followed from it.
    pub fn ends_request(&self) -> bool {
        match self {
            UserEvent::Edited { kind, .. } => *kind == EditKind::Undo,
            UserEvent::Left | UserEvent::Dismissed { .. } => true,
            _ => false,
        }
    }
}
