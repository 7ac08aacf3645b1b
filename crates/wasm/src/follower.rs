//! A thread that computes its share of a model, with the one that has the session.

use cpu::Cpu;
use js_sys::{Function, SharedArrayBuffer};
use model::{Error, Graph, LoadOptions, Shape, read_header};
use wasm_bindgen::prelude::{JsError, wasm_bindgen};

use crate::exchange::Shared;
use crate::source::JsSource;

/// A share of a model. It runs the same passes as the model of the session, and at the same time.
#[wasm_bindgen]
pub struct Follower {
    graph: Graph<Cpu>,
}

#[wasm_bindgen]
impl Follower {
    /// Loads share `index` of `count` of the model that `Session.load` loads, with the same context.
    ///
    /// # Errors
    /// With what is wrong with the file or the device.
    pub async fn load(
        #[wasm_bindgen(
            unchecked_param_type = "(offset: number, length: number) => Promise<Uint8Array>"
        )]
        read: Function,
        size: f64,
        context: Option<usize>,
        buffer: SharedArrayBuffer,
        index: usize,
        count: usize,
    ) -> Result<Follower, JsError> {
        let size = size as u64;
        let mut source = JsSource { read, size };
        let cpu = Cpu::new().sharing(Shared::new(&buffer, index, count));
        let header = read_header(&mut source).await?;
        let options = LoadOptions { context };
        let shape = Shape::from_header(&header)?;
        let graph = Graph::load(&mut source, &header, shape, cpu, &options, &mut |_, _| {}).await?;
        Ok(Self { graph })
    }

    /// One pass. The answer is that of the session's own thread.
    ///
    /// # Errors
    /// If the threads cannot go on together. What the model refuses, all of them refuse.
    pub async fn forward(
        &mut self,
        position: usize,
        tokens: Vec<u32>,
        rows: usize,
    ) -> Result<(), JsError> {
        match self.graph.forward(position, &tokens, rows).await {
            Err(Error::Device(reason)) => Err(JsError::new(&reason)),
            _ => Ok(()),
        }
    }
}
