//! How long a draft should be.

use crate::pass_cost::PassCost;

/// What is kept of older drafts with each new one.
const MEMORY: f64 = 0.95;
/// Drafts that the first guesses count as.
const DOUBT: f64 = 4.0;

/// What to expect of a draft, for the classes of [`class`], before any was tried: how often its
/// first token was right, and each further one after a right one. Counted on real edits.
const EXPECTED: [(f64, f64); CLASSES] = [
    (0.2, 0.85),
    (0.3, 0.85),
    (0.6, 0.9),
    (0.8, 0.95),
    (0.97, 0.99),
];
const CLASSES: usize = 5;

/// Chooses the length of drafts so that an answer takes the least time.
///
/// The longer a draft, the more tokens a pass may give, and the longer the pass takes. Both are
/// learned while decoding, and kept from one answer to the next: how often the first token of a
/// draft was right and how often each further one, by the evidence that there was for it; and,
/// where the observer has a clock, what passes of so many tokens take.
/// The length is the one that promises the most tokens for the time.
#[derive(Debug, Clone)]
pub struct Pace {
    longest: usize,
    /// Whether every draft is as long as allowed.
    steady: bool,
    cost: PassCost,
    /// The first token of a draft, and tokens after one that was right, by class.
    rates: [(Rate, Rate); CLASSES],
}

/// How often something came true lately.
#[derive(Debug, Clone, Copy)]
struct Rate {
    hits: f64,
    tries: f64,
    expected: f64,
}

/// Drafts for which there is about as much evidence.
fn class(evidence: usize) -> usize {
    match evidence {
        0 => 0,
        1 => 1,
        2..4 => 2,
        4..9 => 3,
        _ => 4,
    }
}

impl Pace {
    /// Tokens of a draft at most, if nothing else is wanted.
    pub const LONGEST: usize = 64;

    /// Drafts of at most `longest` tokens.
    pub fn new(longest: usize) -> Self {
        Self {
            longest,
            steady: false,
            cost: PassCost::default(),
            rates: EXPECTED.map(|(first, further)| (Rate::new(first), Rate::new(further))),
        }
    }

    /// Drafts of `length` tokens wherever the drafter has so many.
    pub fn steady(length: usize) -> Self {
        Self {
            steady: true,
            ..Self::new(length)
        }
    }

    /// Tokens of a draft at most.
    pub(crate) fn longest(&self) -> usize {
        self.longest
    }

    /// How much of a draft of `drafted` tokens is worth a try, in a pass that reads `unread` other
    /// tokens as well.
    pub(crate) fn length(&self, unread: usize, evidence: usize, drafted: usize) -> usize {
        if self.steady {
            return drafted;
        }
        let (first, further) = self.rates[class(evidence)];
        let (mut chance, further) = (first.value(), further.value());
        let mut tokens = 1.0;
        let mut best = (0, tokens / self.cost.of(unread));
        for length in 1..=drafted {
            tokens += chance;
            chance *= further;
            let speed = tokens / self.cost.of(unread + length);
            if speed > best.1 {
                best = (length, speed);
            }
        }
        best.0
    }

    /// Of a draft of `drafted` tokens the first `accepted` were right.
    pub(crate) fn learn(&mut self, evidence: usize, drafted: usize, accepted: usize) {
        let (first, further) = &mut self.rates[class(evidence)];
        if drafted == 0 {
            // Nothing was tried; after a while it is worth a try again.
            first.add(0.0, 0.0);
            return;
        }
        first.add(f64::from(u8::from(accepted > 0)), 1.0);
        if accepted > 0 {
            let tries = accepted.min(drafted - 1);
            further.add((accepted - 1) as f64, tries as f64);
        }
    }

    /// A pass of `tokens` tokens took `time`, in any unit.
    pub(crate) fn timed(&mut self, tokens: usize, time: f64) {
        self.cost.learn(tokens, time);
    }
}

impl Default for Pace {
    fn default() -> Self {
        Self::new(Self::LONGEST)
    }
}

impl Rate {
    fn new(expected: f64) -> Self {
        Self {
            hits: 0.0,
            tries: 0.0,
            expected,
        }
    }

    fn add(&mut self, hits: f64, tries: f64) {
        self.hits = self.hits * MEMORY + hits;
        self.tries = self.tries * MEMORY + tries;
    }

    fn value(&self) -> f64 {
        (self.hits + DOUBT * self.expected) / (self.tries + DOUBT)
    }
}

#[cfg(test)]
mod tests {
    use super::Pace;
    use crate::CERTAIN;

    /// A pace that has seen passes of 1, 16 and 65 tokens take `first + each * tokens`.
    fn timed(first: f64, each: f64) -> Pace {
        let mut pace = Pace::default();
        for tokens in [1, 17, 65, 1, 17, 65] {
            pace.timed(tokens, first + each * tokens as f64);
        }
        pace
    }

    /// What is tried of a draft of 64 tokens.
    fn length(pace: &Pace, evidence: usize) -> usize {
        pace.length(1, evidence, 64)
    }

    #[test]
    fn where_tokens_cost_nothing_drafts_are_as_long_as_they_may_be() {
        assert_eq!(length(&timed(5.0, 0.0), CERTAIN), 64);
        assert!(length(&timed(5.0, 0.0), 0) > 30);
        assert_eq!(timed(5.0, 0.0).length(1, CERTAIN, 7), 7);
    }

    #[test]
    fn before_anything_is_known_only_what_is_uncertain_is_cut() {
        assert_eq!(length(&Pace::default(), CERTAIN), 64);
        assert!(length(&Pace::default(), 0) < 20);
    }

    #[test]
    fn where_each_token_costs_drafts_are_as_long_as_they_are_certain() {
        let pace = timed(3.5, 1.4);
        let lengths = [0, 1, 2, 5, CERTAIN].map(|evidence| length(&pace, evidence));
        assert!(lengths.is_sorted(), "{lengths:?}");
        assert!(
            lengths[0] == 0 && (8..40).contains(&lengths[4]),
            "{lengths:?}"
        );
    }

    #[test]
    fn drafting_stops_where_nothing_is_accepted_and_is_tried_again() {
        let mut pace = timed(3.5, 1.4);
        let mut lengths = Vec::new();
        for _ in 0..40 {
            let length = length(&pace, CERTAIN);
            pace.learn(CERTAIN, length, 0);
            lengths.push(length);
        }
        assert!(lengths[1] < lengths[0], "{lengths:?}");
        let first = lengths.iter().position(|&length| length == 0);
        let again = first.and_then(|first| lengths[first..].iter().position(|&length| length > 0));
        assert!(again.is_some(), "{lengths:?}");
    }

    #[test]
    fn a_steady_pace_is_the_same_whatever_happens() {
        let mut pace = Pace::steady(32);
        pace.learn(0, 32, 0);
        pace.timed(33, 1e9);
        assert_eq!((pace.longest(), pace.length(1, 0, 32)), (32, 32));
    }
}
