//! A model on whichever device there is.

use std::sync::Arc;

use cpu::Cpu;
use decode::LanguageModel;
use model::{Model, Shape, Tokenizer};
use prompt::Dialect;

use crate::Edits;

/// A language model with its tokenizer.
pub trait Engine: LanguageModel {
    /// The tokenizer of the model's file.
    fn tokenizer(&self) -> &Arc<Tokenizer>;

    /// The kind of device, as statistics name it: `"gpu"` or `"cpu"`.
    fn backend(&self) -> &'static str;

    /// The prompt format that the model's file names, if it names one of ours.
    fn dialect(&self) -> Option<Dialect>;

    /// Which of its edits the model's file wants to be offered, if it says so.
    fn edits(&self) -> Option<Edits>;
}

/// A loaded model.
#[cfg_attr(
    feature = "gpu",
    expect(
        clippy::large_enum_variant,
        reason = "a session has one, and does not move it"
    )
)]
pub enum Device {
    /// On the CPU.
    Cpu(Model<Cpu>),
    /// On the GPU.
    #[cfg(feature = "gpu")]
    Gpu(Model<gpu::Gpu>),
}

/// The same expression for the model on every device.
macro_rules! on_any {
    ($device:expr, $model:ident => $result:expr) => {
        match $device {
            Device::Cpu($model) => $result,
            #[cfg(feature = "gpu")]
            Device::Gpu($model) => $result,
        }
    };
}

impl Device {
    /// The model's name in its file.
    pub fn name(&self) -> &str {
        on_any!(self, model => model.name())
    }

    /// The device's name, for people.
    pub fn device(&self) -> String {
        use model::Backend as _;
        on_any!(self, model => model.backend().name())
    }

    /// The sizes of the model.
    pub fn shape(&self) -> &Shape {
        on_any!(self, model => model.shape())
    }

    /// Bytes of the weights in the file.
    pub fn bytes(&self) -> u64 {
        on_any!(self, model => model.bytes())
    }
}

impl LanguageModel for Device {
    type Error = model::Error;

    fn context(&self) -> usize {
        on_any!(self, model => model.context())
    }

    async fn forward(
        &mut self,
        position: usize,
        tokens: &[u32],
        rows: usize,
    ) -> Result<Vec<u32>, model::Error> {
        on_any!(self, model => model.forward(position, tokens, rows).await)
    }
}

impl Engine for Device {
    fn tokenizer(&self) -> &Arc<Tokenizer> {
        on_any!(self, model => model.tokenizer())
    }

    fn backend(&self) -> &'static str {
        match self {
            Device::Cpu(_) => "cpu",
            #[cfg(feature = "gpu")]
            Device::Gpu(_) => "gpu",
        }
    }

    fn dialect(&self) -> Option<Dialect> {
        Dialect::named(on_any!(self, model => model.dialect())?)
    }

    fn edits(&self) -> Option<Edits> {
        Edits::named(on_any!(self, model => model.edits())?)
    }
}
