//! The filter ladder: what each filter drops, and nothing about the order of what is left.
//!
//! The thresholds are those that others ship where `tests/cases` does not say otherwise: of good
//! edits from real histories at most two in a hundred may be held back.

mod above;
mod anchors;
mod deletion;
mod imports;
mod layout;
mod repeats;
mod run_on;
mod taken_back;

use edit::{Hunk, PastChange, slice};

use crate::{Ended, Reason};

pub(crate) use above::above_cursor;
pub(crate) use layout::whitespace;
pub(crate) use run_on::without_run_on;
pub(crate) use taken_back::takes_back;

/// Bytes that an answer may take away from the window.
const SHRINK_BYTES: usize = 2048;
/// Lines that an answer may add to the window.
const GROW_LINES: usize = 20;
/// A remark in diffs, which models have learnt from them.
const NO_LINE_END: &str = "No newline at end of file";

/// A window, and what the model wants in its place.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Rewrite<'a> {
    /// The document.
    pub(crate) text: &'a str,
    /// The window's text.
    pub(crate) region: &'a str,
    /// Its new text.
    pub(crate) answer: &'a str,
    /// What the document has after the window.
    pub(crate) after: &'a str,
}

/// What is known of what the user wants.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Wishes<'a> {
    /// What they did in this document lately.
    pub(crate) changes: &'a [PastChange],
    /// Whether they want edits of nothing but imports.
    pub(crate) imports: bool,
}

/// Why the whole answer is dropped, if it is.
pub(crate) fn answer(rewrite: &Rewrite<'_>, ended: Ended) -> Option<Reason> {
    let Rewrite { region, answer, .. } = *rewrite;
    let ladder: [(Reason, &dyn Fn() -> bool); 9] = [
        (Reason::Empty, &|| answer.is_empty() && !region.is_empty()),
        (Reason::Unchanged, &|| answer == region),
        (Reason::LineEnds, &|| {
            without_blank_lines(answer).eq(without_blank_lines(region))
        }),
        (Reason::Whitespace, &|| layout::whitespace(region, answer)),
        (Reason::Length, &|| ended == Ended::Length),
        (Reason::ControlToken, &|| {
            control_tokens(answer) > control_tokens(region)
        }),
        (Reason::Shrinks, &|| shrinks(region, answer)),
        (Reason::Grows, &|| {
            lines(answer) > lines(region) + GROW_LINES
        }),
        (Reason::Misplaced, &|| anchors::misplaced(region, answer)),
    ];
    first(&ladder)
}

/// Why a changed group of lines is dropped, if it is. `parts` are the changes within `lines`.
pub(crate) fn lines_changed(
    rewrite: &Rewrite<'_>,
    lines: &Hunk,
    parts: &[Hunk],
    wishes: &Wishes<'_>,
) -> Option<Reason> {
    let (old, new) = (
        slice(rewrite.region, lines.old.clone()),
        slice(rewrite.answer, lines.new.clone()),
    );
    let ladder: [(Reason, &dyn Fn() -> bool); 6] = [
        (Reason::Whitespace, &|| layout::whitespace(old, new)),
        (Reason::Reformats, &|| layout::reformats(old, new)),
        (Reason::PastWindow, &|| past_window(rewrite, parts)),
        (Reason::DeletesLittle, &|| {
            deletion::little(rewrite, parts, wishes.changes)
        }),
        (Reason::Repeats, &|| repeats::repeats(rewrite, lines)),
        (Reason::Imports, &|| {
            !wishes.imports && imports::only(old, new)
        }),
    ];
    first(&ladder)
}

fn first(ladder: &[(Reason, &dyn Fn() -> bool)]) -> Option<Reason> {
    let found = ladder.iter().find(|(_, dropped)| dropped());
    found.map(|(reason, _)| *reason)
}

/// Whether lines are added after the last one of the region, although the document has text of
/// its own there: the model has run on.
fn past_window(rewrite: &Rewrite<'_>, parts: &[Hunk]) -> bool {
    let at_end = |hunk: &Hunk| {
        hunk.old.is_empty()
            && hunk.old.start == rewrite.region.len()
            && slice(rewrite.answer, hunk.new.clone()).starts_with('\n')
    };
    parts.last().is_some_and(at_end) && !rewrite.after.trim().is_empty()
}

fn without_blank_lines(text: &str) -> impl Iterator<Item = &str> {
    text.split('\n').filter(|line| !line.is_empty())
}

fn visible(text: &str) -> impl Iterator<Item = char> {
    text.chars().filter(|c| !c.is_whitespace())
}

fn lines(text: &str) -> usize {
    text.split('\n').count()
}

fn shrinks(region: &str, answer: &str) -> bool {
    let lost = region.len().saturating_sub(answer.len());
    lost > SHRINK_BYTES || lost > region.len() / 2
}

/// How often a text spells what only prompts and diffs have: `<|name|>`, the `</s>` of other
/// models, and a diff's remark about the end of a file.
fn control_tokens(text: &str) -> usize {
    let is_name = |name: &str| {
        !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_')
    };
    let spelled = text.match_indices("<|").filter(|(at, _)| {
        let rest = slice(text, at + 2..text.len());
        rest.split_once("|>").is_some_and(|(name, _)| is_name(name))
    });
    spelled.count() + text.matches("</s>").count() + text.matches(NO_LINE_END).count()
}
