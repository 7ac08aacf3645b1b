//! The kernels' test in the browser.

use wasm_bindgen::prelude::{JsError, wasm_bindgen};

/// Computes random data with every WebGPU kernel and with its twin on the CPU, and returns what
/// differs by more than its bound, a line each; empty when all is well.
///
/// # Errors
/// If there is no adapter or the device fails.
#[wasm_bindgen(js_name = "compareWithCpu")]
pub async fn compare_with_cpu(seed: f64) -> Result<Vec<String>, JsError> {
    let mut gpu = gpu::Gpu::new(gpu::Options::default()).await?;
    Ok(gpu::compare::compare_with_cpu(&mut gpu, seed as u64)
        .await?
        .failures())
}
