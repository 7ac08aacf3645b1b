//! Dot products of bytes in 256-bit vectors, as AVX-VNNI and AVX-512 VNNI have them.

use std::arch::is_x86_feature_detected;
use std::arch::x86_64::*;
use std::hint::black_box;

use super::avx2::{add, store};
use super::{SUMS, Tokens};
use crate::input::{BLOCK, OFFSET};
use crate::interleaved::{Block, Group, HALF, ROWS, TOGETHER};

/// The same instruction in two encodings; some processors have only one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Encoding {
    Avx,
    Avx512,
}

impl Encoding {
    /// What this processor has.
    pub(super) fn detect() -> Option<Self> {
        if !is_x86_feature_detected!("avx2") {
            None
        } else if is_x86_feature_detected!("avx512vnni") && is_x86_feature_detected!("avx512vl") {
            Some(Self::Avx512)
        } else {
            is_x86_feature_detected!("avxvnni").then_some(Self::Avx)
        }
    }

    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Avx => "AVX-VNNI",
            Self::Avx512 => "AVX-512 VNNI",
        }
    }

    pub(super) fn rows<B: Block>(self, w: Group<B>, x: Tokens<u8>, y: &mut [[f32; ROWS]]) {
        // SAFETY: `detect` found the features.
        #[expect(unsafe_code, reason = "the compiler cannot know the processor")]
        unsafe {
            match (self, x.tokens) {
                (Self::Avx, 6) => avx::<6, B>(w, x, y),
                (Self::Avx, 4) => avx::<4, B>(w, x, y),
                (Self::Avx, 2) => avx::<2, B>(w, x, y),
                (Self::Avx, _) => avx::<1, B>(w, x, y),
                (Self::Avx512, 6) => avx512::<6, B>(w, x, y),
                (Self::Avx512, 4) => avx512::<4, B>(w, x, y),
                (Self::Avx512, 2) => avx512::<2, B>(w, x, y),
                (Self::Avx512, _) => avx512::<1, B>(w, x, y),
            }
        }
    }

    /// As [`Kernel::peak`](super::Kernel::peak); returns the multiply-adds of a round.
    pub(super) fn peak(self, rounds: u32) -> usize {
        // SAFETY: `detect` found the features.
        #[expect(unsafe_code, reason = "the compiler cannot know the processor")]
        unsafe {
            match self {
                Self::Avx => avx_peak(rounds),
                Self::Avx512 => avx512_peak(rounds),
            }
        }
        SUMS * 32
    }
}

#[target_feature(enable = "avx2,avxvnni")]
fn avx_peak(rounds: u32) {
    peak_of(rounds, |sum, x, w| _mm256_dpbusd_avx_epi32(sum, x, w));
}

#[target_feature(enable = "avx2,avx512vnni,avx512vl")]
fn avx512_peak(rounds: u32) {
    peak_of(rounds, |sum, x, w| _mm256_dpbusd_epi32(sum, x, w));
}

#[inline]
#[target_feature(enable = "avx2")]
fn peak_of(rounds: u32, dot: impl Fn(__m256i, __m256i, __m256i) -> __m256i) {
    let (w, x) = black_box((_mm256_set1_epi8(3), _mm256_set1_epi8(5)));
    let mut sums = black_box([_mm256_setzero_si256(); SUMS]);
    for _ in 0..rounds {
        for sum in &mut sums {
            *sum = dot(*sum, x, w);
        }
    }
    black_box(sums);
}

#[target_feature(enable = "avx2,avxvnni")]
fn avx<const T: usize, B: Block>(w: Group<B>, x: Tokens<u8>, y: &mut [[f32; ROWS]]) {
    let dot = |sum, x, w| _mm256_dpbusd_avx_epi32(sum, x, w);
    tokens::<T, B>(w, x, y, dot);
}

#[target_feature(enable = "avx2,avx512vnni,avx512vl")]
fn avx512<const T: usize, B: Block>(w: Group<B>, x: Tokens<u8>, y: &mut [[f32; ROWS]]) {
    let dot = |sum, x, w| _mm256_dpbusd_epi32(sum, x, w);
    tokens::<T, B>(w, x, y, dot);
}

/// `dot` adds to each lane of its first operand the four products there of bytes without and with
/// a sign.
#[inline]
#[target_feature(enable = "avx2")]
fn tokens<const T: usize, B: Block>(
    w: Group<B>,
    x: Tokens<u8>,
    y: &mut [[f32; ROWS]],
    dot: impl Fn(__m256i, __m256i, __m256i) -> __m256i,
) {
    let mut sums = [_mm256_setzero_ps(); T];
    let blocks = w.quants.iter().zip(w.scales).zip(w.negative_sums);
    for (((block, scale), negative_sum), (x, x_scale)) in blocks.zip(x.blocks::<T>()) {
        let mut products = [offset(negative_sum); T];
        for step in 0..HALF {
            for (weights, step) in block.steps(step).iter().zip([step, step + HALF]) {
                let w = load(weights);
                for t in 0..T {
                    let x = u32::from_le_bytes(x[t].as_chunks::<TOGETHER>().0[step]);
                    products[t] = dot(products[t], _mm256_set1_epi32(x.cast_signed()), w);
                }
            }
        }
        add(&mut sums, products, scale, x_scale);
    }
    store(sums, y);
}

/// What the activations' offset adds, taken away.
#[inline]
#[target_feature(enable = "avx2")]
fn offset(negative_sum: &[i16; ROWS]) -> __m256i {
    // SAFETY: 16 bytes are read of 16; the load asks for no alignment.
    #[expect(unsafe_code, reason = "the intrinsic takes a pointer")]
    let sum = unsafe { _mm_loadu_si128(negative_sum.as_ptr().cast()) };
    _mm256_mullo_epi32(_mm256_cvtepi16_epi32(sum), _mm256_set1_epi32(OFFSET))
}

#[inline]
#[target_feature(enable = "avx2")]
fn load(step: &[i8; BLOCK]) -> __m256i {
    // SAFETY: 32 bytes are read of 32; the load asks for no alignment.
    #[expect(unsafe_code, reason = "the intrinsic takes a pointer")]
    unsafe {
        _mm256_loadu_si256(step.as_ptr().cast())
    }
}
