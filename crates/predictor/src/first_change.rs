//! The first change of an answer that goes on behind it.

use crate::Event;

/// What an observer is told of an answer with that text, if anything.
pub(crate) type Tell<'a> = &'a mut dyn FnMut(&str) -> Option<Event>;

/// Tells the first change as soon as the answer has rejoined its window (see [`prompt::rejoin`]).
pub(crate) struct FirstChange<'a> {
    region: &'a str,
    /// Bytes of the answer that are known not to have rejoined.
    known: usize,
    tell: Option<Tell<'a>>,
}

impl<'a> FirstChange<'a> {
    /// For an answer that rewrites `region`. Without `tell` nothing is told.
    pub(crate) fn new(region: &'a str, tell: Option<Tell<'a>>) -> Self {
        Self {
            region,
            known: 0,
            tell,
        }
    }

    /// Takes up the answer as it has grown; there is something to tell once.
    pub(crate) fn grown(&mut self, answer: &str) -> Option<Event> {
        let tell = self.tell.as_mut()?;
        let whole = prompt::rejoin(answer, self.known, self.region);
        self.known = answer.len();
        let event = tell(&whole?);
        self.tell = None;
        event
    }
}
