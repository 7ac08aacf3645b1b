//! How long a draft should be.

/// Useless drafts in a row after which drafting pauses.
const PATIENCE: u32 = 3;
/// Passes without a draft in a pause.
const PAUSE: u32 = 2;
/// No draft is asked to be shorter than this.
const SHORTEST: usize = 4;

/// Adapts the draft length to what gets accepted.
///
/// A draft costs the device little where it is accepted and time where it is not, so the length
/// doubles while whole drafts are accepted, halves after one with less than half accepted, and
/// after some in a row of which nothing was accepted there is none for a moment.
#[derive(Debug, Clone)]
pub(crate) struct Pace {
    length: usize,
    longest: usize,
    useless: u32,
    pause: u32,
}

impl Pace {
    pub(crate) fn new(first: usize, longest: usize) -> Self {
        Self {
            length: first.min(longest),
            longest,
            useless: 0,
            pause: 0,
        }
    }

    /// Tokens to draft for the next pass.
    pub(crate) fn length(&mut self) -> usize {
        if self.pause > 0 {
            self.pause -= 1;
            return 0;
        }
        self.length
    }

    /// The last draft had `drafted` tokens, of which `accepted` were right.
    pub(crate) fn learn(&mut self, drafted: usize, accepted: usize) {
        if drafted == 0 {
            return;
        }
        if accepted == drafted {
            // A drafter that had only a few tokens to offer says nothing about longer drafts.
            if drafted >= self.length {
                self.length = (self.length * 2).min(self.longest);
            }
        } else if accepted * 2 < drafted {
            self.length = (self.length / 2).max(SHORTEST.min(self.longest));
        }
        if accepted == 0 {
            self.useless += 1;
            if self.useless == PATIENCE {
                self.useless = 0;
                self.pause = PAUSE;
            }
        } else {
            self.useless = 0;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Pace;

    #[test]
    fn grows_while_all_is_accepted_and_shrinks_after_a_bad_draft() {
        let mut pace = Pace::new(16, 64);
        let mut lengths = Vec::new();
        for accepted in [16, 32, 64, 10, 31] {
            let length = pace.length();
            lengths.push(length);
            pace.learn(length, accepted);
        }
        assert_eq!(lengths, [16, 32, 64, 64, 32]);
        assert_eq!(pace.length(), 32, "31 of 32 is not bad");
    }

    #[test]
    fn pauses_after_three_useless_drafts() {
        let mut pace = Pace::new(16, 64);
        let mut lengths = Vec::new();
        for _ in 0..6 {
            let length = pace.length();
            lengths.push(length);
            pace.learn(length, 0);
        }
        assert_eq!(lengths, [16, 8, 4, 0, 0, 4]);
    }
}
