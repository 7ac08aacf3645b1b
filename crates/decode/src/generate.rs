//! The loop: draft, verify in one forward pass, keep what agrees.

use std::ops::ControlFlow;

use crate::{Drafter, LanguageModel, Observer, Pace, Sequence, Step};

/// How to decode.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Options {
    /// Tokens that end the answer; they are not part of it.
    pub stops: Vec<u32>,
    /// The answer ends by [`Length`](Ended::Length) when it has this many tokens. Default 512.
    pub max_new_tokens: usize,
    /// Prompt tokens per forward pass. The longer, the faster; but a request can only be stopped
    /// between two passes. Default 128.
    pub prefill_chunk: usize,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            stops: Vec::new(),
            max_new_tokens: 512,
            prefill_chunk: 128,
        }
    }
}

/// Why an answer ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ended {
    /// The model said a stop token.
    Stop,
    /// `max_new_tokens`, or the context, is used up.
    Length,
    /// The observer wanted no more.
    Interrupted,
}

/// What came out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// The tokens, without the stop token.
    pub tokens: Vec<u32>,
    /// Why there are no more.
    pub ended: Ended,
    /// Prompt tokens that were still in the cache and not computed.
    pub cached: usize,
    /// Forward passes that only read prompt.
    pub prefill_passes: usize,
    /// Forward passes that gave tokens of the answer (the first of them also reads the last piece
    /// of the prompt).
    pub passes: usize,
    /// Tokens proposed.
    pub drafted: usize,
    /// Tokens proposed that the model agreed with.
    pub accepted: usize,
}

/// Why there is no answer.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Error<E> {
    /// A prompt must have at least one token.
    #[error("the prompt is empty")]
    EmptyPrompt,
    /// No room is left for even one token of answer.
    #[error("a prompt of {prompt} tokens does not fit a context of {context}")]
    DoesNotFit {
        /// Tokens in the prompt.
        prompt: usize,
        /// Positions of the model.
        context: usize,
    },
    /// A forward pass failed.
    #[error(transparent)]
    Model(E),
}

/// Answers `prompt` greedily.
///
/// `sequence` says what is in the model's cache, before and after. `drafter` and `pace` change how
/// many forward passes it takes and never the answer; `pace` is kept for the next one.
pub async fn generate<M: LanguageModel>(
    model: &mut M,
    sequence: &mut Sequence,
    prompt: &[u32],
    drafter: &mut impl Drafter,
    pace: &mut Pace,
    options: &Options,
    observer: &mut impl Observer,
) -> Result<Answer, Error<M::Error>> {
    let context = model.context();
    if prompt.is_empty() {
        return Err(Error::EmptyPrompt);
    }
    if prompt.len() > context {
        return Err(Error::DoesNotFit {
            prompt: prompt.len(),
            context,
        });
    }
    // The last token of an answer is never computed itself: it needs no position.
    let longest_answer = options.max_new_tokens.min(context - prompt.len() + 1);
    let chunk = options.prefill_chunk.max(1);

    let mut answer = Answer {
        tokens: Vec::new(),
        ended: Ended::Length,
        cached: sequence.shared(prompt),
        prefill_passes: 0,
        passes: 0,
        drafted: 0,
        accepted: 0,
    };
    drafter.start(prompt);

    let mut position = answer.cached;
    while prompt.len() - position > chunk {
        let tokens = &prompt[position..position + chunk];
        sequence.truncate(position);
        let began = observer.now();
        model
            .forward(position, tokens, 1)
            .await
            .map_err(Error::Model)?;
        time(pace, tokens.len(), began, observer.now());
        sequence.extend(tokens);
        position += chunk;
        answer.prefill_passes += 1;
        if observer
            .step(Step {
                prompt: chunk,
                drafted: 0,
                tokens: &[],
                accepted: 0,
            })
            .await
            .is_break()
        {
            answer.ended = Ended::Interrupted;
            return Ok(answer);
        }
    }

    // What the model has not read yet: the rest of the prompt, later the answer's last token.
    let mut unread = prompt[position..].to_vec();
    let mut of_prompt = unread.len();
    let mut draft = Vec::new();
    while answer.tokens.len() < longest_answer {
        // A pass gives one token more than it verifies.
        let room = longest_answer - answer.tokens.len() - 1;
        draft.clear();
        let mut evidence = 0;
        let longest = pace.longest().min(room);
        if longest > 0 {
            evidence = drafter.draft(longest, &mut draft);
            draft.truncate(longest);
            draft.truncate(observer.useful(&draft));
            draft.truncate(pace.length(unread.len(), evidence, draft.len()));
        }

        let mut tokens = unread.clone();
        tokens.extend_from_slice(&draft);
        sequence.truncate(position);
        let began = observer.now();
        let said = model
            .forward(position, &tokens, draft.len() + 1)
            .await
            .map_err(Error::Model)?;
        time(pace, tokens.len(), began, observer.now());

        let accepted = draft
            .iter()
            .zip(&said)
            .take_while(|(proposed, said)| proposed == said)
            .count();
        let mut new = &said[..=accepted];
        let stop = new.iter().position(|token| options.stops.contains(token));
        if let Some(stop) = stop {
            new = &new[..stop];
        }
        let accepted = accepted.min(new.len());

        sequence.extend(&tokens[..unread.len() + accepted]);
        position += unread.len() + accepted;
        answer.tokens.extend_from_slice(new);
        answer.passes += 1;
        answer.drafted += draft.len();
        answer.accepted += accepted;
        // A draft that ran on past the end of the answer was not a bad one.
        pace.learn(
            evidence,
            if stop.is_some() {
                accepted
            } else {
                draft.len()
            },
            accepted,
        );
        drafter.accept(new);

        let step = Step {
            prompt: of_prompt,
            drafted: draft.len(),
            tokens: new,
            accepted,
        };
        let flow = observer.step(step).await;
        if stop.is_some() {
            answer.ended = Ended::Stop;
            break;
        }
        if answer.tokens.len() < longest_answer && flow == ControlFlow::Break(()) {
            answer.ended = Ended::Interrupted;
            break;
        }
        of_prompt = 0;
        unread.clear();
        unread.extend(answer.tokens.last());
    }
    Ok(answer)
}

/// Tells the pace what a pass of `tokens` tokens took, if there is a clock.
fn time(pace: &mut Pace, tokens: usize, began: Option<f64>, ended: Option<f64>) {
    if let (Some(began), Some(ended)) = (began, ended) {
        pace.timed(tokens, ended - began);
    }
}
