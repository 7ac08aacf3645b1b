//! How activations meet quantized weights.

use std::fmt;

use cpu::Cpu;
use model::{BlockFormat, Formats};

use crate::beside::Beside;

/// How activations meet quantized weights; each has a twin on the CPU.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Precision {
    /// As they are.
    #[default]
    Float,
    /// As integers from -127 to 127, with a scale for every 32 of them, as they do on the CPU
    /// ([`cpu::Precision::Int8`]): products of bytes, four in an instruction where the device has it. Results are
    /// those of the CPU, but that here and there a number that lies between two integers is rounded to the other.
    Int8,
}

impl Precision {
    /// The one that `Display` writes so.
    pub(crate) fn named(name: &str) -> Option<Self> {
        [Self::Float, Self::Int8]
            .into_iter()
            .find(|precision| precision.to_string() == name)
    }

    /// How activations meet the weights of matrices side by side.
    pub(crate) fn of(self, formats: Beside) -> Self {
        if formats.each().all(has_integers) {
            self
        } else {
            Self::Float
        }
    }

    /// The CPU that computes the same.
    pub(crate) fn twin(self) -> Cpu {
        match self {
            Self::Float => Cpu::exact(),
            Self::Int8 => Cpu::with(cpu::Precision::Int8),
        }
    }
}

impl fmt::Display for Precision {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Float => "float",
            Self::Int8 => "int8",
        })
    }
}

/// Whether a model of such formats is computed with integers wherever the CPU does so.
pub(crate) fn can_be_rounded(formats: &[Formats]) -> bool {
    formats.iter().all(|formats| {
        let alone = [formats.output, formats.down];
        let beside = formats.query_key_value.into_iter().chain(formats.gate_up);
        let head = formats.head;
        // No more are floats on the CPU.
        beside.chain(alone).all(has_integers) && (has_integers(head) || head.block_size() == 1)
    })
}

fn has_integers(format: BlockFormat) -> bool {
    matches!(format, BlockFormat::Q8_0 | BlockFormat::Q4_0)
}
