//! The filter ladder: what each filter drops, and nothing about the order.

use edit::{Hunk, slice};

use crate::{Ended, Reason};

/// Bytes that an answer may take away from the window.
const SHRINK_BYTES: usize = 2048;
/// Lines that an answer may add to the window.
const GROW_LINES: usize = 20;

/// Why the whole answer is dropped, if it is.
pub(crate) fn answer(region: &str, answer: &str, ended: Ended) -> Option<Reason> {
    let ladder = [
        (Reason::Empty, answer.is_empty() && !region.is_empty()),
        (Reason::Unchanged, answer == region),
        (
            Reason::LineEnds,
            without_blank_lines(answer).eq(without_blank_lines(region)),
        ),
        (Reason::Length, ended == Ended::Length),
        (
            Reason::ControlToken,
            control_tokens(answer) > control_tokens(region),
        ),
        (Reason::Shrinks, shrinks(region, answer)),
        (Reason::Grows, lines(answer) > lines(region) + GROW_LINES),
    ];
    ladder
        .into_iter()
        .find(|(_, dropped)| *dropped)
        .map(|(reason, _)| reason)
}

/// Whether a hunk from `region` to `answer` changes nothing that is visible.
pub(crate) fn whitespace(hunk: &Hunk, region: &str, answer: &str) -> bool {
    let visible = |text| str::chars(text).filter(|c| !c.is_whitespace());
    visible(slice(region, hunk.old.clone())).eq(visible(slice(answer, hunk.new.clone())))
}

/// Whether a hunk adds lines after the last one of the region, although the document has text
/// of its own there: the model has run on.
pub(crate) fn past_window(hunk: &Hunk, region: &str, answer: &str, after: &str) -> bool {
    hunk.old.is_empty()
        && hunk.old.start == region.len()
        && slice(answer, hunk.new.clone()).starts_with('\n')
        && !after.trim().is_empty()
}

fn without_blank_lines(text: &str) -> impl Iterator<Item = &str> {
    text.split('\n').filter(|line| !line.is_empty())
}

fn lines(text: &str) -> usize {
    text.split('\n').count()
}

fn shrinks(region: &str, answer: &str) -> bool {
    let lost = region.len().saturating_sub(answer.len());
    lost > SHRINK_BYTES || lost > region.len() / 2
}

/// How many control tokens a text spells: `<|name|>`, and the `</s>` of other models.
fn control_tokens(text: &str) -> usize {
    let is_name = |name: &str| {
        !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_')
    };
    let spelled = text.match_indices("<|").filter(|(at, _)| {
        let rest = slice(text, at + 2..text.len());
        rest.split_once("|>").is_some_and(|(name, _)| is_name(name))
    });
    spelled.count() + text.matches("</s>").count()
}
