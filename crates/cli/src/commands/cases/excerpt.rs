//! Less of a document around the same edit.

use edit::{slice, utf16};

use crate::case::Case;

/// Changes that an excerpt's history keeps.
const HISTORY: usize = 2;

/// The case with at most `lines` unchanged lines on either side of its edits and of its cursor, and
/// with the last two changes of its document as history.
pub(super) fn excerpt(mut case: Case, lines: usize) -> Case {
    let at = utf16::to_bytes(&case.text, case.cursor);
    let texts = || {
        [Some(&case.before), case.expected.as_ref()]
            .into_iter()
            .flatten()
    };
    let shortest = texts()
        .map(String::len)
        .min()
        .unwrap_or(0)
        .min(case.text.len());
    let common = |common: fn(&str, &str) -> usize, limit: usize| {
        let common = texts().map(|other| common(&case.text, other)).min();
        common.unwrap_or(0).min(limit)
    };
    let prefix = common(edit::common_prefix, at);
    let suffix = common(
        edit::common_suffix,
        (case.text.len() - at).min(shortest - prefix),
    );
    let head = before_last(slice(&case.text, 0..prefix), lines);
    let tail = behind_first(
        slice(&case.text, case.text.len() - suffix..case.text.len()),
        lines,
    );

    let rows = slice(&case.text, 0..head).matches('\n').count();
    case.cursor -= utf16::from_bytes(&case.text, head);
    for text in [
        Some(&mut case.before),
        Some(&mut case.text),
        case.expected.as_mut(),
    ]
    .into_iter()
    .flatten()
    {
        *text = slice(text, head..text.len() - tail).to_owned();
    }
    case.history.retain(|change| change.path == case.path);
    for change in &mut case.history {
        change.line = change.line.saturating_sub(rows);
    }
    case.history
        .drain(..case.history.len().saturating_sub(HISTORY));
    case
}

/// Bytes of `head` before its last `lines` whole lines.
fn before_last(head: &str, lines: usize) -> usize {
    let mut ends = head.rmatch_indices('\n').map(|(at, _)| at + 1);
    ends.nth(lines).unwrap_or(0)
}

/// Bytes of `tail` behind its first `lines` whole lines.
fn behind_first(tail: &str, lines: usize) -> usize {
    let mut ends = tail.match_indices('\n').map(|(at, _)| at + 1);
    ends.nth(lines).map_or(0, |end| tail.len() - end)
}
