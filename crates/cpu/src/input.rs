//! What a matrix is multiplied with: activations, and the same in 8 bits.

use std::cell::OnceCell;

/// How activations meet quantized weights.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Precision {
    /// In 8 bits, with a scale for every 32 of them, as llama.cpp does it: integer dot products.
    #[default]
    Int8,
    /// As they are. Slow, and what the kernels of other backends are compared with.
    Exact,
}

/// Weights and activations that share a scale.
pub(crate) const BLOCK: usize = 32;

/// Activations of a pass, `[tokens, columns]`, which several matrices may be multiplied with.
pub struct Input<'a> {
    pub(crate) x: &'a [f32],
    pub(crate) columns: usize,
    precision: Precision,
    quantized: OnceCell<Quantized>,
}

/// Activations in blocks of 32: `x = scale * quant`, `|quant| <= 127`.
pub(crate) struct Quantized {
    /// `[tokens, columns]`
    pub(crate) quants: Vec<i8>,
    /// `[tokens, columns / 32]`
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

    /// The activations in 8 bits, made when the first quantized matrix asks for them.
    pub(crate) fn quantized(&self) -> Option<&Quantized> {
        let int8 = self.precision == Precision::Int8 && self.columns.is_multiple_of(BLOCK);
        int8.then(|| self.quantized.get_or_init(|| Quantized::new(self.x)))
    }
}

impl Quantized {
    fn new(x: &[f32]) -> Self {
        let mut quants = vec![0; x.len()];
        let mut scales = Vec::with_capacity(x.len() / BLOCK);
        for (x, quants) in x
            .as_chunks::<BLOCK>()
            .0
            .iter()
            .zip(quants.as_chunks_mut::<BLOCK>().0)
        {
            let largest = x.iter().fold(0.0, |largest: f32, v| largest.max(v.abs()));
            scales.push(largest / 127.0);
            let inverse = if largest > 0.0 { 127.0 / largest } else { 0.0 };
            for (quant, x) in quants.iter_mut().zip(x) {
                // To the nearest, ties to even, without a call: as in `exp`.
                const ROUND: f32 = 12_582_912.0;
                *quant = ((x * inverse + ROUND) - ROUND) as i8;
            }
        }
        Self { quants, scales }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_largest_of_a_block_becomes_127() {
        let mut x = [0.0; 64];
        x[..4].copy_from_slice(&[1.0, -2.0, 0.5, 2.0 / 127.0 * 3.4]);
        let Quantized { quants, scales } = Quantized::new(&x);
        assert_eq!(quants[..5], [64, -127, 32, 3, 0]);
        assert_eq!(scales, [2.0 / 127.0, 0.0]);
        assert_eq!(quants[32..], [0; 32]);
    }
}
