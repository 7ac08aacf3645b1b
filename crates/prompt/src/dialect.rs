//! Which prompt format a model is asked in.

use std::ops::Range;

use crate::{Budget, Prompt, PromptError, Request, answer, fim, sweep_card, sweep_server, window};

/// A prompt format.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Dialect {
    /// [`sweep_card`]
    #[default]
    SweepCard,
    /// [`sweep_server`]
    SweepServer,
    /// [`fim`]
    Fim,
}

impl Dialect {
    /// All of them.
    pub const ALL: [Dialect; 3] = [Dialect::SweepCard, Dialect::SweepServer, Dialect::Fim];

    /// What model files call it in `foretab.dialect`.
    pub fn name(self) -> &'static str {
        match self {
            Dialect::SweepCard => "sweep_card",
            Dialect::SweepServer => "sweep_server",
            Dialect::Fim => "fim",
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
            Dialect::Fim => {
                let cursor = edit::floor_char_boundary(text, cursor);
                cursor..cursor
            }
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
            Dialect::Fim => fim::build(request, budget),
        }
    }

    /// Whether the model is told what the user has changed, so that it can carry that on in other places.
    pub fn tells_changes(self) -> bool {
        match self {
            Dialect::SweepCard | Dialect::SweepServer => true,
            Dialect::Fim => false,
        }
    }

    /// What the model should answer so that the window's text becomes `window`.
    /// It ends in LF where windows are whole lines.
    pub fn completion(self, window: &str) -> String {
        match self {
            Dialect::SweepCard | Dialect::SweepServer => answer::body(window),
            Dialect::Fim => window.to_owned(),
        }
    }

    /// Reads an answer: the new text of the window whose text was `region`.
    pub fn read(self, answer: &str, region: &str) -> String {
        match self {
            Dialect::SweepCard => sweep_card::read(answer, region),
            Dialect::SweepServer => sweep_server::read(answer, region),
            Dialect::Fim => fim::read(answer, region),
        }
    }

    /// What an answer makes of `text` where the cursor is at byte `cursor`: the new text of whole lines, and the
    /// bytes that these are.
    pub fn rewrite(self, answer: &str, text: &str, cursor: usize) -> (Range<usize>, String) {
        let asked = self.window(text, cursor);
        let new = self.read(answer, edit::slice(text, asked.clone()));
        match self {
            Dialect::SweepCard | Dialect::SweepServer => (asked, new),
            Dialect::Fim => {
                let lines = window(text, cursor);
                let before = edit::slice(text, lines.start..asked.start);
                let after = edit::slice(text, asked.end..lines.end);
                (lines.clone(), [before, &new, after].concat())
            }
        }
    }

    /// The control tokens that end an answer, by their names in model files.
    pub fn stops(self) -> &'static [&'static str] {
        match self {
            Dialect::SweepCard | Dialect::SweepServer => &["<|file_sep|>", "<|endoftext|>"],
            Dialect::Fim => &fim::STOPS,
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
