//! The Foretab model on WebGPU: in the browser through its own implementation, natively on Vulkan.
//!
//! The kernels are the WGSL files in `/shaders`; this crate holds their buffers and pipelines and
//! implements [`model::Backend`]. Nothing beyond WebGPU's default limits and features is needed.
#![forbid(unsafe_code)]

mod backend;
mod beside;
mod decoding;
mod device;
mod head;
mod kernels;
mod measure;
mod needed;
mod pool;
mod precision;
#[cfg(all(feature = "compare", not(target_arch = "wasm32")))]
mod probe;
mod product;
mod readable;
mod recorder;
mod remembered;
mod self_test;
mod shared_out;
mod variants;
mod weights;

#[cfg(feature = "compare")]
pub mod compare;

pub use backend::{Cache, Gpu, layer_cache_bytes};
pub use device::Options;
pub use pool::Activations;
pub use precision::Precision;
#[cfg(all(feature = "compare", not(target_arch = "wasm32")))]
pub use probe::Probes;
pub use recorder::Counts;
pub use remembered::{measured, remember};
pub use variants::{Choice, Variant};
pub use weights::{Matrix, Vector, matrices_bytes};
