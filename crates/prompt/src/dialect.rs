//! Which prompt format a model is asked in.

use std::ops::Range;

use crate::{Budget, Prompt, PromptError, Request, answer, sweep_card, sweep_server, window};

/// A prompt format.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Dialect {
    /// [`sweep_card`]
    #[default]
    SweepCard,
    /// [`sweep_server`]
    SweepServer,
}

impl Dialect {
    /// All of them.
    pub const ALL: [Dialect; 2] = [Dialect::SweepCard, Dialect::SweepServer];

    /// What model files call it in `foretab.dialect`.
    pub fn name(self) -> &'static str {
        match self {
            Dialect::SweepCard => "sweep_card",
            Dialect::SweepServer => "sweep_server",
        }
    }

    /// The dialect of that name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|dialect| dialect.name() == name)
    }

    /// The bytes of `text` that an answer replaces when the cursor is at byte `cursor`.
    pub fn window(self, text: &str, cursor: usize) -> Range<usize> {
        match self {
            Dialect::SweepCard => window(text, cursor),
            Dialect::SweepServer => sweep_server::window(text, cursor),
        }
    }

    /// Builds the prompt.
    ///
    /// # Errors
    /// Where there is nothing to ask about, or no room for the mandatory part.
    pub fn build(self, request: &Request<'_>, budget: &Budget<'_>) -> Result<Prompt, PromptError> {
        match self {
            Dialect::SweepCard => sweep_card::build(request, budget),
            Dialect::SweepServer => sweep_server::build(request, budget),
        }
    }

    /// What the model should answer so that the window's text becomes `window`.
    /// It ends in LF in all dialects.
    pub fn completion(self, window: &str) -> String {
        answer::body(window)
    }

    /// Reads an answer: the new text of the window whose text was `region`.
    pub fn read(self, answer: &str, region: &str) -> String {
        match self {
            Dialect::SweepCard => sweep_card::read(answer, region),
            Dialect::SweepServer => sweep_server::read(answer, region),
        }
    }

    /// The control tokens that end an answer, by their names in model files.
    pub fn stops(self) -> [&'static str; 2] {
        match self {
            Dialect::SweepCard | Dialect::SweepServer => ["<|file_sep|>", "<|endoftext|>"],
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Dialect;

    #[test]
    fn a_dialect_is_found_by_its_name() {
        for dialect in Dialect::ALL {
            assert_eq!(Dialect::named(dialect.name()), Some(dialect));
        }
        assert_eq!(Dialect::named("sweep"), None);
    }

    #[test]
    fn an_answer_is_read_as_what_it_was_made_from() {
        for dialect in Dialect::ALL {
            for region in ["a", "a\nb", "a\n", "  a\n\n"] {
                assert_eq!(dialect.read(&dialect.completion(region), region), region);
            }
        }
    }
}
