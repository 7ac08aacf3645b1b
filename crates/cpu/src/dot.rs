//! Dot products.
//!
//! Each sums in an order that is fixed by the length alone.

#[cfg(target_arch = "x86_64")]
pub(crate) mod avx2;
#[cfg(not(target_arch = "wasm32"))]
mod portable;
#[cfg(target_arch = "wasm32")]
mod simd128;

#[cfg(not(target_arch = "wasm32"))]
pub(crate) use portable::{dot_f32, dot_rows};
#[cfg(target_arch = "wasm32")]
pub(crate) use simd128::{dot_f32, dot_rows};

use crate::input::{BLOCK, Quants};

/// Partial sums of floats.
pub(crate) const LANES: usize = 16;

/// Rows of weights whose blocks can be had in 8 bits.
pub(crate) trait WeightRow: Copy {
    /// Each block with its scale.
    fn blocks(self) -> impl Iterator<Item = ([i8; BLOCK], f32)>;
}

/// A row of weights in 8 bits.
#[derive(Clone, Copy)]
pub(crate) struct Q8Row<'a> {
    pub(crate) quants: &'a [[i8; BLOCK]],
    pub(crate) scales: &'a [f32],
}

/// A row of weights in 4 bits with offset 8: the first half of a block in the low nibbles.
#[derive(Clone, Copy)]
pub(crate) struct Q4Row<'a> {
    pub(crate) nibbles: &'a [[u8; BLOCK / 2]],
    pub(crate) scales: &'a [f32],
}

impl WeightRow for Q8Row<'_> {
    #[inline(always)]
    fn blocks(self) -> impl Iterator<Item = ([i8; BLOCK], f32)> {
        self.quants.iter().copied().zip(self.scales.iter().copied())
    }
}

impl WeightRow for Q4Row<'_> {
    #[inline(always)]
    fn blocks(self) -> impl Iterator<Item = ([i8; BLOCK], f32)> {
        let blocks = self.nibbles.iter().map(|nibbles| {
            let mut quants = [0; BLOCK];
            let (first, second) = quants.split_at_mut(BLOCK / 2);
            for ((&nibble, first), second) in nibbles.iter().zip(first).zip(second) {
                *first = (nibble & 15) as i8 - 8;
                *second = (nibble >> 4) as i8 - 8;
            }
            quants
        });
        blocks.zip(self.scales.iter().copied())
    }
}

/// The activations of `T` tokens, block by block.
#[derive(Clone, Copy)]
pub(crate) struct Tokens<'a, const T: usize> {
    pub(crate) quants: &'a [[Quants; T]],
    pub(crate) scales: &'a [[f32; T]],
}

impl<const T: usize> Tokens<'_, T> {
    #[inline(always)]
    fn blocks(&self) -> impl Iterator<Item = (&[Quants; T], &[f32; T])> {
        self.quants.iter().zip(self.scales)
    }
}

/// The sum of lanes, by halves.
#[inline(always)]
pub(crate) fn halve<const LANES: usize>(mut lanes: [f32; LANES]) -> f32 {
    let mut width = LANES / 2;
    while width > 0 {
        for lane in 0..width {
            lanes[lane] += lanes[lane + width];
        }
        width /= 2;
    }
    lanes[0]
}
