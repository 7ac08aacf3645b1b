//! The subcommands. A new one is a module, a variant and an arm.

mod prompt;

use std::process::ExitCode;

use clap::Subcommand;

/// What `foretab` can do.
#[derive(Subcommand)]
pub(crate) enum Command {
    /// Write the prompt and the right answer of each case, as JSON Lines
    Prompt(prompt::Prompt),
}

impl Command {
    /// Runs the command. An error is for what stops it; what concerns single cases is reported
    /// on standard error and in the exit status.
    pub(crate) fn run(self) -> anyhow::Result<ExitCode> {
        match self {
            Command::Prompt(command) => command.run(),
        }
    }
}
