//! From a snapshot to a prediction.

use std::sync::Arc;

use decode::{Ended, Options, Pace, Sequence, generate};
use suggest::Syntax;

use crate::answers::Answers;
use crate::asking::{self, Answer, Answerer, Attempt};
use crate::first_change::FirstChange;
use crate::watch::Watch;
use crate::{
    Engine, Event, Observer, Piece, Prediction, Question, Reading, Settings, Skip, Snapshot,
    Statistics, Unasked,
};

/// A model, what its KV cache holds, what it has answered, and how long drafts are worth it on it.
pub struct Predictor<E> {
    engine: E,
    sequence: Sequence,
    answers: Answers,
    pace: Pace,
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

impl<E: Engine> Predictor<E> {
    /// A predictor with an empty cache.
    pub fn new(engine: E, mut settings: Settings) -> Self {
        settings.dialect = settings.dialect.or_else(|| engine.dialect());
        settings.edits = settings.edits.or_else(|| engine.edits());
        Self {
            engine,
            sequence: Sequence::new(),
            answers: Answers::default(),
            pace: Pace::default(),
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

    /// Predicts what the user would edit next: by rule, where that is wanted ([`Settings::repeat`]), and where nothing comes
    /// of that, by the model.
    ///
    /// First in the window around the cursor; where that yields nothing, in windows further away, at most
    /// [`Settings::jumps`]: around the nearest error that the editor marks, around what still has the name
    /// that the newest change replaced, around other places of a line or a word that it took away or
    /// added. Where all of that yields nothing, and the snapshot has another document, at the first place
    /// there that has the old name. Nothing further is asked where the first window's answer would have
    /// broken code.
    /// A place that was asked about with the same prompt lately is not asked again.
    /// What breaks code that parses by `syntax` is held back; `&()` holds nothing back.
    ///
    /// # Errors
    /// If the model fails. Everything else is an [`Outcome`](crate::Outcome).
    pub async fn predict(
        &mut self,
        snapshot: &Snapshot,
        syntax: &dyn Syntax,
        observer: &mut impl Observer,
    ) -> Result<Prediction, Error<E::Error>> {
        asking::predict(self, snapshot, syntax, observer).await
    }
}

impl<E: Engine> Answerer for Predictor<E> {
    type Error = Error<E::Error>;

    fn backend(&self) -> &'static str {
        self.engine.backend()
    }

    fn settings(&self) -> &Settings {
        &self.settings
    }

    async fn attempt(
        &mut self,
        snapshot: &Snapshot,
        cursor: usize,
        first: FirstChange<'_>,
        statistics: &mut Statistics,
        observer: &mut impl Observer,
    ) -> Result<Attempt, Error<E::Error>> {
        let tokenizer = Arc::clone(self.engine.tokenizer());
        let context = self.engine.context();
        let question = match Question::new(snapshot, cursor, &tokenizer, &self.settings, context) {
            Ok(question) => question,
            Err(Unasked::Skip(skip)) => return Ok(Attempt::Skipped(skip)),
            Err(Unasked::Vocabulary(name)) => return Err(Error::Vocabulary(name)),
        };
        let region = edit::slice(snapshot.document.text(), question.window());
        let known = self.answers.get(&question.tokens);
        let cached = match known {
            Some(_) => question.tokens.len(),
            None => self.sequence.shared(&question.tokens),
        };
        statistics.prompt_tokens += question.tokens.len();
        statistics.cached_tokens += cached;
        observer.event(Event::Prompt {
            text: question.prompt.to_text(),
            tokens: question.tokens.len(),
            cached,
        });
        if observer.turn().await.is_break() {
            return Ok(Attempt::Cancelled);
        }
        if let Some(answer) = known {
            statistics.known_answers += 1;
            let text = answer.text.clone();
            let drafted = true;
            observer.event(Event::Answer {
                pieces: vec![Piece { text, drafted }],
            });
            return Ok(Attempt::Answered(answer));
        }

        let options = Options {
            stops: question.stops.clone(),
            max_new_tokens: question.longest,
            ..Options::default()
        };
        let reading = Reading::new(&tokenizer, self.settings.rejoin.then_some(region));
        let mut watch = Watch::new(observer, statistics, reading, first, region);
        let answer = generate(
            &mut self.engine,
            &mut self.sequence,
            &question.tokens,
            &mut question.drafter(),
            &mut self.pace,
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
        let Some((text, rejoined)) = answer_text else {
            return Ok(Attempt::Cancelled);
        };
        let ended = if rejoined { Ended::Stop } else { answer.ended };
        let answer = Answer { text, ended };
        self.answers.keep(question.tokens, answer.clone());
        Ok(Attempt::Answered(answer))
    }
}
