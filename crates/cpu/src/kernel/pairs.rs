//! WebAssembly's relaxed SIMD for processors without an instruction that sums four products of bytes, which are x86-64
//! without AVX-VNNI: Intel's before 2021, AMD's before Zen 5. Two products are summed in 16 bits, by one instruction, which
//! weights of up to seven bits fit. For weights of four bits the sums of a whole block fit, too, and become 32 bits wide
//! but once.
//!
//! Learnt in V8 on Zen 4, in GMAC/s of one thread, 1024 × 1024 weights and 16 tokens: with `i32x4.relaxed_dot`, which takes
//! five instructions there (two make a constant, each time), Q4_0 had 33, Q5_0 32 and Q6_K 27; widened after as many
//! steps as fit, 46, 34 and 25, since the sums in 32 bits then go to memory; as it is now 46, 38 and 31. Weights of eight
//! bits need two multiplications for 16 products however they are split, as 16-bit integers do (`simd128`): 31.

use std::arch::wasm32::*;
use std::hint::black_box;

use super::relaxed::{FEW, high, load, splat};
use super::simd128::{add, store};
use super::{SUMS, Tokens};
use crate::input::{Quant, WHOLE};
use crate::interleaved::{Block, Group, HALF, ROWS, STEPS, TOGETHER};

/// The largest sum in 16 bits: two products in each step through a block of 4-bit weights.
const LARGEST: usize = STEPS * 2 * 15 * 127;
const _: () = assert!(LARGEST <= i16::MAX as usize);

pub(super) fn rows<B: Block>(w: Group<B>, x: Tokens<i8>, y: &mut [[f32; ROWS]]) {
    match x.tokens {
        4 => tokens::<4, B>(w, x, y),
        2 => tokens::<2, B>(w, x, y),
        _ => tokens::<1, B>(w, x, y),
    }
}

/// A function of its own, as in `relaxed`.
#[inline(never)]
fn tokens<const T: usize, B: Block>(w: Group<B>, x: Tokens<i8>, y: &mut [[f32; ROWS]]) {
    // The compiler must not know them, as there.
    let steps = black_box(B::ZERO.bytes().len() / B::SCALES);
    let whole = f32x4_splat(black_box(WHOLE));
    let nibble = u8x16_splat(black_box(15));
    let one = i16x8_splat(black_box(1));
    // Rows 0 to 3, and 4 to 7.
    let mut sums = [[f32x4_splat(0.0); T]; 2];
    for ((block, scales), (x, x_scale)) in w.blocks().zip(x.blocks::<T>()) {
        for (part, scale) in scales.iter().enumerate() {
            let first = part * HALF;
            let steps = &block.bytes()[first..first + steps];
            let mut products = [[i32x4_splat(0); T]; 2];
            if B::NIBBLES {
                let mut pairs = [[i16x8_splat(0); T]; 2];
                add_nibbles(&mut pairs, steps, x, nibble);
                widen(&mut products, pairs, one);
            } else {
                for (step, bytes) in steps.iter().enumerate() {
                    let mut pairs = [[i16x8_splat(0); T]; 2];
                    add_step(&mut pairs, load(bytes), x, first + step);
                    widen(&mut products, pairs, one);
                }
            }
            for side in 0..2 {
                let scale = &scale.0.as_chunks::<4>().0[side];
                let mut floats = [whole; T];
                for t in 0..T {
                    let start = i32x4_splat(x[t].starts[part]);
                    floats[t] = f32x4_sub(i32x4_add(products[side][t], start), whole);
                }
                add(&mut sums[side], floats, scale, x_scale);
            }
        }
    }
    for (side, sums) in sums.into_iter().enumerate() {
        store(sums, side, y);
    }
}

/// Adds a block of all rows and tokens, all sums of which fit.
#[inline(always)]
fn add_nibbles<const T: usize>(
    pairs: &mut [[v128; T]; 2],
    steps: &[[u8; ROWS * TOGETHER]],
    x: &[Quant<i8>; T],
    nibble: v128,
) {
    for (step, bytes) in steps.iter().enumerate() {
        let w = load(bytes);
        add_step(pairs, w.map(|w| v128_and(w, nibble)), x, step);
        if T <= FEW {
            add_step(pairs, high(w, nibble), x, step + HALF);
        }
    }
    if T > FEW {
        for (step, bytes) in steps.iter().enumerate() {
            add_step(pairs, high(load(bytes), nibble), x, step + HALF);
        }
    }
}

/// Adds sums in 16 bits to those in 32.
#[inline(always)]
fn widen<const T: usize>(products: &mut [[v128; T]; 2], pairs: [[v128; T]; 2], one: v128) {
    for (products, pairs) in products.iter_mut().zip(pairs) {
        for (product, pair) in products.iter_mut().zip(pairs) {
            *product = i32x4_add(*product, i32x4_dot_i16x8(pair, one));
        }
    }
}

/// Adds four columns of all rows and tokens.
#[inline(always)]
fn add_step<const T: usize>(
    pairs: &mut [[v128; T]; 2],
    w: [v128; 2],
    x: &[Quant<i8>; T],
    step: usize,
) {
    let [first, second] = pairs;
    for t in 0..T {
        let x = splat(x, t, step);
        first[t] = i16x8_add(first[t], i16x8_relaxed_dot_i8x16_i7x16(x, w[0]));
        second[t] = i16x8_add(second[t], i16x8_relaxed_dot_i8x16_i7x16(x, w[1]));
    }
}

/// As [`Kernel::peak`](super::Kernel::peak); returns the multiply-adds of a round.
pub(super) fn peak(rounds: u32) -> usize {
    let x = i8x16_splat(black_box(5));
    let mut sums = black_box([3; SUMS]).map(|sum| i8x16_splat(sum));
    for _ in 0..rounds {
        for sum in &mut sums {
            // Of the sum itself: equal products would be multiplied once.
            *sum = i16x8_add(*sum, i16x8_relaxed_dot_i8x16_i7x16(*sum, x));
        }
    }
    black_box(sums);
    SUMS * 16
}
