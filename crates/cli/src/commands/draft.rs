//! `foretab draft`: how many forward passes the right answers take.

use std::io::Write as _;
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Context as _, anyhow};
use clap::Args;
use decode::{Options, Pace, Sequence, generate};
use model::Tokenizer;
use pollster::block_on;
use predictor::{Question, Reading, Settings, Unasked};
use prompt::Dialect;
use serde::Serialize;

use crate::case::{self, Case};
use crate::drafter::DrafterName;
use crate::engine;
use crate::teacher::{Clock, Listener, Teacher};

/// Positions of the model that is stood in for.
const CONTEXT: usize = 8192;

/// Arguments of `foretab draft`.
#[derive(Args)]
pub(crate) struct Draft {
    /// The case file
    #[arg(long)]
    cases: PathBuf,
    /// The model whose tokenizer is used, a GGUF file
    #[arg(long)]
    model: PathBuf,
    /// Where drafts come from; several with commas, all if absent
    #[arg(long, value_enum, value_delimiter = ',')]
    drafter: Vec<DrafterName>,
    /// Tokens of the longest draft; what each drafter is known with if absent
    #[arg(long)]
    k: Option<usize>,
    /// What each further token of a pass costs, as a share of what a pass of one token does
    #[arg(long, default_value_t = 0.0)]
    token_cost: f64,
    /// Only the first so many cases
    #[arg(long)]
    limit: Option<usize>,
    /// Write JSON, one object for each drafter
    #[arg(long)]
    json: bool,
}

/// What a drafter took for all edits.
#[derive(Serialize)]
struct Report {
    drafter: &'static str,
    k: usize,
    cases: usize,
    /// Those of them in which something in the window is to be changed.
    changes: usize,
    /// Tokens of the right answers.
    tokens: usize,
    #[serde(flatten)]
    whole: Tally,
    /// The same where an answer ends once it has rejoined the window.
    rejoin: Tally,
    /// Answers that rejoined the window and have another first change than the right one.
    spoilt: usize,
}

#[derive(Default, Serialize)]
struct Tally {
    passes: usize,
    passes_mean: f64,
    /// The mean over the cases that change something.
    passes_mean_changes: f64,
    tokens_per_pass: f64,
    drafted: usize,
    accepted: usize,
    /// Mean time of an answer, in passes of one token.
    time_mean: f64,
    #[serde(skip)]
    tokens: usize,
    #[serde(skip)]
    passes_changes: usize,
    #[serde(skip)]
    time: f64,
}

/// A question with its answer.
struct Exam {
    question: Question,
    region: String,
    answer: String,
    answer_tokens: Vec<u32>,
    stop: u32,
}

impl Draft {
    /// Prints a table, or JSON: means over all cases, and over those that change the window.
    pub(crate) fn run(self) -> anyhow::Result<ExitCode> {
        let tokenizer = engine::tokenizer(&self.model)?;
        let mut exams = Vec::new();
        let code = case::for_each(&self.cases, |case| {
            if self.limit.is_none_or(|limit| exams.len() < limit) {
                exams.push(exam(&case, &tokenizer)?);
            }
            Ok(())
        })?;
        let drafters = match self.drafter.as_slice() {
            [] => DrafterName::ALL,
            chosen => chosen,
        };
        let mut out = std::io::stdout().lock();
        if !self.json {
            writeln!(
                out,
                "{} cases, of which {} change the window, {:.0} tokens an answer",
                exams.len(),
                changes(&exams),
                mean(tokens(&exams) as f64, exams.len())
            )?;
            writeln!(out, "{:>46}{:>34}", "", "ended when rejoined")?;
            writeln!(
                out,
                "{:<14}{:>3}{:>9}{:>9}{:>11}{:>10}{:>9}{:>12}{:>9}{:>9}{:>8}",
                "drafter",
                "k",
                "passes",
                "changes",
                "a pass",
                "accepted",
                "time",
                "passes",
                "changes",
                "time",
                "spoilt"
            )?;
        }
        for &name in drafters {
            let report = self.report(name, &exams, &tokenizer);
            if self.json {
                serde_json::to_writer(&mut out, &report)?;
                writeln!(out)?;
            } else {
                report.print(&mut out)?;
            }
        }
        Ok(code)
    }

    fn report(&self, name: DrafterName, exams: &[Exam], tokenizer: &Tokenizer) -> Report {
        let k = self.k.unwrap_or(name.usual_k());
        let tally = |rejoin| tally(name, k, self.token_cost, rejoin, exams, tokenizer);
        let (whole, _) = tally(false);
        let (rejoin, spoilt) = tally(true);
        Report {
            drafter: name.as_str(),
            k,
            cases: exams.len(),
            changes: changes(exams),
            tokens: tokens(exams),
            whole,
            rejoin,
            spoilt,
        }
    }
}

/// Has all answers decoded: what they took, and how many that rejoined the window have another
/// first change than the right one.
fn tally(
    name: DrafterName,
    k: usize,
    token_cost: f64,
    rejoin: bool,
    exams: &[Exam],
    tokenizer: &Tokenizer,
) -> (Tally, usize) {
    let clock = Clock::new(token_cost);
    // What is learned of the device is kept for the next answer.
    let mut pace = name.pace(k);
    let mut tally = Tally::default();
    let mut spoilt = 0;
    for exam in exams {
        let reading = Reading::new(tokenizer, rejoin.then_some(exam.region.as_str()));
        let mut listener = Listener::new(&clock, reading);
        exam.take(name, &mut pace, &clock, &mut listener, &mut tally);
        if let Some(whole) = listener.reading.rejoined() {
            spoilt += usize::from(!exam.agrees(whole));
        }
    }
    tally.finish(exams.len(), changes(exams));
    (tally, spoilt)
}

impl Report {
    fn print(&self, out: &mut impl std::io::Write) -> std::io::Result<()> {
        let Self { whole, rejoin, .. } = self;
        let accepted = mean(100.0 * whole.accepted as f64, whole.drafted);
        writeln!(
            out,
            "{:<14}{:>3}{:>9.2}{:>9.2}{:>11.1}{:>8.0} %{:>9.1}{:>12.2}{:>9.2}{:>9.1}{:>8}",
            self.drafter,
            self.k,
            whole.passes_mean,
            whole.passes_mean_changes,
            whole.tokens_per_pass,
            accepted,
            whole.time_mean,
            rejoin.passes_mean,
            rejoin.passes_mean_changes,
            rejoin.time_mean,
            self.spoilt,
        )
    }
}

/// The question that a case is, with its answer.
fn exam(case: &Case, tokenizer: &Tokenizer) -> anyhow::Result<Exam> {
    let edit = case.edit();
    let snapshot = case.situation().snapshot();
    let asked = Question::new(
        &snapshot,
        edit.cursor,
        tokenizer,
        &Settings::default(),
        CONTEXT,
    );
    let question = asked.map_err(|unasked| match unasked {
        Unasked::Skip(skip) => anyhow!("{skip}"),
        Unasked::Vocabulary(name) => anyhow!("the model has no token {name}"),
    })?;
    let window = question.window();
    let region = edit::slice(&edit.text, window.clone()).to_owned();
    let answer = match (&case.answer, case.answer_lines) {
        (Some(answer), None) => answer.clone(),
        _ => edit.expected_window(&window),
    };
    let answer = Dialect::SweepCard.completion(&answer);
    Ok(Exam {
        answer_tokens: tokenizer.encode(&answer),
        stop: *question.stops.first().context("no stop token")?,
        question,
        region,
        answer,
    })
}

impl Exam {
    /// Has the answer decoded, and counts what it takes.
    fn take(
        &self,
        drafter: DrafterName,
        pace: &mut Pace,
        clock: &Clock,
        listener: &mut Listener<'_>,
        tally: &mut Tally,
    ) {
        let tokens = &self.question.tokens;
        let options = Options {
            stops: vec![self.stop],
            max_new_tokens: usize::MAX,
            // The prompt in one pass, whose time is not the answer's.
            prefill_chunk: tokens.len() - 1,
        };
        let decoded = block_on(generate(
            &mut Teacher::new(tokens, &self.answer_tokens, self.stop, clock),
            &mut Sequence::new(),
            tokens,
            &mut drafter.drafter(&self.question),
            pace,
            &options,
            listener,
        ));
        let Ok(decoded) = decoded else {
            unreachable!("a teacher has room for its prompt, and does not fail")
        };
        debug_assert!(self.answer_tokens.starts_with(&decoded.tokens));
        tally.passes += decoded.passes;
        tally.tokens += decoded.tokens.len();
        tally.drafted += decoded.drafted;
        tally.accepted += decoded.accepted;
        if self.changes() {
            tally.passes_changes += decoded.passes;
        }
        tally.time += listener.time;
    }

    /// Whether the answer changes the window.
    fn changes(&self) -> bool {
        self.answer != Dialect::SweepCard.completion(&self.region)
    }

    /// Whether a rejoined answer has the right answer's first change.
    fn agrees(&self, rejoined: &str) -> bool {
        let region = Dialect::SweepCard.completion(&self.region);
        let first = |answer: &str| {
            let hunk = edit::line_hunks(&region, answer).into_iter().next()?;
            Some((hunk.old, edit::slice(answer, hunk.new).to_owned()))
        };
        first(rejoined) == first(&self.answer)
    }
}

impl Tally {
    fn finish(&mut self, cases: usize, changes: usize) {
        self.passes_mean_changes = mean(self.passes_changes as f64, changes);
        self.passes_mean = mean(self.passes as f64, cases);
        self.tokens_per_pass = mean(self.tokens as f64, self.passes);
        self.time_mean = mean(self.time, cases);
    }
}

fn mean(sum: f64, count: usize) -> f64 {
    sum / count.max(1) as f64
}

fn tokens(exams: &[Exam]) -> usize {
    exams.iter().map(|exam| exam.answer_tokens.len()).sum()
}

fn changes(exams: &[Exam]) -> usize {
    exams.iter().filter(|exam| exam.changes()).count()
}
