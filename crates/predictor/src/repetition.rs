//! The user's newest change, made wherever else in a window it fits: by rule, without a model.

use std::borrow::Cow;
use std::convert::Infallible;
use std::ops::Range;

use decode::Ended;
use edit::{Hunk, slice, tokens, words_around};
use suggest::Syntax;

use crate::asking::{self, Answer, Answerer, Attempt};
use crate::first_change::FirstChange;
use crate::newest_change::NewestChange;
use crate::steps::{Step, indentation, lines_of};
use crate::ways::{Way, ways};
use crate::{Observer, Prediction, Settings, Snapshot, Statistics, targets};

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

    /// As [`Predictor::predict`](crate::Predictor::predict).
    pub async fn predict(
        &mut self,
        snapshot: &Snapshot,
        syntax: &impl Syntax,
        observer: &mut impl Observer,
    ) -> Prediction {
        match asking::predict(self, snapshot, syntax, observer).await {
            Ok(prediction) => prediction,
            Err(never) => match never {},
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

/// A window with the newest change, of this document or of another one, made at its other places; `None` where there
/// are none.
///
/// What is replaced is as much of the change as stands there again, by the ways that [`ways`] has to read it. What was
/// changed in code is changed in code, and in a comment or a string what was changed in one; and a name where it means
/// the same, as far as `syntax` knows ([`suggest::alike`]).
pub(crate) fn repeated(
    snapshot: &Snapshot,
    window: &Range<usize>,
    syntax: &impl Syntax,
) -> Option<String> {
    let region = slice(snapshot.document.text(), window.clone());
    each_way(snapshot, window, (syntax, true), |changes| {
        (!changes.is_empty()).then(|| replaced(region, &changes))
    })
}

/// Whether an edit of a window, `range` replaced by `new`, is the newest change made again there, by any of its
/// readings: at one place where it fits, at several that the edit has in one, or as one of the hunks that it is there.
///
/// Whether a name means the same there is not asked, as [`repeated`] does: whoever suggests the edit has chosen it.
pub(crate) fn is_repetition(
    snapshot: &Snapshot,
    window: &Range<usize>,
    (range, new): (&Range<usize>, &str),
    syntax: &impl Syntax,
) -> bool {
    let region = slice(snapshot.document.text(), window.clone());
    let within = |at: usize| at.saturating_sub(window.start).min(region.len());
    let range = within(range.start)..within(range.end);
    let edited = edit::replaced(region, [(range.clone(), new)]);
    let touches = |place: &Range<usize>| place.start <= range.end && range.start <= place.end;
    let found = each_way(snapshot, window, (syntax, false), |mut changes| {
        changes.retain(|(place, _)| touches(place));
        let again = replaced(region, &changes);
        let is_edit = |hunk: &Hunk| hunk.old == range && slice(&again, hunk.new.clone()) == new;
        (again == edited || edit::diff(region, &again).iter().any(is_edit)).then_some(())
    });
    found.is_some()
}

/// Whether an edit of a window could be the newest change made again at all.
pub(crate) fn is_repeatable(
    snapshot: &Snapshot,
    window: &Range<usize>,
    syntax: &impl Syntax,
) -> bool {
    let found = each_way(snapshot, window, (syntax, false), |changes| {
        (!changes.is_empty()).then_some(())
    });
    found.is_some()
}

/// What is replaced in a window, offsets in it, by what.
type Change<'a> = (Range<usize>, Cow<'a, str>);

/// The window's text with these changes.
fn replaced(region: &str, changes: &[Change<'_>]) -> String {
    let changes = changes.iter();
    edit::replaced(region, changes.map(|(place, new)| (place.clone(), &**new)))
}

/// Hands on what would be replaced by what in a window to make the newest change again there: by one way to read the
/// change after the other, until something comes of one. `scoped` tells whether a name has to mean the same by `syntax`.
fn each_way<T>(
    snapshot: &Snapshot,
    window: &Range<usize>,
    (syntax, scoped): (&impl Syntax, bool),
    mut take: impl FnMut(Vec<Change<'_>>) -> Option<T>,
) -> Option<T> {
    let text = snapshot.document.text();
    let change = NewestChange::of(&snapshot.recent, &snapshot.path, text)?;
    let places = Places {
        snapshot,
        window,
        done: change.done(),
        change: &change,
        code: targets::is_code(snapshot, syntax),
        syntax,
        scoped,
    };
    ways(&change.newest, change.text)
        .iter()
        .find_map(|way| take(places.by(way)))
}

/// Where in a window something may be done that was done elsewhere.
struct Places<'a, S> {
    snapshot: &'a Snapshot,
    window: &'a Range<usize>,
    change: &'a NewestChange<'a>,
    /// What it wrote, if that is in the document.
    done: Option<Range<usize>>,
    /// Whether that is code.
    code: Option<bool>,
    syntax: &'a S,
    /// Whether a name has to mean the same.
    scoped: bool,
}

impl<S: Syntax> Places<'_, S> {
    /// What is replaced by what, in order.
    fn by<'b>(&self, way: &'b Way) -> Vec<Change<'b>> {
        let region = slice(self.snapshot.document.text(), self.window.clone());
        let mut changes: Vec<Change<'b>> = match way {
            Way::Steps(steps) => {
                let each = steps.iter().flat_map(|step| {
                    let places = self.of_step(step).into_iter();
                    places.map(|place| (place, Cow::from(&*step.new)))
                });
                each.collect()
            }
            Way::Analogies(analogies) => {
                let each = analogies.iter();
                let changes = each.flat_map(|analogy| self.apart(analogy.changes(region)));
                changes.collect()
            }
            Way::Insertion(insertion) => self.apart(insertion.changes(region)),
        };
        changes.sort_by_key(|(place, _)| (place.start, place.end));
        changes.dedup_by(|(later, _), (earlier, _)| {
            later.start < earlier.end || later.start == earlier.start
        });
        changes
    }

    /// Where in the window a step can be done.
    fn of_step(&self, step: &Step) -> Vec<Range<usize>> {
        if self.code == Some(false) && step.takes_letters() {
            return Vec::new();
        }
        let (path, text) = (&self.snapshot.path, self.snapshot.document.text());
        let places = step.places(slice(text, self.window.clone()));
        let places = places.map(|place| self.in_text(&place));
        let done = self.done.clone().map(|done| step.around(text, done));
        let is_beside = |place: &Range<usize>| {
            let done = done.as_ref();
            done.is_none_or(|done| place.end <= done.start || done.end <= place.start)
        };
        // A word of prose has to stand beside one of those that it stood beside; a name that is mentioned there has not.
        let is_prose = self.code == Some(false) && step.is_plain_word();
        let stood = is_prose.then(|| neighbors(self.change.text, &self.change.newest.range));
        let is_meant = |place: &Range<usize>| {
            let stands_alike = stood.is_none_or(|[before, after]| {
                let neighbors = neighbors(text, place);
                neighbors[0] == before || neighbors[1] == after
            });
            step.is_literal() || self.is_alike(place) && stands_alike
        };
        let places = places.filter(|place| is_beside(place) && is_meant(place));
        let places = places.collect();
        let places = if step.is_name() && self.scoped {
            suggest::alike(path, text, done.clone(), places, self.syntax)
        } else {
            places
        };
        let from = self.window.start;
        let in_window = |place: Range<usize>| place.start - from..place.end - from;
        places.into_iter().map(in_window).collect()
    }

    /// Those changes that lie in other lines than the newest one, which is done.
    fn apart<'b, T: Into<Cow<'b, str>>>(&self, changes: Vec<(Range<usize>, T)>) -> Vec<Change<'b>> {
        let text = self.snapshot.document.text();
        let done = self.done.as_ref().map(|done| lines_of(text, done));
        let is_apart = |place: &Range<usize>| {
            let done = done.as_ref();
            done.is_none_or(|done| place.end < done.start || done.end < place.start)
        };
        // Lines that are alike are alike in what is a string, too; but a comment may look like code.
        let line = |range: &Range<usize>| {
            let line = lines_of(text, range);
            let start = line.start + indentation(slice(text, line)).len();
            start..start
        };
        let code = done.as_ref().and_then(|done| self.is_code(&line(done)));
        let changes = changes.into_iter().filter(|(place, _)| {
            let place = self.in_text(place);
            let is = code.and_then(|_| self.is_code(&line(&place)));
            is_apart(&place) && (is.is_none() || is == code)
        });
        changes.map(|(place, new)| (place, new.into())).collect()
    }

    /// A place of the window in the document.
    fn in_text(&self, place: &Range<usize>) -> Range<usize> {
        place.start + self.window.start..place.end + self.window.start
    }

    /// Whether it is code where the change is, and a comment or a string where that is one.
    fn is_alike(&self, place: &Range<usize>) -> bool {
        let is = self.code.and_then(|_| self.is_code(place));
        is.is_none() || is == self.code
    }

    fn is_code(&self, range: &Range<usize>) -> Option<bool> {
        let (path, text) = (&self.snapshot.path, self.snapshot.document.text());
        suggest::is_code(path, text, range.clone(), self.syntax)
    }
}

/// The tokens before and after the words that a range touches, in its line.
fn neighbors<'a>(text: &'a str, range: &Range<usize>) -> [Option<&'a str>; 2] {
    let line = lines_of(text, range);
    let words = words_around(text, range.clone());
    let sides = [line.start..words.start, words.end..line.end];
    let [head, tail] = sides.map(|side| tokens(slice(text, side)).into_iter());
    let is_visible = |token: &&str| !token.trim().is_empty();
    [
        head.rev().find(is_visible),
        tail.into_iter().find(is_visible),
    ]
}
