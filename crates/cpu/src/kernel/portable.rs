//! Plain Rust.

use std::hint::black_box;

use super::{SUMS, Tokens};
use crate::interleaved::{Block, Group, HALF, ROWS, TOGETHER, halves};

pub(super) fn rows<B: Block>(w: Group<B>, x: Tokens<i16>, y: &mut [[f32; ROWS]]) {
    for (token, y) in y.iter_mut().enumerate() {
        *y = [0.0; ROWS];
        let quants = x.quants.iter().skip(token).step_by(x.tokens);
        let scales = x.scales.iter().skip(token).step_by(x.tokens);
        for ((block, all_scales), (x, x_scale)) in w.blocks().zip(quants.zip(scales)) {
            for (part, scale) in all_scales.iter().enumerate() {
                let mut sums = [x.starts[part]; ROWS];
                for step in 0..HALF {
                    let weights = block.steps(step);
                    for half in halves::<B>(part) {
                        let x = &x.values.as_chunks::<TOGETHER>().0[step + half * HALF];
                        let weights = weights[half].as_chunks::<TOGETHER>().0;
                        for (sum, w) in sums.iter_mut().zip(weights) {
                            let products =
                                w.iter().zip(x).map(|(&w, &x)| i32::from(w) * i32::from(x));
                            *sum += products.sum::<i32>();
                        }
                    }
                }
                for row in 0..ROWS {
                    y[row] += sums[row] as f32 * (scale.0[row] * x_scale);
                }
            }
        }
    }
}

/// As [`Kernel::peak`](super::Kernel::peak); returns the multiply-adds of a round.
pub(super) fn peak(rounds: u32) -> usize {
    let x = black_box([5i16; ROWS]);
    let mut sums = black_box([[3i32; ROWS]; SUMS]);
    for _ in 0..rounds {
        for sum in &mut sums {
            for (sum, x) in sum.iter_mut().zip(x) {
                *sum = sum.wrapping_add(i32::from(*sum as i16) * i32::from(x));
            }
        }
    }
    black_box(sums);
    SUMS * ROWS
}
