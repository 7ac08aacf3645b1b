//! Fill-in-the-middle, as code models of the Qwen2.5 family take it for one file.
//!
//! ```text
//! <|fim_prefix|>{text before the cursor}<|fim_suffix|>{text after it}<|fim_middle|>
//! ```
//!
//! The model goes on with what stands between the two. It is told nothing of what the user has changed, nor of
//! other files.
//! Source: the readme of `QwenLM/Qwen2.5-Coder`, "File-Level Code Completion", whose example also lists what ends an
//! answer.

use edit::{floor_char_boundary, slice};

use crate::answer::cut;
use crate::{Budget, Prompt, PromptError, Request, Segment};

/// The control tokens that end an answer.
pub(crate) const STOPS: [&str; 8] = [
    "<|endoftext|>",
    "<|fim_prefix|>",
    "<|fim_middle|>",
    "<|fim_suffix|>",
    "<|fim_pad|>",
    "<|repo_name|>",
    "<|file_sep|>",
    "<|im_end|>",
];

/// Where a file is longer than the budget, its prompt begins at every 32nd line, so that the KV cache survives
/// most keystrokes.
const STEP: usize = 32;

/// Builds the prompt: the cursor's line always, of the rest as many whole lines as fit; after the cursor a quarter of
/// them, and more where there are not so many before it.
///
/// # Errors
/// [`PromptError::TooLarge`] if the cursor's line alone is over the budget.
pub fn build(request: &Request<'_>, budget: &Budget<'_>) -> Result<Prompt, PromptError> {
    let text = request.text;
    let cursor = floor_char_boundary(text, request.cursor);
    let line = edit::lines_around(text, cursor, 1);
    let cost = |range| (budget.count)(slice(text, range));
    let needed = 3 + cost(line.start..cursor) + cost(cursor..line.end);
    let room = budget.left(needed)?;

    let below = slice(text, line.end..text.len()).split_inclusive('\n');
    let (_, reserved) = fitting(below.clone(), room / 4, budget);
    let above = slice(text, 0..line.start);
    let (before, used) = fitting(above.split_inclusive('\n').rev(), room - reserved, budget);
    let (after, _) = fitting(below, room - used, budget);
    let start = in_steps(above, line.start - before);
    let segments = vec![
        Segment::Control("<|fim_prefix|>"),
        Segment::Text(slice(text, start..cursor).to_owned()),
        Segment::Control("<|fim_suffix|>"),
        Segment::Text(slice(text, cursor..line.end + after).to_owned()),
        Segment::Control("<|fim_middle|>"),
    ];
    Ok(Prompt {
        segments,
        window: cursor..cursor,
    })
}

/// Reads an answer: the text to put at the cursor. It is cut at a control token that it spells.
pub fn read(answer: &str, region: &str) -> String {
    cut(answer, region, &STOPS)
}

/// Of the lines that come first, as many as fit: their bytes, and their tokens.
fn fitting<'a>(
    lines: impl Iterator<Item = &'a str>,
    room: usize,
    budget: &Budget<'_>,
) -> (usize, usize) {
    let (mut bytes, mut tokens) = (0, 0);
    for line in lines {
        let cost = (budget.count)(line);
        if tokens + cost > room {
            break;
        }
        bytes += line.len();
        tokens += cost;
    }
    (bytes, tokens)
}

/// The first line at or behind the one at `start`, from which a prompt may begin.
fn in_steps(above: &str, start: usize) -> usize {
    if start == 0 {
        return 0;
    }
    let row = slice(above, 0..start).matches('\n').count();
    let passed = row.next_multiple_of(STEP) - row;
    let lines = slice(above, start..above.len()).split_inclusive('\n');
    start + lines.take(passed).map(str::len).sum::<usize>()
}
