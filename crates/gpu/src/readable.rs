//! Looking at activations, of the GPU and of the CPU that it is held against.

use model::{Backend, Error};

/// A backend whose activations can be looked at.
pub(crate) trait Readable: Backend {
    /// The activations, `[tokens, width]`.
    async fn read(&mut self, activations: &Self::Activations) -> Result<Vec<f32>, Error>;
}

impl Readable for crate::Gpu {
    async fn read(&mut self, activations: &Self::Activations) -> Result<Vec<f32>, Error> {
        crate::Gpu::read(self, activations).await
    }
}

impl Readable for cpu::Cpu {
    async fn read(&mut self, activations: &Self::Activations) -> Result<Vec<f32>, Error> {
        Ok(activations.values().to_vec())
    }
}
