//! Forward passes without a session, and what they would take at best, for the benchmark.

use cpu::{Precision, probe};
use decode::LanguageModel as _;
use js_sys::Function;
use wasm_bindgen::prelude::{JsError, JsValue, wasm_bindgen};

use crate::load::{Options, Origin};
use crate::placed::Placed;
use crate::source::JsSource;

/// A model on the device that a session would use, and the KV cache of one sequence.
#[wasm_bindgen]
pub struct Bench {
    placed: Placed,
    /// 64 MB to read: more than fits a cache.
    memory: Vec<u32>,
}

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
        #[wasm_bindgen(
            js_name = "startTeam",
            unchecked_param_type = "() => Promise<Team | undefined>"
        )]
        start_team: Function,
    ) -> Result<Bench, JsError> {
        let mut origin = Origin {
            source: JsSource {
                read,
                size: size as u64,
            },
            options: serde_wasm_bindgen::from_value::<Options>(options)?,
            on_event: Function::new_no_args(""),
            start_team,
        };
        Ok(Self {
            placed: origin.load().await?,
            memory: vec![1; 16 << 20],
        })
    }

    /// The name of the device.
    pub fn device(&self) -> String {
        self.placed.device.device()
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
        Ok(self.placed.forward(position, &tokens, rows).await?)
    }

    /// Multiply-adds of such a pass.
    #[wasm_bindgen(js_name = multiplyAdds)]
    pub fn multiply_adds(&self, position: usize, tokens: usize, rows: usize) -> f64 {
        let shape = self.placed.device.shape();
        shape.multiply_adds(position, tokens, rows) as f64
    }

    /// Bytes of the weights in the file.
    pub fn bytes(&self) -> f64 {
        self.placed.device.bytes() as f64
    }

    /// Runs the instruction that multiplies activations of 8 bits,
    /// so many rounds and on registers only; returns the number of multiply-adds.
    #[wasm_bindgen(js_name = probeMultiplyAdds)]
    pub fn probe_multiply_adds(&self, rounds: u32) -> f64 {
        probe::multiply_adds(Precision::Int8, rounds) as f64
    }

    /// Reads memory; returns the number of bytes.
    #[wasm_bindgen(js_name = probeMemory)]
    pub fn probe_memory(&self) -> f64 {
        probe::read(&self.memory);
        size_of_val(&*self.memory) as f64
    }
}
