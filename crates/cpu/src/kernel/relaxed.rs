//! WebAssembly's relaxed SIMD: one instruction sums four products of bytes in each of four lanes.
//!
//! Its second operand holds 0..128, of which the specification says what comes out.

use std::arch::wasm32::*;
use std::hint::black_box;

use super::simd128::{add, store};
use super::{SUMS, Tokens};
use crate::input::{BLOCK, OFFSET};
use crate::interleaved::{Block, Group, HALF, ROWS, STEPS, TOGETHER};

pub(super) fn rows<B: Block>(w: Group<B>, x: Tokens<u8>, y: &mut [[f32; ROWS]]) {
    match x.tokens {
        6 => both::<6, B>(w, x, y),
        4 => both::<4, B>(w, x, y),
        2 => both::<2, B>(w, x, y),
        _ => both::<1, B>(w, x, y),
    }
}

fn both<const T: usize, B: Block>(w: Group<B>, x: Tokens<u8>, y: &mut [[f32; ROWS]]) {
    half::<T, 0, B>(w, x, y);
    half::<T, 1, B>(w, x, y);
}

/// The rows from `4 * SIDE` on, for `T` tokens.
#[inline(always)]
fn half<const T: usize, const SIDE: usize, B: Block>(
    w: Group<B>,
    x: Tokens<u8>,
    y: &mut [[f32; ROWS]],
) {
    let mut sums = [f32x4_splat(0.0); T];
    let blocks = w.quants.iter().zip(w.scales).zip(w.negative_sums);
    for (((block, scale), negative_sum), (x, x_scale)) in blocks.zip(x.blocks::<T>()) {
        let mut products = [offset::<SIDE>(negative_sum); T];
        for step in 0..HALF {
            for (weights, step) in block.steps(step).iter().zip([step, step + HALF]) {
                let w = load::<SIDE>(weights);
                for (t, products) in products.iter_mut().enumerate() {
                    let x = splat(x, t, step);
                    *products = i32x4_relaxed_dot_i8x16_i7x16_add(w, x, *products);
                }
            }
        }
        add::<T, SIDE>(&mut sums, products, scale, x_scale);
    }
    store::<T, SIDE>(sums, y);
}

/// As [`Kernel::peak`](super::Kernel::peak); returns the multiply-adds of a round.
pub(super) fn peak(rounds: u32) -> usize {
    let (w, x) = (i8x16_splat(black_box(3)), i8x16_splat(black_box(5)));
    let mut sums = black_box([0; SUMS]).map(|sum| i32x4_splat(sum));
    for _ in 0..rounds {
        for sum in &mut sums {
            *sum = i32x4_relaxed_dot_i8x16_i7x16_add(w, x, *sum);
        }
    }
    black_box(sums);
    SUMS * 16
}

/// What the activations' offset adds, taken away.
#[inline(always)]
fn offset<const SIDE: usize>(negative_sum: &[i16; ROWS]) -> v128 {
    let [a, b, c, d] = negative_sum.as_chunks::<4>().0[SIDE];
    let sum = i32x4_extend_low_i16x8(i16x8(a, b, c, d, 0, 0, 0, 0));
    i32x4_mul(sum, i32x4_splat(OFFSET))
}

#[inline(always)]
fn load<const SIDE: usize>(step: &[i8; ROWS * TOGETHER]) -> v128 {
    let half = &step.as_chunks::<16>().0[SIDE];
    // SAFETY: 16 bytes are read of 16; a load asks for no alignment.
    #[expect(unsafe_code, reason = "the intrinsic takes a pointer")]
    unsafe {
        v128_load(half.as_ptr().cast())
    }
}

/// Four activations of a token, once for each row. By pointers, because the compiler then knows that
/// the distance from the first token fits the instruction.
#[inline(always)]
fn splat<const T: usize>(x: &[[u8; BLOCK]; T], t: usize, step: usize) -> v128 {
    debug_assert!(t < T && step < STEPS);
    // SAFETY: the four bytes lie in the block of token `t`; a load asks for no alignment.
    #[expect(unsafe_code, reason = "the intrinsic takes a pointer")]
    unsafe {
        let first = x.as_ptr().cast::<u8>().add(step * TOGETHER);
        v128_load32_splat(first.add(t * BLOCK).cast())
    }
}
