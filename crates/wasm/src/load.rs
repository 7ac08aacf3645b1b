//! Loading a model onto the best device there is.

use std::pin::pin;

use cpu::Cpu;
use futures_util::future::{Either, select};
use gloo_timers::future::TimeoutFuture;
use gpu::Gpu;
use js_sys::{Function, Reflect};
use model::{Backend, Error, LoadOptions, Model};
use predictor::Device;
use serde::Deserialize;
use wasm_bindgen::{JsCast as _, JsValue};
use web_sys::{DedicatedWorkerGlobalScope, Window};

use crate::placed::Placed;
use crate::source::JsSource;
use crate::status::LoadEvent;
use crate::team::Team;

/// Where to compute.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum BackendChoice {
    /// WebGPU if it works, else the CPU.
    Auto,
    Gpu,
    Cpu,
}

/// A part of `LoadOptions` of `session-types.ts`.
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
    /// Promises a `Team` for the CPU, or nothing.
    pub(crate) start_team: Function,
}

impl Origin {
    /// Loads the model; with `Auto`, on the CPU where WebGPU fails, and then says why it failed.
    pub(crate) async fn load(&mut self) -> Result<Placed, Error> {
        match self.options.backend {
            BackendChoice::Cpu => self.on_cpu().await,
            BackendChoice::Gpu => self.on_gpu().await,
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
    async fn on_gpu(&mut self) -> Result<Placed, Error> {
        let gpu = adapter().await?;
        if gpu.is_software() && self.options.backend != BackendChoice::Gpu {
            let name = gpu.name();
            return Err(Error::Unsupported(format!("{name} is a software adapter")));
        }
        Ok(Placed::alone(Device::Gpu(self.on(gpu).await?)))
    }

    /// Onto the CPU, with other threads where there are any to be had.
    async fn on_cpu(&mut self) -> Result<Placed, Error> {
        match self.on_team().await {
            Ok(Some(placed)) => Ok(placed),
            Ok(None) => self.on_one_thread(None).await,
            Err(Error::Device(reason)) => self.on_one_thread(Some(reason)).await,
            Err(other) => Err(other),
        }
    }

    async fn on_team(&mut self) -> Result<Option<Placed>, Error> {
        let Some(team) = Team::start(&self.start_team).await? else {
            return Ok(None);
        };
        let model = self.on(Cpu::new().sharing(team.exchange())).await?;
        team.loaded().await?;
        Ok(Some(Placed {
            team: Some(team),
            ..Placed::alone(Device::Cpu(model))
        }))
    }

    /// Onto this thread alone; `reason` says why, where others were wanted.
    pub(crate) async fn on_one_thread(&mut self, reason: Option<String>) -> Result<Placed, Error> {
        Ok(Placed {
            alone: reason,
            ..Placed::alone(Device::Cpu(self.on(Cpu::new()).await?))
        })
    }

    /// Onto the CPU where the GPU failed; no other device helps against what else can fail.
    async fn or_on_cpu(&mut self, on_gpu: Result<Placed, Error>) -> Result<Placed, Error> {
        match on_gpu {
            Err(error @ (Error::Device(_) | Error::Unsupported(_))) => Ok(Placed {
                fallback: Some(error.to_string()),
                ..self.on_cpu().await?
            }),
            result => result,
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

/// How long a browser may take to give a device, in ms. On some machines its GPU process never answers
/// (<https://github.com/fission-ui/fission/issues/229>, <https://github.com/webgpu/webgpu-samples/issues/236>); a
/// software GPU on a busy machine takes two or three seconds.
const PATIENCE: u32 = 30_000;

/// The GPU; wgpu panics where it does not know the global object, so ask first.
pub(crate) async fn adapter() -> Result<Gpu, Error> {
    let global = js_sys::global();
    let known =
        global.is_instance_of::<Window>() || global.is_instance_of::<DedicatedWorkerGlobalScope>();
    let property =
        |object: &JsValue, name| Reflect::get(object, &JsValue::from_str(name)).unwrap_or_default();
    let navigator = property(&global, "navigator");
    if !known || navigator.is_undefined() || property(&navigator, "gpu").is_undefined() {
        return Err(Error::Device("there is no WebGPU here".to_owned()));
    }
    let device = pin!(Gpu::new(gpu::Options::default()));
    match select(device, TimeoutFuture::new(PATIENCE)).await {
        Either::Left((gpu, _)) => gpu,
        Either::Right(_) => {
            let seconds = PATIENCE / 1000;
            Err(Error::Device(format!(
                "WebGPU has not answered for {seconds} s"
            )))
        }
    }
}
