//! Models of the Qwen2 architecture, read from GGUF files and computed on any [`Backend`].
#![forbid(unsafe_code)]

mod backend;
mod error;

pub use backend::{Attention, Backend, BlockFormat, FeedForward, Shape};
pub use error::Error;
