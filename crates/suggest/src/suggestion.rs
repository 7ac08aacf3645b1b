//! What is shown, and in which order.

use std::ops::Range;

use edit::{Hunk, Replacement, States, diff, floor_char_boundary, slice};

use crate::ghost::insertion_at;
use crate::{Reason, filters};

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
    /// Whether it only adds text at the cursor, so that it can be drawn as ghost text there.
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
        Suggestion {
            range: hunk.old.start + offset..hunk.old.end + offset,
            text: slice(answer, hunk.new.clone()).to_owned(),
            kind: match (hunk.old.is_empty(), hunk.new.is_empty()) {
                (true, _) => Kind::Insertion,
                (false, true) => Kind::Deletion,
                (false, false) => Kind::Replacement,
            },
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

/// Turns an answer into suggestions.
///
/// The filters of the ladder come first for the whole answer, then for each hunk of it. Of what
/// is left an insertion at the cursor comes first, then what ends at or after the cursor, in the
/// order of the text, then what lies before it, nearest first.
/// A window or cursor that is not inside the text is moved to the nearest place that is.
pub fn suggest(answer: &Answer<'_>) -> Suggestions {
    let text = answer.text;
    let cursor = floor_char_boundary(text, answer.cursor);
    let end = floor_char_boundary(text, answer.window.end);
    let window = floor_char_boundary(text, answer.window.start).min(end)..end;
    let region = slice(text, window.clone());

    let drop = |reason| Suggestions {
        suggestions: vec![],
        dropped: vec![Dropped {
            reason,
            range: window.clone(),
        }],
    };
    if let Some(reason) = filters::answer(region, answer.answer, answer.ended) {
        return drop(reason);
    }
    let whole = Replacement {
        start: window.start,
        end: window.end,
        text: answer.answer.to_owned(),
    };
    if reverts(answer, &whole) {
        return drop(Reason::Reverts);
    }

    let hunks = diff(region, answer.answer);
    let mut result = Suggestions::default();
    let mut unchanged = 0;
    for (index, hunk) in hunks.iter().enumerate() {
        // The hunk with the unchanged text on both sides: so far it can be moved.
        let reach = unchanged
            ..hunks
                .get(index + 1)
                .map_or(region.len(), |next| next.old.start);
        unchanged = hunk.old.end;
        let ghost = match cursor.checked_sub(window.start) {
            Some(cursor) if !result.suggestions.iter().any(|earlier| earlier.at_cursor) => {
                insertion_at(hunk, region, answer.answer, cursor, reach)
            }
            _ => None,
        };
        let suggestion = Suggestion::new(
            ghost.as_ref().unwrap_or(hunk),
            answer.answer,
            window.start,
            ghost.is_some(),
        );
        let reason = if filters::whitespace(hunk, region, answer.answer) {
            Some(Reason::Whitespace)
        } else if filters::past_window(
            hunk,
            region,
            answer.answer,
            slice(text, window.end..text.len()),
        ) {
            Some(Reason::PastWindow)
        } else if hunks.len() > 1 && reverts(answer, &suggestion.replacement()) {
            Some(Reason::Reverts)
        } else {
            None
        };
        match reason {
            Some(reason) => result.dropped.push(Dropped {
                reason,
                range: suggestion.range,
            }),
            None => result.suggestions.push(suggestion),
        }
    }
    result
        .suggestions
        .sort_by_key(|suggestion| match suggestion {
            suggestion if suggestion.at_cursor => (0, 0),
            suggestion if suggestion.range.end >= cursor => (1, suggestion.range.start),
            suggestion => (2, cursor - suggestion.range.end),
        });
    result
}

/// Whether a change leads to a text that the document had before.
fn reverts(answer: &Answer<'_>, change: &Replacement) -> bool {
    answer.states.is_some_and(|states| {
        change
            .apply(answer.text)
            .is_some_and(|text| states.contains(&text))
    })
}
