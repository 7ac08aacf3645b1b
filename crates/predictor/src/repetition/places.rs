//! Where in a window the newest change may be made again, and what tells whether it is to be.

use std::collections::BTreeSet;
use std::ops::Range;

use edit::{Lines, lines_around, slice, token_hunks, tokens, whole, words_around};
use suggest::{Node, Syntax};

use super::analogy::Analogy;
use super::evidence::{Evidence, TREES};
use super::insertion::{self, Insertion};
use super::likeness::Same;
use super::steps::{Step, indentation, lines_of};
use super::ways::{Changed, Way, ways};
use crate::Snapshot;
use crate::newest_change::NewestChange;

/// Lines around the beginning of the window in which it is counted how often something stands there.
const NEAR: usize = 60;
/// The most rows that a place is counted to be away: those within a window are what was learnt from.
const FARTHEST: isize = prompt::WINDOW_LINES as isize;
/// The fewest: in a history nothing follows right beside a change, since both would be one hunk of it, and people who type
/// go from line to line.
const NEAREST: isize = 2;
/// Changed lines that a row is compared with, the first ones.
const COMPARED: usize = 20;
/// Tokens beside a place that are compared, on either side.
const BESIDE: usize = 9;

/// What would be done in one row of a window, by one reading of the change; in code, and in what is none, apart.
#[derive(Debug, Clone)]
pub(crate) struct Row {
    /// What is replaced, bytes of the window, by what; in order.
    pub(crate) changes: Vec<(Range<usize>, String)>,
    /// What tells whether each is right.
    pub(crate) evidence: Vec<Evidence>,
    /// Whether it is right beside the change.
    pub(crate) is_beside: bool,
}

impl Row {
    /// How likely all of it is right, from 0 to 1.
    pub(crate) fn likelihood(&self) -> f32 {
        let each = self.evidence.iter();
        each.map(|evidence| TREES.likelihood(&evidence.numbers()))
            .fold(1.0, f32::min)
    }
}

/// By each reading of the newest change, of this document or of another one, what it would do in the window, row by
/// row. `scoped` tells whether `syntax` is asked where a name means the same.
pub(crate) fn readings(
    snapshot: &Snapshot,
    window: &Range<usize>,
    syntax: &dyn Syntax,
    scoped: bool,
) -> Vec<Vec<Row>> {
    let (path, text) = (&*snapshot.path, snapshot.document.text());
    let Some(change) = NewestChange::of(&snapshot.recent, path, text) else {
        return Vec::new();
    };
    let changed = Changed::of(&change.newest, change.text);
    let done = change.done();
    let at = |range: Range<usize>| Around::new(path, text, range, syntax);
    let there = done
        .as_ref()
        .map(|done| at(words_around(text, done.clone())));
    let line_there = done.as_ref().map(|done| at(line_at(text, done.start)));
    let readings = Readings {
        text,
        window,
        region: slice(text, window.clone()),
        near: slice(text, lines_around(text, window.start, NEAR)),
        beside: beside(change.text, &change.newest.range),
        again: again(&changed, snapshot),
        changed: &changed,
        path,
        done,
        there,
        line_there,
        syntax,
        scoped,
    };
    let ways = ways(&changed, change.text);
    let found = ways.iter().enumerate();
    let mut readings: Vec<_> = found.map(|(order, way)| readings.by(order, way)).collect();
    count_agreeing(&mut readings);
    readings
}

/// A place with what is known of it so far.
type Found = (Range<usize>, String, Evidence);

/// What the readings of a change have in common.
struct Readings<'a> {
    path: &'a str,
    text: &'a str,
    window: &'a Range<usize>,
    /// The window's text.
    region: &'a str,
    /// The text around it.
    near: &'a str,
    /// The lines that changed.
    changed: &'a Changed,
    /// How many changes before it did the same.
    again: usize,
    /// What the change wrote, if that is in the document.
    done: Option<Range<usize>>,
    /// The tokens beside it, from it outwards.
    beside: [Vec<&'a str>; 2],
    /// What is around it in the syntax tree, and around its line.
    there: Option<Around>,
    line_there: Option<Around>,
    syntax: &'a dyn Syntax,
    scoped: bool,
}

impl Readings<'_> {
    /// What one way to read the change would do.
    fn by(&self, order: usize, way: &Way) -> Vec<Row> {
        let (kind, mut found) = match way {
            Way::Steps(steps) => {
                let found = steps
                    .iter()
                    .flat_map(|step| self.of_step(step, steps.len()));
                let kind = if steps.iter().all(Step::is_lines) {
                    0.0
                } else if steps.iter().all(Step::is_name) {
                    1.0
                } else {
                    2.0
                };
                (kind, found.collect())
            }
            Way::Analogies(analogies) => {
                let found = analogies.iter().flat_map(|one| self.of_analogy(one));
                (3.0, found.collect::<Vec<_>>())
            }
            Way::Insertion(insertion) => (4.0, self.of_insertion(insertion)),
        };
        found.sort_by_key(|(place, ..)| (place.start, place.end));
        found.dedup_by(|(later, ..), (earlier, ..)| {
            later.start < earlier.end || later.start == earlier.start
        });
        let places = found.len();
        let first = found.first().map_or(0, |(place, ..)| place.start);
        let mut rows: Vec<(isize, Row)> = Vec::new();
        let mut last = None;
        for (place, new, evidence) in found {
            // What is right of a line's code need not be of a string in it.
            let line = (lines_of(self.region, &place), evidence.code);
            if last.as_ref() != Some(&line) {
                let distance = self.distance(&place, first);
                let row = Row {
                    changes: Vec::new(),
                    evidence: Vec::new(),
                    is_beside: distance.abs() < NEAREST,
                };
                let least = if distance < 0 { -NEAREST } else { NEAREST };
                rows.push((if row.is_beside { least } else { distance }, row));
                last = Some(line);
            }
            if let Some((_, row)) = rows.last_mut() {
                row.changes.push((place, new));
                row.evidence.push(evidence);
            }
        }
        let distances: Vec<isize> = rows.iter().map(|(distance, _)| distance.abs()).collect();
        for (distance, row) in &mut rows {
            let Row {
                changes, evidence, ..
            } = row;
            let nearer = distances.iter().filter(|one| **one < distance.abs());
            let common = Evidence {
                kind,
                order: order as f32,
                rows: distances.len() as f32,
                places: places as f32,
                again: self.again as f32,
                distance: *distance as f32,
                distance_either_way: distance.abs() as f32,
                nearer: nearer.count() as f32,
                in_row: changes.len() as f32,
                ..changes
                    .first()
                    .map_or(Evidence::absent(), |(place, _)| self.between(place))
            };
            for evidence in evidence {
                evidence.take_common(&common);
            }
        }
        rows.into_iter().map(|(_, row)| row).collect()
    }

    /// Rows from the change to a place of the window, negative above it, at most [`FARTHEST`]. A change of another document
    /// counts as one of the line above the first place.
    fn distance(&self, place: &Range<usize>, first: usize) -> isize {
        let place = self.in_text(place);
        let rows = |between: Range<usize>| slice(self.text, between).matches('\n').count() as isize;
        let Some(done) = &self.done else {
            return (rows(first + self.window.start..place.start) + 1).min(FARTHEST);
        };
        if place.start >= done.end {
            rows(done.end..place.start).min(FARTHEST)
        } else {
            -rows(place.start..done.start).min(FARTHEST)
        }
    }

    /// What lies between the change and a place of the window.
    fn between(&self, place: &Range<usize>) -> Evidence {
        let Some(done) = &self.done else {
            return Evidence {
                blank_between: 0.0,
                shallower_between: 0.0,
                indentation: 0.0,
                ..Evidence::absent()
            };
        };
        let row = line_at(self.text, self.in_text(place).start);
        let changed = line_at(self.text, done.start);
        let between = if row.start > done.end {
            done.end..row.start
        } else {
            row.end..row.end.max(done.start)
        };
        let depth = |line: &Range<usize>| line.start - lines_of(self.text, line).start;
        let (here, there) = (depth(&row), depth(&changed));
        let lines = slice(self.text, between);
        // The rest of the line before, and the beginning of the one behind, are of none between.
        let whole = Lines::new(lines);
        let inner = (1..whole.count().saturating_sub(1)).map(|row| slice(lines, whole.range(row)));
        let (mut blank, mut shallower) = (0_u16, false);
        for line in inner {
            if line.trim().is_empty() {
                blank = blank.saturating_add(1);
            } else {
                shallower |= indentation(line).len() < here.min(there);
            }
        }
        Evidence {
            blank_between: f32::from(blank),
            shallower_between: f32::from(shallower),
            indentation: here.abs_diff(there) as f32,
            ..Evidence::absent()
        }
    }

    /// How often a text stands near by, white space around it ignored; words count whole.
    fn near(&self, text: &str) -> f32 {
        match text.trim() {
            "" => 0.0,
            text => whole(self.near, text).count() as f32,
        }
    }

    /// Where in the window a step can be done.
    fn of_step(&self, step: &Step, steps: usize) -> Vec<Found> {
        let code = self.there.as_ref().and_then(|there| there.code);
        if code == Some(false) && step.takes_letters() {
            return Vec::new();
        }
        let done = self.done.clone().map(|done| step.around(self.text, done));
        let places = step.places(self.region).map(|place| self.in_text(&place));
        let is_beside = |place: &Range<usize>| {
            let done = done.as_ref();
            done.is_none_or(|done| place.end <= done.start || done.end <= place.start)
        };
        let places: Vec<_> = places.filter(is_beside).collect();
        // A word of prose has to stand beside one of those that it stood beside; a name that is mentioned there has not.
        let is_prose = code == Some(false) && step.is_plain_word();
        let places = if step.is_name() && self.scoped {
            suggest::alike(self.path, self.text, done.clone(), places, self.syntax)
        } else {
            places
        };
        let (old, new) = (&*step.old, &*step.new);
        let count = |text: &str| text.chars().count() as f32;
        let common = Evidence {
            old_length: count(old),
            new_length: count(new),
            old_tokens: tokens(old).len() as f32,
            new_tokens: tokens(new).len() as f32,
            name: f32::from(step.is_name()),
            plain: f32::from(step.is_plain_word()),
            literal: f32::from(step.is_literal()),
            goes: f32::from(step.goes()),
            steps: steps as f32,
            old_near: self.near(old),
            new_near: self.near(new),
            ..Evidence::absent()
        };
        let each = places.into_iter().filter_map(|place| {
            let around = Around::new(self.path, self.text, place.clone(), self.syntax);
            let beside = beside(self.text, &place);
            let [same_before, same_behind] =
                [0, 1].map(|side| same(&self.beside[side], &beside[side]) as f32);
            // Nor is a name of code one of a comment or a string.
            let is_mentioned = step.is_name() && code == Some(true) && around.code == Some(false);
            if is_mentioned || is_prose && same_before.max(same_behind) < 1.0 {
                return None;
            }
            let line = slice(self.text, line_at(self.text, place.start));
            let alike_to = |lines: &str| {
                let each = lines.lines().take(COMPARED);
                let each = each.map(|changed| Same::of(changed.trim(), line).likeness());
                each.fold(0.0, f64::max) as f32
            };
            let evidence = Evidence {
                likeness: alike_to(&self.changed.before),
                likeness_after: alike_to(&self.changed.after),
                same_before,
                same_behind,
                ..common.clone()
            };
            let evidence = around.compared(self.there.as_ref(), evidence);
            Some((self.in_window(place), step.new.clone(), evidence))
        });
        each.collect()
    }

    /// What would be done in lines that are alike.
    fn of_analogy(&self, analogy: &Analogy) -> Vec<Found> {
        let common = Evidence {
            line_tokens: tokens(&analogy.before).len() as f32,
            pieces: analogy.hunks.len() as f32,
            ..Evidence::absent()
        };
        let each = analogy.changes(self.region).into_iter();
        let each = each.filter(|(place, _)| self.is_apart(place));
        let each = each.filter_map(|(place, new)| {
            let range = line_at(self.text, self.in_text(&place).start);
            let line = slice(self.text, range.clone());
            let alike_to = |changed: &str| Same::of(changed, line).likeness() as f32;
            let evidence = Evidence {
                likeness: alike_to(&analogy.before),
                likeness_after: alike_to(&analogy.after),
                old_length: place.len() as f32,
                new_length: new.len() as f32,
                old_near: self.near(slice(self.region, place.clone())),
                new_near: self.near(new),
                ..common.clone()
            };
            let around = Around::new(self.path, self.text, range, self.syntax);
            // Lines that are alike are alike in what is a string, too; but a comment may look like code.
            let there = self.line_there.as_ref();
            let code = there.and_then(|there| there.code);
            let is_alike = code.is_none() || around.code.is_none() || code == around.code;
            let evidence = around.compared(there, evidence);
            is_alike.then(|| (place, new.to_owned(), evidence))
        });
        each.collect()
    }

    /// Where lines would be put in.
    fn of_insertion(&self, insertion: &Insertion) -> Vec<Found> {
        let each = insertion.changes(self.region).into_iter();
        let each = each.filter(|(place, _)| self.is_apart(place));
        let each = each.map(|(place, new)| {
            let above = slice(self.region, 0..place.start).lines().next_back();
            let below = slice(self.region, place.start..self.region.len())
                .lines()
                .next();
            let (above, below) = (above.unwrap_or_default(), below.unwrap_or_default());
            let first = new.trim().lines().next().unwrap_or_default();
            let evidence = Evidence {
                above: insertion::likeness(&insertion.above, above) as f32,
                below: insertion::likeness(&insertion.below, below) as f32,
                list: f32::from(insertion.is_list),
                new_length: new.trim().len() as f32,
                new_near: self.near.matches(first).count() as f32,
                ..Evidence::absent()
            };
            let at = self.in_text(&place);
            let around = Around::new(self.path, self.text, at, self.syntax);
            let evidence = around.compared(self.there.as_ref(), evidence);
            (place, new, evidence)
        });
        each.collect()
    }

    /// Whether it lies in other lines than the newest change, which is done.
    fn is_apart(&self, place: &Range<usize>) -> bool {
        let done = self.done.as_ref().map(|done| lines_of(self.text, done));
        let place = self.in_text(place);
        done.is_none_or(|done| place.end < done.start || done.end < place.start)
    }

    /// A place of the window in the document.
    fn in_text(&self, place: &Range<usize>) -> Range<usize> {
        place.start + self.window.start..place.end + self.window.start
    }

    /// The other way round.
    fn in_window(&self, place: Range<usize>) -> Range<usize> {
        place.start - self.window.start..place.end - self.window.start
    }
}

/// How many of the changes before the newest one replaced the same by the same, to the token.
fn again(changed: &Changed, snapshot: &Snapshot) -> usize {
    let replaced = |before: &str, after: &str| -> BTreeSet<(String, String)> {
        let each = token_hunks(before, after).into_iter();
        let each = each.map(|hunk| (slice(before, hunk.old), slice(after, hunk.new)));
        let each = each.map(|(old, new)| (old.trim().to_owned(), new.trim().to_owned()));
        each.filter(|(old, new)| old != new).collect()
    };
    let now = replaced(&changed.before, &changed.after);
    let earlier = snapshot.recent.changes.iter().rev().skip(1);
    earlier
        .filter(|change| replaced(&change.old, &change.new) == now)
        .count()
}

/// Notes how many other readings would do the same in a row.
fn count_agreeing(readings: &mut [Vec<Row>]) {
    for index in 0..readings.len() {
        let (before, rest) = readings.split_at_mut(index);
        let Some((rows, behind)) = rest.split_first_mut() else {
            continue;
        };
        for row in rows {
            let others = before.iter().chain(&*behind);
            let does_same =
                |rows: &&Vec<Row>| rows.iter().any(|other| other.changes == row.changes);
            let agreeing = others.filter(does_same).count() as f32;
            for evidence in &mut row.evidence {
                evidence.agreeing = agreeing;
            }
        }
    }
}

/// The line that holds a byte, without indentation, LF and white space at its end.
fn line_at(text: &str, at: usize) -> Range<usize> {
    let line = lines_of(text, &(at..at));
    let whole = slice(text, line.clone());
    let start = line.start + indentation(whole).len();
    start..start.max(line.start + whole.trim_end().len())
}

/// The tokens before and behind the words that a range touches, in its lines, from it outwards.
fn beside<'a>(text: &'a str, range: &Range<usize>) -> [Vec<&'a str>; 2] {
    let lines = lines_of(text, range);
    let words = words_around(text, range.clone());
    let is_visible = |token: &&str| !token.trim().is_empty();
    let head = tokens(slice(text, lines.start..words.start)).into_iter();
    let tail = tokens(slice(text, words.end..lines.end)).into_iter();
    [
        head.rev().filter(is_visible).take(BESIDE).collect(),
        tail.filter(is_visible).take(BESIDE).collect(),
    ]
}

/// How many of the tokens beside two places are the same, until one is not; all that are compared where there are none
/// beside either.
fn same(a: &[&str], b: &[&str]) -> usize {
    if a.is_empty() && b.is_empty() {
        return BESIDE;
    }
    let pairs = a.iter().zip(b);
    pairs.take_while(|(a, b)| a == b).count()
}

/// What is around a range in the syntax tree; nothing where nothing is known.
struct Around {
    code: Option<bool>,
    nodes: Vec<Node>,
}

impl Around {
    fn new(path: &str, text: &str, range: Range<usize>, syntax: &dyn Syntax) -> Self {
        let nodes = suggest::nodes(path, text, range.clone(), syntax);
        Self {
            code: nodes
                .as_ref()
                .map(|nodes| suggest::is_code_in(nodes, &range)),
            nodes: nodes.unwrap_or_default(),
        }
    }

    /// Adds to the evidence how that compares with what is around the change.
    fn compared(&self, there: Option<&Self>, evidence: Evidence) -> Evidence {
        let code = |around: &Self| match around.code {
            Some(true) => 1.0,
            Some(false) => -1.0,
            None => 0.0,
        };
        let name = |around: &Self, level: usize| {
            let node = around.nodes.get(level)?;
            Some((node.kind.clone(), node.field.clone()))
        };
        let compared = |level: usize| {
            let there = there.and_then(|there| name(there, level));
            match there.zip(name(self, level)) {
                Some((there, here)) if there == here => 1.0,
                Some(_) => -1.0,
                None => 0.0,
            }
        };
        Evidence {
            code: code(self),
            code_there: there.map_or(0.0, code),
            node: compared(0),
            node_around: compared(1),
            node_further: compared(2),
            ..evidence
        }
    }
}
