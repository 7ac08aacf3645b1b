//! What a matrix is multiplied with: activations, and the same as integers.

use std::cell::OnceCell;

/// How activations meet quantized weights.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Precision {
    /// In 16 bits, with a scale for every 32 of them: integer dot products.
    ///
    /// Not in 8, as llama.cpp does it: without an instruction for the dot product of bytes,
    /// processors multiply pairs of 16 bits anyway, and the precision costs nothing.
    #[default]
    Int16,
    /// As they are. Slow, and what the kernels of other backends are compared with.
    Exact,
}

/// Weights and activations that share a scale.
pub(crate) const BLOCK: usize = 32;

/// Tokens whose dot products with a row of weights are computed together: the row is decoded once
/// for them.
pub(crate) const TOGETHER: usize = 4;

/// A block of activations as integers: `x = scale * quant`.
pub(crate) type Quants = [i16; BLOCK];

/// Activations of a pass, `[tokens, columns]`, which several matrices may be multiplied with.
pub struct Input<'a> {
    pub(crate) x: &'a [f32],
    pub(crate) columns: usize,
    precision: Precision,
    quantized: OnceCell<Quantized>,
}

/// Activations as integers. Tokens lie in groups of [`TOGETHER`], in a group block by block:
/// `[groups, columns / 32, TOGETHER]`. Those left over are groups of one.
pub(crate) struct Quantized {
    pub(crate) quants: Vec<Quants>,
    pub(crate) scales: Vec<f32>,
}

impl<'a> Input<'a> {
    /// Activations `x`, `[tokens, columns]`.
    pub fn new(x: &'a [f32], columns: usize, precision: Precision) -> Self {
        Self {
            x,
            columns,
            precision,
            quantized: OnceCell::new(),
        }
    }

    /// Tokens of the pass.
    pub(crate) fn tokens(&self) -> usize {
        self.x.len() / self.columns
    }

    /// The activations as integers, made when the first quantized matrix asks for them.
    pub(crate) fn quantized(&self) -> Option<&Quantized> {
        let integers = self.precision == Precision::Int16 && self.columns.is_multiple_of(BLOCK);
        integers.then(|| {
            self.quantized
                .get_or_init(|| Quantized::new(self.x, self.columns))
        })
    }
}

impl Quantized {
    fn new(x: &[f32], columns: usize) -> Self {
        let mut quants = Vec::with_capacity(x.len() / BLOCK);
        let mut scales = Vec::with_capacity(x.len() / BLOCK);
        let mut add = |group: &[f32]| {
            for block in 0..columns / BLOCK {
                for x in group.chunks_exact(columns) {
                    let (quant, scale) = quantize(&x.as_chunks::<BLOCK>().0[block]);
                    quants.push(quant);
                    scales.push(scale);
                }
            }
        };
        let groups = x.chunks_exact(TOGETHER * columns);
        let rest = groups.remainder();
        groups.for_each(&mut add);
        rest.chunks_exact(columns).for_each(&mut add);
        Self { quants, scales }
    }
}

/// The largest becomes ±32767: 32 products with 8-bit weights then stay below 2^31.
fn quantize(x: &[f32; BLOCK]) -> (Quants, f32) {
    const LARGEST: f32 = i16::MAX as f32;
    // Adding and taking away 1.5 * 2^23 rounds to a whole number without a call.
    const ROUND: f32 = 12_582_912.0;

    let mut largest = 0.0;
    for v in x.map(f32::abs) {
        largest = if v > largest { v } else { largest };
    }
    let inverse = if largest > 0.0 {
        LARGEST / largest
    } else {
        0.0
    };
    let quants = x.map(|v| ((v * inverse + ROUND) - ROUND) as i16);
    (quants, largest / LARGEST)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_largest_of_a_block_becomes_32767() {
        let mut x = [0.0; BLOCK];
        x[..4].copy_from_slice(&[1.0, -2.0, 0.5, 2.0 / 32767.0 * 3.4]);
        let (quants, scale) = quantize(&x);
        assert_eq!(quants[..5], [16384, -32767, 8192, 3, 0]);
        assert_eq!(scale, 2.0 / 32767.0);
        assert_eq!(quantize(&[0.0; BLOCK]), ([0; BLOCK], 0.0));
    }

    #[test]
    fn four_tokens_lie_block_by_block_and_the_fifth_alone() {
        let x: Vec<f32> = (0..5 * 64).map(|at| (at / BLOCK + 1) as f32).collect();
        let quantized = Quantized::new(&x, 64);
        let order: Vec<_> = quantized
            .scales
            .iter()
            .map(|scale| (scale * 32767.0).round())
            .collect();
        assert_eq!(order, [1.0, 3.0, 5.0, 7.0, 2.0, 4.0, 6.0, 8.0, 9.0, 10.0]);
    }
}
