//! Between the decoder, which speaks of tokens, and an observer, who wants text and times.

use std::ops::ControlFlow;

use crate::first_change::FirstChange;
use crate::{Event, Observer, Piece, Reading, Statistics};
use decode::Step;

/// A model that says this many LF in a row has lost itself (Pochi's client has the same stop).
pub(crate) const LINE_FEEDS: &str = "\n\n\n\n\n\n\n\n\n\n";

/// Follows one answer.
pub(crate) struct Watch<'a, 'f, O> {
    observer: &'a mut O,
    statistics: &'a mut Statistics,
    reading: Reading<'a>,
    first: FirstChange<'f>,
    /// Whether [`LINE_FEEDS`] end the answer: not where the window itself has as many.
    line_feeds_end: bool,
    cancelled: bool,
    /// When the pass began that is running now.
    began: f64,
}

impl<'a, 'f, O: Observer> Watch<'a, 'f, O> {
    /// Follows the answer that rewrites `region`.
    pub(crate) fn new(
        observer: &'a mut O,
        statistics: &'a mut Statistics,
        reading: Reading<'a>,
        first: FirstChange<'f>,
        region: &str,
    ) -> Self {
        let began = observer.now();
        Self {
            observer,
            statistics,
            reading,
            first,
            line_feeds_end: !region.contains(LINE_FEEDS),
            cancelled: false,
            began,
        }
    }

    /// The text of the answer, and whether it ended by rejoining; `None` if it was cancelled.
    pub(crate) fn finish(self) -> Option<(String, bool)> {
        (!self.cancelled).then(|| self.reading.finish())
    }
}

impl<O: Observer> decode::Observer for Watch<'_, '_, O> {
    fn now(&self) -> Option<f64> {
        Some(self.observer.now())
    }

    fn useful(&self, draft: &[u32]) -> usize {
        self.reading.useful(draft)
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
        let (accepted, said) = step.tokens.split_at(step.accepted.min(step.tokens.len()));
        let pieces: Vec<_> = [(accepted, true), (said, false)]
            .into_iter()
            .map(|(tokens, drafted)| Piece {
                text: self.reading.read(tokens),
                drafted,
            })
            .filter(|piece| !piece.text.is_empty())
            .collect();
        if !pieces.is_empty() {
            self.observer.event(Event::Answer { pieces });
        }
        if let Some(event) = self.first.grown(self.reading.text()) {
            self.observer.event(event);
        }

        let turn = self.observer.turn().await;
        self.cancelled |= turn.is_break();
        self.began = self.observer.now();
        let lost = self.line_feeds_end && self.reading.text().ends_with(LINE_FEEDS);
        if self.cancelled || lost || self.reading.rejoined().is_some() {
            ControlFlow::Break(())
        } else {
            ControlFlow::Continue(())
        }
    }
}
