//! Which places of a document are asked about, and what comes of all of them together.

use std::ops::Range;

use decode::Ended;
use suggest::Syntax;

use crate::first_change::{FirstChange, Tell};
use crate::repetition::is_repeatable;
use crate::suggestions::Collected;
use crate::targets::{self, Target};
use crate::{
    Early, Edits, Event, Observer, Outcome, Prediction, Rule, Settings, Skip, Snapshot, Statistics,
    Suggestion,
};

/// The text that a model wants in a window's place, and how it came to an end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Answer {
    pub(crate) text: String,
    pub(crate) ended: Ended,
}

/// What became of one place.
pub(crate) enum Attempt {
    Answered(Answer),
    Cancelled,
    Skipped(Skip),
}

/// Whoever answers for a place.
pub(crate) trait Answerer {
    type Error;

    /// As statistics name it.
    fn backend(&self) -> &'static str;

    fn settings(&self) -> &Settings;

    /// Asks about the window around one place. `first` is handed the answer while it grows.
    async fn attempt(
        &mut self,
        snapshot: &Snapshot,
        cursor: usize,
        first: FirstChange<'_>,
        statistics: &mut Statistics,
        observer: &mut impl Observer,
    ) -> Result<Attempt, Self::Error>;
}

/// Who says what a window becomes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum By {
    /// The rule that makes the newest change again.
    Rule,
    Answerer,
}

/// What the places of one request have in common.
struct Asking<'a, A, O> {
    answerer: &'a mut A,
    collected: Collected,
    /// Where the user is, as the editor counts.
    cursor: usize,
    statistics: Statistics,
    syntax: &'a dyn Syntax,
    observer: &'a mut O,
}

/// Predicts what the user would edit next; see [`Predictor::predict`](crate::Predictor::predict).
pub(crate) async fn predict<A: Answerer>(
    answerer: &mut A,
    snapshot: &Snapshot,
    syntax: &dyn Syntax,
    observer: &mut impl Observer,
) -> Result<Prediction, A::Error> {
    let began = observer.now();
    let repeats = answerer.settings().repeats();
    let mut asking = Asking {
        collected: Collected::new(&snapshot.path, answerer.settings()),
        cursor: snapshot.document.utf16(snapshot.document.cursor()),
        statistics: Statistics {
            backend: answerer.backend(),
            ..Statistics::default()
        },
        answerer,
        syntax,
        observer,
    };
    let mut found = (Outcome::Nothing, snapshot);
    // The rules are asked about every place before the model is about any: they take as good as no time. What is typed in
    // part is finished before it is made again elsewhere.
    if repeats {
        found.0 = asking.go_on(snapshot);
    }
    if repeats && found.0 == Outcome::Nothing {
        found = asking.places(snapshot, By::Rule).await?;
    }
    if found.0 == Outcome::Nothing {
        found = asking.places(snapshot, By::Answerer).await?;
    }
    let (outcome, mut about) = found;

    let Asking {
        collected,
        cursor,
        mut statistics,
        observer,
        ..
    } = asking;
    if outcome != Outcome::Suggestions {
        about = snapshot;
    }
    statistics.total_ms = observer.now() - began;
    Ok(Prediction {
        outcome,
        document: collected.other(about),
        suggestions: collected.suggestions,
        dropped: collected.dropped,
        version: about.document.version(),
        cursor,
        statistics,
    })
}

impl<A: Answerer, O: Observer> Asking<'_, A, O> {
    /// Goes on with what is typed at the cursor.
    fn go_on(&mut self, snapshot: &Snapshot) -> Outcome {
        let document = &snapshot.document;
        let dialect = self.answerer.settings().dialect();
        let window = dialect.window(document.text(), document.cursor());
        let goes_on = self.collected.go_on(snapshot, &window, self.syntax);
        self.statistics.by_rule = goes_on.then_some(Rule::Continuation);
        self.collected.outcome()
    }

    /// Asks about one place after the other, until something comes of one: that, and which document it is about.
    async fn places<'a>(
        &mut self,
        snapshot: &'a Snapshot,
        by: By,
    ) -> Result<(Outcome, &'a Snapshot), A::Error> {
        let tells_changes = self.answerer.settings().dialect().tells_changes();
        let here = Target::at(snapshot.document.cursor());
        let (mut outcome, window) = self.ask(snapshot, here, by).await?;
        // A change that breaks code here would be carried on in vain elsewhere, too.
        if outcome != Outcome::Nothing || !tells_changes || self.collected.is_broken() {
            return Ok((outcome, snapshot));
        }
        let settings = self.answerer.settings();
        for (place, _) in targets::further_windows(snapshot, &window, settings, self.syntax) {
            if outcome != Outcome::Nothing {
                break;
            }
            outcome = self.ask_further(snapshot, place, by).await?;
        }
        if outcome == Outcome::Nothing
            && let Some(other) = &snapshot.elsewhere
            && let code = targets::is_code(snapshot, self.syntax)
            && let Some(&place) = targets::left_behind(other, code, self.syntax).first()
        {
            outcome = self.ask_further(other, place, by).await?;
            return Ok((outcome, other));
        }
        Ok((outcome, snapshot))
    }

    /// Asks about the window around one place: what comes of that, and the window.
    async fn ask(
        &mut self,
        snapshot: &Snapshot,
        place: Target<'_>,
        by: By,
    ) -> Result<(Outcome, Range<usize>), A::Error> {
        let text = snapshot.document.text();
        let dialect = self.answerer.settings().dialect();
        let window = dialect.window(text, place.at);
        let asked = place.asked(snapshot);
        let Self {
            answerer,
            collected,
            cursor,
            statistics,
            syntax,
            observer,
        } = self;
        if by == By::Rule {
            let repeats = collected.repeat(snapshot, &window, *syntax);
            statistics.by_rule = repeats.then_some(Rule::Repetition);
            return Ok((collected.outcome(), window));
        }
        // Whatever it said would be held back, or the same again that the user did not want.
        let is_vain = answerer.settings().repeats()
            && answerer.settings().edits == Some(Edits::Repetitions)
            && (collected.is_unwanted() || !is_repeatable(snapshot, &window, *syntax));
        if is_vain {
            return Ok((Outcome::Nothing, window));
        }
        let region = edit::slice(text, window.clone());
        let mut early: Vec<Suggestion> = Vec::new();
        let mut tell = |whole: &str| {
            let (lines, new) = dialect.rewrite(whole, text, place.at);
            early = collected.early(snapshot, &lines, &new, *syntax);
            (!early.is_empty()).then(|| {
                Event::Suggestions(Early {
                    suggestions: early.clone(),
                    document: collected.other(snapshot),
                    version: snapshot.document.version(),
                    cursor: *cursor,
                })
            })
        };
        // An answer that ends there is told as a whole.
        let tell: Option<Tell<'_>> = (!answerer.settings().rejoin).then_some(&mut tell);
        let first = FirstChange::new(region, tell);
        let outcome = match answerer
            .attempt(&asked, place.at, first, statistics, *observer)
            .await?
        {
            Attempt::Cancelled => Outcome::Cancelled,
            Attempt::Skipped(skip) => {
                let at = place.at..place.at;
                collected.drop(snapshot, skip.code(), &skip.to_string(), &at);
                Outcome::Skipped
            }
            Attempt::Answered(answer) => {
                let (lines, new) = dialect.rewrite(&answer.text, text, place.at);
                collected.add(snapshot, &lines, &new, answer.ended, *syntax);
                collected.keep(early);
                collected.outcome()
            }
        };
        Ok((outcome, window))
    }

    /// As [`ask`](Self::ask), about a place that may as well be passed over.
    async fn ask_further(
        &mut self,
        snapshot: &Snapshot,
        place: Target<'_>,
        by: By,
    ) -> Result<Outcome, A::Error> {
        let (outcome, _) = self.ask(snapshot, place, by).await?;
        let passed_over = outcome == Outcome::Skipped;
        Ok(if passed_over {
            Outcome::Nothing
        } else {
            outcome
        })
    }
}
