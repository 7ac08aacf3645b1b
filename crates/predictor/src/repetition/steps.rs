//! What a change does, said so that it can be done elsewhere.

use std::ops::Range;

use edit::{Hunk, diff, is_word, lines_around, slice, spanning, whole, words_around};

use super::likeness::{VISIBLE, visible};

/// What holds the parts of a name together that is reached through others.
const JOINTS: [&str; 4] = ["?.", ".", "::", "->"];
/// What a string stands between.
const QUOTES: [char; 3] = ['"', '\'', '`'];
/// Bytes of the longest string that stands for itself, quotes included.
const LITERAL: usize = 80;

/// Something that became something else.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Step {
    pub(super) old: String,
    pub(super) new: String,
    /// Whether these are lines: with their LF, and without what the first one is indented by.
    lines: bool,
}

impl Step {
    fn new(old: &str, new: &str) -> Option<Self> {
        // What goes takes the white space on one side along.
        let (old, new) = if new.trim().is_empty() {
            (old, new)
        } else {
            (old.trim(), new.trim())
        };
        let is_long = old.trim().chars().nth(1).is_some();
        // What was put around something says little of where else that stands.
        let is_wrapped = whole(new, old).next().is_some();
        (is_long && !is_wrapped).then(|| Self {
            old: old.to_owned(),
            new: new.to_owned(),
            lines: false,
        })
    }

    /// Whether it is whole lines that became others.
    pub(crate) fn is_lines(&self) -> bool {
        self.lines
    }

    /// Whether it is a name that became another.
    pub(crate) fn is_name(&self) -> bool {
        self.old.chars().all(is_word)
    }

    /// Whether it is a word as any language has it: small letters, at most the first one large.
    pub(crate) fn is_plain_word(&self) -> bool {
        let mut chars = self.old.chars();
        chars.next().is_some_and(char::is_alphabetic) && chars.all(char::is_lowercase)
    }

    /// Whether it is a string as a whole that became something else.
    pub(crate) fn is_literal(&self) -> bool {
        let is_between = |quote| self.old.starts_with(quote) && self.old.ends_with(quote);
        QUOTES.into_iter().any(is_between)
    }

    /// Whether it goes.
    pub(crate) fn goes(&self) -> bool {
        self.new.trim().is_empty()
    }

    /// Whether a few letters went: in prose, as in `the the`, that says nothing of other places.
    pub(crate) fn takes_letters(&self) -> bool {
        self.goes() && visible(&self.old) < VISIBLE
    }

    /// What the change wrote, grown to what it is a part of: whole words, or whole lines.
    pub(crate) fn around(&self, text: &str, done: Range<usize>) -> Range<usize> {
        if self.lines {
            let lines = lines_of(text, &done);
            lines.start..text.len().min(lines.end + 1) // with the LF
        } else {
            words_around(text, done)
        }
    }

    /// Where in a window, which begins where a line does, it can be done.
    pub(crate) fn places<'a>(&'a self, window: &'a str) -> impl Iterator<Item = Range<usize>> + 'a {
        whole(window, &self.old).filter_map(move |place| {
            if !self.lines {
                return Some(place);
            }
            let line = lines_around(window, place.start, 1).start;
            let is_indented = slice(window, line..place.start).trim().is_empty();
            // A line that goes takes its indentation along.
            let goes = self.new.is_empty();
            let start = if goes { line } else { place.start };
            is_indented.then_some(start..place.end)
        })
    }
}

/// The lines that a range lies in, without the LF of the last one.
pub(crate) fn lines_of(text: &str, range: &Range<usize>) -> Range<usize> {
    lines_around(text, range.start, 1).start..lines_around(text, range.end, 1).end
}

/// What a line, or the first of several, is indented by.
pub(crate) fn indentation(lines: &str) -> &str {
    let unindented = lines.trim_start_matches([' ', '\t']);
    slice(lines, 0..lines.len() - unindented.len())
}

/// Lines that became others, or went.
pub(crate) fn whole_lines(before: &str, after: &str) -> Option<Step> {
    let indentation = indentation(before);
    let unindented = slice(before, indentation.len()..before.len());
    let new = Some(after).filter(|after| after.is_empty());
    let new = new.or_else(|| after.strip_prefix(indentation));
    // Further lines would have to be indented anew.
    let new = new.filter(|_| before.lines().count() == 1);
    let (old, new) = new.map_or((before, after), |new| (unindented, new));
    (visible(before) >= VISIBLE).then(|| Step {
        old: old.to_owned(),
        new: new.to_owned(),
        lines: true,
    })
}

/// All between the first and the last word of a line that changed, if something was replaced.
pub(crate) fn spanned(before: &str, after: &str) -> Option<Step> {
    let Hunk { old, new } = spanning(before, after)?;
    let is_visible = |text: &str| !text.trim().is_empty();
    let replaces = is_visible(slice(before, old.clone())) && is_visible(slice(after, new.clone()));
    let (old, new) = (words_around(before, old), words_around(after, new));
    Step::new(slice(before, old), slice(after, new)).filter(|_| replaces)
}

/// The name that became another one wherever it stands in these lines, before and after, if nothing else changed.
pub(crate) fn renamed<'a>(
    mut sides: impl Iterator<Item = (&'a str, &'a str)> + Clone,
) -> Option<Step> {
    let (before, after) = sides.clone().next()?;
    let step = pieces(before, after).pop().filter(Step::is_name)?;
    let is_all = sides.all(|(before, after)| {
        let places = step.places(before).map(|place| (place, &*step.new));
        edit::replaced(before, places) == after
    });
    is_all.then_some(step)
}

/// What each piece of a line became.
pub(crate) fn pieces(before: &str, after: &str) -> Vec<Step> {
    let mut wide: Vec<Hunk> = Vec::new();
    for hunk in diff(before, after) {
        let Some(hunk) = widened(before, after, &hunk) else {
            continue;
        };
        match wide.last_mut() {
            Some(last) if hunk.old.start < last.old.end => {
                last.old.end = last.old.end.max(hunk.old.end);
                last.new.end = last.new.end.max(hunk.new.end);
            }
            _ => wide.push(hunk),
        }
    }
    let mut steps: Vec<Step> = Vec::new();
    for hunk in wide {
        let step = Step::new(slice(before, hunk.old), slice(after, hunk.new));
        steps.extend(step.filter(|step| !steps.contains(step)));
    }
    // Names that change places would do so again and again.
    let goes_round = steps.iter().any(|a| steps.iter().any(|b| a.old == b.new));
    if goes_round { Vec::new() } else { steps }
}

/// A piece of a line, with what has to be the same elsewhere; `None` where nothing tells the place.
fn widened(before: &str, after: &str, hunk: &Hunk) -> Option<Hunk> {
    literal(before, after, hunk)
        .or_else(|| between_names(before, after, hunk))
        .or_else(|| replaced(before, after, hunk))
}

/// Whole words that became others, or went; and signs that went, with the word that they stood before or behind.
fn replaced(before: &str, after: &str, hunk: &Hunk) -> Option<Hunk> {
    if hunk.old.is_empty() {
        return None;
    }
    if slice(before, hunk.old.clone()).contains(is_word) {
        return Some(hunk.clone());
    }
    let hunk = Hunk {
        old: words_around(before, hunk.old.clone()),
        new: words_around(after, hunk.new.clone()),
    };
    slice(before, hunk.old.clone())
        .contains(is_word)
        .then_some(hunk)
}

/// The string that the hunk lies in, in both lines.
fn literal(before: &str, after: &str, hunk: &Hunk) -> Option<Hunk> {
    let head = slice(before, 0..hunk.old.start);
    let quote = QUOTES.into_iter().find(|&quote| {
        // An apostrophe in a comment is none, if it stands alone.
        head.matches(quote).count() % 2 == 1
    })?;
    let start = head.rfind(quote)?;
    let end = |text: &str, from: usize| {
        let rest = slice(text, from..text.len());
        Some(from + rest.find(quote)? + quote.len_utf8())
    };
    let inside = |text: &str, part: &Range<usize>| !slice(text, part.clone()).contains(quote);
    let hunk_in = inside(before, &hunk.old) && inside(after, &hunk.new);
    let hunk = Hunk {
        old: start..end(before, hunk.old.end)?,
        // Another change may lie between the quote and this one.
        new: slice(after, 0..hunk.new.start).rfind(quote)?..end(after, hunk.new.end)?,
    };
    (hunk_in && hunk.old.len() <= LITERAL).then_some(hunk)
}

/// What was put in between the parts of a name or taken out, with the names before it and the one behind; `None` where
/// it is between none.
fn between_names(before: &str, after: &str, hunk: &Hunk) -> Option<Hunk> {
    let (old, new) = (slice(before, hunk.old.clone()), &hunk.new);
    let is_joined = JOINTS
        .iter()
        .any(|joint| old.starts_with(joint) || old.ends_with(joint));
    if !(old.is_empty() || new.is_empty() && is_joined) {
        return None;
    }
    let head = slice(before, 0..hunk.old.start);
    let tail = slice(before, hunk.old.end..before.len());
    let (head, tail) = (names_before(head), name_after(tail));
    // Another change may lie in the names before.
    let names = |text, end: usize| str::get(text, end.checked_sub(head)?..end);
    if names(before, hunk.old.start) != names(after, hunk.new.start) {
        return None;
    }
    let hunk = Hunk {
        old: hunk.old.start - head..hunk.old.end + tail,
        new: hunk.new.start - head..hunk.new.end + tail,
    };
    let old = slice(before, hunk.old.clone());
    let joins = |(at, joint): (usize, &str)| {
        let (object, member) = (slice(old, 0..at), slice(old, at + joint.len()..old.len()));
        object.ends_with(is_word) && member.starts_with(is_word)
    };
    let mut joints = JOINTS.iter().flat_map(|&joint| old.match_indices(joint));
    joints.any(joins).then_some(hunk)
}

/// Bytes of the names, and of what joins them, that a text ends with.
fn names_before(text: &str) -> usize {
    let mut rest = text;
    loop {
        let shorter = rest.trim_end_matches(is_word);
        let shorter = JOINTS
            .iter()
            .find_map(|joint| shorter.strip_suffix(joint))
            .unwrap_or(shorter);
        if shorter.len() == rest.len() {
            return text.len() - rest.len();
        }
        rest = shorter;
    }
}

/// Bytes of the name that a text begins with, and of what joins it to what is before.
fn name_after(text: &str) -> usize {
    let joined = JOINTS.iter().find_map(|joint| text.strip_prefix(joint));
    let rest = joined.unwrap_or(text).trim_start_matches(is_word);
    text.len() - rest.len()
}
