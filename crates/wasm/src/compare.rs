//! The kernels' test in the browser.

use gpu::compare::{Bounds, Extent, compare_forward, random_passes};
use gpu::{Gpu, Options};
use model::BlockFormat;
use model::testing::Random;
use wasm_bindgen::prelude::{JsError, wasm_bindgen};

/// Computes random data with every WebGPU kernel and with its twin on the CPU, and returns what
/// differs by more than its bound, a line each; empty when all is well. With an odd seed the kernels
/// are laid out as for a software adapter, with an even one as for a GPU. With `integers` activations
/// are rounded. One format in full, the others as far as they are read: what a native test adds to that is compiled
/// for minutes here.
///
/// # Errors
/// If there is no adapter or the device fails.
#[wasm_bindgen(js_name = "compareWithCpu")]
pub async fn compare_with_cpu(seed: f64, integers: bool) -> Result<Vec<String>, JsError> {
    let seed = seed as u64;
    let options = gpu::Options {
        few_invocations: Some(seed % 2 == 1),
        precision: integers.then_some(gpu::Precision::Int8),
        ..Default::default()
    };
    let mut gpu = gpu::Gpu::new(options).await?;
    let report = gpu::compare::compare_with_cpu(&mut gpu, seed, Extent::Reading).await?;
    Ok(report.failures())
}

/// A random model's file for a page to load, in the format of the name and with 16 bits for activations, so that all
/// backends say the same; `mixed` as llama.cpp mixes Q4_K_M.
///
/// # Errors
/// For a name of no format.
#[wasm_bindgen(js_name = "randomModel")]
pub fn random_model(format: &str) -> Result<Vec<u8>, JsError> {
    let named = |wanted: &BlockFormat| format!("{wanted:?}") == format;
    let random = match BlockFormat::ALL.into_iter().find(named) {
        Some(format) => Random::fit(format),
        None if format == "mixed" => Random::mixed(),
        None => return Err(JsError::new(&format!("no format {format:?}"))),
    };
    // Else every answer would be one token for ever: the one whose row of the head a tied embedding or the biases are.
    let answers = Random {
        tied: false,
        biases: 0.05,
        activation_bits: Some(16),
        context: 1024,
        ..random
    };
    Ok(answers.gguf())
}

/// Computes whole forward passes of random models, of every block format with the head tied and not, on
/// WebGPU and on the CPU, and returns what differs by more than its bound, a line each.
///
/// # Errors
/// If there is no adapter or the device fails.
#[wasm_bindgen(js_name = "compareModelsWithCpu")]
pub async fn compare_models_with_cpu(seed: f64) -> Result<Vec<String>, JsError> {
    let mut failures = Vec::new();
    let mut gpu = Gpu::new(Options::default()).await?;
    for (name, random) in Random::oracle() {
        let file = random.gguf();
        let passes = random_passes(random.vocabulary as usize, 40, seed as u64);
        let report;
        (gpu, report) = compare_forward(gpu, &file, &passes, Bounds::SMOOTH).await?;
        failures.extend(
            report
                .failures()
                .iter()
                .map(|failure| format!("{name}: {failure}")),
        );
    }
    Ok(failures)
}
