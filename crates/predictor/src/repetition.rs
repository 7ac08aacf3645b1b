//! The user's newest change, made wherever else in a window it fits: by rule, without a model.

mod analogy;
mod evidence;
mod insertion;
mod likeness;
mod places;
mod steps;
mod ways;

use std::convert::Infallible;
use std::ops::Range;

use decode::Ended;
use edit::{Hunk, slice};
use suggest::Syntax;

use crate::asking::{self, Answer, Answerer, Attempt};
use crate::first_change::FirstChange;
use crate::{Observer, Prediction, Settings, Snapshot, Statistics, targets};
use evidence::Evidence;
#[cfg(test)]
pub(crate) use evidence::TREES;
use places::Row;

/// Predicts by the rule alone, as if a model had seen nothing to do anywhere.
#[derive(Debug, Clone)]
pub struct Repetition(Settings);

impl Repetition {
    /// With these settings, but for [`Settings::repeat`], and for the dialect, which is a model's.
    pub fn new(settings: Settings) -> Self {
        Self(Settings {
            repeat: Some(true),
            dialect: None,
            ..settings
        })
    }

    /// What [`Candidate::evidence`] is called.
    pub const EVIDENCE: &[&str] = Evidence::NAMES;

    /// In each window that would be asked about if nothing came of those before, and there by each reading of the newest
    /// change, what it would do row by row, likely or not: what the likelihoods are learnt from.
    pub fn candidates(snapshot: &Snapshot, syntax: &dyn Syntax) -> Vec<Vec<Vec<Candidate>>> {
        let settings = Settings::default();
        let (text, cursor) = (snapshot.document.text(), snapshot.document.cursor());
        let here = settings.dialect().window(text, cursor);
        let further = targets::further_windows(snapshot, &here, &settings, syntax).into_iter();
        let windows = std::iter::once(here).chain(further.map(|(_, window)| window));
        let each = windows.map(|window| {
            let readings = places::readings(snapshot, &window, syntax, true).into_iter();
            let readings = readings.map(|rows| {
                let rows = rows.into_iter();
                rows.map(|row| Candidate::of(row, window.start)).collect()
            });
            readings.collect()
        });
        each.collect()
    }

    /// As [`Predictor::predict`](crate::Predictor::predict).
    pub async fn predict(
        &mut self,
        snapshot: &Snapshot,
        syntax: &dyn Syntax,
        observer: &mut impl Observer,
    ) -> Prediction {
        match asking::predict(self, snapshot, syntax, observer).await {
            Ok(prediction) => prediction,
            Err(never) => match never {},
        }
    }
}

/// What one reading of the newest change would do in one row of a document.
#[derive(Debug, Clone)]
pub struct Candidate {
    /// What is replaced, bytes of the document, by what; in order.
    pub changes: Vec<(Range<usize>, String)>,
    /// What tells whether that is right, for each of them: the numbers that [`Repetition::EVIDENCE`] names.
    pub evidence: Vec<Vec<f32>>,
    /// How likely all of it is right, as far as was learnt, from 0 to 1.
    pub likelihood: f32,
    /// Whether it is right beside the change, where both would be one hunk of a commit.
    pub is_beside: bool,
}

impl Candidate {
    /// Of a row of a window that begins at that byte of the document.
    fn of(row: Row, start: usize) -> Self {
        let changes = row.changes.iter();
        let changes = changes.map(|(place, new)| {
            let place = place.start + start..place.end + start;
            (place, new.clone())
        });
        let evidence = row.evidence.iter();
        Self {
            changes: changes.collect(),
            evidence: evidence.map(|one| one.numbers().to_vec()).collect(),
            likelihood: row.likelihood(),
            is_beside: row.is_beside,
        }
    }
}

impl Answerer for Repetition {
    type Error = Infallible;

    fn backend(&self) -> &'static str {
        "rule"
    }

    fn settings(&self) -> &Settings {
        &self.0
    }

    async fn attempt(
        &mut self,
        snapshot: &Snapshot,
        cursor: usize,
        _first: FirstChange<'_>,
        _statistics: &mut Statistics,
        _observer: &mut impl Observer,
    ) -> Result<Attempt, Infallible> {
        let text = snapshot.document.text();
        let dialect = self.0.dialect();
        let window = dialect.window(text, cursor);
        Ok(Attempt::Answered(Answer {
            text: dialect.completion(slice(text, window)),
            ended: Ended::Stop,
        }))
    }
}

/// How likely a place has to be right for the change to be made there, with others that are surer.
const LIKELY: f32 = 0.4;
/// How likely the surest place has to be right for anything to be said.
const SURE: f32 = 0.45;
/// How likely a place has to be right for a model's word to be taken for it.
const POSSIBLE: f32 = 0.3;

/// A window with the newest change, of this document or of another one, made at its other places; `None` where there
/// are none.
///
/// Of the ways that there are to read the change ([`ways`]) it is the one that has the surest place, by what is learnt
/// of places ([`TREES`]), and the change is made at all that are likely by it.
pub(crate) fn repeated(
    snapshot: &Snapshot,
    window: &Range<usize>,
    syntax: &dyn Syntax,
) -> Option<String> {
    let mut surest = (SURE, Vec::new());
    for rows in places::readings(snapshot, window, syntax, true) {
        let rows: Vec<(f32, Row)> = rows
            .into_iter()
            .map(|row| (row.likelihood(), row))
            .filter(|(likelihood, _)| *likelihood > LIKELY)
            .collect();
        let sure = rows
            .iter()
            .map(|(likelihood, _)| *likelihood)
            .fold(0.0, f32::max);
        if sure > surest.0 {
            surest = (sure, rows);
        }
    }
    let (_, rows) = surest;
    let region = slice(snapshot.document.text(), window.clone());
    (!rows.is_empty()).then(|| replaced(region, rows.iter().flat_map(|(_, row)| &row.changes)))
}

/// Whether an edit of a window, `range` replaced by `new`, is the newest change made again there, by any of its
/// readings: at one place where it fits, at several that the edit has in one, or as one of the hunks that it is there.
///
/// Whether a name means the same there is not asked, as [`repeated`] does: whoever suggests the edit has chosen it.
pub(crate) fn is_repetition(
    snapshot: &Snapshot,
    window: &Range<usize>,
    (range, new): (&Range<usize>, &str),
    syntax: &dyn Syntax,
) -> bool {
    let region = slice(snapshot.document.text(), window.clone());
    let within = |at: usize| at.saturating_sub(window.start).min(region.len());
    let range = within(range.start)..within(range.end);
    let edited = edit::replaced(region, [(range.clone(), new)]);
    let touches = |place: &Range<usize>| place.start <= range.end && range.start <= place.end;
    possible(snapshot, window, syntax).any(|rows| {
        let changes = rows.iter().flat_map(|row| &row.changes);
        let again = replaced(region, changes.filter(|(place, _)| touches(place)));
        let is_edit = |hunk: &Hunk| hunk.old == range && slice(&again, hunk.new.clone()) == new;
        again == edited || edit::diff(region, &again).iter().any(is_edit)
    })
}

/// Whether an edit of a window could be the newest change made again at all.
pub(crate) fn is_repeatable(
    snapshot: &Snapshot,
    window: &Range<usize>,
    syntax: &dyn Syntax,
) -> bool {
    possible(snapshot, window, syntax).any(|rows| !rows.is_empty())
}

/// By each reading, the rows that may be right if somebody else says so.
fn possible(
    snapshot: &Snapshot,
    window: &Range<usize>,
    syntax: &dyn Syntax,
) -> impl Iterator<Item = Vec<Row>> {
    let readings = places::readings(snapshot, window, syntax, false).into_iter();
    readings.map(|mut rows| {
        rows.retain(|row| row.likelihood() > POSSIBLE);
        rows
    })
}

/// The window's text with these changes.
fn replaced<'a>(region: &str, changes: impl Iterator<Item = &'a (Range<usize>, String)>) -> String {
    edit::replaced(region, changes.map(|(place, new)| (place.clone(), &**new)))
}
