//! WebAssembly's relaxed SIMD: one instruction sums four products of bytes in each of four lanes.
//!
//! Its first operand, the activations, has a sign. Of its second, the weights, the specification says
//! what comes out as long as they are below 128, as weights of four bits are. Those of eight bits are
//! not, and then every machine may read them as it likes, but always alike: [`Weights::detect`] tries
//! it. (<https://webassembly.github.io/spec/core/appendix/profiles.html>: the choice is one parameter
//! of the environment.)
//!
//! Learnt in Chromium, on an x86-64 with AVX-VNNI. For each activation that goes to all lanes the
//! engine computes an address, too, so it is loaded once for two vectors of weights: eight sums for four
//! tokens are faster than six for six tokens and one vector; with twelve, sums go to memory. Slower were:
//! to shuffle activations into all lanes (30 %; the dot products need the same ports), to store them four
//! times (20 %), to keep a block's weights in registers while all tokens go by (10 %), and to split
//! weights of eight bits into two nibbles, which any machine could do (40 %). To subtract 1.5 * 2^23 as
//! a float from sums that start there, in place of converting them, made no difference.

use std::arch::wasm32::*;
use std::hint::black_box;
use std::mem::offset_of;

use model::BlockFormat;

use super::simd128::{add, store};
use super::{SUMS, Tokens};
use crate::input::Quant;
use crate::interleaved::{Block, Group, HALF, ROWS, STEPS, TOGETHER};

/// How the machine reads weights of 128 and more.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Weights {
    /// As they are, with AVX-VNNI on x86. All others are less.
    Unsigned,
    /// As bytes with a sign, on ARM.
    Signed,
}

impl Weights {
    /// `None` where weights of `format` need another kernel: a processor without AVX-VNNI sums two
    /// products in 16 bits, into which those of 8-bit weights do not fit.
    pub(super) fn detect(format: BlockFormat) -> Option<Self> {
        if format == BlockFormat::Q4_0 {
            return Some(Self::Unsigned);
        }
        let dot = |x, w: u8| {
            let (x, w) = (i8x16_splat(black_box(x)), u8x16_splat(black_box(w)));
            i32x4_extract_lane::<0>(i32x4_relaxed_dot_i8x16_i7x16_add(x, w, i32x4_splat(0)))
        };
        match (dot(127, 255), dot(-127, 255), dot(127, 128)) {
            (129_540, -129_540, 65_024) => Some(Self::Unsigned),
            (-508, 508, -65_024) => Some(Self::Signed),
            _ => None,
        }
    }

    pub(super) fn rows<B: Block>(self, w: Group<B>, x: Tokens<i8>, y: &mut [[f32; ROWS]]) {
        match self {
            Self::Unsigned => rows::<false, B>(w, x, y),
            Self::Signed => rows::<true, B>(w, x, y),
        }
    }
}

fn rows<const SIGNED: bool, B: Block>(w: Group<B>, x: Tokens<i8>, y: &mut [[f32; ROWS]]) {
    match x.tokens {
        4 => tokens::<4, SIGNED, B>(w, x, y),
        2 => tokens::<2, SIGNED, B>(w, x, y),
        _ => tokens::<1, SIGNED, B>(w, x, y),
    }
}

/// A function of its own, because engines do badly with registers in large ones.
#[inline(never)]
fn tokens<const T: usize, const SIGNED: bool, B: Block>(
    w: Group<B>,
    x: Tokens<i8>,
    y: &mut [[f32; ROWS]],
) {
    // The compiler must not know it: it would write the steps out, and all of a sum one after the
    // other, each waiting for the one before. For a single token that takes a quarter longer.
    let half = black_box(HALF);
    // Rows 0 to 3, and 4 to 7.
    let mut sums = [[f32x4_splat(0.0); T]; 2];
    for ((block, scale), (x, x_scale)) in w.quants.iter().zip(w.scales).zip(x.blocks::<T>()) {
        let mut products = [[i32x4_splat(0); T]; 2];
        for t in 0..T {
            // Weights with a sign have no offset.
            let start = if turned::<SIGNED, B>() { 0 } else { x[t].start };
            for products in &mut products {
                products[t] = i32x4_splat(start);
            }
        }
        for (step, bytes) in block.bytes()[..half].iter().enumerate() {
            let w = [0, 1].map(|side| load::<SIGNED, B>(bytes, side));
            for t in 0..T {
                for (nibble, step) in [step, step + HALF].into_iter().enumerate() {
                    let x = splat(x, t, step);
                    for (products, w) in products.iter_mut().zip(w) {
                        products[t] = i32x4_relaxed_dot_i8x16_i7x16_add(x, w[nibble], products[t]);
                    }
                }
            }
        }
        for side in 0..2 {
            let scale = &scale.as_chunks::<4>().0[side];
            add(&mut sums[side], products[side], scale, x_scale);
        }
    }
    for (side, sums) in sums.into_iter().enumerate() {
        store(sums, side, y);
    }
}

/// Whether the highest bit of weights is turned over, which takes the offset away and gives a sign.
const fn turned<const SIGNED: bool, B: Block>() -> bool {
    SIGNED && B::OFFSET == 128
}

/// Four rows of a step and of the one half a block on, from `bytes` on, which is the first.
#[inline(always)]
fn load<const SIGNED: bool, B: Block>(bytes: &[u8; ROWS * TOGETHER], side: usize) -> [v128; 2] {
    let from = bytes.as_chunks::<16>().0[side].as_ptr();
    match B::FORMAT {
        BlockFormat::Q4_0 => {
            // SAFETY: 16 bytes are read of 16; a load asks for no alignment.
            #[expect(unsafe_code, reason = "the intrinsic takes a pointer")]
            let both = unsafe { v128_load(from.cast()) };
            // No engine for x86 can shift bytes by one instruction.
            let (nibble, high) = (u8x16_splat(15), u16x8_shr(both, 4));
            [v128_and(both, nibble), v128_and(high, nibble)]
        }
        _ => [0, HALF * size_of_val(bytes)].map(|distance| {
            // SAFETY: the other half of the block lies so far on; a load asks for no alignment.
            #[expect(unsafe_code, reason = "the intrinsic takes a pointer")]
            let w = unsafe { v128_load(from.add(distance).cast()) };
            match turned::<SIGNED, B>() {
                true => v128_xor(w, u8x16_splat(128)),
                false => w,
            }
        }),
    }
}

/// As [`Kernel::peak`](super::Kernel::peak); returns the multiply-adds of a round.
pub(super) fn peak(rounds: u32) -> usize {
    let (w, x) = (i8x16_splat(black_box(3)), i8x16_splat(black_box(5)));
    let mut sums = black_box([0; SUMS]).map(|sum| i32x4_splat(sum));
    for _ in 0..rounds {
        for sum in &mut sums {
            *sum = i32x4_relaxed_dot_i8x16_i7x16_add(x, w, *sum);
        }
    }
    black_box(sums);
    SUMS * 16
}

/// Four activations of a token, once for each row. By pointers, because the compiler then knows that
/// the distance from the first token fits the instruction.
#[inline(always)]
fn splat<const T: usize>(x: &[Quant<i8>; T], t: usize, step: usize) -> v128 {
    debug_assert!(t < T && step < STEPS);
    // SAFETY: the four bytes lie in the block of token `t`; a load asks for no alignment.
    #[expect(unsafe_code, reason = "the intrinsic takes a pointer")]
    unsafe {
        let first = x
            .as_ptr()
            .byte_add(offset_of!(Quant<i8>, values) + step * TOGETHER);
        v128_load32_splat(first.add(t).cast())
    }
}
