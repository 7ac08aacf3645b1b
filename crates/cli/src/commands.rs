//! The subcommands. A new one is a module, a variant and an arm.

mod cases;
mod continuations;
mod draft;
mod eval;
mod filter;
mod inspect;
mod logits;
mod places;
mod predict;
mod prompt;

use std::process::ExitCode;

use clap::Subcommand;

/// What `foretab` can do.
#[derive(Subcommand)]
pub(crate) enum Command {
    /// Replay a git repository's history into cases, as JSON Lines
    Cases(cases::Cases),
    /// Write what the rule of `--repeat` is learnt from: how the line at the cursor might go on, and what tells, as JSON
    /// Lines
    Continuations(continuations::Continuations),
    /// Count the forward passes that right answers take, for each way of drafting
    Draft(draft::Draft),
    /// Score a model on cases
    Eval(eval::Eval),
    /// Run recorded answers through the suggestion pipeline: what is shown, and why the rest is not
    Filter(filter::Filter),
    /// Say what is in a model file, and what memory it will take
    Inspect(inspect::Inspect),
    /// Write the logits after each of some tokens, to compare with other engines
    Logits(logits::Logits),
    /// Write what the rule of `--repeat` is learnt from: where a change may be made again, and what tells, as JSON Lines
    Places(places::Places),
    /// Predict the next edit of one case, and draw it
    Predict(predict::Predict),
    /// Write the prompt and the right answer of each case, as JSON Lines
    Prompt(prompt::Prompt),
}

impl Command {
    /// Runs the command. An error is for what stops it; what concerns single cases is reported
    /// on standard error and in the exit status.
    pub(crate) fn run(self) -> anyhow::Result<ExitCode> {
        match self {
            Command::Cases(command) => command.run(),
            Command::Continuations(command) => command.run(),
            Command::Draft(command) => command.run(),
            Command::Eval(command) => command.run(),
            Command::Filter(command) => command.run(),
            Command::Inspect(command) => command.run(),
            Command::Logits(command) => command.run(),
            Command::Places(command) => command.run(),
            Command::Predict(command) => command.run(),
            Command::Prompt(command) => command.run(),
        }
    }
}
