//! A known answer that stands in for a model.

use std::cell::Cell;
use std::convert::Infallible;
use std::ops::ControlFlow;

use decode::{LanguageModel, Observer, Step};
use predictor::Reading;

/// Says a known answer after its prompt. Time passes as a [`Clock`] says.
pub(crate) struct Teacher<'a> {
    /// The prompt, the answer and a stop token.
    text: Vec<u32>,
    read: Vec<u32>,
    clock: &'a Clock,
}

/// Time on an imagined device.
pub(crate) struct Clock {
    /// What each further token of a pass takes, as a share of what a pass of one token does.
    token: f64,
    now: Cell<f64>,
}

impl Clock {
    /// A device on which a pass of one token takes 1, and each further one `token`.
    pub(crate) fn new(token: f64) -> Self {
        Self {
            token,
            now: Cell::new(0.0),
        }
    }

    fn pass(&self, tokens: usize) {
        let time = 1.0 + self.token * (tokens as f64 - 1.0);
        self.now.set(self.now.get() + time);
    }
}

impl<'a> Teacher<'a> {
    pub(crate) fn new(prompt: &[u32], answer: &[u32], stop: u32, clock: &'a Clock) -> Self {
        Self {
            text: [prompt, answer, &[stop]].concat(),
            read: Vec::new(),
            clock,
        }
    }
}

impl LanguageModel for Teacher<'_> {
    type Error = Infallible;

    fn context(&self) -> usize {
        self.text.len()
    }

    async fn forward(
        &mut self,
        position: usize,
        tokens: &[u32],
        rows: usize,
    ) -> Result<Vec<u32>, Infallible> {
        self.clock.pass(tokens.len());
        self.read.truncate(position);
        self.read.extend_from_slice(tokens);
        // After a wrong token nothing that it says is kept.
        let right = self.read.iter().zip(&self.text).take_while(|(a, b)| a == b);
        let right = right.count();
        let first = self.read.len() - rows + 1;
        Ok((first..=self.read.len())
            .map(|next| match self.text.get(next) {
                Some(&token) if next <= right => token,
                _ => u32::MAX,
            })
            .collect())
    }
}

/// Ends an answer that has rejoined its window, and has the teacher's clock.
pub(crate) struct Listener<'a> {
    clock: &'a Clock,
    pub(crate) reading: Reading<'a>,
    /// When the pass before ended.
    began: f64,
    /// What the passes took that gave the answer.
    pub(crate) time: f64,
}

impl<'a> Listener<'a> {
    pub(crate) fn new(clock: &'a Clock, reading: Reading<'a>) -> Self {
        Self {
            clock,
            reading,
            began: clock.now.get(),
            time: 0.0,
        }
    }
}

impl Observer for Listener<'_> {
    fn now(&self) -> Option<f64> {
        Some(self.clock.now.get())
    }

    async fn step(&mut self, step: Step<'_>) -> ControlFlow<()> {
        let now = self.clock.now.get();
        // Passes that only read the prompt give nothing.
        if step.prompt <= 1 {
            self.time += now - self.began;
        }
        self.began = now;
        self.reading.read(step.tokens);
        match self.reading.rejoined() {
            Some(_) => ControlFlow::Break(()),
            None => ControlFlow::Continue(()),
        }
    }

    fn useful(&self, draft: &[u32]) -> usize {
        self.reading.useful(draft)
    }
}
