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

    /// The prompt as one string, for an engine that looks for control tokens in it; none where user text
    /// spells one, which the engine could not tell apart.
    pub fn unambiguous(&self) -> Option<String> {
        let spells = |segment: &Segment| match segment {
            Segment::Control(_) => false,
            Segment::Text(text) => spells_control_token(text),
        };
        (!self.segments.iter().any(spells)).then(|| self.to_text())
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

/// Whether a text has what control tokens are called in the vocabularies of these models: a name between
/// `<|` and `|>`. The mark of the cursor is ordinary text.
fn spells_control_token(text: &str) -> bool {
    text.match_indices("<|").any(|(at, opening)| {
        let rest = text.get(at + opening.len()..).unwrap_or_default();
        let name = rest.split_once("|>").map_or("", |(name, _)| name);
        let part = |c: char| c.is_ascii_alphanumeric() || c == '_';
        !name.is_empty() && name != "cursor" && name.chars().all(part)
    })
}

#[cfg(test)]
mod tests {
    use super::{Prompt, Segment};

    #[test]
    fn text_that_spells_a_control_token_is_not_put_into_a_string() {
        let string = |text: &str| {
            let segments = vec![
                Segment::Control("<|file_sep|>"),
                Segment::Text(text.to_owned()),
            ];
            let window = 0..0;
            Prompt { segments, window }.unambiguous()
        };
        assert_eq!(
            string("a <| b |> c").as_deref(),
            Some("<|file_sep|>a <| b |> c")
        );
        assert_eq!(
            string("a<|cursor|>").as_deref(),
            Some("<|file_sep|>a<|cursor|>")
        );
        for text in ["<|file_sep|>", "a <|<|im_start|> b", "<|endoftext|>"] {
            assert_eq!(string(text), None, "{text}");
        }
    }
}
