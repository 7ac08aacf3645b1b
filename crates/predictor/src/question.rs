//! What the model is asked about one place.

use std::ops::Range;

use decode::Combined;
use edit::Recent;
use model::Tokenizer;
use prompt::{Budget, Dialect, Prompt, PromptError, Request, Segment};

use crate::newest_change::NewestChange;
use crate::rename::Rename;
use crate::{Settings, Skip, Snapshot};

/// Bytes of the document on each side of the window that drafts may come from: some 400 lines.
const AROUND: usize = 16 * 1024;

/// A prompt in tokens, and what is known of its answer beforehand.
#[derive(Debug, Clone)]
pub struct Question {
    /// The prompt as text between control tokens, and the window that the answer replaces.
    pub prompt: Prompt,
    /// The prompt's tokens.
    pub tokens: Vec<u32>,
    /// What the window is the likeliest to become before the model has said anything: itself, with
    /// the user's own replacement carried on. The tokens of that answer.
    pub likely: Vec<u32>,
    /// The document around the window, of which the prompt has nothing.
    pub around: Vec<u32>,
    /// Tokens that end the answer.
    pub stops: Vec<u32>,
    /// Tokens of the longest answer.
    pub longest: usize,
}

/// Why nothing is asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Unasked {
    /// For a reason that concerns this place.
    Skip(Skip),
    /// The model's vocabulary lacks a control token of its dialect.
    Vocabulary(&'static str),
}

impl Question {
    /// The question about the window around `cursor`, for a model with `context` positions.
    ///
    /// # Errors
    /// If the window does not fit, or the vocabulary is not one of this dialect.
    pub fn new(
        snapshot: &Snapshot,
        cursor: usize,
        tokenizer: &Tokenizer,
        settings: &Settings,
        context: usize,
    ) -> Result<Self, Unasked> {
        let text = snapshot.document.text();
        let dialect = settings.dialect();
        let likely = tokenizer.encode(&dialect.completion(&likely(snapshot, dialect, cursor)));
        let longest = settings.answer_tokens.max(likely.len() + likely.len() / 4);

        let request = Request {
            path: &snapshot.path,
            text,
            cursor,
            newest: snapshot.recent.newest.as_ref(),
            history: &snapshot.recent.changes,
            context: &snapshot.context,
        };
        let room = context.saturating_sub(longest);
        let prompt = build(&request, tokenizer, settings, room)
            .map_err(|error| Unasked::Skip(unasked(&error, longest, context)))?;
        // Where the vocabulary has them; its end-of-text token ends an answer too.
        let stops = dialect
            .stops()
            .iter()
            .filter_map(|name| tokenizer.control(name))
            .chain(tokenizer.end_of_text());
        Ok(Self {
            tokens: encode(&prompt, tokenizer).map_err(Unasked::Vocabulary)?,
            likely,
            around: tokenizer.encode(&around(text, &prompt.window)),
            prompt,
            stops: stops.collect(),
            longest,
        })
    }

    /// What proposes the answer's tokens.
    pub fn drafter(&self) -> Combined {
        Combined::new(self.likely.clone(), self.around.clone())
    }

    /// The bytes of the document that the answer replaces.
    pub fn window(&self) -> Range<usize> {
        self.prompt.window.clone()
    }
}

/// What the window around `cursor` is the likeliest to become: most answers are the window again, with the
/// user's own replacement carried on.
pub(crate) fn likely(snapshot: &Snapshot, dialect: Dialect, cursor: usize) -> String {
    let text = snapshot.document.text();
    let region = edit::slice(text, dialect.window(text, cursor));
    rename(&snapshot.recent, &snapshot.path, text)
        .map_or_else(|| region.to_owned(), |rename| rename.apply(region))
}

/// Why a place is not asked about for which there is no prompt; an answer would have taken `longest` tokens
/// of the model's `context`.
pub(crate) fn unasked(error: &PromptError, longest: usize, context: usize) -> Skip {
    match error {
        PromptError::Path(_) => Skip::Path(error.to_string()),
        PromptError::Blank => Skip::Blank,
        PromptError::LongLine => {
            Skip::LongLines("a line near the cursor that is too long".to_owned())
        }
        PromptError::TooLarge { needed, .. } => Skip::DoesNotFit(format!(
            "the window takes {needed} tokens and its answer up to {longest}; the model has room for {context}"
        )),
    }
}

/// The text near the window and outside it. What stands before it comes last, because of places
/// that are as good the last one counts.
fn around(text: &str, window: &Range<usize>) -> String {
    let after = window.end..window.end.saturating_add(AROUND).min(text.len());
    let before = window.start.saturating_sub(AROUND)..window.start;
    [edit::slice(text, after), edit::slice(text, before)].concat()
}

/// The prompt within the budget; if the window alone is over it, a prompt of nothing else, as long
/// as there is `room` for so many tokens.
fn build(
    request: &Request<'_>,
    tokenizer: &Tokenizer,
    settings: &Settings,
    room: usize,
) -> Result<Prompt, PromptError> {
    let count = |text: &str| tokenizer.encode(text).len();
    let beginning = usize::from(tokenizer.beginning().is_some());
    let room = room.saturating_sub(beginning);
    let build = |tokens| {
        let budget = Budget::new(tokens, &count);
        settings.dialect().build(request, &budget)
    };
    match build(settings.prompt_tokens.min(room)) {
        Err(PromptError::TooLarge { needed, .. }) if needed <= room => build(needed),
        result => result,
    }
}

/// The prompt's tokens, or the control token that the vocabulary lacks. Only here do control tokens
/// enter, as ids that the vocabulary has for their names.
fn encode(prompt: &Prompt, tokenizer: &Tokenizer) -> Result<Vec<u32>, &'static str> {
    let mut tokens: Vec<u32> = tokenizer.beginning().into_iter().collect();
    for segment in &prompt.segments {
        match segment {
            Segment::Control(name) => tokens.push(tokenizer.control(name).ok_or(*name)?),
            Segment::Text(text) => tokens.extend(tokenizer.encode(text)),
        }
    }
    Ok(tokens)
}

/// The rename that the newest change is, be it in the document `path` or in another one.
pub(crate) fn rename(recent: &Recent, path: &str, text: &str) -> Option<Rename> {
    let change = NewestChange::of(recent, path, text)?;
    Rename::of(&change.newest, change.text)
}
