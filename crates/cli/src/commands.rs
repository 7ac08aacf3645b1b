//! The subcommands. A new one is a module, a variant and an arm.

mod cases;
mod filter;
mod prompt;

use std::process::ExitCode;

use clap::Subcommand;

/// What `foretab` can do.
#[derive(Subcommand)]
pub(crate) enum Command {
    /// Replay a git repository's history into cases, as JSON Lines
    Cases(cases::Cases),
    /// Run recorded answers through the suggestion pipeline: what is shown, and why the rest is not
    Filter(filter::Filter),
    /// Write the prompt and the right answer of each case, as JSON Lines
    Prompt(prompt::Prompt),
}

impl Command {
    /// Runs the command. An error is for what stops it; what concerns single cases is reported
    /// on standard error and in the exit status.
    pub(crate) fn run(self) -> anyhow::Result<ExitCode> {
        match self {
            Command::Cases(command) => command.run(),
            Command::Filter(command) => command.run(),
            Command::Prompt(command) => command.run(),
        }
    }
}
