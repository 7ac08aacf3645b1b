//! `foretab prompt`: what inference would send, and the answer that would be right.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Args;
use prompt::{Budget, Dialect};
use serde::Serialize;

use crate::case;
use crate::engine::dialect;

/// Arguments of `foretab prompt`.
#[derive(Args)]
pub(crate) struct Prompt {
    /// The case file, JSON Lines
    #[arg(long)]
    cases: PathBuf,
    /// The prompt format
    #[arg(long, value_parser = dialect, default_value = Dialect::default().name())]
    dialect: Dialect,
    /// Tokens of the longest prompt, estimated at three bytes a token
    #[arg(long, default_value_t = 2048)]
    budget: usize,
}

#[derive(Serialize)]
struct Line {
    id: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    task: Option<String>,
    prompt: String,
    completion: String,
}

impl Prompt {
    /// Writes one line a case. A case whose wanted edit lies outside the window gets the
    /// unchanged window as its answer.
    pub(crate) fn run(self) -> anyhow::Result<ExitCode> {
        let budget = Budget::new(self.budget, &Budget::estimate);
        case::write_each(&self.cases, |case| {
            let edit = case.edit();
            let prompt = self.dialect.build(&edit.request(), &budget)?;
            let completion = edit.expected_window(&prompt.window);
            Ok(Line {
                prompt: prompt.to_text(),
                completion: self.dialect.completion(&completion),
                id: case.id,
                task: case.task,
            })
        })
    }
}
