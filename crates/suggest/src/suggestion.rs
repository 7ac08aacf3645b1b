//! What is shown, and in which order.

use std::ops::Range;

use edit::{Hunk, Lines, PastChange, Replacement, States, floor_char_boundary, slice};

use crate::filters::{self, Rewrite, Wishes};
use crate::group::{Group, groups};
use crate::order::{Placed, ordered};
use crate::{Reason, ghost};

/// A model's answer, and what it is an answer to. Texts have LF line ends.
#[derive(Clone, Debug)]
pub struct Answer<'a> {
    /// The document that the model was asked about.
    pub text: &'a str,
    /// Where the cursor is, in bytes.
    pub cursor: usize,
    /// The bytes of `text` that the answer replaces.
    pub window: Range<usize>,
    /// What the model wants there, as the dialect's `read` gives it.
    pub answer: &'a str,
    /// How the model came to an end.
    pub ended: Ended,
    /// What the document looked like before, if that is known.
    pub states: Option<&'a States>,
    /// What the user did in this document lately, as a prompt lists it.
    pub changes: &'a [PastChange],
    /// Whether edits of nothing but imports are wanted.
    pub imports: bool,
}

/// How an answer ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ended {
    /// With a stop token, or by rejoining the window.
    Stop,
    /// At the limit on new tokens: the rest is missing.
    Length,
}

/// An edit to show.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Suggestion {
    /// The bytes of the document that it replaces.
    pub range: Range<usize>,
    /// What it puts there, with LF line ends.
    pub text: String,
    /// What it does to a reader's eye.
    pub kind: Kind,
    /// Whether it can be drawn as ghost text at the cursor: it starts there, and all that it
    /// replaces stands in what it puts there, in the same order.
    pub at_cursor: bool,
}

/// What an edit does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// It only adds.
    Insertion,
    /// It only takes away.
    Deletion,
    /// It does both.
    Replacement,
}

/// Something that is not shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Dropped {
    /// Why not.
    pub reason: Reason,
    /// The bytes of the document that it would have replaced; the window for a whole answer.
    pub range: Range<usize>,
}

/// What became of an answer.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Suggestions {
    /// What to show: the first now, the others one after the other as they are accepted.
    /// They do not overlap, and all ranges are in the same document.
    pub suggestions: Vec<Suggestion>,
    /// What not to show.
    pub dropped: Vec<Dropped>,
}

impl Suggestion {
    /// `hunk` of a window that starts at byte `offset`.
    fn new(hunk: &Hunk, answer: &str, offset: usize, at_cursor: bool) -> Self {
        let range = hunk.old.start + offset..hunk.old.end + offset;
        let text = slice(answer, hunk.new.clone()).to_owned();
        Suggestion {
            kind: Kind::of(&range, &text),
            range,
            text,
            at_cursor,
        }
    }

    /// The suggestion as a change of the document.
    pub fn replacement(&self) -> Replacement {
        Replacement {
            start: self.range.start,
            end: self.range.end,
            text: self.text.clone(),
        }
    }
}

impl Kind {
    pub(crate) fn of(range: &Range<usize>, text: &str) -> Self {
        match (range.is_empty(), text.is_empty()) {
            (true, _) => Kind::Insertion,
            (false, true) => Kind::Deletion,
            (false, false) => Kind::Replacement,
        }
    }
}

/// Turns an answer into suggestions.
///
/// The filters of the ladder come first for the whole answer, then for each changed group of lines
/// and each change in it, and last for what is left of them. Of that, what can be drawn as ghost
/// text at the cursor comes first, then the lines that end at or after the cursor, in the order of
/// the text, then those before it, nearest first; there changes at most two lines apart are one.
/// A window or cursor that is not inside the text is moved to the nearest place that is.
pub fn suggest(answer: &Answer<'_>) -> Suggestions {
    let text = answer.text;
    let end = floor_char_boundary(text, answer.window.end);
    let window = floor_char_boundary(text, answer.window.start).min(end)..end;
    let mut rewrite = Rewrite {
        text,
        region: slice(text, window.clone()),
        answer: answer.answer,
        after: slice(text, window.end..text.len()),
    };
    let mut search = Search {
        answer,
        cursor: floor_char_boundary(text, answer.cursor),
        offset: window.start,
        dropped: vec![],
    };
    if let Some(shorter) = filters::without_run_on(rewrite.region, rewrite.answer, rewrite.after) {
        search.drop(
            Reason::PastWindow,
            rewrite.region.len()..rewrite.region.len(),
        );
        rewrite.answer = shorter;
    }
    let whole = || Replacement {
        start: window.start,
        end: window.end,
        text: rewrite.answer.to_owned(),
    };
    let reason = filters::answer(&rewrite, answer.ended)
        .or_else(|| search.reverts(&whole()).then_some(Reason::Reverts));
    let found = match reason {
        Some(reason) => {
            search.drop(reason, 0..rewrite.region.len());
            vec![]
        }
        None => search.found(&rewrite),
    };
    Suggestions {
        suggestions: ordered(text, search.cursor, found),
        dropped: search.dropped,
    }
}

/// The way from the changed lines of an answer to what may be shown of them.
struct Search<'a> {
    answer: &'a Answer<'a>,
    cursor: usize,
    /// Where the window starts.
    offset: usize,
    dropped: Vec<Dropped>,
}

impl Search<'_> {
    /// Notes that `range`, bytes of the window, is not shown.
    fn drop(&mut self, reason: Reason, range: Range<usize>) {
        let range = range.start + self.offset..range.end + self.offset;
        self.dropped.push(Dropped { reason, range });
    }

    /// What the filters leave, in the order of the text.
    fn found(&mut self, rewrite: &Rewrite<'_>) -> Vec<Placed> {
        let groups = groups(rewrite.region, rewrite.answer);
        let wishes = Wishes {
            changes: self.answer.changes,
            imports: self.answer.imports,
        };
        let mut found: Vec<Placed> = vec![];
        let mut left = vec![];
        for group in &groups {
            let reason = filters::lines_changed(rewrite, &group.lines, &group.parts, &wishes)
                .or_else(|| {
                    self.takes_back(rewrite, &group.lines)
                        .then_some(Reason::Reverts)
                });
            if let Some(reason) = reason {
                self.drop(reason, group.lines.old.clone());
                continue;
            }
            let free = !found.iter().any(|earlier| earlier.suggestion.at_cursor);
            let shown = self.group(rewrite, group, groups.len() == 1, free);
            if !shown.is_empty() {
                left.push(&group.lines);
            }
            found.extend(shown);
        }
        let line = self.cursor.checked_sub(self.offset).map(|cursor| {
            let lines = Lines::new(rewrite.region);
            lines.start(lines.row(cursor))
        });
        let ghost = found.iter().any(|placed| placed.suggestion.at_cursor);
        if let Some(line) = line
            && !ghost
            && filters::above_cursor(&left, rewrite.region, rewrite.answer, line)
        {
            for lines in left {
                self.drop(Reason::AboveCursor, lines.old.clone());
            }
            found.clear();
        }
        found
    }

    /// The suggestions of one group of changed lines. `only`: nothing else is changed. `free`: there
    /// is no ghost text yet.
    fn group(
        &mut self,
        rewrite: &Rewrite<'_>,
        group: &Group,
        only: bool,
        free: bool,
    ) -> Vec<Placed> {
        let Rewrite { region, answer, .. } = *rewrite;
        let cursor = self.cursor.checked_sub(self.offset).filter(|_| free);
        let lines_end = group.lines.old.end + self.offset;
        let suggestion = |hunk: &Hunk, at_cursor| Placed {
            suggestion: Suggestion::new(hunk, answer, self.offset, at_cursor),
            lines_end,
        };
        if let Some(hunk) = cursor.and_then(|at| ghost::over_the_rest(group, region, answer, at)) {
            return vec![suggestion(&hunk, true)];
        }
        let mut found: Vec<Placed> = vec![];
        let mut dropped = vec![];
        for (index, part) in group.parts.iter().enumerate() {
            let cursor =
                cursor.filter(|_| !found.iter().any(|earlier| earlier.suggestion.at_cursor));
            let ghost = cursor
                .and_then(|at| ghost::insertion_at(part, region, answer, at, group.around(index)));
            let placed = suggestion(ghost.as_ref().unwrap_or(part), ghost.is_some());
            let (old, new) = (
                slice(region, part.old.clone()),
                slice(answer, part.new.clone()),
            );
            let alone = only && group.parts.len() == 1;
            if filters::whitespace(old, new) {
                dropped.push((Reason::Whitespace, part.old.clone()));
            } else if !alone && self.reverts(&placed.suggestion.replacement()) {
                dropped.push((Reason::Reverts, part.old.clone()));
            } else {
                found.push(placed);
            }
        }
        for (reason, range) in dropped {
            self.drop(reason, range);
        }
        found
    }

    /// Whether a change leads to a text that the document had before.
    fn reverts(&self, change: &Replacement) -> bool {
        let text = self.answer.text;
        self.answer
            .states
            .is_some_and(|states| states.reached(text, change))
    }

    /// Whether the change of `lines` takes back, as a whole or in part, what the user did there.
    fn takes_back(&self, rewrite: &Rewrite<'_>, lines: &Hunk) -> bool {
        let old = lines.old.start + self.offset..lines.old.end + self.offset;
        let new = slice(rewrite.answer, lines.new.clone());
        let mut changes = self.answer.changes.iter();
        changes.any(|change| filters::takes_back(change, rewrite.text, &old, new))
    }
}
