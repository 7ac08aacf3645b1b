//! Activations, in buffers that the next pass uses again.

use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;

use model::Error;

use crate::device::{Device, Memory};

/// Buffers that no [`Activations`] hold at the moment, by size.
///
/// A buffer may be handed out again while the kernels that read it still wait in the queue: kernels
/// run in the order in which they were recorded.
#[derive(Clone, Default)]
pub(crate) struct Pool(Rc<RefCell<HashMap<u64, Vec<Memory>>>>);

/// Activations of a pass on the device, f32, `[tokens, width]`. Their buffer goes back when they are dropped.
pub struct Activations {
    pub(crate) tokens: usize,
    pub(crate) width: usize,
    size: u64,
    memory: Option<Memory>,
    pool: Pool,
}

impl Pool {
    /// Activations with whatever the buffer held before.
    pub(crate) fn take(
        &self,
        device: &Device,
        tokens: usize,
        width: usize,
    ) -> Result<Activations, Error> {
        let bytes = tokens as u64 * width as u64 * 4;
        // Powers of two, so that passes of different lengths share buffers.
        let size = bytes.next_power_of_two().max(256);
        let size = if size > device.largest { bytes } else { size };
        let free = self.0.borrow_mut().get_mut(&size).and_then(Vec::pop);
        let memory = match free {
            Some(memory) => memory,
            None => device.memory("activations", size)?,
        };
        Ok(Activations {
            tokens,
            width,
            size,
            memory: Some(memory),
            pool: self.clone(),
        })
    }
}

impl Activations {
    pub(crate) fn memory(&self) -> &Memory {
        self.memory.as_ref().expect("only drop takes the memory")
    }
}

impl Drop for Activations {
    fn drop(&mut self) {
        if let Some(memory) = self.memory.take() {
            self.pool
                .0
                .borrow_mut()
                .entry(self.size)
                .or_default()
                .push(memory);
        }
    }
}
