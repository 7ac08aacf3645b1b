//! Dot products of bytes in 256-bit vectors: weights without a sign, activations with one.

use std::arch::is_x86_feature_detected;
use std::arch::x86_64::*;
use std::hint::black_box;

use model::BlockFormat;

use super::avx2::{add, store};
use super::{SUMS, Tokens, fits_seven_bits};
use crate::input::{BLOCK, WHOLE};
use crate::interleaved::{Block, Group, HALF, ROWS, TOGETHER, halves};

/// Instructions for four products of bytes and their sum.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Dots {
    /// One, as AVX-512 VNNI has it.
    Avx512,
    /// The same as AVX-VNNI has it; some processors have only one encoding.
    Avx,
    /// Three. The first sums two products in 16 bits, which weights of up to seven bits fit and those of
    /// eight do not.
    Avx2,
}

impl Dots {
    /// Those of this processor that fit weights of `format`, the fastest first.
    pub(super) fn all(format: BlockFormat) -> impl Iterator<Item = Self> {
        let avx2 = is_x86_feature_detected!("avx2");
        let fits = move |dots: &Self| match dots {
            Self::Avx512 => {
                is_x86_feature_detected!("avx512vnni") && is_x86_feature_detected!("avx512vl")
            }
            Self::Avx => is_x86_feature_detected!("avxvnni"),
            Self::Avx2 => fits_seven_bits(format),
        };
        let all = [Self::Avx512, Self::Avx, Self::Avx2];
        all.into_iter().filter(move |dots| avx2 && fits(dots))
    }

    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Avx512 => "AVX-512 VNNI",
            Self::Avx => "AVX-VNNI",
            Self::Avx2 => "AVX2",
        }
    }

    pub(super) fn rows<B: Block>(self, w: Group<B>, x: Tokens<i8>, y: &mut [[f32; ROWS]]) {
        match x.tokens {
            6 => self.tokens::<6, B>(w, x, y),
            4 => self.tokens::<4, B>(w, x, y),
            2 => self.tokens::<2, B>(w, x, y),
            _ => self.tokens::<1, B>(w, x, y),
        }
    }

    fn tokens<const T: usize, B: Block>(self, w: Group<B>, x: Tokens<i8>, y: &mut [[f32; ROWS]]) {
        // SAFETY: `all` found the features.
        #[expect(unsafe_code, reason = "the compiler cannot know the processor")]
        unsafe {
            match self {
                Self::Avx512 => avx512::<T, B>(w, x, y),
                Self::Avx => avx::<T, B>(w, x, y),
                Self::Avx2 => avx2::<T, B>(w, x, y),
            }
        }
    }

    /// As [`Kernel::peak`](super::Kernel::peak); returns the multiply-adds of a round.
    pub(super) fn peak(self, rounds: u32) -> usize {
        // SAFETY: as above.
        #[expect(unsafe_code, reason = "the compiler cannot know the processor")]
        unsafe {
            match self {
                Self::Avx512 => avx512_peak(rounds),
                Self::Avx => avx_peak(rounds),
                Self::Avx2 => avx2_peak(rounds),
            }
        }
        SUMS * 32
    }
}

#[target_feature(enable = "avx2,avx512vnni,avx512vl")]
fn avx512_peak(rounds: u32) {
    peak_of(rounds, |sum, w, x| _mm256_dpbusd_epi32(sum, w, x));
}

#[target_feature(enable = "avx2,avxvnni")]
fn avx_peak(rounds: u32) {
    peak_of(rounds, |sum, w, x| _mm256_dpbusd_avx_epi32(sum, w, x));
}

#[target_feature(enable = "avx2")]
fn avx2_peak(rounds: u32) {
    peak_of(rounds, |sum, w, x| three(sum, w, x));
}

#[inline]
#[target_feature(enable = "avx2")]
fn peak_of(rounds: u32, dot: impl Fn(__m256i, __m256i, __m256i) -> __m256i) {
    let (w, x) = black_box((_mm256_set1_epi8(3), _mm256_set1_epi8(5)));
    let mut sums = black_box([_mm256_setzero_si256(); SUMS]);
    for _ in 0..rounds {
        for sum in &mut sums {
            *sum = dot(*sum, w, x);
        }
    }
    black_box(sums);
}

#[target_feature(enable = "avx2,avx512vnni,avx512vl")]
fn avx512<const T: usize, B: Block>(w: Group<B>, x: Tokens<i8>, y: &mut [[f32; ROWS]]) {
    let dot = |sum, w, x| _mm256_dpbusd_epi32(sum, w, x);
    tokens::<T, B>(w, x, y, dot);
}

#[target_feature(enable = "avx2,avxvnni")]
fn avx<const T: usize, B: Block>(w: Group<B>, x: Tokens<i8>, y: &mut [[f32; ROWS]]) {
    let dot = |sum, w, x| _mm256_dpbusd_avx_epi32(sum, w, x);
    tokens::<T, B>(w, x, y, dot);
}

#[target_feature(enable = "avx2")]
fn avx2<const T: usize, B: Block>(w: Group<B>, x: Tokens<i8>, y: &mut [[f32; ROWS]]) {
    let dot = |sum, w, x| three(sum, w, x);
    tokens::<T, B>(w, x, y, dot);
}

#[inline]
#[target_feature(enable = "avx2")]
fn three(sum: __m256i, w: __m256i, x: __m256i) -> __m256i {
    let pairs = _mm256_maddubs_epi16(w, x);
    _mm256_add_epi32(sum, _mm256_madd_epi16(pairs, _mm256_set1_epi16(1)))
}

/// `dot` adds to each lane of its first operand the four products there of bytes without and with a
/// sign.
#[inline]
#[target_feature(enable = "avx2")]
fn tokens<const T: usize, B: Block>(
    w: Group<B>,
    x: Tokens<i8>,
    y: &mut [[f32; ROWS]],
    dot: impl Fn(__m256i, __m256i, __m256i) -> __m256i,
) {
    let whole = _mm256_set1_ps(WHOLE);
    let mut sums = [_mm256_setzero_ps(); T];
    for ((block, scales), (x, x_scale)) in w.blocks().zip(x.blocks::<T>()) {
        for (part, scale) in scales.iter().enumerate() {
            let mut products = [_mm256_setzero_si256(); T];
            for t in 0..T {
                products[t] = _mm256_set1_epi32(x[t].starts[part]);
            }
            for step in 0..HALF {
                let weights = steps(block, step);
                for half in halves::<B>(part) {
                    let w = weights[half];
                    for t in 0..T {
                        let x = x[t].values.as_chunks::<TOGETHER>().0[step + half * HALF];
                        let x = i32::from_le_bytes(x.map(i8::cast_unsigned));
                        products[t] = dot(products[t], w, _mm256_set1_epi32(x));
                    }
                }
            }
            let products = products.map(|sum| _mm256_sub_ps(_mm256_castsi256_ps(sum), whole));
            add(&mut sums, products, &scale.0, x_scale);
        }
    }
    store(sums, y);
}

/// As [`Block::steps`], by instructions: of plain Rust the compiler makes vectors too late to unroll the loop.
#[inline]
#[target_feature(enable = "avx2")]
fn steps<B: Block>(block: &B, step: usize) -> [__m256i; 2] {
    let w = load(&block.bytes()[step]);
    if B::NIBBLES {
        let nibble = _mm256_set1_epi8(15);
        let high = _mm256_srli_epi16::<4>(w);
        [w, high].map(|w| _mm256_and_si256(w, nibble))
    } else {
        [w, load(&block.bytes()[step + HALF])]
    }
}

#[inline]
#[target_feature(enable = "avx2")]
fn load(step: &[u8; BLOCK]) -> __m256i {
    // SAFETY: 32 bytes are read of 32; the load asks for no alignment.
    #[expect(unsafe_code, reason = "the intrinsic takes a pointer")]
    unsafe {
        _mm256_loadu_si256(step.as_ptr().cast())
    }
}
