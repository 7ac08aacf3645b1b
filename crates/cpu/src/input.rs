//! What a matrix is multiplied with: activations, and the same as integers.
//!
//! Which integers depends on the format of the weights, and a layer may mix formats: each is made when
//! the first matrix asks for it.

use std::cell::OnceCell;

use model::{BlockFormat, Integers};
use wide::{i16x8, i32x4};

use crate::dot::largest;
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
    /// As the first matrix in each format asked for it, in the order of [`BlockFormat::ALL`].
    for_format: [OnceCell<Quantized>; BlockFormat::ALL.len()],
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
    /// The sums of the blocks, scaled, for weights that have minima; otherwise nothing.
    pub(crate) sums: Vec<f32>,
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
    /// What a sum of products starts from, so that the weights' offset is taken away: one for the block,
    /// or one for each half of it. Those of bytes start from the bits of [`WHOLE`], too, and so are floats
    /// at the end, but for taking it away: conversions need the ports of the processor that multiply.
    pub(crate) starts: [i32; 2],
}

impl<'a> Input<'a> {
    /// Activations `x`, `[tokens, columns]`.
    pub fn new(x: &'a [f32], columns: usize, precision: Precision) -> Self {
        Self {
            x,
            columns,
            precision,
            kernel: None,
            for_format: Default::default(),
        }
    }

    /// Tokens of the pass.
    pub(crate) fn tokens(&self) -> usize {
        self.x.len() / self.columns
    }

    /// The activations as integers for weights in `format`, unless these meet them as floats.
    pub(crate) fn quantized(&self, format: BlockFormat) -> Option<&Quantized> {
        let integers = format.integers()?;
        let best = self.precision.kernel(format)?;
        if !self.columns.is_multiple_of(BLOCK) {
            return None;
        }
        let kernel = self.kernel.unwrap_or(best);
        let largest = self.precision.largest();
        let make = || Quantized::new(self.x, self.columns, largest, kernel, integers);
        Some(self.for_format[format as usize].get_or_init(make))
    }
}

impl Quantized {
    fn new(x: &[f32], columns: usize, largest: f32, kernel: Kernel, integers: Integers) -> Self {
        let offset = i32::from(integers.offset);
        let mut groups = Vec::new();
        let mut left = x.len() / columns;
        while left > 0 {
            groups.push(kernel.together(left));
            left -= kernel.together(left);
        }
        let mut blocks = Blocks {
            columns,
            groups: &groups,
            largest,
            integers,
            scales: vec![0.0; x.len() / BLOCK],
            sums: vec![
                0.0;
                if integers.has_minima {
                    x.len() / BLOCK
                } else {
                    0
                }
            ],
        };
        let quants = match kernel {
            Kernel::Bytes(kernel) => {
                let start = |sum: i32| WHOLE.to_bits().cast_signed() - offset * sum;
                Quants::Bytes(kernel, blocks.quantize(x, |whole| whole as i8, start))
            }
            Kernel::Words(kernel) => {
                let start = |sum: i32| -offset * sum;
                Quants::Words(kernel, blocks.quantize(x, |whole| whole, start))
            }
        };
        let Blocks { scales, sums, .. } = blocks;
        Self {
            groups,
            quants,
            scales,
            sums,
        }
    }
}

/// How activations become blocks, group by group, and what comes of it besides.
struct Blocks<'a> {
    columns: usize,
    groups: &'a [usize],
    largest: f32,
    integers: Integers,
    scales: Vec<f32>,
    sums: Vec<f32>,
}

impl Blocks<'_> {
    /// As integers `Q`; `start` tells what products start from, by the sum of what they are with.
    #[inline(always)]
    fn quantize<Q: Copy + Default>(
        &mut self,
        x: &[f32],
        integer: impl Fn(i16) -> Q,
        start: impl Fn(i32) -> i32,
    ) -> Vec<Quant<Q>> {
        let empty = Quant {
            values: [Q::default(); BLOCK],
            starts: [0; 2],
        };
        let mut quants = vec![empty; x.len() / BLOCK];
        let mut at = 0;
        let mut rest = x;
        for &tokens in self.groups {
            let group;
            (group, rest) = rest.split_at(tokens * self.columns);
            for block in 0..self.columns / BLOCK {
                for x in group.chunks_exact(self.columns) {
                    let (whole, scale) = quantize(&x.as_chunks().0[block], self.largest);
                    let quant = &mut quants[at];
                    quant.values = whole.map(&integer);
                    self.scales[at] = scale;
                    let halves = whole.as_chunks::<{ BLOCK / 2 }>().0;
                    let [first, second] = [0, 1].map(|half| sum(&halves[half]));
                    quant.starts = match self.integers.scales {
                        1 => [start(first + second); 2],
                        _ => [start(first), start(second)],
                    };
                    if let Some(sum) = self.sums.get_mut(at) {
                        *sum = (first + second) as f32 * scale;
                    }
                    at += 1;
                }
            }
        }
        quants
    }
}

/// The sum, by an instruction that adds products of pairs: a plain sum is made number by number.
#[inline(always)]
fn sum(whole: &[i16; BLOCK / 2]) -> i32 {
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
        let kernel = Kernel::best(Layout::Words, BlockFormat::Q4_0);
        let (tokens, columns) = (kernel.together(100) + 1, 64);
        let x: Vec<f32> = (0..tokens * columns)
            .map(|at| (at / BLOCK + 1) as f32)
            .collect();
        let integers = BlockFormat::Q4_0.integers().expect("integers");
        let quantized = Quantized::new(&x, columns, 1.0, kernel, integers);
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
