//! Loading a model onto the best device there is.

use cpu::Cpu;
use gpu::Gpu;
use js_sys::{Function, Reflect};
use model::{Error, LoadOptions, Model};
use predictor::{Device, Engine as _};
use serde::{Deserialize, Serialize};
use wasm_bindgen::{JsCast as _, JsValue};
use web_sys::{DedicatedWorkerGlobalScope, Window};

use crate::source::JsSource;

/// Where to compute.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum BackendChoice {
    /// WebGPU if it works, else the CPU.
    Auto,
    Gpu,
    Cpu,
}

#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Options {
    pub(crate) backend: BackendChoice,
    pub(crate) context: Option<usize>,
}

/// `ModelStatus` of `session-types.ts`.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct ModelStatus {
    name: String,
    backend: &'static str,
    device: String,
    fallback: Option<String>,
    context: usize,
    bytes: u64,
    dialect: String,
}

/// Loads the model; with `Auto`, on the CPU where WebGPU fails, and then says why it failed.
pub(crate) async fn load(
    source: &mut JsSource,
    options: &Options,
    on_progress: &Function,
) -> Result<(Device, Option<String>), Error> {
    let load = LoadOptions {
        context: options.context,
    };
    let progress = |loaded: u64, total: u64| {
        // What a listener throws is not the model's failure.
        let _ = on_progress.call2(
            &JsValue::NULL,
            &JsValue::from(loaded as f64),
            &JsValue::from(total as f64),
        );
    };
    let mut fallback = None;
    if options.backend != BackendChoice::Cpu {
        let on_gpu = match adapter().await {
            // The CPU's own kernels are many times faster than a GPU that is played by the CPU.
            Ok(gpu) if gpu.is_software() && options.backend == BackendChoice::Auto => {
                use model::Backend as _;
                let name = gpu.name();
                Err(Error::Unsupported(format!("{name} is a software adapter")))
            }
            Ok(gpu) => Model::load(source, gpu, &load, progress).await,
            Err(error) => Err(error),
        };
        match on_gpu {
            Ok(model) => return Ok((Device::Gpu(model), None)),
            // Only the device's failure can be helped by another device.
            Err(error @ (Error::Device(_) | Error::Unsupported(_)))
                if options.backend == BackendChoice::Auto =>
            {
                fallback = Some(error.to_string());
            }
            Err(error) => return Err(error),
        }
    }
    let model = Model::load(source, Cpu::new(), &load, progress).await?;
    Ok((Device::Cpu(model), fallback))
}

/// The GPU; wgpu panics where it does not know the global object, so ask first.
async fn adapter() -> Result<Gpu, Error> {
    let global = js_sys::global();
    let known =
        global.is_instance_of::<Window>() || global.is_instance_of::<DedicatedWorkerGlobalScope>();
    let property =
        |object: &JsValue, name| Reflect::get(object, &JsValue::from_str(name)).unwrap_or_default();
    let navigator = property(&global, "navigator");
    if !known || navigator.is_undefined() || property(&navigator, "gpu").is_undefined() {
        return Err(Error::Device("there is no WebGPU here".to_owned()));
    }
    Gpu::new(gpu::Options::default()).await
}

/// What is told about a loaded model.
pub(crate) fn status(device: &Device, fallback: Option<String>) -> ModelStatus {
    use decode::LanguageModel as _;
    ModelStatus {
        name: device.name().to_owned(),
        backend: device.backend(),
        device: device.device(),
        fallback,
        context: device.context(),
        bytes: device.bytes(),
        dialect: device.dialect().unwrap_or("sweep_card").to_owned(),
    }
}
