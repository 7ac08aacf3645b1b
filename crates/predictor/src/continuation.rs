//! What the user is typing, gone on with as a text does that stands near by: by rule, without a model.

mod candidates;
mod evidence;
mod lines;

use crate::Snapshot;
use candidates::{Candidate, candidates};
use evidence::Evidence;
pub(crate) use evidence::TREES;

/// A text that might come at the cursor.
#[derive(Debug, Clone)]
pub struct Continuation {
    /// What is put in at the cursor.
    pub text: String,
    /// What tells whether that is right: the numbers that [`Continuation::EVIDENCE`] names.
    pub evidence: Vec<f32>,
    /// How likely it is right as far as it goes, as far as was learnt, from 0 to 1.
    pub likelihood: f32,
}

impl Continuation {
    /// What [`Continuation::evidence`] is called.
    pub const EVIDENCE: &[&str] = Evidence::NAMES;

    /// How the line at the cursor might go on, likely or not: what the likelihoods are learnt from.
    pub fn all(snapshot: &Snapshot) -> Vec<Self> {
        candidates(snapshot).into_iter().map(Self::of).collect()
    }

    fn of(candidate: Candidate) -> Self {
        let evidence = candidate.evidence.numbers();
        Self {
            text: candidate.text,
            evidence: evidence.to_vec(),
            likelihood: TREES.likelihood(&evidence),
        }
    }
}

/// How likely a continuation has to be right as far as it goes.
const LIKELY: f32 = 0.65;

/// What comes at the cursor: of what is likely to be right as far as it goes, the longest; `None` where nothing is.
pub(crate) fn continued(snapshot: &Snapshot) -> Option<String> {
    let all = Continuation::all(snapshot).into_iter();
    let likely = all.filter(|one| one.likelihood > LIKELY);
    likely
        .map(|one| one.text)
        .max_by_key(|text| text.chars().count())
}
