//! Integer dot products in plain Rust, shaped so that a compiler can vectorise them.

use super::{BLOCK, Q8Row, Quants, WeightRow, halve};

/// 32-bit sums of a block, and partial sums of a row.
const LANES: usize = 8;

/// The dot products of a row of weights with several tokens' activations.
#[inline(always)]
pub(crate) fn dot_rows<const T: usize>(w: impl WeightRow, x: [Q8Row; T]) -> [f32; T] {
    let mut sums = [[0.0; LANES]; T];
    for (index, (quants, scale)) in w.blocks().enumerate() {
        for (sums, x) in sums.iter_mut().zip(&x) {
            let products = block(&quants, &x.quants[index]);
            let scale = scale * x.scales[index];
            for (sum, product) in sums.iter_mut().zip(products) {
                *sum += product as f32 * scale;
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
