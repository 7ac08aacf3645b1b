//! What a matrix is multiplied with: activations, and the same as integers.
//!
//! Which integers depends on the format of the weights, and a layer may mix formats: each is made when
//! the first matrix asks for it.

use std::cell::OnceCell;

use model::BlockFormat;
use wide::{i16x8, i32x4};

use crate::dot::largest;
use crate::interleaved::Block;
use crate::kernel::{self, Kernel, Layout};

/// How activations meet quantized weights.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Precision {
    /// As integers from -127 to 127, with a scale for every 32 of them: what llama.cpp does on a CPU.
    #[default]
    Int8,
    /// As integers of 16 bits, with a scale for every 32 of them: for models whose attention hangs on
    /// small differences. Two to three times as slow.
    Int16,
    /// As they are. Slow, and what the kernels of other backends are compared with.
    Exact,
}

impl Precision {
    /// The fastest kernel for such integers and weights of `format`.
    pub(crate) fn kernel(self, format: BlockFormat) -> Option<Kernel> {
        match self {
            Self::Int8 => Some(Kernel::best(Layout::Bytes, format)),
            Self::Int16 => Some(Kernel::best(Layout::Words, format)),
            Self::Exact => None,
        }
    }

    /// The largest integer. 32 products with 8-bit weights, which have an offset, stay below 2^31.
    fn largest(self) -> f32 {
        match self {
            Self::Int8 => 127.0,
            Self::Int16 => 32767.0,
            Self::Exact => 0.0,
        }
    }
}

/// Weights and activations that share a scale.
pub(crate) const BLOCK: usize = 32;

/// 1.5 * 2^23: whole numbers up to 2^22 that are added to it stand in its last bits, and what is not
/// whole is rounded, without a call.
pub(crate) const WHOLE: f32 = 12_582_912.0;

/// Activations of a pass, `[tokens, columns]`, which several matrices may be multiplied with.
pub struct Input<'a> {
    pub(crate) x: &'a [f32],
    pub(crate) columns: usize,
    precision: Precision,
    /// A kernel to use in place of the best.
    pub(crate) kernel: Option<Kernel>,
    /// As the first matrix in Q4_0 asked for it.
    for_q4: OnceCell<Quantized>,
    /// As the first matrix in Q8_0 asked for it.
    for_q8: OnceCell<Quantized>,
}

/// Activations as integers, `x = scale * quant`, for weights of one format.
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
    Bytes(kernel::Bytes, Vec<Quant<i8>>),
    Words(kernel::Words, Vec<Quant<i16>>),
}

/// A block of a token.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Quant<Q> {
    pub(crate) values: [Q; BLOCK],
    /// What a sum of products starts from, so that the weights' offset is taken away. Those of bytes
    /// start from the bits of [`WHOLE`], too, and so are floats at the end, but for taking it away:
    /// conversions need the ports of the processor that multiply.
    pub(crate) start: i32,
}

impl<'a> Input<'a> {
    /// Activations `x`, `[tokens, columns]`.
    pub fn new(x: &'a [f32], columns: usize, precision: Precision) -> Self {
        Self {
            x,
            columns,
            precision,
            kernel: None,
            for_q4: OnceCell::new(),
            for_q8: OnceCell::new(),
        }
    }

    /// Tokens of the pass.
    pub(crate) fn tokens(&self) -> usize {
        self.x.len() / self.columns
    }

    /// The activations as integers for weights in blocks `B`, unless these meet them as floats.
    pub(crate) fn quantized<B: Block>(&self) -> Option<&Quantized> {
        let best = self.precision.kernel(B::FORMAT)?;
        if !self.columns.is_multiple_of(BLOCK) {
            return None;
        }
        let kernel = self.kernel.unwrap_or(best);
        let cell = match B::FORMAT {
            BlockFormat::Q4_0 => &self.for_q4,
            _ => &self.for_q8,
        };
        let largest = self.precision.largest();
        Some(cell.get_or_init(|| Quantized::new::<B>(self.x, self.columns, largest, kernel)))
    }
}

impl Quantized {
    fn new<B: Block>(x: &[f32], columns: usize, largest: f32, kernel: Kernel) -> Self {
        let offset = i32::from(B::OFFSET);
        let mut groups = Vec::new();
        let mut left = x.len() / columns;
        while left > 0 {
            groups.push(kernel.together(left));
            left -= kernel.together(left);
        }
        let (quants, scales) = match kernel {
            Kernel::Bytes(kernel) => {
                let start = |sum| WHOLE.to_bits().cast_signed() - offset * sum;
                let byte = |whole| whole as i8;
                let (quants, scales) = blocks(x, columns, &groups, largest, byte, start);
                (Quants::Bytes(kernel, quants), scales)
            }
            Kernel::Words(kernel) => {
                let start = |sum| -offset * sum;
                let (quants, scales) = blocks(x, columns, &groups, largest, |whole| whole, start);
                (Quants::Words(kernel, quants), scales)
            }
        };
        Self {
            groups,
            quants,
            scales,
        }
    }
}

/// Blocks and their scales, group by group, as integers `Q`; `start` tells what products start from, by
/// the sum of a block.
#[inline(always)]
fn blocks<Q: Copy + Default>(
    x: &[f32],
    columns: usize,
    groups: &[usize],
    largest: f32,
    integer: impl Fn(i16) -> Q,
    start: impl Fn(i32) -> i32,
) -> (Vec<Quant<Q>>, Vec<f32>) {
    let empty = Quant {
        values: [Q::default(); BLOCK],
        start: 0,
    };
    let mut quants = vec![empty; x.len() / BLOCK];
    let mut scales = vec![0.0; x.len() / BLOCK];
    let mut places = quants.iter_mut().zip(&mut scales);
    let mut rest = x;
    for &tokens in groups {
        let group;
        (group, rest) = rest.split_at(tokens * columns);
        for block in 0..columns / BLOCK {
            for (x, (quant, scale)) in group.chunks_exact(columns).zip(&mut places) {
                let (whole, of_block) = quantize(&x.as_chunks().0[block], largest);
                quant.values = whole.map(&integer);
                quant.start = start(sum(&whole));
                *scale = of_block;
            }
        }
    }
    (quants, scales)
}

/// The sum, by an instruction that adds products of pairs: a plain sum is made number by number.
#[inline(always)]
fn sum(whole: &[i16; BLOCK]) -> i32 {
    let mut sums = i32x4::ZERO;
    for part in whole.as_chunks().0 {
        sums += i16x8::from(*part).dot(i16x8::splat(1));
    }
    sums.to_array().iter().sum()
}

/// Whole numbers, the largest of which becomes ±`to`, and their scale.
#[inline(always)]
fn quantize(x: &[f32; BLOCK], to: f32) -> ([i16; BLOCK], f32) {
    let largest = largest(&x.map(f32::abs), 0.0);
    // Infinite for nothing but zeros, and for what is hardly more.
    let inverse = if (to / largest).is_finite() {
        to / largest
    } else {
        0.0
    };
    // The whole number stands in the last bits, which those of `WHOLE` itself are not among.
    let whole = x.map(|v| (v * inverse + WHOLE).to_bits() as i16);
    (whole, largest / to)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::interleaved::Nibbles;

    #[test]
    fn the_largest_of_a_block_becomes_the_largest_integer() {
        let mut x = [0.0; BLOCK];
        x[..4].copy_from_slice(&[1.0, -2.0, 0.5, 2.0 / 32767.0 * 3.4]);
        let (quants, scale) = quantize(&x, 32767.0);
        assert_eq!(quants[..5], [16384, -32767, 8192, 3, 0]);
        assert_eq!(scale, 2.0 / 32767.0);
        let (quants, scale) = quantize(&x, 127.0);
        assert_eq!(quants[..5], [64, -127, 32, 0, 0]);
        assert_eq!(scale, 2.0 / 127.0);
        assert_eq!(quantize(&[0.0; BLOCK], 127.0), ([0; BLOCK], 0.0));
        let (quants, _) = quantize(&[1e-40; BLOCK], 32767.0);
        assert_eq!(quants, [0; BLOCK]);
    }

    #[test]
    fn a_group_of_tokens_lies_block_by_block() {
        let kernel = Kernel::best(Layout::Words, Nibbles::FORMAT);
        let (tokens, columns) = (kernel.together(100) + 1, 64);
        let x: Vec<f32> = (0..tokens * columns)
            .map(|at| (at / BLOCK + 1) as f32)
            .collect();
        let quantized = Quantized::new::<Nibbles>(&x, columns, 1.0, kernel);
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
