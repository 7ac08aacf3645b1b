//! `foretab predict`: the suggestions for one case.

use std::io::Write as _;
use std::path::PathBuf;
use std::process::ExitCode;

use anstyle::{AnsiColor, Style};
use anyhow::bail;
use clap::Args;
use predictor::{Kind, Outcome, Prediction, Suggestion};
use serde::Serialize;

use crate::case::{self, Case};
use crate::engine::{self, ModelArgs};
use crate::syntax::GrammarArgs;

/// Arguments of `foretab predict`.
#[derive(Args)]
pub(crate) struct Predict {
    #[command(flatten)]
    model: ModelArgs,
    /// The case file
    #[arg(long)]
    case: PathBuf,
    /// Which case of the file; the first one when absent
    #[arg(long)]
    id: Option<String>,
    /// Write one JSON object
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    syntax: GrammarArgs,
    /// Show prompts and answers on standard error
    #[arg(long)]
    verbose: bool,
}

#[derive(Serialize)]
struct Report<'a> {
    suggestions: Vec<Edit<'a>>,
    dropped: Vec<Dropped<'a>>,
    stats: Stats,
}

#[derive(Serialize)]
struct Edit<'a> {
    start: usize,
    end: usize,
    text: &'a str,
    kind: Kind,
}

#[derive(Serialize)]
struct Dropped<'a> {
    reason: &'a str,
    start: usize,
    end: usize,
}

#[derive(Serialize)]
struct Stats {
    prompt_tokens: usize,
    cached_tokens: usize,
    drafted: usize,
    accepted: usize,
    passes: usize,
    prefill_ms: f64,
    decode_ms: f64,
    backend: &'static str,
}

impl Predict {
    /// Draws the suggestions as changes of lines, or writes them as JSON.
    pub(crate) fn run(self) -> anyhow::Result<ExitCode> {
        let mut found = None;
        let code = case::for_each(&self.case, |case| {
            if found.is_none() && self.id.as_ref().is_none_or(|id| *id == case.id) {
                found = Some(case);
            }
            Ok(())
        })?;
        let Some(case) = found else {
            bail!("no such case in {}", self.case.display())
        };
        let predictor = &mut engine::predictor(&self.model, true)?;
        let outcome = engine::predict(predictor, &case, &self.syntax.grammars())?;
        if self.verbose {
            for exchange in &outcome.exchanges {
                eprintln!("{}{}", exchange.prompt, exchange.answer);
            }
        }
        if self.json {
            let mut out = std::io::stdout().lock();
            serde_json::to_writer(&mut out, &Report::new(&outcome.prediction))?;
            out.write_all(b"\n")?;
        } else {
            draw(&case, &outcome.prediction)?;
        }
        Ok(code)
    }
}

impl<'a> Report<'a> {
    fn new(prediction: &'a Prediction) -> Self {
        let statistics = &prediction.statistics;
        Self {
            suggestions: prediction
                .suggestions
                .iter()
                .map(
                    |Suggestion {
                         from,
                         to,
                         insert,
                         kind,
                         ..
                     }| Edit {
                        start: *from,
                        end: *to,
                        text: insert,
                        kind: *kind,
                    },
                )
                .collect(),
            dropped: prediction
                .dropped
                .iter()
                .map(|dropped| Dropped {
                    reason: &dropped.reason,
                    start: dropped.from,
                    end: dropped.to,
                })
                .collect(),
            stats: Stats {
                prompt_tokens: statistics.prompt_tokens,
                cached_tokens: statistics.cached_tokens,
                drafted: statistics.drafted,
                accepted: statistics.accepted,
                passes: statistics.passes,
                prefill_ms: statistics.prefill_ms,
                decode_ms: statistics.decode_ms,
                backend: statistics.backend,
            },
        }
    }
}

/// The suggestions in their order, as the lines that they touch before and after.
fn draw(case: &Case, prediction: &Prediction) -> std::io::Result<()> {
    let colour = |colour: AnsiColor| Style::new().fg_color(Some(colour.into()));
    let (plain, removed, added, quiet) = (
        Style::new().bold(),
        colour(AnsiColor::Red),
        colour(AnsiColor::Green),
        colour(AnsiColor::BrightBlack),
    );
    let mut out = anstream::stdout().lock();
    for suggestion in &prediction.suggestions {
        let start = edit::utf16::to_bytes(&case.text, suggestion.from);
        let end = edit::utf16::to_bytes(&case.text, suggestion.to);
        let lines = edit::Lines::new(&case.text);
        let (first, last) = (lines.row(start), lines.row(end));
        let (head, tail) = (lines.start(first), lines.range(last).end);
        writeln!(out, "{plain}{}:{}{plain:#}", case.path, first + 1)?;
        let old = edit::slice(&case.text, head..tail);
        let new = [
            edit::slice(&case.text, head..start),
            &suggestion.insert,
            edit::slice(&case.text, end..tail),
        ]
        .concat();
        for line in old.lines() {
            writeln!(out, "{removed}-{line}{removed:#}")?;
        }
        for line in new.lines() {
            writeln!(out, "{added}+{line}{added:#}")?;
        }
    }
    for dropped in &prediction.dropped {
        writeln!(
            out,
            "{quiet}dropped: {} ({}){quiet:#}",
            dropped.message, dropped.reason
        )?;
    }
    let statistics = &prediction.statistics;
    if prediction.outcome != Outcome::Skipped {
        writeln!(
            out,
            "{quiet}{} prompt tokens ({} cached), {} new tokens in {} passes ({} of {} drafted accepted), prefill {:.0} ms, decode {:.0} ms on the {}{quiet:#}",
            statistics.prompt_tokens,
            statistics.cached_tokens,
            statistics.new_tokens,
            statistics.passes,
            statistics.accepted,
            statistics.drafted,
            statistics.prefill_ms,
            statistics.decode_ms,
            statistics.backend,
        )?;
    }
    Ok(())
}
