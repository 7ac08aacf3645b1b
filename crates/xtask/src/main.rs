//! `cargo xtask`: from a fresh clone to the running playground, and every check, in one command each.

mod bench;
mod build;
mod node;
mod notices;
mod play;
mod setup;
mod step_output;
mod test;
mod wasm;

use std::path::Path;
use std::process::ExitCode;

use anyhow::Result;
use clap::{Parser, Subcommand};
use xshell::Shell;

/// Set-up, build, play and test of this repository.
#[derive(Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask")]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Install what building needs and is missing: the wasm32 target and the npm packages
    Setup {
        /// Also what only the tests need: Chromium and a Vulkan driver
        #[arg(long)]
        test: bool,
    },
    /// Build the WebAssembly module and the npm packages on top of it
    Build {
        /// Skip wasm-opt: quicker to build, slower to run
        #[arg(long)]
        dev: bool,
    },
    /// Set up, build, and serve the playground on localhost
    Play {
        /// Port of the server; the next free one is taken where it is in use
        #[arg(long, default_value_t = 4173)]
        port: u16,
        /// Skip wasm-opt
        #[arg(long)]
        dev: bool,
    },
    /// Set up and time forward passes of ours beside those of other engines, on random models
    Bench(bench::Options),
    /// Set up and run every check: formatters, lints, Rust, TypeScript, browser, oracles
    Test {
        /// Run only these steps (repeatable); the wasm build is a step like the others
        #[arg(long, value_enum)]
        only: Vec<test::Step>,
        /// In place of all that: random models of the true sizes, 5 GB, beside llama.cpp and in the page; takes half
        /// an hour
        #[arg(long, conflicts_with = "only")]
        large: bool,
    },
}

fn main() -> ExitCode {
    match run(Cli::parse().command) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            say(format!("{error:#}"));
            ExitCode::FAILURE
        }
    }
}

fn run(command: Command) -> Result<()> {
    let sh = Shell::new()?;
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(2);
    sh.change_dir(root.expect("crates/xtask is two folders below the root"));
    match command {
        Command::Setup { test } => {
            setup::for_build(&sh)?;
            if test {
                setup::for_test(&sh)?;
            }
            Ok(())
        }
        Command::Build { dev } => {
            setup::for_build(&sh)?;
            build::run(&sh, dev)
        }
        Command::Play { port, dev } => play::run(&sh, port, dev),
        Command::Bench(options) => bench::run(&sh, &options),
        Command::Test { large: true, .. } => test::large(&sh),
        Command::Test { only, .. } => test::run(&sh, &only),
    }
}

/// Says what is being done, apart from the output of the tools that do it.
fn say(message: impl std::fmt::Display) {
    eprintln!("xtask: {message}");
}
