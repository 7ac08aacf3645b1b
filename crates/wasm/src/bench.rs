//! Forward passes without a session, for the benchmark.

use decode::LanguageModel as _;
use js_sys::Function;
use predictor::Device;
use wasm_bindgen::prelude::{JsError, JsValue, wasm_bindgen};

use crate::load::{Options, Origin};
use crate::source::JsSource;

/// A model on the device that a session would use, and the KV cache of one sequence.
#[wasm_bindgen]
pub struct Bench(Device);

#[wasm_bindgen]
impl Bench {
    /// Loads a model as `Session.load` does.
    ///
    /// # Errors
    /// As `Session.load`.
    pub async fn load(
        #[wasm_bindgen(
            unchecked_param_type = "(offset: number, length: number) => Promise<Uint8Array>"
        )]
        read: Function,
        size: f64,
        #[wasm_bindgen(unchecked_param_type = "LoadOptions")] options: JsValue,
    ) -> Result<Bench, JsError> {
        let mut origin = Origin {
            source: JsSource {
                read,
                size: size as u64,
            },
            options: serde_wasm_bindgen::from_value::<Options>(options)?,
            on_event: Function::new_no_args(""),
        };
        Ok(Self(origin.load().await?.0))
    }

    /// The name of the device.
    pub fn device(&self) -> String {
        self.0.device()
    }

    /// One pass: runs tokens, the first at `position`, and returns the token that is likeliest to
    /// follow each of the last `rows`.
    ///
    /// # Errors
    /// If the tokens do not fit, or the device fails.
    pub async fn forward(
        &mut self,
        position: usize,
        tokens: Vec<u32>,
        rows: usize,
    ) -> Result<Vec<u32>, JsError> {
        Ok(self.0.forward(position, &tokens, rows).await?)
    }
}
