//! WebAssembly's 128-bit vectors: products of 16-bit integers, summed in pairs.

use std::arch::wasm32::*;
use std::hint::black_box;
use std::mem::offset_of;

use super::{SUMS, Tokens};
use crate::input::Quant;
use crate::interleaved::{Block, Group, HALF, ROWS, STEPS, TOGETHER, halves};

pub(super) fn rows<B: Block>(w: Group<B>, x: Tokens<i16>, y: &mut [[f32; ROWS]]) {
    match x.tokens {
        4 => both::<4, B>(w, x, y),
        2 => both::<2, B>(w, x, y),
        _ => both::<1, B>(w, x, y),
    }
}

fn both<const T: usize, B: Block>(w: Group<B>, x: Tokens<i16>, y: &mut [[f32; ROWS]]) {
    half::<T, 0, B>(w, x, y);
    half::<T, 1, B>(w, x, y);
}

/// The rows from `4 * SIDE` on, for `T` tokens.
#[inline(always)]
fn half<const T: usize, const SIDE: usize, B: Block>(
    w: Group<B>,
    x: Tokens<i16>,
    y: &mut [[f32; ROWS]],
) {
    let mut sums = [f32x4_splat(0.0); T];
    for ((block, scales), (x, x_scale)) in w.blocks().zip(x.blocks::<T>()) {
        for (part, scale) in scales.iter().enumerate() {
            // Two lanes a row: the first two rows, and the other two.
            let mut products = [[i32x4_splat(0); 2]; T];
            // The compiler must not know it: written out for several tokens, the steps are a fifth slower in V8.
            let steps = if T == 1 { HALF } else { black_box(HALF) };
            for step in 0..steps {
                let weights = block.steps(step);
                for half in halves::<B>(part) {
                    let w = load::<SIDE>(&weights[half]);
                    for (t, products) in products.iter_mut().enumerate() {
                        let x = splat(x, t, step + half * HALF);
                        for (sum, w) in products.iter_mut().zip(w) {
                            *sum = i32x4_add(*sum, i32x4_dot_i16x8(w, x));
                        }
                    }
                }
            }
            let mut floats = [f32x4_splat(0.0); T];
            for t in 0..T {
                let [first, second] = products[t];
                let even = i32x4_shuffle::<0, 2, 4, 6>(first, second);
                let odd = i32x4_shuffle::<1, 3, 5, 7>(first, second);
                let product = i32x4_add(i32x4_add(even, odd), i32x4_splat(x[t].starts[part]));
                floats[t] = f32x4_convert_i32x4(product);
            }
            let scale = &scale.0.as_chunks::<4>().0[SIDE];
            add(&mut sums, floats, scale, x_scale);
        }
    }
    store(sums, SIDE, y);
}

/// As [`Kernel::peak`](super::Kernel::peak); returns the multiply-adds of a round.
pub(super) fn peak(rounds: u32) -> usize {
    let x = i16x8_splat(black_box(5));
    let mut sums = black_box([3; SUMS]).map(|sum| i16x8_splat(sum));
    for _ in 0..rounds {
        for sum in &mut sums {
            // Of the sum itself: equal products would be multiplied once.
            *sum = i32x4_add(i32x4_dot_i16x8(*sum, x), *sum);
        }
    }
    black_box(sums);
    SUMS * 8
}

/// Four columns of two rows, and of the next two, as 16-bit integers.
#[inline(always)]
fn load<const SIDE: usize>(step: &[u8; ROWS * TOGETHER]) -> [v128; 2] {
    let (halves, _) = step.as_chunks::<8>();
    // SAFETY: 8 bytes are read of 8; a load asks for no alignment.
    #[expect(unsafe_code, reason = "the intrinsic takes a pointer")]
    [0, 1].map(|pair| unsafe { i16x8_load_extend_u8x8(halves[2 * SIDE + pair].as_ptr()) })
}

/// Four activations of a token, once for each of two rows. By pointers, because the compiler then
/// knows that the distance from the first token fits the instruction.
#[inline(always)]
fn splat<const T: usize>(x: &[Quant<i16>; T], t: usize, step: usize) -> v128 {
    debug_assert!(t < T && step < STEPS);
    // SAFETY: the four integers lie in the block of token `t`; a load asks for no alignment.
    #[expect(unsafe_code, reason = "the intrinsic takes a pointer")]
    unsafe {
        let first = x
            .as_ptr()
            .byte_add(offset_of!(Quant<i16>, values) + step * TOGETHER * 2);
        v128_load64_splat(first.add(t).cast())
    }
}

/// Adds a block's products, which are floats now, times the scales of the weights and of the activations.
#[inline(always)]
pub(super) fn add<const T: usize>(
    sums: &mut [v128; T],
    products: [v128; T],
    scale: &[f32; 4],
    x_scale: &[f32; T],
) {
    // SAFETY: four floats are read of four; a load asks for no alignment.
    #[expect(unsafe_code, reason = "the intrinsic takes a pointer")]
    let scale = unsafe { v128_load(scale.as_ptr().cast()) };
    for t in 0..T {
        let scale = f32x4_mul(scale, f32x4_splat(x_scale[t]));
        let product = f32x4_mul(products[t], scale);
        sums[t] = f32x4_add(sums[t], product);
    }
}

/// Of four rows, from row `4 * side` on.
#[inline(always)]
pub(super) fn store<const T: usize>(sums: [v128; T], side: usize, y: &mut [[f32; ROWS]]) {
    for (sum, y) in sums.into_iter().zip(y) {
        let y = &mut y.as_chunks_mut::<4>().0[side];
        // SAFETY: room for four floats; a store asks for no alignment.
        #[expect(unsafe_code, reason = "the intrinsic takes a pointer")]
        unsafe {
            v128_store(y.as_mut_ptr().cast(), sum);
        }
    }
}
