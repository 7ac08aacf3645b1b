//! The `foretab` command: one subcommand a file in `commands/`.
#![forbid(unsafe_code)]

mod case;
mod commands;
mod delta_chrf;
mod engine;
mod share;
mod syntax;

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
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}
