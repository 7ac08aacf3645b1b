//! Models of the Qwen2 architecture, read from GGUF files and computed on any [`Backend`].
#![forbid(unsafe_code)]

mod backend;
mod block;

mod error;
pub mod gguf;
mod graph;
mod inspect;
mod model;
mod shape;
mod source;
mod stream;
#[cfg(feature = "testing")]
pub mod testing;
mod tokenizer;
mod utf8_stream;
mod weights;

pub use backend::{ActivationBits, Attention, Backend, BlockFormat, FeedForward, Formats, Shape};
pub use block::{Integers, Quants};
pub use error::Error;
pub use graph::{Graph, LoadOptions};
pub use inspect::{Inspection, Together};
pub use model::Model;
pub use source::Source;
pub use tokenizer::Tokenizer;
pub use utf8_stream::Utf8Stream;
pub use weights::read_header;
