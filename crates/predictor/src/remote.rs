//! A model that somebody else computes, who takes prompts and gives answers as text.

use std::future::Future;
use std::ops::Range;

use decode::Ended;
use prompt::{Budget, Dialect, PromptError, Request};
use serde::Serialize;
use suggest::Syntax;

use crate::asking::{self, Answer, Answerer, Attempt};
use crate::first_change::FirstChange;
use crate::question::{likely, unasked};
use crate::watch::LINE_FEEDS;
use crate::{Event, Observer, Piece, Prediction, Settings, Skip, Snapshot, Statistics};

/// What a serving engine is asked with.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Completion {
    /// The prompt; control tokens by their names, and nowhere else.
    pub prompt: String,
    /// What ends the answer and is not part of it.
    pub stop: Vec<&'static str>,
    /// Tokens of the longest answer.
    pub max_tokens: usize,
    /// What the answer is likeliest to be, for engines that can make use of that.
    pub expected: String,
}

/// What an engine says next.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Said {
    /// More of the answer.
    Text(String),
    /// The answer has ended: by itself, or because it is as long as was allowed.
    Ended(Ended),
}

/// An engine that completes prompts, and the answer that it is giving.
pub trait Completions {
    /// Why it gave no answer.
    type Error;

    /// Asks; what was asked before is given up.
    fn ask(&mut self, completion: &Completion) -> impl Future<Output = Result<(), Self::Error>>;

    /// Waits for more of the answer. An answer that was cut off is an error, not an end.
    fn next(&mut self) -> impl Future<Output = Result<Said, Self::Error>>;

    /// No more of this answer is wanted.
    fn stop(&mut self) -> impl Future<Output = ()>;
}

/// Predicts with a model behind a serving engine. It keeps nothing from one request to the next.
pub struct Remote<C> {
    completions: C,
    settings: Settings,
    context: usize,
}

impl<C: Completions> Remote<C> {
    /// For a model with room for `context` tokens, by an estimate of three bytes for each.
    pub fn new(completions: C, settings: Settings, context: usize) -> Self {
        Self {
            completions,
            settings,
            context,
        }
    }

    /// As [`Predictor::predict`](crate::Predictor::predict). A prompt in which text would spell a control
    /// token is not asked: an engine that takes text cannot tell the two apart.
    ///
    /// # Errors
    /// If the engine fails.
    pub async fn predict(
        &mut self,
        snapshot: &Snapshot,
        syntax: &dyn Syntax,
        observer: &mut impl Observer,
    ) -> Result<Prediction, C::Error> {
        asking::predict(self, snapshot, syntax, observer).await
    }

    /// What is asked about the window around `cursor`, and the window.
    fn question(
        &self,
        snapshot: &Snapshot,
        cursor: usize,
    ) -> Result<(Completion, Range<usize>), Skip> {
        let dialect = self.settings.dialect();
        let expected = dialect.completion(&likely(snapshot, dialect, cursor));
        let needed = Budget::estimate(&expected);
        let longest = self.settings.answer_tokens.max(needed + needed / 4);
        let room = self.context.saturating_sub(longest);
        let request = Request {
            path: &snapshot.path,
            text: snapshot.document.text(),
            cursor,
            newest: snapshot.recent.newest.as_ref(),
            history: &snapshot.recent.changes,
            context: &snapshot.context,
        };
        let prompt = build(dialect, &request, self.settings.prompt_tokens, room)
            .map_err(|error| unasked(&error, longest, self.context))?;
        let text = prompt.unambiguous().ok_or(Skip::ControlToken)?;
        let completion = Completion {
            prompt: text,
            stop: dialect.stops().to_vec(),
            max_tokens: longest,
            expected,
        };
        Ok((completion, prompt.window))
    }
}

/// The prompt within the budget; if the window alone is over it, as long as there is `room` for so much.
fn build(
    dialect: Dialect,
    request: &Request<'_>,
    tokens: usize,
    room: usize,
) -> Result<prompt::Prompt, PromptError> {
    let build = |tokens| dialect.build(request, &Budget::new(tokens, &Budget::estimate));
    match build(tokens.min(room)) {
        Err(PromptError::TooLarge { needed, .. }) if needed <= room => build(needed),
        result => result,
    }
}

impl<C: Completions> Answerer for Remote<C> {
    type Error = C::Error;

    fn backend(&self) -> &'static str {
        "edge"
    }

    fn settings(&self) -> &Settings {
        &self.settings
    }

    async fn attempt(
        &mut self,
        snapshot: &Snapshot,
        cursor: usize,
        mut first: FirstChange<'_>,
        statistics: &mut Statistics,
        observer: &mut impl Observer,
    ) -> Result<Attempt, C::Error> {
        let (completion, window) = match self.question(snapshot, cursor) {
            Ok(question) => question,
            Err(skip) => return Ok(Attempt::Skipped(skip)),
        };
        let region = edit::slice(snapshot.document.text(), window);
        let tokens = Budget::estimate(&completion.prompt);
        statistics.prompt_tokens += tokens;
        observer.event(Event::Prompt {
            text: completion.prompt.clone(),
            tokens,
            cached: 0,
        });
        let began = observer.now();
        self.completions.ask(&completion).await?;
        let mut text = String::new();
        let answer = loop {
            if observer.turn().await.is_break() {
                self.completions.stop().await;
                return Ok(Attempt::Cancelled);
            }
            let piece = match self.completions.next().await? {
                Said::Ended(ended) => break Answer { text, ended },
                Said::Text(piece) => piece,
            };
            if text.is_empty() {
                statistics.prefill_ms += observer.now() - began;
            }
            let known = text.len();
            text.push_str(&piece);
            observer.event(Event::Answer {
                pieces: vec![Piece {
                    text: piece,
                    drafted: false,
                }],
            });
            if let Some(event) = first.grown(&text) {
                observer.event(event);
            }
            let rejoined = self
                .settings
                .rejoin
                .then(|| prompt::rejoin(&text, known, region));
            if let Some(whole) = rejoined.flatten() {
                self.completions.stop().await;
                break Answer {
                    text: whole,
                    ended: Ended::Stop,
                };
            }
            if text.contains(LINE_FEEDS) && !region.contains(LINE_FEEDS) {
                self.completions.stop().await;
                break Answer {
                    text,
                    ended: Ended::Interrupted,
                };
            }
        };
        statistics.new_tokens += Budget::estimate(&answer.text);
        Ok(Attempt::Answered(answer))
    }
}
