//! A prompt as the tokenizer takes it.

use std::ops::Range;

use crate::Budget;

/// A piece of a prompt. Merges may cross the lines of a text but never a control token, so the
/// text between two control tokens is one piece.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Segment {
    /// A control token, by its name in the model file.
    Control(&'static str),
    /// Plain text: what looks like a control token in here is tokenized as ordinary characters.
    Text(String),
}

/// What a dialect built from a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Prompt {
    /// The prompt, first to last.
    pub segments: Vec<Segment>,
    /// The bytes of the request's text that the answer replaces.
    pub window: Range<usize>,
}

impl Prompt {
    /// The prompt as one string, for people and for training data. It cannot be turned back:
    /// user text that spells a control token looks like one.
    pub fn to_text(&self) -> String {
        self.segments
            .iter()
            .map(|segment| match segment {
                Segment::Control(name) => *name,
                Segment::Text(text) => text.as_str(),
            })
            .collect()
    }

    /// Tokens of the prompt.
    pub(crate) fn cost(&self, budget: &Budget<'_>) -> usize {
        let cost = |segment: &Segment| match segment {
            Segment::Control(_) => 1,
            Segment::Text(text) => (budget.count)(text),
        };
        self.segments.iter().map(cost).sum()
    }
}
