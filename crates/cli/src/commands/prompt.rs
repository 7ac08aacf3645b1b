//! `foretab prompt`: what inference would send, and the answer that would be right.

use std::io::Write as _;
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
struct Line<'a> {
    id: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    task: Option<&'a str>,
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
            let prompt = self.dialect.build(&edit.request(), &budget)?;
            let completion = edit.expected_window(&prompt.window);
            let line = serde_json::to_string(&Line {
                id: &case.id,
                task: case.task.as_deref(),
                prompt: prompt.to_text(),
                completion: self.dialect.completion(&completion),
            })?;
            writeln!(out, "{line}")?;
            Ok(())
        })?;
        out.flush()?;
        Ok(code)
    }
}
