//! What a matrix is multiplied with: activations, and the same as integers.

use std::cell::OnceCell;

use crate::kernel::{self, Kernel, Layout};

/// How activations meet quantized weights.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Precision {
    /// As integers from -63 to 63, with a scale for every 32 of them.
    ///
    /// Seven bits and not eight, because that is what WebAssembly's relaxed dot product of bytes
    /// defines: with activations in 0..128, after an offset, its result is the same on every processor.
    Int8,
    /// As integers of 16 bits, with a scale for every 32 of them: for models whose attention hangs on
    /// small differences. Two to three times as slow.
    #[default]
    Int16,
    /// As they are. Slow, and what the kernels of other backends are compared with.
    Exact,
}

impl Precision {
    /// The fastest kernel for such integers.
    pub(crate) fn kernel(self) -> Option<Kernel> {
        match self {
            Self::Int8 => Some(Kernel::best(Layout::Bytes)),
            Self::Int16 => Some(Kernel::best(Layout::Words)),
            Self::Exact => None,
        }
    }

    /// The largest integer. 32 products with 8-bit weights stay below 2^31.
    fn largest(self) -> f32 {
        match self {
            Self::Int8 => 63.0,
            Self::Int16 => 32767.0,
            Self::Exact => 0.0,
        }
    }
}

/// Weights and activations that share a scale.
pub(crate) const BLOCK: usize = 32;

/// What is added to an activation that is stored as a byte.
pub(crate) const OFFSET: i32 = 64;

/// Activations of a pass, `[tokens, columns]`, which several matrices may be multiplied with.
pub struct Input<'a> {
    pub(crate) x: &'a [f32],
    pub(crate) columns: usize,
    pub(crate) kernel: Option<Kernel>,
    largest: f32,
    quantized: OnceCell<Quantized>,
}

/// Activations as integers: `x = scale * quant`.
///
/// Tokens lie in groups, as a kernel takes them together, and in a group block by block:
/// `[groups, columns / 32, tokens of the group]`.
pub(crate) struct Quantized {
    /// Tokens of each group, the largest first.
    pub(crate) groups: Vec<usize>,
    pub(crate) quants: Quants,
    pub(crate) scales: Vec<f32>,
}

/// Blocks of activations, and the kernel that they are for.
pub(crate) enum Quants {
    /// Seven bits, with [`OFFSET`] added.
    Bytes(kernel::Bytes, Vec<[u8; BLOCK]>),
    Words(kernel::Words, Vec<[i16; BLOCK]>),
}

impl<'a> Input<'a> {
    /// Activations `x`, `[tokens, columns]`.
    pub fn new(x: &'a [f32], columns: usize, precision: Precision) -> Self {
        let whole = columns.is_multiple_of(BLOCK);
        Self {
            x,
            columns,
            kernel: precision.kernel().filter(|_| whole),
            largest: precision.largest(),
            quantized: OnceCell::new(),
        }
    }

    /// Tokens of the pass.
    pub(crate) fn tokens(&self) -> usize {
        self.x.len() / self.columns
    }

    /// The activations as integers, made when the first quantized matrix asks for them.
    pub(crate) fn quantized(&self, kernel: Kernel) -> &Quantized {
        self.quantized
            .get_or_init(|| Quantized::new(self.x, self.columns, self.largest, kernel))
    }
}

impl Quantized {
    fn new(x: &[f32], columns: usize, largest: f32, kernel: Kernel) -> Self {
        let mut groups = Vec::new();
        let mut left = x.len() / columns;
        while left > 0 {
            groups.push(kernel.together(left));
            left -= kernel.together(left);
        }
        let mut quants = match kernel {
            Kernel::Bytes(kernel) => Quants::Bytes(kernel, Vec::with_capacity(x.len() / BLOCK)),
            Kernel::Words(kernel) => Quants::Words(kernel, Vec::with_capacity(x.len() / BLOCK)),
        };
        let mut scales = Vec::with_capacity(x.len() / BLOCK);
        let mut rest = x;
        for &tokens in &groups {
            let group;
            (group, rest) = rest.split_at(tokens * columns);
            for block in 0..columns / BLOCK {
                for x in group.chunks_exact(columns) {
                    let (whole, scale) = quantize(&x.as_chunks::<BLOCK>().0[block], largest);
                    match &mut quants {
                        Quants::Bytes(_, bytes) => {
                            bytes.push(whole.map(|q| (q as i32 + OFFSET) as u8));
                        }
                        Quants::Words(_, words) => words.push(whole.map(|q| q as i16)),
                    }
                    scales.push(scale);
                }
            }
        }
        Self {
            groups,
            quants,
            scales,
        }
    }
}

/// Whole numbers, the largest of which becomes ±`to`, and their scale.
fn quantize(x: &[f32; BLOCK], to: f32) -> ([f32; BLOCK], f32) {
    // Adding and taking away 1.5 * 2^23 rounds to a whole number without a call.
    const ROUND: f32 = 12_582_912.0;

    let mut largest = 0.0;
    for v in x.map(f32::abs) {
        largest = if v > largest { v } else { largest };
    }
    let inverse = if largest > 0.0 { to / largest } else { 0.0 };
    (x.map(|v| (v * inverse + ROUND) - ROUND), largest / to)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_largest_of_a_block_becomes_the_largest_integer() {
        let mut x = [0.0; BLOCK];
        x[..4].copy_from_slice(&[1.0, -2.0, 0.5, 2.0 / 32767.0 * 3.4]);
        let (quants, scale) = quantize(&x, 32767.0);
        assert_eq!(quants[..5], [16384.0, -32767.0, 8192.0, 3.0, 0.0]);
        assert_eq!(scale, 2.0 / 32767.0);
        let (quants, scale) = quantize(&x, 63.0);
        assert_eq!(quants[..5], [32.0, -63.0, 16.0, 0.0, 0.0]);
        assert_eq!(scale, 2.0 / 63.0);
        assert_eq!(quantize(&[0.0; BLOCK], 63.0), ([0.0; BLOCK], 0.0));
    }

    #[test]
    fn a_group_of_tokens_lies_block_by_block() {
        let kernel = Kernel::best(Layout::Words);
        let (tokens, columns) = (kernel.together(100) + 1, 64);
        let x: Vec<f32> = (0..tokens * columns)
            .map(|at| (at / BLOCK + 1) as f32)
            .collect();
        let quantized = Quantized::new(&x, columns, 1.0, kernel);
        assert_eq!(quantized.groups, [tokens - 1, 1]);
        let firsts = (0..tokens - 1).map(|token| (2 * token + 1) as f32);
        let seconds = (0..tokens - 1).map(|token| (2 * token + 2) as f32);
        let alone = [2 * tokens - 1, 2 * tokens].map(|scale| scale as f32);
        assert_eq!(
            quantized.scales,
            firsts.chain(seconds).chain(alone).collect::<Vec<_>>()
        );
    }
}
