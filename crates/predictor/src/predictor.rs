//! From a snapshot to a prediction.

use std::ops::Range;
use std::sync::Arc;

use decode::{Combined, Ended, Options, Sequence, generate};
use edit::{Newest, Recent};
use model::Tokenizer;
use prompt::{Budget, Prompt, PromptError, Request, Segment, sweep_card};

use crate::rename::Rename;
use crate::suggestions::Collected;
use crate::watch::Watch;
use crate::{
    Dropped, Engine, Event, Observer, Outcome, Prediction, Settings, Skip, Snapshot, Statistics,
};

/// Control tokens that end an answer, where the vocabulary has them; its end-of-text token does too.
const STOPS: [&str; 2] = ["<|file_sep|>", "<|endoftext|>"];

/// A model, and what its KV cache holds.
pub struct Predictor<E> {
    engine: E,
    sequence: Sequence,
    settings: Settings,
}

/// Why there is no prediction.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Error<E> {
    /// The model's vocabulary lacks a control token of its dialect.
    #[error("the model has no token {0}")]
    Vocabulary(&'static str),
    /// A forward pass failed.
    #[error(transparent)]
    Model(E),
}

/// What became of one place.
enum Attempt {
    Answered {
        window: Range<usize>,
        answer: String,
        ended: Ended,
    },
    Cancelled,
    Skipped(Skip),
}

impl<E: Engine> Predictor<E> {
    /// A predictor with an empty cache.
    pub fn new(engine: E, settings: Settings) -> Self {
        Self {
            engine,
            sequence: Sequence::new(),
            settings,
        }
    }

    /// The model.
    pub fn engine(&self) -> &E {
        &self.engine
    }

    /// The settings.
    pub fn settings(&self) -> &Settings {
        &self.settings
    }

    /// Predicts what the user would edit next.
    ///
    /// First in the window around the cursor; where that yields nothing, and the newest change gave
    /// something a new name, around the nearest places that still have the old one.
    ///
    /// # Errors
    /// If the model fails. Everything else is an [`Outcome`].
    pub async fn predict(
        &mut self,
        snapshot: &Snapshot,
        observer: &mut impl Observer,
    ) -> Result<Prediction, Error<E::Error>> {
        let began = observer.now();
        let mut statistics = Statistics {
            backend: self.engine.backend(),
            ..Statistics::default()
        };
        let rename = rename(snapshot);
        let mut collected = Collected::default();
        let mut places = vec![snapshot.document.cursor()];
        let mut tried: Vec<Range<usize>> = Vec::new();

        let outcome = loop {
            let Some(cursor) = places.pop() else {
                break Outcome::Nothing;
            };
            match self
                .attempt(snapshot, cursor, rename.as_ref(), &mut statistics, observer)
                .await?
            {
                Attempt::Cancelled => break Outcome::Cancelled,
                Attempt::Skipped(skip) => {
                    let at = snapshot.document.utf16(cursor);
                    collected.dropped.push(Dropped {
                        reason: skip.code().to_owned(),
                        message: skip.to_string(),
                        from: at,
                        to: at,
                    });
                    if tried.is_empty() {
                        break Outcome::Skipped;
                    }
                }
                Attempt::Answered {
                    window,
                    answer,
                    ended,
                } => {
                    collected.add(snapshot, &window, &answer, ended);
                    if !collected.suggestions.is_empty() {
                        break Outcome::Suggestions;
                    }
                    tried.push(window);
                }
            }
            if tried.len() <= self.settings.jumps {
                places.extend(
                    rename
                        .as_ref()
                        .and_then(|rename| leftover(snapshot, rename, &tried)),
                );
            }
        };

        statistics.total_ms = observer.now() - began;
        Ok(Prediction {
            outcome,
            suggestions: collected.suggestions,
            dropped: collected.dropped,
            version: snapshot.document.version(),
            statistics,
        })
    }

    /// Asks the model about the window around one place.
    async fn attempt(
        &mut self,
        snapshot: &Snapshot,
        cursor: usize,
        rename: Option<&Rename>,
        statistics: &mut Statistics,
        observer: &mut impl Observer,
    ) -> Result<Attempt, Error<E::Error>> {
        let tokenizer = Arc::clone(self.engine.tokenizer());
        let text = snapshot.document.text();
        let region = edit::slice(text, prompt::window(text, cursor));

        // Most answers are the window again, so the window as it will be is a good draft.
        let expected = rename.map_or_else(|| region.to_owned(), |rename| rename.apply(region));
        let draft = tokenizer.encode(&sweep_card::completion(&expected));
        let max_new_tokens = self
            .settings
            .answer_tokens
            .max(draft.len() + draft.len() / 4);

        let request = Request {
            path: &snapshot.path,
            text,
            cursor,
            newest: snapshot.recent.newest.as_ref(),
            history: &snapshot.recent.changes,
            context: &snapshot.context,
        };
        let room = self.engine.context().saturating_sub(max_new_tokens);
        let prompt = match self.build(&request, &tokenizer, room) {
            Ok(prompt) => prompt,
            Err(error @ PromptError::Path(_)) => {
                return Ok(Attempt::Skipped(Skip::Path(error.to_string())));
            }
            Err(PromptError::TooLarge { needed, .. }) => {
                let context = self.engine.context();
                let message = format!(
                    "the window takes {needed} tokens and its answer up to {max_new_tokens}; the model has room for {context}"
                );
                return Ok(Attempt::Skipped(Skip::DoesNotFit(message)));
            }
        };
        let ids = encode(&prompt, &tokenizer)?;
        let cached = self.sequence.shared(&ids);
        statistics.prompt_tokens += ids.len();
        statistics.cached_tokens += cached;
        observer.event(Event::Prompt {
            text: prompt.to_text(),
            tokens: ids.len(),
            cached,
        });
        if observer.turn().await.is_break() {
            return Ok(Attempt::Cancelled);
        }

        let stops = STOPS
            .iter()
            .filter_map(|name| tokenizer.control(name))
            .chain(tokenizer.end_of_text());
        let options = Options {
            stops: stops.collect(),
            max_new_tokens,
            ..Options::default()
        };
        let mut watch = Watch::new(
            observer,
            &tokenizer,
            statistics,
            region,
            self.settings.rejoin,
        );
        let answer = generate(
            &mut self.engine,
            &mut self.sequence,
            &ids,
            &mut Combined::new(draft),
            &options,
            &mut watch,
        )
        .await;
        let answer_text = watch.finish();
        let answer = match answer {
            Ok(answer) => answer,
            Err(decode::Error::Model(error)) => return Err(Error::Model(error)),
            Err(decode::Error::DoesNotFit { prompt, context }) => {
                let message = format!("a prompt of {prompt} tokens and a context of {context}");
                return Ok(Attempt::Skipped(Skip::DoesNotFit(message)));
            }
            Err(decode::Error::EmptyPrompt) => {
                return Ok(Attempt::Skipped(Skip::DoesNotFit(
                    "the prompt is empty".to_owned(),
                )));
            }
        };
        statistics.new_tokens += answer.tokens.len();
        statistics.drafted += answer.drafted;
        statistics.accepted += answer.accepted;
        statistics.passes += answer.passes;
        Ok(match answer_text {
            Some((text, rejoined)) => Attempt::Answered {
                window: prompt.window,
                answer: text,
                ended: if rejoined { Ended::Stop } else { answer.ended },
            },
            None => Attempt::Cancelled,
        })
    }

    /// The prompt within the budget; if the window alone is over it, a prompt of nothing else, as
    /// long as the context has room.
    fn build(
        &self,
        request: &Request<'_>,
        tokenizer: &Tokenizer,
        room: usize,
    ) -> Result<Prompt, PromptError> {
        let count = |text: &str| tokenizer.encode(text).len();
        let beginning = usize::from(tokenizer.beginning().is_some());
        let room = room.saturating_sub(beginning);
        match sweep_card::build(
            request,
            &Budget::new(self.settings.prompt_tokens.min(room), &count),
        ) {
            Err(PromptError::TooLarge { needed, .. }) if needed <= room => {
                sweep_card::build(request, &Budget::new(needed, &count))
            }
            result => result,
        }
    }
}

/// The prompt's tokens. Only here do control tokens enter, as ids that the vocabulary has for their
/// names.
fn encode<E>(prompt: &Prompt, tokenizer: &Tokenizer) -> Result<Vec<u32>, Error<E>> {
    let mut ids: Vec<u32> = tokenizer.beginning().into_iter().collect();
    for segment in &prompt.segments {
        match segment {
            Segment::Control(name) => {
                ids.push(tokenizer.control(name).ok_or(Error::Vocabulary(name))?)
            }
            Segment::Text(text) => ids.extend(tokenizer.encode(text)),
        }
    }
    Ok(ids)
}

/// The rename that the newest change is, be it in this document or in another one.
fn rename(snapshot: &Snapshot) -> Option<Rename> {
    let Recent { changes, newest } = &snapshot.recent;
    match changes.last().filter(|change| change.path != snapshot.path) {
        Some(elsewhere) => {
            let newest = Newest::between(&elsewhere.old, &elsewhere.new)?;
            Rename::of(&newest, &elsewhere.new)
        }
        None => Rename::of(newest.as_ref()?, snapshot.document.text()),
    }
}

/// The nearest place outside the windows that were tried that still has the old name: the next one
/// below the cursor before any above it, in the order in which a reader would come to them.
fn leftover(snapshot: &Snapshot, rename: &Rename, tried: &[Range<usize>]) -> Option<usize> {
    let cursor = snapshot.document.cursor();
    let outside = |place: &Range<usize>| {
        !tried
            .iter()
            .any(|window| window.start <= place.start && place.end <= window.end)
    };
    let places = rename
        .leftovers(snapshot.document.text())
        .filter(outside)
        .map(|place| place.end);
    places.min_by_key(|&place| (place < cursor, place.abs_diff(cursor)))
}
