//! Which suggestion comes first.

use edit::slice;

use crate::{Kind, Suggestion};

/// Before the cursor, changes so many lines apart are shown as one.
const FUSED_LINES: usize = 2;

/// A suggestion, and where the last line ends that it changes.
#[derive(Clone, Debug)]
pub(crate) struct Placed {
    pub(crate) suggestion: Suggestion,
    /// A byte of the document, behind the LF.
    pub(crate) lines_end: usize,
}

/// The suggestions, which come in the order of the text, in the order in which to offer them
/// (that of Sweep's server): ghost text at the cursor, then what ends at or after the cursor, in the
/// order of the text, then what lies before it, nearest first.
pub(crate) fn ordered(text: &str, cursor: usize, placed: Vec<Placed>) -> Vec<Suggestion> {
    let (mut ghost, rest): (Vec<_>, Vec<_>) = placed
        .into_iter()
        .partition(|placed| placed.suggestion.at_cursor);
    let (after, before): (Vec<_>, Vec<_>) = rest
        .into_iter()
        .partition(|placed| placed.lines_end >= cursor);
    ghost.extend(after);
    let ahead = ghost.into_iter().map(|placed| placed.suggestion);
    let behind = before.into_iter().map(|placed| placed.suggestion);
    ahead.chain(fused(text, behind).into_iter().rev()).collect()
}

/// Suggestions of which those that are near each other have become one.
fn fused(text: &str, suggestions: impl Iterator<Item = Suggestion>) -> Vec<Suggestion> {
    let mut fused: Vec<Suggestion> = vec![];
    for suggestion in suggestions {
        let near = |last: &mut Suggestion| {
            let between = slice(text, last.range.end..suggestion.range.start);
            between.matches('\n').count() <= FUSED_LINES
        };
        match fused.pop_if(near) {
            Some(last) => {
                let between = slice(text, last.range.end..suggestion.range.start);
                let range = last.range.start..suggestion.range.end;
                let text = [&last.text, between, &suggestion.text].concat();
                fused.push(Suggestion {
                    kind: Kind::of(&range, &text),
                    range,
                    text,
                    at_cursor: false,
                });
            }
            None => fused.push(suggestion),
        }
    }
    fused
}
