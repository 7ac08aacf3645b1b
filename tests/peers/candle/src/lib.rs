//! candle's quantized Qwen2 as a page can use it.

use std::io::Cursor;

use candle_core::quantized::gguf_file::Content;
use candle_core::{D, Device, Result, Tensor};
use candle_transformers::models::quantized_qwen2::ModelWeights;
use wasm_bindgen::prelude::{JsError, wasm_bindgen};

/// A model and the KV cache of one sequence.
#[wasm_bindgen]
pub struct Candle(ModelWeights);

#[wasm_bindgen]
impl Candle {
    /// Loads a GGUF file.
    #[wasm_bindgen(constructor)]
    pub fn new(gguf: Vec<u8>) -> std::result::Result<Self, JsError> {
        Ok(Self(load(gguf)?))
    }

    /// Runs tokens, the first at `position`, which is where the cache ends, or 0 to begin anew.
    /// Returns the token that is likeliest to follow.
    pub fn forward(
        &mut self,
        position: usize,
        tokens: &[u32],
    ) -> std::result::Result<u32, JsError> {
        Ok(forward(&mut self.0, position, tokens)?)
    }
}

fn load(gguf: Vec<u8>) -> Result<ModelWeights> {
    let mut file = Cursor::new(gguf);
    let content = Content::read(&mut file)?;
    ModelWeights::from_gguf(content, &mut file, &Device::Cpu)
}

fn forward(model: &mut ModelWeights, position: usize, tokens: &[u32]) -> Result<u32> {
    let tokens = Tensor::new(tokens, &Device::Cpu)?.unsqueeze(0)?;
    model
        .forward(&tokens, position)?
        .squeeze(0)?
        .argmax(D::Minus1)?
        .to_scalar()
}
