//! The old window as the draft of the new one.

use crate::{CERTAIN, Drafter};

/// So many equal tokens in a row and the answer is back in the window.
const BACK: usize = 2;
/// So many, and it is so for sure: what was passed is not looked at again.
pub(crate) const SURE: usize = 4;
/// A single equal token counts as the place if it is at most this many tokens ahead.
const NEAR: usize = 12;
/// The most tokens of a replacement that is expected to come again.
const LONGEST_REPLACEMENT: usize = 8;

/// Follows the answer through the text that it rewrites.
///
/// The pointer starts at the window's first token, so the very first pass has a draft. After a
/// token that differs it looks, from where the two last ran in parallel, for the longest run of
/// tokens that the answer ends in, a single one only a few tokens ahead. Where there is none it takes
/// the token for a replacement of one token.
///
/// What the answer has replaced once is proposed replaced from there on, until that proves wrong:
/// a rename costs the passes of its first place.
#[derive(Debug, Clone)]
pub struct WindowPointer {
    window: Vec<u32>,
    answer: Vec<u32>,
    /// The token of the window that should come next.
    next: usize,
    /// Tokens that the answer already has of a replacement for what stands at `next`.
    inside: usize,
    /// Equal tokens in a row before `next`, as if enough stood before the window; 0 where `next` is
    /// a guess.
    equal: usize,
    /// What of the window is surely used up: up to where enough tokens in a row were equal.
    passed: usize,
    /// Where the two parted, in the window and in the answer.
    parted: Option<(usize, usize)>,
    replacement: Option<Replacement>,
}

/// Tokens that the answer replaced.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Replacement {
    old: Vec<u32>,
    new: Vec<u32>,
}

impl WindowPointer {
    /// A pointer through the tokens of the window.
    pub fn new(window: Vec<u32>) -> Self {
        Self {
            window,
            answer: Vec::new(),
            next: 0,
            inside: 0,
            equal: CERTAIN,
            passed: 0,
            parted: None,
            replacement: None,
        }
    }

    /// How many tokens in a row speak for the place that is proposed.
    pub(crate) fn evidence(&self) -> usize {
        self.equal.min(CERTAIN)
    }

    fn follow(&mut self, token: u32) {
        if self
            .replacement_at(self.next)
            .is_some_and(|known| known.new.get(self.inside) != Some(&token))
        {
            // It does not come again after all. What was said of it differs from the window.
            self.replacement = None;
            if self.inside > 0 {
                self.parted
                    .get_or_insert((self.next, self.answer.len() - self.inside));
                self.inside = 0;
            }
        }
        self.answer.push(token);
        if let Some(known) = self.replacement_at(self.next) {
            let (old, new) = (known.old.len(), known.new.len());
            self.inside += 1;
            if self.inside == new {
                self.inside = 0;
                self.next += old;
            }
            self.rejoin(1);
        } else if self.window.get(self.next) == Some(&token) {
            self.next += 1;
            self.rejoin(1);
        } else if let Some((place, equal)) = self.place() {
            self.parted
                .get_or_insert((self.next, self.answer.len() - 1));
            self.next = place;
            self.equal = 0;
            self.rejoin(equal);
        } else {
            self.parted
                .get_or_insert((self.next, self.answer.len() - 1));
            self.next = (self.next + 1).min(self.window.len());
            self.equal = 0;
        }
    }

    /// `equal` more tokens before `next` are the same in the answer and in the window.
    fn rejoin(&mut self, equal: usize) {
        self.equal += equal;
        // A few equal tokens may be chance; where it was before stays worth a search.
        if self.equal >= SURE {
            self.passed = self.next;
        }
        if self.equal >= BACK
            && let Some(parted) = self.parted.take()
        {
            let window = self.next.saturating_sub(self.equal);
            let answer = self.answer.len().saturating_sub(self.equal);
            if let Some(replacement) = self.learn(parted, (window, answer)) {
                self.replacement = Some(replacement);
            }
        }
    }

    /// What the answer has instead of the window, between where they parted and met again.
    fn learn(&self, parted: (usize, usize), met: (usize, usize)) -> Option<Replacement> {
        let mut old = self.window.get(parted.0..met.0)?;
        let mut new = self.answer.get(parted.1..met.1)?;
        if old.is_empty() || new.is_empty() {
            // An insertion or a deletion is known by the token before it.
            old = self.window.get(parted.0.checked_sub(1)?..met.0)?;
            new = self.answer.get(parted.1.checked_sub(1)?..met.1)?;
        }
        (old.len().max(new.len()) <= LONGEST_REPLACEMENT && old != new).then(|| Replacement {
            old: old.to_vec(),
            new: new.to_vec(),
        })
    }

    /// The known replacement, if what it replaces stands at `at` in the window.
    fn replacement_at(&self, at: usize) -> Option<&Replacement> {
        self.replacement.as_ref().filter(|known| {
            self.window
                .get(at..)
                .is_some_and(|rest| rest.starts_with(&known.old))
        })
    }

    /// The position in the window after the longest run of tokens, up to [`SURE`], that the answer has
    /// said since it left the window, and the tokens of that run; of equal ones the nearest.
    fn place(&self) -> Option<(usize, usize)> {
        let since = self.parted.map_or(1, |(_, at)| self.answer.len() - at);
        let tail = self.answer.iter().rev().take(since.min(SURE));
        let mut best: Option<(usize, usize)> = None;
        for place in self.passed + 1..=self.window.len() {
            let before = self.window[..place].iter().rev();
            let equal = before.zip(tail.clone()).take_while(|(a, b)| a == b).count();
            let near = place <= self.passed + NEAR;
            if equal > best.map_or(0, |(_, equal)| equal) && (equal > 1 || near) {
                best = Some((place, equal));
            }
        }
        best
    }
}

impl Drafter for WindowPointer {
    fn start(&mut self, _prompt: &[u32]) {
        *self = Self::new(std::mem::take(&mut self.window));
    }

    fn accept(&mut self, tokens: &[u32]) {
        for &token in tokens {
            self.follow(token);
        }
    }

    fn draft(&mut self, limit: usize, draft: &mut Vec<u32>) -> usize {
        let (mut at, mut inside) = (self.next, self.inside);
        while draft.len() < limit
            && let Some(&token) = self.window.get(at)
        {
            if let Some(known) = self.replacement_at(at) {
                draft.extend(&known.new[inside..]);
                at += known.old.len();
            } else {
                draft.push(token);
                at += 1;
            }
            inside = 0;
        }
        draft.truncate(limit);
        self.evidence()
    }
}

#[cfg(test)]
mod tests {
    use super::WindowPointer;
    use crate::Drafter;

    /// What the pointer proposes after `answer`, with letters as tokens.
    fn draft(window: &str, answer: &str) -> String {
        let tokens = |text: &str| text.chars().map(u32::from).collect::<Vec<_>>();
        let mut pointer = WindowPointer::new(tokens(window));
        pointer.start(&[]);
        pointer.accept(&tokens(answer));
        let mut draft = Vec::new();
        pointer.draft(100, &mut draft);
        draft.into_iter().filter_map(char::from_u32).collect()
    }

    #[test]
    fn starts_at_the_first_token() {
        assert_eq!(draft("abcdef", ""), "abcdef");
    }

    #[test]
    fn walks_along() {
        assert_eq!(draft("abcdef", "abc"), "def");
    }

    #[test]
    fn a_new_token_replaces_one() {
        assert_eq!(draft("abcdef", "abX"), "def");
    }

    #[test]
    fn an_insertion_is_left_at_its_first_known_token() {
        assert_eq!(draft("abcdef", "abXYc"), "def");
    }

    #[test]
    fn a_deletion_is_skipped() {
        assert_eq!(draft("abcdefgh", "abf"), "gh");
    }

    #[test]
    fn a_longer_name_for_a_shorter_one() {
        assert_eq!(draft("x = ab(c); y", "x = PQRS(c"), "); y");
    }

    #[test]
    fn a_line_that_comes_twice_is_found_ahead_first() {
        assert_eq!(
            draft("if a {\nend\nif b {\nend\n.", "if a {\nNEW\nend\n"),
            "if b {\nend\n."
        );
    }

    #[test]
    fn what_was_replaced_once_is_proposed_replaced() {
        assert_eq!(draft("(ab) [ab] <ab>", "(XYZ) ["), "XYZ] <XYZ>");
        assert_eq!(draft("(ab) [ab] <ab>", "(XYZ) [X"), "YZ] <XYZ>");
    }

    #[test]
    fn what_was_inserted_once_is_proposed_again() {
        assert_eq!(draft("f(a), f(b)", "f(!a), "), "f(!b)");
    }

    #[test]
    fn a_replacement_that_does_not_come_again_is_forgotten() {
        assert_eq!(draft("(ab) [ab] <ab>", "(XYZ) [a"), "b] <ab>");
        assert_eq!(draft("(ab) [ab] <ab>", "(XYZ) [XQ]"), " <ab>");
    }

    #[test]
    fn proposes_nothing_after_the_end() {
        assert_eq!(draft("ab", "abcd"), "");
    }
}
