//! Integer dot products in plain Rust, shaped so that a compiler can vectorise them.

use super::{BLOCK, LANES, Quants, Tokens, WeightRow, halve};

/// Partial sums of a block of integers, and of a row of them.
const WIDTH: usize = 8;

/// The dot products of a row of weights with the activations of several tokens.
#[inline(always)]
pub(crate) fn dot_rows<const T: usize>(w: impl WeightRow, x: Tokens<T>) -> [f32; T] {
    let mut sums = [[0.0; WIDTH]; T];
    for ((weights, scale), (quants, scales)) in w.blocks().zip(x.blocks()) {
        let weights = weights.map(i16::from);
        for t in 0..T {
            let products = block(&weights, &quants[t]);
            let scale = scale * scales[t];
            for lane in 0..WIDTH {
                sums[t][lane] += products[lane] as f32 * scale;
            }
        }
    }
    sums.map(halve)
}

/// Each lane sums four products, in neighbouring pairs: what a multiply-add of 16-bit pairs gives.
#[inline(always)]
fn block(a: &Quants, b: &Quants) -> [i32; WIDTH] {
    let product = |at: usize| i32::from(a[at]) * i32::from(b[at]);
    std::array::from_fn(|lane| {
        let (low, high) = (2 * lane, BLOCK / 2 + 2 * lane);
        (product(low) + product(low + 1)) + (product(high) + product(high + 1))
    })
}

/// The sum of products, in partial sums that a compiler keeps in vector registers.
#[inline(always)]
pub(crate) fn dot_f32(a: &[f32], b: &[f32]) -> f32 {
    let mut sums = [0.0; LANES];
    let (a, a_rest) = a.as_chunks::<LANES>();
    let (b, b_rest) = b.as_chunks::<LANES>();
    for (a, b) in a.iter().zip(b) {
        for lane in 0..LANES {
            sums[lane] += a[lane] * b[lane];
        }
    }
    let rest: f32 = a_rest.iter().zip(b_rest).map(|(a, b)| a * b).sum();
    halve::<LANES>(sums) + rest
}
