//! From a model's answer to ordered suggestions.
#![forbid(unsafe_code)]
