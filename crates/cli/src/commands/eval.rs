//! `foretab eval`: how good a model's suggestions are, and what they cost.

use std::collections::BTreeMap;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::Args;
use serde::Serialize;

use predictor::{Device, Predictor};

use crate::case::{self, Case};
use crate::engine::{self, ModelArgs, Outcome};
use crate::rules;
use crate::score::{Score, Suggested};
use crate::share::Share;
use crate::syntax::{GrammarArgs, Grammars};

/// Arguments of `foretab eval`.
#[derive(Args)]
pub(crate) struct Eval {
    #[command(flatten)]
    model: ModelArgs,
    #[command(flatten)]
    syntax: GrammarArgs,
    /// The case file
    #[arg(long)]
    cases: PathBuf,
    /// End an answer once it has rejoined the window, as the page does: it then holds one change.
    #[arg(long)]
    rejoin: bool,
    /// Only the first so many cases
    #[arg(long)]
    limit: Option<usize>,
    /// Write one JSON object
    #[arg(long)]
    json: bool,
}

/// Scores of a group of cases. A share is null where no case counts.
#[derive(Default, Serialize)]
struct Scores {
    cases: usize,
    /// Share of the cases in which the document after all suggestions is the expected one, white
    /// space ignored.
    exact: Option<f64>,
    /// Share of the cases that want an edit in which the first suggestion is a part of it.
    first: Option<f64>,
    /// Mean over the cases.
    delta_chrf: Option<f64>,
    /// Share of the cases that want an edit in which something is shown.
    shown: Option<f64>,
    /// Share of the cases that want none in which nothing is shown.
    quiet: Option<f64>,
}

#[derive(Serialize)]
struct Report {
    #[serde(flatten)]
    all: Scores,
    /// Share of the cases in which the document still parses after all suggestions, of those where
    /// something is shown in a document that parses.
    parses: Option<f64>,
    /// Forward passes that gave tokens of answers.
    passes: usize,
    /// Tokens of answers by such passes.
    tokens_per_pass: Option<f64>,
    /// Characters of answers by the time from request to result.
    chars_per_second: Option<f64>,
    by_kind: BTreeMap<String, Scores>,
    /// By what makes the wanted edit foreseeable, of the cases that say so.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    by_task: BTreeMap<String, Scores>,
    dropped: BTreeMap<String, usize>,
}

/// What is counted of a group of cases.
#[derive(Default)]
struct Tally {
    exact: Share,
    first: Share,
    shown: Share,
    quiet: Share,
    cases: usize,
    delta_chrf: f64,
}

/// What is counted of all cases.
#[derive(Default)]
struct Cost {
    passes: usize,
    tokens: usize,
    characters: usize,
    seconds: f64,
}

impl Eval {
    /// Prints a line a case and a summary, or the summary as JSON.
    pub(crate) fn run(self) -> anyhow::Result<ExitCode> {
        let mut asked = Asked::new(&self)?;
        let mut out = std::io::stdout().lock();
        let mut all = Tally::default();
        let mut by_kind = BTreeMap::<String, Tally>::new();
        let mut by_task = BTreeMap::<String, Tally>::new();
        let mut dropped = BTreeMap::<String, usize>::new();
        let mut parses = Share::default();
        let mut cost = Cost::default();
        let code = case::for_each(&self.cases, |case| {
            if self.limit.is_some_and(|limit| all.cases >= limit) {
                return Ok(());
            }
            let (suggested, outcome) = asked.about(&case)?;
            let score = Score::new(&case, &suggested);
            let dropped_here = outcome
                .iter()
                .flat_map(|outcome| &outcome.prediction.dropped);
            if !self.json {
                let mark = match (score.exact, score.first) {
                    (true, _) => "exact",
                    (false, true) => "first",
                    (false, false) => "-",
                };
                let first = dropped_here.clone().next();
                let reason = first.map_or("-", |dropped| dropped.reason.as_str());
                writeln!(
                    out,
                    "{mark}\t{:.0}\t{reason}\t{}",
                    score.delta_chrf, case.id
                )?;
            }
            for dropped_one in dropped_here {
                *dropped.entry(dropped_one.reason.clone()).or_default() += 1;
            }
            if let Some(still) = score.parses {
                parses.count(still);
            }
            if let Some(outcome) = &outcome {
                cost.add(outcome);
            }
            all.add(&score);
            let kind = case.kind.unwrap_or_else(|| "unknown".to_owned());
            by_kind.entry(kind).or_default().add(&score);
            if let Some(task) = case.task {
                by_task.entry(task).or_default().add(&score);
            }
            Ok(())
        })?;
        let report = Report {
            all: all.scores(),
            parses: parses.value(),
            passes: cost.passes,
            tokens_per_pass: (cost.passes > 0).then(|| cost.tokens as f64 / cost.passes as f64),
            chars_per_second: (cost.seconds > 0.0).then(|| cost.characters as f64 / cost.seconds),
            by_kind: scores_of(by_kind),
            by_task: scores_of(by_task),
            dropped,
        };
        if self.json {
            serde_json::to_writer(&mut out, &report)?;
            writeln!(out)?;
        } else {
            report.print(&mut out)?;
        }
        Ok(code)
    }
}

/// What is asked about cases.
struct Asked {
    whom: Whom,
    syntax: Option<Grammars>,
}

enum Whom {
    Model(Box<Predictor<Device>>),
    Repeat,
    Rules,
}

impl Asked {
    fn new(given: &Eval) -> anyhow::Result<Self> {
        let model = &given.model;
        let whom = if model.model == Path::new("rules") {
            Whom::Rules
        } else if model.model == Path::new("repeat") {
            Whom::Repeat
        } else {
            Whom::Model(Box::new(engine::predictor(model, given.rejoin)?))
        };
        let syntax = given.syntax.grammars();
        Ok(Self { whom, syntax })
    }

    /// What is suggested for a case, and how a model came to it.
    fn about(&mut self, case: &Case) -> anyhow::Result<(Suggested, Option<Outcome>)> {
        let outcome = match &mut self.whom {
            Whom::Model(predictor) => engine::predict(predictor, case, &self.syntax)?,
            Whom::Repeat => engine::repeat(case, &self.syntax),
            Whom::Rules => return Ok((rules::suggested(case), None)),
        };
        let suggested = engine::suggested(&case.text, &outcome.prediction);
        Ok((suggested, Some(outcome)))
    }
}

fn scores_of(tallies: BTreeMap<String, Tally>) -> BTreeMap<String, Scores> {
    let scores = tallies.into_iter();
    scores.map(|(name, tally)| (name, tally.scores())).collect()
}

impl Tally {
    fn add(&mut self, score: &Score) {
        self.cases += 1;
        self.exact.count(score.exact);
        self.delta_chrf += score.delta_chrf;
        if score.wanted {
            self.first.count(score.first);
            self.shown.count(score.shown);
        } else {
            self.quiet.count(!score.shown);
        }
    }

    fn scores(&self) -> Scores {
        Scores {
            cases: self.cases,
            exact: self.exact.value(),
            first: self.first.value(),
            delta_chrf: (self.cases > 0).then(|| self.delta_chrf / self.cases as f64),
            shown: self.shown.value(),
            quiet: self.quiet.value(),
        }
    }
}

impl Cost {
    fn add(&mut self, outcome: &Outcome) {
        let statistics = &outcome.prediction.statistics;
        self.passes += statistics.passes;
        self.tokens += statistics.new_tokens;
        self.seconds += statistics.total_ms / 1000.0;
        self.characters += outcome
            .exchanges
            .iter()
            .map(|exchange| exchange.answer.chars().count())
            .sum::<usize>();
    }
}

impl Report {
    fn print(&self, out: &mut impl std::io::Write) -> std::io::Result<()> {
        let percent = |share: Option<f64>| {
            share.map_or("-".to_owned(), |share| format!("{:.1} %", share * 100.0))
        };
        let number =
            |value: Option<f64>| value.map_or("-".to_owned(), |value| format!("{value:.1}"));
        writeln!(
            out,
            "{:<18}{:>8}{:>10}{:>10}{:>12}{:>10}{:>10}",
            "", "cases", "exact", "first", "delta chrF", "shown", "quiet"
        )?;
        let named = self.by_task.iter().chain(&self.by_kind);
        let named = named.map(|(name, scores)| (name.as_str(), scores));
        for (name, scores) in named.chain([("all", &self.all)]) {
            let (exact, first, shown, quiet) = (
                percent(scores.exact),
                percent(scores.first),
                percent(scores.shown),
                percent(scores.quiet),
            );
            let delta_chrf = number(scores.delta_chrf);
            writeln!(
                out,
                "{name:<18}{:>8}{exact:>10}{first:>10}{delta_chrf:>12}{shown:>10}{quiet:>10}",
                scores.cases
            )?;
        }
        let (tokens, characters) = (number(self.tokens_per_pass), number(self.chars_per_second));
        writeln!(
            out,
            "{} forward passes, {tokens} tokens a pass, {characters} characters a second",
            self.passes
        )?;
        writeln!(
            out,
            "parses after the suggestions: {}",
            percent(self.parses)
        )?;
        for (reason, count) in &self.dropped {
            writeln!(out, "dropped {count} x {reason}")?;
        }
        Ok(())
    }
}
