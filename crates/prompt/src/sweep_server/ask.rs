//! The prompt about one block.

use std::ops::Range;

use super::block::{has_long_line, piece};
use super::changes::Changes;
use super::{Asked, CURSOR, FILE_SEP, State, without_line_end};
use crate::python::{self, count, lines, split};
use crate::{ContextFile, Prompt, PromptError, Segment};

/// Characters of the longest prompt that is sent, without the file and the excerpts.
const LONGEST: usize = 65536;
/// Tokens of a prompt that the file may still make longer, by estimate.
const TOKENS: usize = 32512;
/// Characters of the excerpts together: 2048 tokens.
const EXCERPTS: usize = 7168;
/// Longer lines of a prompt are cut, in characters with the line end.
const LINE: usize = 600;

/// The prompt about the bytes `block` of the document with the cursor at byte `cursor`.
pub(super) fn ask(
    state: &State<'_>,
    block: Range<usize>,
    cursor: usize,
    excerpts: &[ContextFile],
) -> Result<Asked, PromptError> {
    let State { path, text, .. } = *state;
    let region = edit::slice(text, block.clone());
    let window = without_line_end(text, block.clone());
    if window.is_empty() {
        return Err(PromptError::Blank);
    }
    if has_long_line(region) {
        return Err(PromptError::LongLine);
    }

    // The server looks for the block's text, and counts from the first place that has it.
    let at = python::characters(text, text.find(region).unwrap_or(block.start), cursor);
    let (before, after) = split(region, at);
    let row = match usize::try_from(at) {
        Err(_) | Ok(0) => 0,
        Ok(at) if at >= count(region) => lines(region).len() - 1,
        Ok(_) => before.matches('\n').count(),
    };
    let mut current = [before, CURSOR, after].concat();
    let changes = Changes::new(state.changes);
    let mut original = changes.undone(&current.replace(CURSOR, ""));
    if current.ends_with('\n') && original.ends_with('\n') {
        current.pop();
        original.pop();
    }
    let rows = format!("{}:{}", row + 1, row + 1 + lines(&current).len());
    let prefill = if state.prefill {
        first_line(before)
    } else {
        ""
    };

    let mut blocks = Blocks::default();
    blocks.open(path);
    blocks.text("\n");
    blocks.text(&piece(state.original, count(edit::slice(text, 0..cursor))));
    let head = blocks.length();
    for excerpt in fitting(excerpts) {
        blocks.text("\n");
        blocks.file(excerpt);
    }
    let excerpts = blocks.length() - head;
    blocks.text("\n");
    blocks.changes(&changes);
    blocks.text("\n");
    blocks.open(&format!("original/{path}:{rows}\n{original}\n"));
    blocks.open(&format!("current/{path}:{rows}\n{current}\n"));
    blocks.open(&format!("updated/{path}:{rows}\n{prefill}"));

    let length = blocks.length() - excerpts;
    if length > LONGEST {
        return Err(PromptError::TooLarge {
            needed: tokens(length),
            budget: tokens(LONGEST),
        });
    }
    let mut whole = Blocks::default();
    let room = TOKENS.saturating_sub(tokens(length) + tokens(excerpts));
    if let Some(file) = state.file.filter(|file| tokens(count(&file.text)) <= room) {
        whole.file(file);
    }
    whole.segments.append(&mut blocks.segments);
    Ok(Asked {
        prompt: Prompt {
            segments: whole.shortened(),
            window,
        },
        prefill: prefill.to_owned(),
    })
}

/// The server's estimate: three and a half characters a token, rounded down.
fn tokens(characters: usize) -> usize {
    characters * 2 / 7
}

/// The first line of a text, with the blank ones after it.
fn first_line(text: &str) -> &str {
    let first = lines(text).first().map_or(0, |line| line.len());
    let rest = edit::slice(text, first..text.len());
    let blank = rest.len() - rest.trim_start_matches('\n').len();
    edit::slice(text, 0..first + blank)
}

/// The last excerpts, as many as there is room for.
fn fitting(excerpts: &[ContextFile]) -> &[ContextFile] {
    let mut room = EXCERPTS;
    let fits = excerpts.iter().rev().take_while(|excerpt| {
        let mut block = Blocks::default();
        block.file(excerpt);
        let left = room.checked_sub(block.length());
        room = left.unwrap_or(room);
        left.is_some()
    });
    let first = excerpts.len() - fits.count();
    excerpts.get(first..).unwrap_or_default()
}

/// A prompt in the making. Each control token stands at the start of a line.
#[derive(Default)]
struct Blocks {
    segments: Vec<Segment>,
}

impl Blocks {
    /// Begins a block, which begins with `text`.
    fn open(&mut self, text: &str) {
        self.segments.push(Segment::Control(FILE_SEP));
        self.segments.push(Segment::Text(text.to_owned()));
    }

    /// Goes on with the block.
    fn text(&mut self, text: &str) {
        if let Some(Segment::Text(last)) = self.segments.last_mut() {
            last.push_str(text);
        }
    }

    fn file(&mut self, file: &ContextFile) {
        self.open(&format!("{}\n{}\n", file.path, file.text));
    }

    /// The recent changes. Nothing but an empty line separates the last one from what follows, so
    /// that the side after a deletion loses its own.
    fn changes(&mut self, changes: &Changes) {
        let changes = changes.listed();
        for (index, change) in changes.iter().enumerate() {
            let text = format!(
                "{}:{}:{}\noriginal:\n{}\nupdated:\n{}\n",
                change.path, change.start, change.end, change.old, change.new
            );
            let last = index + 1 == changes.len();
            self.open(if last {
                text.trim_end_matches('\n')
            } else {
                &text
            });
        }
    }

    /// In characters.
    fn length(&self) -> usize {
        let length = |segment: &Segment| match segment {
            Segment::Control(name) => name.len(),
            Segment::Text(text) => count(text),
        };
        self.segments.iter().map(length).sum()
    }

    /// The segments, with the end of each long line left out.
    fn shortened(self) -> Vec<Segment> {
        let shortened = |segment| match segment {
            Segment::Text(text) => Segment::Text(shortened(&text)),
            control @ Segment::Control(_) => control,
        };
        self.segments.into_iter().map(shortened).collect()
    }
}

/// The text after a control token with the end of each long line left out.
fn shortened(text: &str) -> String {
    let mut result = String::new();
    let mut taken = FILE_SEP.len();
    for line in lines(text) {
        let room = LINE - std::mem::take(&mut taken);
        if count(line) <= room {
            result.push_str(line);
            continue;
        }
        result.extend(line.trim_end_matches('\n').chars().take(room));
        result.push_str("...");
        if line.ends_with('\n') {
            result.push('\n');
        }
    }
    result
}
