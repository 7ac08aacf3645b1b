//! Between the decoder, which speaks of tokens, and an observer, who wants text and times.

use std::ops::ControlFlow;

use decode::Step;
use model::{Tokenizer, Utf8Stream};

use crate::{Event, Observer, Piece, Statistics};

/// A model that says this many LF in a row has lost itself (Pochi's client has the same stop).
const LINE_FEEDS: &str = "\n\n\n\n\n\n\n\n\n\n";

/// Follows one answer.
pub(crate) struct Watch<'a, O> {
    observer: &'a mut O,
    tokenizer: &'a Tokenizer,
    statistics: &'a mut Statistics,
    utf8: Utf8Stream,
    text: String,
    region: &'a str,
    /// What is expected to become of it.
    expected: &'a str,
    /// Whether an answer that has rejoined the region is ended, and the whole answer once it was.
    rejoin: bool,
    rejoined: Option<String>,
    /// Whether [`LINE_FEEDS`] end the answer: not where the window itself has as many.
    line_feeds_end: bool,
    cancelled: bool,
    /// When the pass began that is running now.
    began: f64,
}

impl<'a, O: Observer> Watch<'a, O> {
    /// Follows the answer that rewrites `region`, probably to `expected`.
    pub(crate) fn new(
        observer: &'a mut O,
        tokenizer: &'a Tokenizer,
        statistics: &'a mut Statistics,
        region: &'a str,
        expected: &'a str,
        rejoin: bool,
    ) -> Self {
        let began = observer.now();
        Self {
            observer,
            tokenizer,
            statistics,
            utf8: Utf8Stream::default(),
            text: String::new(),
            region,
            expected,
            rejoin,
            rejoined: None,
            line_feeds_end: !region.contains(LINE_FEEDS),
            cancelled: false,
            began,
        }
    }

    /// The text of the answer, and whether it ended by rejoining; `None` if it was cancelled.
    pub(crate) fn finish(mut self) -> Option<(String, bool)> {
        if self.cancelled {
            return None;
        }
        if let Some(whole) = self.rejoined {
            return Some((whole, true));
        }
        let rest = self.utf8.finish();
        self.text.push_str(&rest);
        Some((self.text, false))
    }

    /// The text that tokens complete, as a piece; none if they complete nothing.
    fn read(&mut self, tokens: &[u32], drafted: bool) -> Option<Piece> {
        let bytes: Vec<u8> = tokens
            .iter()
            .flat_map(|&token| self.tokenizer.token_bytes(token))
            .copied()
            .collect();
        let text = self.utf8.push(&bytes);
        self.text.push_str(&text);
        (!text.is_empty()).then_some(Piece { text, drafted })
    }
}

impl<O: Observer> decode::Observer for Watch<'_, O> {
    fn now(&self) -> Option<f64> {
        Some(self.observer.now())
    }

    async fn step(&mut self, step: Step<'_>) -> ControlFlow<()> {
        let ms = self.observer.now() - self.began;
        *(if step.prompt > 0 {
            &mut self.statistics.prefill_ms
        } else {
            &mut self.statistics.decode_ms
        }) += ms;

        // Every pass but the first of an answer also reads the token that the one before ended in.
        let read = if step.prompt > 0 { step.prompt } else { 1 };
        self.observer.event(Event::Pass {
            tokens: read + step.drafted,
            accepted: step.accepted,
            ms,
        });
        let known = self.text.len();
        let (accepted, said) = step.tokens.split_at(step.accepted.min(step.tokens.len()));
        let pieces: Vec<_> = [(accepted, true), (said, false)]
            .into_iter()
            .filter_map(|(tokens, drafted)| self.read(tokens, drafted))
            .collect();
        if !pieces.is_empty() {
            self.observer.event(Event::Answer { pieces });
        }

        let turn = self.observer.turn().await;
        self.cancelled |= turn.is_break();
        self.began = self.observer.now();
        let lost = self.line_feeds_end && self.text.ends_with(LINE_FEEDS);
        if self.rejoin {
            self.rejoined = prompt::rejoin(&self.text, known, self.region, self.expected);
        }
        if self.cancelled || lost || self.rejoined.is_some() {
            ControlFlow::Break(())
        } else {
            ControlFlow::Continue(())
        }
    }
}
