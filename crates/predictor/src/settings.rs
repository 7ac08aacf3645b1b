//! What can be chosen.

use prompt::Dialect;

/// How predictions are made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settings {
    /// Tokens of a prompt. Default 2048. A window that alone takes more is asked about all the
    /// same if the model's context has room for it.
    pub prompt_tokens: usize,
    /// Tokens of an answer. Default 512; windows that are longer themselves get more.
    pub answer_tokens: usize,
    /// Other documents in a prompt. Default 3.
    pub context_documents: usize,
    /// Lines of each of them, around its cursor. Default 60.
    pub context_lines: usize,
    /// Places beyond the window that may be tried when the window yields nothing. Default 2.
    pub jumps: usize,
    /// Whether guesses are tried too where no surer place yields anything, as Sweep's server does: other
    /// places of a word that was added, then the next lines. Default false: see the figures in
    /// `targets.rs`.
    pub explore: bool,
    /// The prompt format. Default: the one that the model's file names, and that of Sweep's model
    /// card where it names none.
    pub dialect: Option<Dialect>,
    /// Whether an answer ends once it has rejoined the window, which then holds one change (see
    /// [`prompt::rejoin`]). Default true. Otherwise an observer is told that change then, while the answer goes on.
    pub rejoin: bool,
    /// Whether edits of nothing but imports are offered. Default true.
    pub imports: bool,
    /// Which of a model's edits are offered. Default: those that the model's file names (`foretab.edits`), and all
    /// where it names none.
    pub edits: Option<Edits>,
    /// Whether by rule what is being typed is gone on with as a line near by does, or the user's newest change is made
    /// again, at the other places of a window that it fits, and the model is asked only where there is neither.
    /// Default: for a model of which nothing but repetitions is offered ([`edits`](Self::edits)), since the rule has
    /// more of them; one that is good knows better when to be quiet.
    pub repeat: Option<bool>,
}

/// Which of a model's edits are offered.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Edits {
    /// All that pass the filters.
    #[default]
    All,
    /// Only those that make the user's newest change again, by any reading that the rule of [`Settings::repeat`] has
    /// of it; the place is the model's choice. For a model that can do nothing else: what else it says is a mistake.
    /// After that rule it is asked only where there is such a place, which the rule did not take for one that means the
    /// same.
    Repetitions,
}

impl Edits {
    /// Both.
    pub const ALL: [Self; 2] = [Self::All, Self::Repetitions];

    /// Its name in model files and options: `all`, `repetitions`.
    pub fn name(self) -> &'static str {
        match self {
            Self::All => "all",
            Self::Repetitions => "repetitions",
        }
    }

    /// The one with that name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|edits| edits.name() == name)
    }
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            prompt_tokens: 2048,
            answer_tokens: 512,
            context_documents: 3,
            context_lines: 60,
            jumps: 2,
            explore: false,
            dialect: None,
            rejoin: true,
            imports: true,
            edits: None,
            repeat: None,
        }
    }
}

impl Settings {
    /// The prompt format that was chosen.
    pub fn dialect(&self) -> Dialect {
        self.dialect.unwrap_or_default()
    }

    /// Whether the newest change is made again by rule.
    pub(crate) fn repeats(&self) -> bool {
        let repetitions = self.edits == Some(Edits::Repetitions);
        self.repeat.unwrap_or(repetitions)
    }
}
