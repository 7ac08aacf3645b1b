//! The Qwen2 graph's backend on the CPU.
//!
//! One operation a file; parameters come first, then inputs, then outputs. The methods of [`Cpu`] put
//! them together: each is the twin of the WebGPU kernel of its name, in `/shaders`. The inner loop of
//! `matmul` over quantized weights is written once for each set of instructions, in `kernel`.
//!
//! What a kernel computes for a token does not depend on the other tokens of the pass, to the last
//! bit: a draft is verified with the very numbers that decoding alone would have had.

mod activations;
mod argmax;
mod attention;
mod backend;
mod dot;
mod embed;
mod exp;
mod half_floats;
mod input;
mod interleaved;
mod kernel;
mod matmul;
mod matrix;
pub mod probe;
mod rms_norm;
mod rope_write;
mod rows;
mod self_test;
mod share;
mod silu_mul;

pub use activations::Activations;
pub use argmax::argmax;
pub use attention::attention;
pub use backend::{Cache, Cpu};
pub use embed::embed;
pub use input::{Input, Precision};
pub use matmul::{Add, matmul};
pub use matrix::{Matrix, matrix_bytes};
pub use rms_norm::rms_norm;
pub use rope_write::rope_write;
pub use rows::Rows;
pub use self_test::kernels_that_differ;
pub use share::Exchange;
pub use silu_mul::silu_mul;
