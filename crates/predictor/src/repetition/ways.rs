//! The ways to read a change, to make it again elsewhere.

use std::ops::Range;

use edit::{Hunk, Newest, line_hunks, slice};

use super::analogy::Analogy;
use super::insertion::Insertion;
use super::steps::{Step, lines_of, pieces, renamed, spanned, whole_lines};

/// Changed lines that others are compared with, of a change of many: the first ones.
const LINES: usize = 20;

/// What has to be done together.
pub(crate) enum Way {
    /// Text that became other text, wherever it stands.
    Steps(Vec<Step>),
    /// Lines that changed, and what is like them.
    Analogies(Vec<Analogy>),
    /// Lines that were put in.
    Insertion(Insertion),
}

/// How a change can be read. Names that became something else are read as that first, in several lines, too, where they
/// changed in nothing else, and then as 2 and 5; any other change as:
/// 1. whole lines that became others, or went, however far they are indented;
/// 2. what changed in each line, to be done in lines that are like it;
/// 3. within one line, all from the first word that changed to the last one;
/// 4. each of the pieces that changed: a string as a whole; words that became others, or went; and where something was
///    put in between the parts of a name or taken out, the name (`event.res` to `event.node.res`);
/// 5. lines that were put in, to be put in between lines that are like those beside them.
///
/// They are generous: which of their places is right is for the [trees](super::TREES) to say. Of 11,250 repetitions in 47
/// repositories the best choice of places would have 81 % right.
pub(crate) fn ways(changed: &Changed, text: &str) -> Vec<Way> {
    let Changed {
        before,
        after,
        hunks,
        ..
    } = changed;
    let sides = hunks.iter().map(|Hunk { old, new }| {
        let (old, new) = (old.clone(), new.clone());
        (slice(before, old), slice(after, new))
    });
    let mut steps = Vec::new();
    if let Some((before, after)) = sides.clone().next() {
        let is_one = |lines: &str| lines.matches('\n').count() == 1;
        let is_single = hunks.len() == 1;
        steps = if is_single && is_one(before) && is_one(after) {
            of_a_line(before, after)
        } else {
            // Lines apart from each other do not become others together.
            let lines = || whole_lines(before, after).filter(|_| is_single);
            vec![renamed(sides.clone()).or_else(lines).into_iter().collect()]
        };
    }
    let last: Option<&Vec<Step>> = steps.last();
    let is_name = last.is_some_and(|steps| !steps.is_empty() && steps.iter().all(Step::is_name));
    let first = if is_name { steps.len() } else { 1 };
    let mut ways: Vec<Way> = steps.into_iter().map(Way::Steps).collect();
    let analogies = Way::Analogies(sides.flat_map(analogies).take(LINES).collect());
    ways.insert(first.min(ways.len()), analogies);
    ways.extend(Insertion::of(changed, text).map(Way::Insertion));
    ways
}

/// How a line that became another can be read.
fn of_a_line(before: &str, after: &str) -> Vec<Vec<Step>> {
    let spanned = spanned(before, after);
    let is_name = spanned.as_ref().is_some_and(Step::is_name);
    let spanned = spanned.into_iter().collect();
    if is_name {
        vec![spanned]
    } else {
        let lines = whole_lines(before, after).into_iter().collect();
        vec![lines, spanned, pieces(before, after)]
    }
}

/// As many lines that became others, one by one.
fn analogies((before, after): (&str, &str)) -> Vec<Analogy> {
    if before.lines().count() != after.lines().count() {
        return Vec::new();
    }
    let pairs = before.lines().zip(after.lines()).take(LINES);
    let each = pairs.filter_map(|(before, after)| Analogy::new(before, after));
    each.collect()
}

/// The lines that a change is in.
pub(crate) struct Changed {
    /// Where they begin, in the text before and after.
    pub(crate) start: usize,
    /// The lines, each with its LF, if need be with one that the text has not.
    pub(crate) before: String,
    pub(crate) after: String,
    /// Hunks of lines between the two.
    pub(crate) hunks: Vec<Hunk>,
}

impl Changed {
    pub(crate) fn of(newest: &Newest, text: &str) -> Self {
        let Newest { range, old, .. } = newest;
        let Range { start, end } = lines_of(text, range);
        let (head, tail) = (slice(text, start..range.start), slice(text, range.end..end));
        let lines = |changed: &str| [head, changed, tail, "\n"].concat();
        let (before, after) = (lines(old), lines(slice(text, range.clone())));
        Self {
            start,
            hunks: line_hunks(&before, &after),
            before,
            after,
        }
    }
}
