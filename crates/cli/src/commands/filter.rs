//! `foretab filter`: recorded answers through the suggestion pipeline.

use std::collections::BTreeMap;
use std::io::Write as _;
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Context as _;
use clap::Args;
use prompt::{sweep_card, window};
use serde::Serialize;
use suggest::{Answer, Ended, Reason, Suggestions, suggest};

use crate::case::{self, Case, Edit};
use crate::share::Share;
use crate::syntax::{self, Grammars};

/// Arguments of `foretab filter`.
#[derive(Args)]
pub(crate) struct Filter {
    /// The case file; cases without a recorded answer are passed over
    #[arg(long)]
    cases: PathBuf,
    /// Let the wanted edit be the answer, where none is recorded and the window has it
    #[arg(long)]
    wanted: bool,
    /// The documents are excerpts, in which a grammar cannot tell whether the whole parses
    #[arg(long)]
    excerpts: bool,
    /// Write one JSON object
    #[arg(long)]
    json: bool,
}

#[derive(Default, Serialize)]
struct Report {
    cases: usize,
    /// Share of the cases that want an edit in which something is shown.
    shown: Option<f64>,
    /// Share of the cases that want none in which nothing is shown.
    quiet: Option<f64>,
    /// Share of the cases in which the document still parses after what is shown, of those where
    /// something is shown in a document that parses.
    parses: Option<f64>,
    /// Cases in which something was dropped because it takes back what was done.
    reverts: usize,
    /// How often each reason occurred.
    dropped: BTreeMap<&'static str, usize>,
    by_id: BTreeMap<String, Outcome>,
}

#[derive(Serialize)]
struct Outcome {
    shown: bool,
    /// Why nothing is shown, or why something is not; the first reason.
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<&'static str>,
    /// Whether the document is then the expected one, white space ignored.
    exact: bool,
    /// Whether the document still parses; absent where nothing is shown, or nothing can be said.
    #[serde(skip_serializing_if = "Option::is_none")]
    parses: Option<bool>,
    /// Bytes that the edit shown takes away and puts in, and those of the wanted one.
    size: [usize; 2],
}

impl Filter {
    /// Prints a line a case and a summary, or the whole as JSON.
    pub(crate) fn run(self) -> anyhow::Result<ExitCode> {
        let mut out = std::io::stdout().lock();
        let mut report = Report::default();
        let (mut wanted, mut unwanted) = (Share::default(), Share::default());
        let mut parses = Share::default();
        let code = case::for_each(&self.cases, |case| {
            let edit = case.edit();
            let Some(result) = self.filtered(&case, &edit) else {
                return Ok(());
            };
            let wants_edit = edit.expected != edit.text;
            let shown = !result.suggestions.is_empty();
            let outcome = Outcome::new(&edit, &result);
            if let Some(still) = outcome.parses {
                parses.count(still);
            }
            if wants_edit {
                wanted.count(shown)
            } else {
                unwanted.count(!shown)
            }
            if !self.json {
                writeln!(
                    out,
                    "{}\t{}\t{}",
                    if shown { "shown" } else { "-" },
                    outcome.reason.unwrap_or("-"),
                    case.id
                )?;
            }
            report.cases += 1;
            report.reverts += usize::from(
                result
                    .dropped
                    .iter()
                    .any(|dropped| dropped.reason == Reason::Reverts),
            );
            for dropped in &result.dropped {
                *report.dropped.entry(dropped.reason.code()).or_default() += 1;
            }
            report.by_id.insert(case.id, outcome);
            Ok(())
        })?;
        (report.shown, report.quiet) = (wanted.value(), unwanted.value());
        report.parses = parses.value();
        if self.json {
            writeln!(
                out,
                "{}",
                serde_json::to_string(&report).context("the report")?
            )?;
        } else {
            writeln!(
                out,
                "{} answers; shown where wanted {wanted}; quiet where not {unwanted}; parses after what is shown {parses}",
                report.cases
            )?;
        }
        Ok(code)
    }

    /// What becomes of the case's answer; `None` without one.
    fn filtered(&self, case: &Case, edit: &Edit) -> Option<Suggestions> {
        let window = case
            .answer_lines
            .map_or_else(|| window(&edit.text, edit.cursor), |rows| edit.rows(rows));
        let region = edit::slice(&edit.text, window.clone());
        let wanted = || {
            let wanted = edit.expected_window(&window);
            (self.wanted && wanted != region).then_some(wanted)
        };
        let answer = match &case.answer {
            Some(answer) => sweep_card::read(answer, region),
            None => wanted()?,
        };
        let mut result = suggest(&Answer {
            text: &edit.text,
            cursor: edit.cursor,
            window,
            answer: &answer,
            ended: Ended::Stop,
            states: Some(&edit.states),
            changes: &edit.changes_here(),
            imports: true,
        });
        if !self.excerpts {
            result.hold_back_broken(&edit.path, &edit.text, &Grammars);
        }
        Some(result)
    }
}

impl Outcome {
    fn new(edit: &Edit, result: &Suggestions) -> Self {
        let mut shown: Vec<_> = result.suggestions.iter().collect();
        shown.sort_by_key(|suggestion| suggestion.range.start);
        let from_the_end = shown.iter().rev();
        let after = from_the_end.fold(edit.text.clone(), |text, suggestion| {
            let applied = suggestion.replacement().apply(&text);
            applied.unwrap_or(text)
        });
        let language = suggest::language(&edit.path).filter(|_| !shown.is_empty());
        let parses = |language| syntax::still_parses(language, &edit.text, &after);
        let size = |text: &str| {
            let hunks = edit::diff(&edit.text, text).into_iter();
            hunks.map(|hunk| hunk.old.len() + hunk.new.len()).sum()
        };
        let visible = |text| str::chars(text).filter(|c| !c.is_whitespace());
        Self {
            shown: !shown.is_empty(),
            reason: result.dropped.first().map(|dropped| dropped.reason.code()),
            exact: visible(&after).eq(visible(&edit.expected)),
            parses: language.and_then(parses),
            size: [size(&after), size(&edit.expected)],
        }
    }
}
