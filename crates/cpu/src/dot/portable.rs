//! Integer dot products in plain Rust, shaped so that a compiler can vectorise them.

use super::{BLOCK, Quants, Tokens, WeightRow, halve};

/// Partial sums of a block, and of a row.
const LANES: usize = 8;

/// The dot products of a row of weights with the activations of several tokens.
#[inline(always)]
pub(crate) fn dot_rows<const T: usize>(w: impl WeightRow, x: Tokens<T>) -> [f32; T] {
    let mut sums = [[0.0; LANES]; T];
    for ((weights, scale), (quants, scales)) in w.blocks().zip(x.blocks()) {
        let weights = weights.map(i16::from);
        for t in 0..T {
            let products = block(&weights, &quants[t]);
            let scale = scale * scales[t];
            for lane in 0..LANES {
                sums[t][lane] += products[lane] as f32 * scale;
            }
        }
    }
    sums.map(halve)
}

/// Each lane sums four products, in neighbouring pairs: what a multiply-add of 16-bit pairs gives.
#[inline(always)]
fn block(a: &Quants, b: &Quants) -> [i32; LANES] {
    let product = |at: usize| i32::from(a[at]) * i32::from(b[at]);
    std::array::from_fn(|lane| {
        let (low, high) = (2 * lane, BLOCK / 2 + 2 * lane);
        (product(low) + product(low + 1)) + (product(high) + product(high + 1))
    })
}
