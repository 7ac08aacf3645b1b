//! How the line at the cursor might go on, as lines do that stand near by.

use std::collections::{BTreeMap, BTreeSet};

use edit::{is_identifier, slice};

use super::evidence::Evidence;
use super::lines::{Line, Place, lines};
use crate::Snapshot;
use crate::evidence::ABSENT;

/// Places that are looked at, those first that have the most before them in common, then the nearest ones.
const PLACES: usize = 40;
/// The most tokens that are compared before a place.
const COMPARED: usize = 10;
/// The fewest that are the same where no word is begun, with the line's beginning.
const LEAST: usize = 2;
/// Tokens of the longest continuation.
const LONGEST: usize = 24;

/// A text that might come at the cursor.
#[derive(Debug, Clone)]
pub(crate) struct Candidate {
    pub(crate) text: String,
    /// What tells whether it is right.
    pub(crate) evidence: Evidence,
}

/// The line at the cursor.
struct Typed<'a> {
    /// What is before the cursor, but for the word that is being typed.
    head: Line<'a>,
    /// The beginning of a word.
    partial: &'a str,
    /// What is behind the cursor.
    rest: &'a str,
}

impl<'a> Typed<'a> {
    fn new(snapshot: &'a Snapshot) -> Self {
        let (text, cursor) = (snapshot.document.text(), snapshot.document.cursor());
        let (before, behind) = (slice(text, 0..cursor), slice(text, cursor..text.len()));
        let before = before.rsplit('\n').next().unwrap_or(before);
        let whole = Line::new(Place::Document(0), before);
        let partial = whole.tokens.last().filter(|last| last.end == before.len());
        let partial = partial.map_or("", |last| slice(before, last.clone()));
        let partial = if partial.starts_with(is_identifier) {
            partial
        } else {
            ""
        };
        let head = slice(before, 0..before.len() - partial.len());
        Self {
            head: Line::new(Place::Document(0), head),
            partial,
            rest: behind.split('\n').next().unwrap_or(behind),
        }
    }

    /// How many tokens before one of a line are those before what is being typed, the line's beginning among them; and
    /// whether that is all of both lines.
    fn same(&self, line: &Line<'_>, number: usize) -> (usize, bool) {
        let head = &self.head;
        let (here, there) = (head.tokens.len(), number);
        let most = here.min(there);
        let alike = |back: &usize| head.token(here - back) == line.token(there - back);
        let same = (1..=most).take_while(alike).count();
        let whole = same == most && here == there;
        ((same + usize::from(whole)).min(COMPARED), whole)
    }

    /// What comes at the cursor if it goes on as from a token of a line to another one, inclusive.
    fn going_on<'b>(&self, line: &Line<'b>, first: usize, last: usize) -> &'b str {
        let end = line.tokens.get(last).map_or(0, |token| token.end);
        if !self.partial.is_empty() {
            let start = line.tokens.get(first).map_or(0, |token| token.start);
            return slice(line.text, start + self.partial.len()..end);
        }
        let before = first
            .checked_sub(1)
            .and_then(|before| line.tokens.get(before));
        let text = slice(line.text, before.map_or(0, |token| token.end)..end);
        if self.head.text.is_empty() || self.head.text.ends_with(char::is_whitespace) {
            text.trim_start()
        } else {
            text
        }
    }
}

/// A place where a line goes on as the one at the cursor might.
struct Found<'a, 'b> {
    line: &'b Line<'a>,
    /// The token that begins as the one that is being typed, or that would come next.
    first: usize,
    same: usize,
    whole: bool,
}

/// What is known of a continuation.
#[derive(Default)]
struct Tally<'a> {
    word: &'a str,
    tokens: usize,
    places: usize,
    same: usize,
    all_same: usize,
    whole: bool,
    /// Rows to the nearest place.
    nearest: Option<isize>,
    document: bool,
    taken: bool,
    changes: bool,
    ends: usize,
    fits: usize,
    goes_on: usize,
}

/// How the line at the cursor might go on.
pub(crate) fn candidates(snapshot: &Snapshot) -> Vec<Candidate> {
    let typed = Typed::new(snapshot);
    let mut near = lines(snapshot);
    near.push(typed.head.clone());
    let mut found = places(&typed, &near);
    found.sort_by_key(|found| (std::cmp::Reverse(found.same), rows(found.line.place)));
    found.truncate(PLACES);

    let mut words = BTreeMap::<&str, (usize, usize)>::new();
    let mut tallies = BTreeMap::<&str, Tally<'_>>::new();
    for Found {
        line,
        first,
        same,
        whole,
    } in &found
    {
        let all = first + 1..=line.tokens.len();
        let texts: Vec<&str> = all
            .take(LONGEST)
            .map(|behind| typed.going_on(line, *first, behind - 1))
            .collect();
        let word = texts.iter().find(|text| !text.is_empty());
        let Some(word) = word.copied() else { continue };
        let (count, most) = words.entry(word).or_default();
        *count += 1;
        *most = (*most).max(*same);
        for (number, text) in texts
            .iter()
            .enumerate()
            .filter(|(_, text)| !text.is_empty())
        {
            let next = line.token(first + number + 1);
            let tally = tallies.entry(text).or_default();
            tally.word = word;
            tally.tokens = number + 1;
            tally.places += 1;
            tally.same = tally.same.max(*same);
            tally.all_same += same;
            tally.whole |= whole;
            match line.place {
                Place::Document(rows) => {
                    tally.document = true;
                    let nearer = |known: isize| rows.abs() < known.abs();
                    if tally.nearest.is_none_or(nearer) {
                        tally.nearest = Some(rows);
                    }
                }
                Place::Taken => tally.taken = true,
                Place::Changes => tally.changes = true,
            }
            tally.ends += usize::from(next.is_empty());
            tally.goes_on += usize::from(!next.is_empty());
            let rest = typed.rest.trim_start();
            tally.fits += usize::from(if rest.is_empty() {
                next.is_empty()
            } else {
                !next.is_empty() && rest.starts_with(next)
            });
        }
    }
    let all: usize = words.values().map(|(count, _)| count).sum();
    let most = words.values().map(|(_, most)| *most).max().unwrap_or(0);
    let common = common(snapshot, &typed, &near);
    let known = |(text, tally): (&&str, &Tally<'_>)| {
        let count = tally.places as f32;
        let (of_word, _) = words.get(tally.word).copied().unwrap_or_default();
        let with = |least: usize| words.values().filter(|(_, most)| *most >= least).count();
        let line = [typed.head.text, typed.partial, text, typed.rest].concat();
        Candidate {
            text: (*text).to_owned(),
            evidence: Evidence {
                same: tally.same as f32,
                same_mean: tally.all_same as f32 / count,
                whole: f32::from(tally.whole),
                less: (most - tally.same) as f32,
                rivals: with(tally.same) as f32 - 1.0,
                at_most: with(most) as f32,
                count,
                share: of_word as f32 / all as f32,
                distance: tally.nearest.map_or(ABSENT, |rows| rows.abs() as f32),
                above: tally.nearest.map_or(ABSENT, |rows| f32::from(rows <= 0)),
                in_document: f32::from(tally.document),
                in_taken: f32::from(tally.taken),
                in_changes: f32::from(tally.changes),
                ends_line: tally.ends as f32 / count,
                fits: tally.fits as f32 / count,
                goes_on: tally.goes_on as f32 / count,
                tokens: tally.tokens as f32,
                length: text.chars().count() as f32,
                word: (tally.word.chars().count() + typed.partial.chars().count()) as f32,
                first: class(text.chars().next()),
                last: class(text.chars().next_back()),
                open_after: open(&line),
                among: tallies.len() as f32,
                ..common.clone()
            },
        }
    };
    // What stands there already need not be said.
    let is_new = |text: &str| !typed.rest.trim_start().starts_with(text.trim_start());
    let new = tallies
        .iter()
        .filter(|(text, _)| typed.rest.is_empty() || is_new(text));
    new.map(known).collect()
}

/// Where lines have a token that begins as the one that is being typed, or, where none is, that comes behind the same
/// tokens.
fn places<'a, 'b>(typed: &Typed<'_>, lines: &'b [Line<'a>]) -> Vec<Found<'a, 'b>> {
    let each = lines.iter().flat_map(|line| {
        let numbers = 0..line.tokens.len();
        let begins = numbers.filter(|number| line.token(*number).starts_with(typed.partial));
        begins.map(move |first| {
            let (same, whole) = typed.same(line, first);
            Found {
                line,
                first,
                same,
                whole,
            }
        })
    });
    each.filter(|found| !typed.partial.is_empty() || found.same >= LEAST)
        .collect()
}

/// How far a place is; those that are in no document are the furthest.
fn rows(place: Place) -> usize {
    match place {
        Place::Document(rows) => rows.unsigned_abs(),
        Place::Taken | Place::Changes => usize::MAX,
    }
}

/// What is known of all continuations.
fn common(snapshot: &Snapshot, typed: &Typed<'_>, lines: &[Line<'_>]) -> Evidence {
    let cursor = snapshot.document.cursor();
    let newest = snapshot.recent.newest.as_ref();
    let newest = newest.filter(|newest| newest.range.start <= cursor && cursor <= newest.range.end);
    let written = newest.map(|newest| slice(snapshot.document.text(), newest.range.start..cursor));
    let length = |text: &str| text.chars().count() as f32;
    let words: BTreeSet<&str> = lines
        .iter()
        .flat_map(|line| (0..line.tokens.len()).map(|number| line.token(number)))
        .collect();
    let is_word = if typed.partial.is_empty() {
        ABSENT
    } else {
        f32::from(words.contains(typed.partial))
    };
    Evidence {
        partial: length(typed.partial),
        head: length(typed.head.text.trim_start()),
        rest: length(typed.rest.trim()),
        is_word,
        follows: class(typed.head.text.chars().next_back()),
        before_rest: class(typed.rest.trim_start().chars().next()),
        open: open(&[typed.head.text, typed.partial, typed.rest].concat()),
        typed: written.map_or(ABSENT, length),
        rows: written.map_or(ABSENT, |text| text.matches('\n').count() as f32),
        taken: newest.map_or(ABSENT, |newest| length(&newest.old)),
        ..Evidence::absent()
    }
}

/// How many brackets a line opens more than it closes.
fn open(line: &str) -> f32 {
    let each = line.chars().map(|character| match character {
        '(' | '[' | '{' => 1.0,
        ')' | ']' | '}' => -1.0,
        _ => 0.0,
    });
    each.sum()
}

/// A class of characters, as a number.
fn class(character: Option<char>) -> f32 {
    let Some(character) = character else {
        return ABSENT;
    };
    let classes: [&[char]; 9] = [
        &[' ', '\t'],
        &['"', '\'', '`'],
        &['(', '[', '{'],
        &[')', ']', '}'],
        &[',', ';'],
        &['.'],
        &[':'],
        &['='],
        &['<', '>'],
    ];
    if is_identifier(character) {
        return 0.0;
    }
    let found = classes.iter().position(|class| class.contains(&character));
    found.unwrap_or(classes.len()) as f32 + 1.0
}
