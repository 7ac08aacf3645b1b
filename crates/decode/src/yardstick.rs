//! Drafters that others use, from their public descriptions: what ours are measured against.

mod prompt_lookup;
mod suffix_decoding;
mod vllm_ngram;

pub use prompt_lookup::PromptLookup;
pub use suffix_decoding::SuffixDecoding;
pub use vllm_ngram::VllmNgram;
