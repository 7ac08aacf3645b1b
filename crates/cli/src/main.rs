//! The `foretab` command: one subcommand a file in `commands/`.
#![forbid(unsafe_code)]

mod case;
mod commands;
mod delta_chrf;
mod drafter;
mod engine;
mod outline;
mod rules;
mod score;
mod share;
mod syntax;
mod teacher;

use std::process::ExitCode;

use clap::Parser;

use commands::Command;

/// Next-edit prediction at the command line: what the page does, for measurements and training.
#[derive(Parser)]
#[command(version)]
struct Foretab {
    #[command(subcommand)]
    command: Command,
}

fn main() -> ExitCode {
    match Foretab::parse().command.run() {
        Ok(code) => code,
        // Whoever reads has seen enough, as `head` does.
        Err(error) if is_broken_pipe(&error) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn is_broken_pipe(error: &anyhow::Error) -> bool {
    let json = || error.downcast_ref::<serde_json::Error>()?.io_error_kind();
    let kind = error.downcast_ref::<std::io::Error>().map(|io| io.kind());
    kind.or_else(json) == Some(std::io::ErrorKind::BrokenPipe)
}
