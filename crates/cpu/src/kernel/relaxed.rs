//! WebAssembly's relaxed SIMD: one instruction sums four products of bytes in each of four lanes.
//!
//! Its first operand, the activations, has a sign. Of its second, the weights, the specification says
//! what comes out as long as they are below 128, as weights of up to six bits are. Those of eight bits
//! are not, and then every machine may read them as it likes, but always alike: [`Weights::detect`] tries
//! it. (<https://webassembly.github.io/spec/core/appendix/profiles.html>: the choice is one parameter
//! of the environment.)
//!
//! Where it is one: an x86-64 without AVX-VNNI takes three, and sums in pairs are better there (`pairs`).
//!
//! Learnt in Chromium, on an x86-64 with AVX-VNNI, whose two ports for multiplications are the limit: a
//! block needs them 64 times for the products of eight rows and four tokens, 16 times for the scales, and
//! with 4-bit weights 8 times to shift them. So sums start as floats ([`Quant::start`]), where converting
//! them took the ports 8 times more.
//!
//! For each activation that goes to all lanes the engine computes an address, too, so it is loaded once
//! for two vectors of weights: eight sums for four tokens are faster than six for six tokens and one
//! vector; with twelve, sums go to memory, and they do with all of a step's activations in registers.
//! Constants in a loop are made anew each time, by three instructions, unless the compiler cannot see
//! them. Slower were: to shuffle activations into all lanes (10 to 30 %), to store them four times (20 %),
//! to keep a block's weights in registers while all tokens go by (10 %), and to split weights of eight
//! bits into two nibbles, which any machine could do (40 %). To write 4-bit weights out as bytes for many
//! tokens saved the shifts, and lost as much by reading memory and computing in turn; to leave high nibbles
//! where they are, and start their sums from a float whose last bit is a sixteenth, gave 1 to 4 % where
//! bytes of 128 and more are read as such, for one more way to compute.

use std::arch::wasm32::*;
use std::hint::black_box;
use std::mem::offset_of;

use model::BlockFormat;

use super::pairs;
use super::simd128::{add, store};
use super::{SUMS, Tokens, fits_seven_bits};
use crate::input::{Quant, WHOLE};
use crate::interleaved::{Block, Group, HALF, ROWS, STEPS, TOGETHER};

/// How the machine sums products.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Sums {
    /// Four at once. Weights of 128 and more are read as they are, with AVX-VNNI on x86; all others are less.
    Unsigned,
    /// The same of weights of eight bits that are read as bytes with a sign, on ARM.
    Signed,
    /// Two in 16 bits, which those with 8-bit weights do not fit, on older x86.
    Pairs,
}

impl Sums {
    /// `None` where weights of `format` need another kernel: two products with 8-bit weights do not fit into 16 bits.
    pub(super) fn detect(format: BlockFormat) -> Option<Self> {
        let dot = |x, w: u8| {
            let (x, w) = (i8x16_splat(black_box(x)), u8x16_splat(black_box(w)));
            i32x4_extract_lane::<0>(i32x4_relaxed_dot_i8x16_i7x16_add(x, w, i32x4_splat(0)))
        };
        match (dot(127, 255), dot(-127, 255), dot(127, 128)) {
            (129_540, -129_540, 65_024) => Some(Self::Unsigned),
            (-508, 508, -65_024) if !fits_seven_bits(format) => Some(Self::Signed),
            (-508, 508, -65_024) => Some(Self::Unsigned),
            // Of this machine nothing is known but what the specification says.
            _ => fits_seven_bits(format).then_some(Self::Pairs),
        }
    }

    pub(super) fn rows<B: Block>(self, w: Group<B>, x: Tokens<i8>, y: &mut [[f32; ROWS]]) {
        match self {
            Self::Unsigned => rows::<false, B>(w, x, y),
            Self::Signed => rows::<true, B>(w, x, y),
            Self::Pairs => pairs::rows(w, x, y),
        }
    }

    /// As [`Kernel::peak`](super::Kernel::peak); returns the multiply-adds of a round.
    pub(super) fn peak(self, rounds: u32) -> usize {
        match self {
            Self::Pairs => pairs::peak(rounds),
            _ => peak(rounds),
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

/// For so many tokens both nibbles of a byte are used at once. More have sums enough to wait for none
/// with one of the two, and the other's activations would take their registers.
pub(super) const FEW: usize = 2;

/// A function of its own, because engines do badly with registers in large ones. `SIGNED` weights have
/// their highest bit turned over, which takes the offset of 128 away and gives a sign.
#[inline(never)]
fn tokens<const T: usize, const SIGNED: bool, B: Block>(
    w: Group<B>,
    x: Tokens<i8>,
    y: &mut [[f32; ROWS]],
) {
    // The compiler must not know it: it would write the steps out, and all of a sum one after the
    // other, each waiting for the one before.
    let steps = black_box(B::ZERO.bytes().len() / B::SCALES);
    let whole = f32x4_splat(black_box(WHOLE));
    let nibble = u8x16_splat(black_box(15));
    let high = |w| high(w, nibble);
    // Rows 0 to 3, and 4 to 7.
    let mut sums = [[f32x4_splat(0.0); T]; 2];
    for ((block, scales), (x, x_scale)) in w.blocks().zip(x.blocks::<T>()) {
        for (part, scale) in scales.iter().enumerate() {
            let mut products = [[whole; T]; 2];
            // Weights with a sign have no offset.
            if !SIGNED {
                for t in 0..T {
                    let start = i32x4_splat(x[t].starts[part]);
                    products[0][t] = start;
                    products[1][t] = start;
                }
            }
            let first = part * HALF;
            let steps = &block.bytes()[first..first + steps];
            if B::NIBBLES {
                for (step, bytes) in steps.iter().enumerate() {
                    let w = load(bytes);
                    add_step(&mut products, w.map(|w| v128_and(w, nibble)), x, step);
                    if T <= FEW {
                        add_step(&mut products, high(w), x, step + HALF);
                    }
                }
                if T > FEW {
                    for (step, bytes) in steps.iter().enumerate() {
                        add_step(&mut products, high(load(bytes)), x, step + HALF);
                    }
                }
            } else {
                for (step, bytes) in steps.iter().enumerate() {
                    let turn = |w| match SIGNED {
                        true => v128_xor(w, u8x16_splat(128)),
                        false => w,
                    };
                    add_step(&mut products, load(bytes).map(turn), x, first + step);
                }
            }
            for side in 0..2 {
                let scale = &scale.0.as_chunks::<4>().0[side];
                let products = products[side].map(|sum| f32x4_sub(sum, whole));
                add(&mut sums[side], products, scale, x_scale);
            }
        }
    }
    for (side, sums) in sums.into_iter().enumerate() {
        store(sums, side, y);
    }
}

/// The upper four bits of each byte.
#[inline(always)]
pub(super) fn high(w: [v128; 2], nibble: v128) -> [v128; 2] {
    w.map(|w| v128_and(u16x8_shr(w, 4), nibble))
}

/// Four columns of four rows, and of the other four.
#[inline(always)]
pub(super) fn load(bytes: &[u8; ROWS * TOGETHER]) -> [v128; 2] {
    let (halves, _) = bytes.as_chunks::<16>();
    // SAFETY: 16 bytes are read of 16; a load asks for no alignment.
    #[expect(unsafe_code, reason = "the intrinsic takes a pointer")]
    [0, 1].map(|side| unsafe { v128_load(halves[side].as_ptr().cast()) })
}

/// Adds four columns of all rows and tokens.
#[inline(always)]
fn add_step<const T: usize>(
    products: &mut [[v128; T]; 2],
    w: [v128; 2],
    x: &[Quant<i8>; T],
    step: usize,
) {
    let [first, second] = products;
    for t in 0..T {
        let x = splat(x, t, step);
        first[t] = i32x4_relaxed_dot_i8x16_i7x16_add(x, w[0], first[t]);
        second[t] = i32x4_relaxed_dot_i8x16_i7x16_add(x, w[1], second[t]);
    }
}

/// Four activations of a token, once for each of four rows. By pointers, because the compiler then knows that the
/// distance from the first token fits the instruction.
#[inline(always)]
pub(super) fn splat<const T: usize>(x: &[Quant<i8>; T], t: usize, step: usize) -> v128 {
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

/// As [`Kernel::peak`](super::Kernel::peak); returns the multiply-adds of a round.
fn peak(rounds: u32) -> usize {
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
