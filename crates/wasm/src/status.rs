//! What the page is told about the model.

use decode::LanguageModel as _;
use js_sys::Function;
use predictor::{Engine as _, Predictor};
use serde::Serialize;
use wasm_bindgen::JsValue;

use crate::placed::Placed;

/// `ModelStatus` of `session-types.ts`.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct ModelStatus {
    name: String,
    backend: &'static str,
    device: String,
    fallback: Option<String>,
    alone: Option<String>,
    lost: Option<String>,
    context: usize,
    bytes: u64,
    dialect: &'static str,
}

impl ModelStatus {
    /// Of a model; with how it lost the device that it was on before.
    pub(crate) fn of(predictor: &Predictor<Placed>, lost: Option<String>) -> Self {
        let placed = predictor.engine();
        let device = &placed.device;
        Self {
            name: device.name().to_owned(),
            backend: device.backend(),
            device: device.device(),
            fallback: placed.fallback.clone(),
            alone: placed.alone.clone(),
            lost,
            context: device.context(),
            bytes: device.bytes(),
            dialect: predictor.settings().dialect().name(),
        }
    }
}

/// `LoadEvent` of `session-types.ts`.
#[derive(Debug, Clone, Serialize)]
#[serde(tag = "type", rename_all = "lowercase")]
pub(crate) enum LoadEvent {
    Progress {
        loaded: u64,
        total: u64,
    },
    Lost {
        backend: &'static str,
        reason: String,
    },
    Recovered {
        status: ModelStatus,
    },
}

impl LoadEvent {
    pub(crate) fn send(&self, listener: &Function) {
        if let Ok(event) = serde_wasm_bindgen::to_value(self) {
            // What a listener throws is not the model's failure.
            let _ = listener.call1(&JsValue::NULL, &event);
        }
    }
}
