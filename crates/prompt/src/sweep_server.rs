//! The format that Sweep's published server asks its model with, byte for byte.
//!
//! ```text
//! <|file_sep|>{path}                          one other file
//! {text}
//! <|file_sep|>{path}                          the document as it was, or a piece of it
//! {text}
//! <|file_sep|>{path}                          one excerpt
//! {text}
//!
//! <|file_sep|>{path}:{first}:{last}           one block for each recent change, oldest first
//! original:
//! {lines before}
//! updated:
//! {lines after}
//! <|file_sep|>original/{path}:{first}:{last}  the block before the recent changes
//! {block}
//! <|file_sep|>current/{path}:{first}:{last}   the block now, with <|cursor|> at the cursor
//! {block}
//! <|file_sep|>updated/{path}:{first}:{last}   the model goes on from here
//! ```
//!
//! A block is eight lines, and never begins or ends with blank ones. `<|cursor|>` is ordinary text.
//! The line numbers are the server's: those of a block count from the row of the cursor within it,
//! and the last one of a change is one too small where the change begins with a line of context.
//! Where a block's text is in the document twice, the cursor is put where the first one would have it.
//! The server has a second pass, for when the answer to the first changes nothing: [`second`].
//!
//! Source: PyPI `sweep-autocomplete` 0.1.1 (Apache-2.0) with its local model; `tests/oracle/sweep`
//! holds this module to it.

mod ask;
mod block;
mod changes;
mod second_pass;

use std::ops::Range;

use edit::PastChange;

use crate::answer::{cut, terminated};
use crate::{Budget, ContextFile, Diagnostic, Prompt, PromptError, Request, header, python};

const FILE_SEP: &str = "<|file_sep|>";
const CURSOR: &str = "<|cursor|>";
/// What the model says at the end of a file, from a fault in what it was trained on.
const NO_LINE_END: &str = " No newline at end of file";
/// Where an answer ends that did not end by itself.
const STOPS: [&str; 2] = [FILE_SEP, "<|endoftext|>"];
/// Lines of an excerpt.
const EXCERPT: usize = 25;

/// What the server is asked with. Lines may end in any way.
#[derive(Clone, Copy, Debug, Default)]
pub struct State<'a> {
    /// Path of the document; it must not contain a line end.
    pub path: &'a str,
    /// The document.
    pub text: &'a str,
    /// Byte offset in `text`, between two characters; past the end counts as the end.
    pub cursor: usize,
    /// The document as it was.
    pub original: &'a str,
    /// Recent changes, oldest first: for each a line `File: {path}` and a unified hunk. A hunk
    /// without a range is not listed.
    pub changes: &'a str,
    /// Another file.
    pub file: Option<&'a ContextFile>,
    /// An excerpt, of which 25 lines are shown.
    pub excerpt: Option<&'a ContextFile>,
    /// The errors that the editor marks in the document; they count in the second pass only.
    pub diagnostics: &'a [Diagnostic],
    /// Whether the first line of the block is given away (`changes_above_cursor`), as far as it is
    /// before the cursor.
    pub prefill: bool,
}

/// A prompt, and what of the answer is in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Asked {
    /// The prompt.
    pub prompt: Prompt,
    /// What it ends with and the answer begins with.
    pub prefill: String,
}

/// The prompt about the block around the cursor.
///
/// # Errors
/// [`PromptError::Blank`] or [`PromptError::LongLine`] for a block that the server does not ask about,
/// [`PromptError::TooLarge`] if the prompt has over 65,536 characters.
pub fn first(state: &State<'_>) -> Result<Asked, PromptError> {
    let cursor = edit::floor_char_boundary(state.text, state.cursor);
    let excerpts: Vec<_> = state.excerpt.map(shown).into_iter().collect();
    ask::ask(state, block::around(state.text, cursor), cursor, &excerpts)
}

/// The prompt about the place to go on at, if the first answer changes nothing. In this order:
/// another place of a line that was just deleted; the nearest error; the nearest other place of the
/// only word that was deleted, or of a word that was added; the sixth to eleventh line below.
///
/// # Errors
/// As [`first`]; [`PromptError::Blank`] also if there is no such place.
pub fn second(state: &State<'_>) -> Result<Asked, PromptError> {
    let state = &State {
        cursor: edit::floor_char_boundary(state.text, state.cursor),
        ..*state
    };
    let target = second_pass::target(state).ok_or(PromptError::Blank)?;
    let (block, cursor) = second_pass::block(state.text, target.lines);
    let error = target.error.map(|error| error.excerpt(state.text));
    let excerpts = error.into_iter().chain(state.excerpt.map(shown));
    ask::ask(state, block, cursor, &excerpts.collect::<Vec<_>>())
}

/// Builds the prompt of [`first`] as a client of the server would have it built: the document before
/// the newest change as what it was, all changes as hunks, the first context file as the other file,
/// nothing given away.
///
/// # Errors
/// [`PromptError::Path`] if the document's path has a line break, [`PromptError::TooLarge`] if the
/// prompt is over the budget, which says no more than that; and as [`first`].
pub fn build(request: &Request<'_>, budget: &Budget<'_>) -> Result<Prompt, PromptError> {
    let path = header(request.path).ok_or_else(|| PromptError::Path(request.path.to_owned()))?;
    let before = request.newest.and_then(|newest| newest.undo(request.text));
    let file = request.context.first().and_then(|file| {
        Some(ContextFile {
            path: header(&file.path)?,
            text: file.text.clone(),
        })
    });
    let asked = first(&State {
        path: &path,
        text: request.text,
        cursor: request.cursor,
        original: before.as_deref().unwrap_or(request.text),
        changes: &request.history.iter().filter_map(hunk).collect::<String>(),
        file: file.as_ref(),
        ..State::default()
    })?;
    budget.left(asked.prompt.cost(budget))?;
    Ok(asked.prompt)
}

/// The window around byte `cursor`: the block's bytes of `text`, without the LF that ends it.
pub fn window(text: &str, cursor: usize) -> Range<usize> {
    let block = block::around(text, edit::floor_char_boundary(text, cursor));
    without_line_end(text, block)
}

/// Reads an answer, with what was given away before it: the new text of the window whose text was
/// `region`.
///
/// The answer is cut where the model should have stopped, loses the blank lines at its start and any
/// cursor mark, and is ended as `region` is.
pub fn read(answer: &str, region: &str) -> String {
    let mut answer = cut(answer, region, &STOPS);
    if answer.trim_end_matches('\n').ends_with(NO_LINE_END)
        && let Some((said, _)) = answer.split_once(NO_LINE_END)
    {
        answer = said.to_owned();
    }
    if !region.contains(CURSOR) {
        answer = answer.replace(CURSOR, "");
    }
    let blank: usize = answer
        .split_inclusive('\n')
        .take_while(|line| line.ends_with('\n') && python::is_blank(line))
        .map(str::len)
        .sum();
    terminated(edit::slice(&answer, blank..answer.len()), region)
}

/// What of an excerpt is shown.
fn shown(excerpt: &ContextFile) -> ContextFile {
    let lines = python::lines(&excerpt.text);
    ContextFile {
        path: excerpt.path.clone(),
        text: lines.into_iter().take(EXCERPT).collect(),
    }
}

fn without_line_end(text: &str, block: Range<usize>) -> Range<usize> {
    let region = edit::slice(text, block.clone());
    block.start..block.start + region.strip_suffix('\n').unwrap_or(region).len()
}

/// A change as a unified hunk.
fn hunk(change: &PastChange) -> Option<String> {
    let path = header(&change.path)?;
    let lines = |text: &'_ str| -> Vec<String> {
        let lines = text.split('\n').map(str::to_owned);
        if text.is_empty() {
            vec![]
        } else {
            lines.collect()
        }
    };
    let (old, new) = (lines(&change.old), lines(&change.new));
    let same = |(a, b): &(&String, &String)| a == b;
    let head = old.iter().zip(&new).take_while(same).count();
    let shorter = old.len().min(new.len());
    let tail = old.iter().rev().zip(new.iter().rev());
    let tail = tail.take(shorter - head).take_while(same).count();
    let marked = |mark: &'static str, lines: &[String]| -> String {
        lines.iter().map(|line| format!("{mark}{line}\n")).collect()
    };
    let (before, rest) = new.split_at(head);
    let (added, after) = rest.split_at(rest.len() - tail);
    let removed = old.get(head..old.len() - tail).unwrap_or_default();
    let start = change.line + 1;
    Some(
        [
            format!("File: {path}\n"),
            format!("@@ -{start},{} +{start},{} @@\n", old.len(), new.len()),
            marked(" ", before),
            marked("-", removed),
            marked("+", added),
            marked(" ", after),
        ]
        .concat(),
    )
}
