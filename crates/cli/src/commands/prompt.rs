//! `foretab prompt`: what inference would send, and the answer that would be right.

use std::io::Write as _;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, ValueEnum};
use prompt::{Budget, sweep_card};
use serde::Serialize;

use crate::case;

/// Arguments of `foretab prompt`.
#[derive(Args)]
pub(crate) struct Prompt {
    /// The case file, JSON Lines
    #[arg(long)]
    cases: PathBuf,
    /// The prompt format
    #[arg(long, value_enum, default_value_t)]
    dialect: Dialect,
    /// Tokens of the longest prompt, estimated at three bytes a token
    #[arg(long, default_value_t = 2048)]
    budget: usize,
}

#[derive(Clone, Copy, Default, ValueEnum)]
enum Dialect {
    /// Sweep Next-Edit as its model card gives it
    #[default]
    #[value(name = "sweep_card")]
    SweepCard,
}

#[derive(Serialize)]
struct Line<'a> {
    id: &'a str,
    prompt: String,
    completion: String,
}

impl Prompt {
    /// Writes one line a case. A case whose wanted edit lies outside the window gets the
    /// unchanged window as its answer.
    pub(crate) fn run(self) -> anyhow::Result<ExitCode> {
        let budget = Budget::new(self.budget, &Budget::estimate);
        let mut out = std::io::BufWriter::new(std::io::stdout().lock());
        let code = case::for_each(&self.cases, |case| {
            let edit = case.edit();
            let (prompt, completion) = match self.dialect {
                Dialect::SweepCard => {
                    let prompt = sweep_card::build(&edit.request(), &budget)?;
                    let completion = sweep_card::completion(&edit.expected_window(&prompt.window));
                    (prompt.to_text(), completion)
                }
            };
            let line = serde_json::to_string(&Line {
                id: &case.id,
                prompt,
                completion,
            })?;
            writeln!(out, "{line}")?;
            Ok(())
        })?;
        out.flush()?;
        Ok(code)
    }
}
