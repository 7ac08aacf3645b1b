//! What comes out.

use serde::{Deserialize, Serialize};

use crate::Skip;

/// How a prediction ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Outcome {
    /// There is something to show.
    Suggestions,
    /// The model was asked and nothing is left to show; `dropped` says why.
    Nothing,
    /// A newer request came, or nobody waits any more.
    Cancelled,
    /// The model was not asked; `dropped` says why.
    Skipped,
}

/// What a suggestion does to the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// Adds text.
    Insertion,
    /// Removes text.
    Deletion,
    /// Does both.
    Replacement,
}

/// One edit to offer. UTF-16 offsets in the editor's own text, and its line ends.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Suggestion {
    /// First replaced unit.
    pub from: usize,
    /// One past the last replaced unit.
    pub to: usize,
    /// What stands there afterwards.
    pub insert: String,
    /// What it does.
    pub kind: Kind,
    /// Whether it begins at the cursor and what it replaces stands in `insert`, in the same order, so
    /// that it can be drawn as ghost text: what comes, between what stays.
    pub at_cursor: bool,
}

/// Something that is not offered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Dropped {
    /// The reason's code.
    pub reason: String,
    /// The reason, for people.
    pub message: String,
    /// Where: UTF-16 offsets in the editor's own text.
    pub from: usize,
    /// One past the end.
    pub to: usize,
    /// Path of the document that has them, if it is another than the one that was asked about.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub document: Option<String>,
}

/// What it took. All places that were tried together.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Statistics {
    /// Tokens of the prompts.
    pub prompt_tokens: usize,
    /// Tokens of the prompts that were still in the KV cache.
    pub cached_tokens: usize,
    /// Tokens of the answers.
    pub new_tokens: usize,
    /// Tokens that the drafter proposed.
    pub drafted: usize,
    /// Of these, the ones that the model agreed with.
    pub accepted: usize,
    /// Answers that were known: the same was asked before, or ahead of an accept.
    pub known_answers: usize,
    /// Forward passes that gave tokens of an answer; those that only read prompt are not counted.
    pub passes: usize,
    /// Which rule made what is suggested, if one did (see [`Settings::repeat`](crate::Settings::repeat)).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by_rule: Option<Rule>,
    /// Milliseconds in passes that read prompt.
    pub prefill_ms: f64,
    /// Milliseconds in the others.
    pub decode_ms: f64,
    /// Milliseconds from the request to the result.
    pub total_ms: f64,
    /// `"gpu"`, `"cpu"`, or `"edge"` where somebody else computed it.
    #[serde(skip_deserializing)]
    pub backend: &'static str,
}

/// What makes suggestions without a model.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Rule {
    /// The user's newest change, made again elsewhere.
    Repetition,
    /// What the user is typing, gone on with as a line does that stands near by.
    Continuation,
}

/// The first suggestions of an answer that has not ended yet.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Early {
    /// As in [`Prediction::suggestions`].
    pub suggestions: Vec<Suggestion>,
    /// As in [`Prediction::document`].
    #[serde(skip_serializing_if = "Option::is_none")]
    pub document: Option<String>,
    /// As in [`Prediction::version`].
    pub version: u64,
    /// As in [`Prediction::cursor`].
    pub cursor: usize,
}

/// The result of a request.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Prediction {
    /// How it ended.
    pub outcome: Outcome,
    /// What to offer, in order; the first one is shown.
    pub suggestions: Vec<Suggestion>,
    /// What is not offered, and why.
    pub dropped: Vec<Dropped>,
    /// Path of the document that the suggestions are for, if it is another than the one that was asked
    /// about.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub document: Option<String>,
    /// That document's version that they were computed for: change events seen.
    pub version: u64,
    /// Where the cursor was then: a UTF-16 offset in the editor's own text.
    pub cursor: usize,
    /// What it took.
    #[serde(rename = "stats")]
    pub statistics: Statistics,
}

impl Prediction {
    /// Of a request that the model was not asked about, or not to the end.
    pub fn unasked(outcome: Outcome, cursor: usize) -> Self {
        Self {
            outcome,
            suggestions: Vec::new(),
            dropped: Vec::new(),
            document: None,
            version: 0,
            cursor,
            statistics: Statistics::default(),
        }
    }

    /// Of a request that the model is not asked about, and why.
    pub fn skipped(skip: &Skip, cursor: usize) -> Self {
        let dropped = Dropped {
            reason: skip.code().to_owned(),
            message: skip.to_string(),
            from: cursor,
            to: cursor,
            document: None,
        };
        Self {
            dropped: vec![dropped],
            ..Self::unasked(Outcome::Skipped, cursor)
        }
    }
}
