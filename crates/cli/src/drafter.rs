//! Drafters by name.

use clap::ValueEnum;
use decode::yardstick::{PromptLookup, SuffixDecoding, VllmNgram};
use decode::{Drafter, NgramIndex, NoDraft, Pace, WindowPointer};
use predictor::Question;

/// Where drafts come from.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum DrafterName {
    /// Nowhere: one token a pass
    None,
    /// vLLM's n-gram proposer with n 3
    VllmNgram,
    /// Prompt lookup as llama-cpp-python has it
    PromptLookup,
    /// Suffix decoding over prompt and answer
    Suffix,
    /// What followed the last few tokens when they were last seen
    Ngram,
    /// The window
    Pointer,
    /// The window and n-grams, which know the document too: what predictions use
    Combined,
}

impl DrafterName {
    pub(crate) const ALL: &[Self] = &[
        Self::None,
        Self::VllmNgram,
        Self::PromptLookup,
        Self::Suffix,
        Self::Ngram,
        Self::Pointer,
        Self::Combined,
    ];

    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::VllmNgram => "vllm-ngram",
            Self::PromptLookup => "prompt-lookup",
            Self::Suffix => "suffix",
            Self::Ngram => "ngram",
            Self::Pointer => "pointer",
            Self::Combined => "combined",
        }
    }

    /// Tokens of the longest draft as others use it, or as predictions do.
    pub(crate) fn usual_k(self) -> usize {
        match self {
            Self::None => 0,
            Self::VllmNgram => 8,
            Self::PromptLookup | Self::Suffix => 32,
            Self::Ngram | Self::Pointer | Self::Combined => Pace::LONGEST,
        }
    }

    /// The lengths of drafts: the same for all where that is how others use it.
    pub(crate) fn pace(self, k: usize) -> Pace {
        match self {
            Self::None | Self::VllmNgram | Self::PromptLookup | Self::Suffix => Pace::steady(k),
            Self::Ngram | Self::Pointer | Self::Combined => Pace::new(k),
        }
    }

    /// A drafter for the answer to a question.
    pub(crate) fn drafter(self, question: &Question) -> Box<dyn Drafter> {
        match self {
            Self::None => Box::new(NoDraft),
            Self::VllmNgram => Box::new(VllmNgram::new(3..=3)),
            Self::PromptLookup => Box::new(PromptLookup::new()),
            Self::Suffix => Box::new(SuffixDecoding::new()),
            Self::Ngram => Box::new(NgramIndex::new()),
            Self::Pointer => Box::new(WindowPointer::new(question.likely.clone())),
            Self::Combined => Box::new(question.drafter()),
        }
    }
}
