//! The format of Sweep Next-Edit as its model card gives it.
//!
//! ```text
//! <|file_sep|>{path}            one block for each context file
//! {text}
//! <|file_sep|>{path}.diff       one block for each recent change, oldest first
//! original:
//! {lines before}
//! updated:
//! {lines after}
//! <|file_sep|>original/{path}   the window before the newest change
//! {window}
//! <|file_sep|>current/{path}    the window now
//! {window}
//! <|file_sep|>updated/{path}    the model goes on from here
//! ```
//!
//! A body ends in one LF, added only where it is missing. The newest change has no block of its
//! own where `original` and `current` already show it.
//! Source: `run_model.py` of `sweepai/sweep-next-edit-1.5B`; the same in Zed's and Pochi's clients.

use std::borrow::Cow;

use edit::PastChange;

use crate::answer::{body, cut, terminated};
use crate::{Budget, ContextFile, Prompt, PromptError, Request, Segment, header, window};

const FILE_SEP: &str = "<|file_sep|>";
/// Where an answer ends that did not end by itself: what clients of this model stop at.
const STOPS: [&str; 5] = [
    FILE_SEP,
    "<|endoftext|>",
    "<|fim_middle|>",
    "</s>",
    "\n\n\n\n\n\n\n\n\n\n",
];

/// Builds the prompt: the window pair always, then as many changes as fit from the newest to the
/// oldest, then the context files that still fit, in their order.
/// A change or context file whose path has a line break is left out.
///
/// # Errors
/// [`PromptError::Path`] if the document's path has a line break, [`PromptError::TooLarge`] if
/// the window pair alone is over the budget.
pub fn build(request: &Request<'_>, budget: &Budget<'_>) -> Result<Prompt, PromptError> {
    let path = header(request.path).ok_or_else(|| PromptError::Path(request.path.to_owned()))?;
    let window = window(request.text, request.cursor);
    let current = edit::slice(request.text, window.clone());
    let original = original(request, window.start, window.end);

    let pair = [
        format!("original/{path}\n{}", body(&original)),
        format!("current/{path}\n{}", body(current)),
        format!("updated/{path}\n"),
    ];
    let cost = |block: &str| 1 + (budget.count)(block);
    let needed = pair.iter().map(|block| cost(block)).sum();
    let mut left = budget.left(needed)?;

    // The pair shows the newest change where it touches the window.
    let shown = request
        .newest
        .and_then(|newest| newest.listed)
        .filter(|_| original != current);
    let limit = budget.changes.min(Budget::MAX_CHANGES);
    let mut changes = Vec::new();
    let listed = request
        .history
        .iter()
        .enumerate()
        .rev()
        .filter(|(index, _)| Some(*index) != shown);
    for block in listed
        .filter_map(|(_, change)| change_block(change))
        .take(limit)
    {
        let Some(rest) = left.checked_sub(cost(&block)) else {
            break;
        };
        left = rest;
        changes.push(block);
    }
    changes.reverse();

    let mut context = Vec::new();
    for block in request.context.iter().filter_map(context_block) {
        if let Some(rest) = left.checked_sub(cost(&block)) {
            left = rest;
            context.push(block);
        }
    }

    let blocks = context.into_iter().chain(changes).chain(pair);
    let segments = blocks
        .flat_map(|block| [Segment::Control(FILE_SEP), Segment::Text(block)])
        .collect();
    Ok(Prompt { segments, window })
}

/// Reads an answer: the new text of the window whose text was `region`.
///
/// The answer is cut where the model should have stopped: at a spelled-out control token, at
/// `</s>` or at ten line ends in a row, unless the region has the like itself. `region` decides
/// about the final line end: the format cannot express whether there is one.
pub fn read(answer: &str, region: &str) -> String {
    terminated(&cut(answer, region, &STOPS), region)
}

/// The window before the newest change.
fn original<'a>(request: &Request<'a>, start: usize, end: usize) -> Cow<'a, str> {
    let before = request.newest.and_then(|newest| {
        let hunk = newest.hunk();
        newest.undo_within(request.text, hunk.map_back(start)..hunk.map_back(end))
    });
    before.map_or_else(
        || Cow::Borrowed(edit::slice(request.text, start..end)),
        Cow::Owned,
    )
}

fn change_block(change: &PastChange) -> Option<String> {
    let path = header(&change.path)?;
    Some(format!(
        "{path}.diff\noriginal:\n{}\nupdated:\n{}\n",
        change.old, change.new
    ))
}

fn context_block(file: &ContextFile) -> Option<String> {
    Some(format!("{}\n{}", header(&file.path)?, body(&file.text)))
}
