//! Loading a model onto the best device there is.

use cpu::Cpu;
use gpu::Gpu;
use js_sys::{Function, Reflect};
use model::{Backend, Error, LoadOptions, Model};
use predictor::Device;
use serde::Deserialize;
use wasm_bindgen::{JsCast as _, JsValue};
use web_sys::{DedicatedWorkerGlobalScope, Window};

use crate::source::JsSource;
use crate::status::LoadEvent;

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

/// Where a model comes from, what was asked of it, and who is told about it.
pub(crate) struct Origin {
    pub(crate) source: JsSource,
    pub(crate) options: Options,
    pub(crate) on_event: Function,
}

/// A model on its device, and why that is not the GPU, where it was tried.
pub(crate) type Placed = (Device, Option<String>);

impl Origin {
    /// Loads the model; with `Auto`, on the CPU where WebGPU fails, and then says why it failed.
    pub(crate) async fn load(&mut self) -> Result<Placed, Error> {
        match self.options.backend {
            BackendChoice::Cpu => Ok((self.on_cpu().await?, None)),
            BackendChoice::Gpu => Ok((self.on_gpu().await?, None)),
            BackendChoice::Auto => {
                let on_gpu = self.on_gpu().await;
                self.or_on_cpu(on_gpu).await
            }
        }
    }

    /// Loads the model again when the GPU that it was on is lost: onto a new one if GPUs are still
    /// `trusted` and there is one, else onto the CPU.
    pub(crate) async fn load_again(&mut self, lost: Error, trusted: bool) -> Result<Placed, Error> {
        let on_gpu = if trusted {
            self.on_gpu().await
        } else {
            Err(lost)
        };
        self.or_on_cpu(on_gpu).await
    }

    /// Onto the GPU; not onto one that the CPU plays, unless it was asked for: the CPU's own kernels are
    /// many times faster.
    async fn on_gpu(&mut self) -> Result<Device, Error> {
        let gpu = adapter().await?;
        if gpu.is_software() && self.options.backend != BackendChoice::Gpu {
            let name = gpu.name();
            return Err(Error::Unsupported(format!("{name} is a software adapter")));
        }
        Ok(Device::Gpu(self.on(gpu).await?))
    }

    async fn on_cpu(&mut self) -> Result<Device, Error> {
        Ok(Device::Cpu(self.on(Cpu::new()).await?))
    }

    /// Onto the CPU where the GPU failed; no other device helps against what else can fail.
    async fn or_on_cpu(&mut self, on_gpu: Result<Device, Error>) -> Result<Placed, Error> {
        match on_gpu {
            Err(error @ (Error::Device(_) | Error::Unsupported(_))) => {
                Ok((self.on_cpu().await?, Some(error.to_string())))
            }
            result => Ok((result?, None)),
        }
    }

    async fn on<B: Backend>(&mut self, backend: B) -> Result<Model<B>, Error> {
        let on_event = &self.on_event;
        let progress = |loaded, total| LoadEvent::Progress { loaded, total }.send(on_event);
        let options = LoadOptions {
            context: self.options.context,
        };
        Model::load(&mut self.source, backend, &options, progress).await
    }
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
