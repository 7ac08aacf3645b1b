//! What a document looked like before.

use std::collections::VecDeque;

use crate::delta::Delta;
use crate::{Replacement, spanning};

/// States that are remembered.
const STATES: usize = 512;

/// The texts that a document had, the latest 512 of them, kept as the changes that lead back to them.
#[derive(Clone, Debug, Default)]
pub struct States {
    /// Oldest first; each leads from the text that the document had next.
    back: VecDeque<Replacement>,
}

impl States {
    /// The states `earlier` of a document that is now `text`, the latest one first.
    pub fn before<T: AsRef<str>>(text: &str, earlier: impl IntoIterator<Item = T>) -> Self {
        let mut states = States::default();
        let mut next = text.to_owned();
        for text in earlier {
            let text = text.as_ref();
            if let Some(hunk) = spanning(&next, text) {
                states.back.push_front(Replacement {
                    start: hunk.old.start,
                    end: hunk.old.end,
                    text: crate::slice(text, hunk.new).to_owned(),
                });
            }
            text.clone_into(&mut next);
        }
        states
    }

    /// Adds the text that the document had until now; `back` leads there from the one that it has now.
    pub fn push(&mut self, back: Replacement) {
        if self.back.len() == STATES {
            self.back.pop_front();
        }
        self.back.push_back(back);
    }

    /// Whether a change of `text`, which the document has now, leads to one that it once had.
    pub fn reached(&self, text: &str, change: &Replacement) -> bool {
        let wanted = Delta::from(change.clone());
        let mut delta = Delta::default();
        self.back.iter().rev().any(|back| {
            delta.then(back);
            let Some(range) = delta.range() else {
                return false;
            };
            // Outside of both, the text is the same.
            let range = range.start.min(change.start)..range.end.max(change.end);
            delta.len(text.len()) == wanted.len(text.len())
                && delta.apply(text, range.clone()) == wanted.apply(text, range)
        })
    }
}
