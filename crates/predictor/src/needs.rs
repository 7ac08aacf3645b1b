//! Whether a model fits a device, and what it will take there, from its file's header alone.

use cpu::matrix_bytes;
use model::Inspection;
use serde::Serialize;

/// What loading holds in memory besides what stays: the piece of the file that is being read, and what
/// becomes of it.
const PIECES: u64 = 24 << 20;

/// What the tokenizer takes while it is made, as a multiple of the header, which is mostly vocabulary.
/// Measured in `docs/large-models.md`.
const TOKENIZER: u64 = 8;

/// Bytes of memory that a 32-bit WebAssembly module can have.
const WASM: u64 = 4 << 30;

/// What a model takes on a device, in bytes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Needs {
    /// Weights as this device's kernels read them.
    pub weight_bytes: u64,
    /// Keys and values of the whole context.
    pub cache_bytes: u64,
    /// The largest buffer that the device has to offer; 0 on the CPU.
    pub buffer_bytes: u64,
    /// WebAssembly memory at its peak, with one thread.
    pub wasm_bytes: u64,
    /// Why the device cannot take it, if that is known beforehand.
    pub obstacle: Option<String>,
}

/// On the CPU; `header` is the size of the file's header.
pub fn cpu_needs(model: &Inspection, header: u64) -> Needs {
    let matrices = model.groups.iter().flat_map(|group| {
        let bytes = |&(rows, format)| matrix_bytes(rows, group.columns, format);
        group.matrices.iter().map(bytes)
    });
    let weight_bytes = matrices.sum::<u64>() + model.vector_bytes;
    let cache_bytes = model.cache_bytes();
    let wasm_bytes = weight_bytes + cache_bytes + loading(header);
    Needs {
        weight_bytes,
        cache_bytes,
        buffer_bytes: 0,
        wasm_bytes,
        obstacle: (wasm_bytes > WASM)
            .then(|| format!("{wasm_bytes} bytes are more than WebAssembly's {WASM}")),
    }
}

/// On a GPU. `obstacle` is what no GPU can take; whether this one has buffers of that size is for the caller to ask.
/// A pass's activations come on top, of 128 tokens at most.
#[cfg(feature = "gpu")]
pub fn gpu_needs(model: &Inspection, header: u64) -> Needs {
    let mut weight_bytes = model.vector_bytes;
    let layer = |shape| gpu::layer_cache_bytes(shape, model.context);
    let mut buffer_bytes = model.shape.as_ref().map_or(0, layer);
    let mut obstacle = None;
    for group in &model.groups {
        match gpu::matrices_bytes(&group.matrices, group.columns) {
            Ok((all, largest)) => {
                weight_bytes += all;
                buffer_bytes = buffer_bytes.max(largest);
            }
            Err(error) => obstacle = Some(error.to_string()),
        }
    }
    Needs {
        weight_bytes,
        cache_bytes: model.cache_bytes(),
        buffer_bytes,
        wasm_bytes: loading(header),
        obstacle,
    }
}

fn loading(header: u64) -> u64 {
    PIECES + TOKENIZER * header
}
