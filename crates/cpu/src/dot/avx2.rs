//! Integer dot products in AVX2's 256-bit vectors.

use std::arch::x86_64::*;

use super::{BLOCK, Quants, Tokens, WeightRow, halve};

/// The dot products of a row of weights with the activations of several tokens.
#[target_feature(enable = "avx2")]
#[inline]
pub(crate) fn dot_rows<const T: usize>(w: impl WeightRow, x: Tokens<T>) -> [f32; T] {
    let mut sums = [_mm256_setzero_ps(); T];
    for ((weights, scale), (quants, scales)) in w.blocks().zip(x.blocks()) {
        let [w0, w1] = extend(&weights);
        for t in 0..T {
            let [x0, x1] = load(&quants[t]);
            let products = _mm256_add_epi32(_mm256_madd_epi16(w0, x0), _mm256_madd_epi16(w1, x1));
            let scale = _mm256_set1_ps(scale * scales[t]);
            sums[t] = _mm256_add_ps(sums[t], _mm256_mul_ps(_mm256_cvtepi32_ps(products), scale));
        }
    }
    sums.map(|sum| {
        let mut lanes = [0.0; 8];
        // SAFETY: room for eight floats; the store asks for no alignment.
        #[expect(unsafe_code, reason = "the intrinsic takes a pointer")]
        unsafe {
            _mm256_storeu_ps(lanes.as_mut_ptr(), sum);
        }
        halve(lanes)
    })
}

/// 32 signed bytes as 16-bit integers.
#[target_feature(enable = "avx2")]
#[inline]
fn extend(weights: &[i8; BLOCK]) -> [__m256i; 2] {
    let at = |start: usize| {
        // SAFETY: 16 bytes from 0 or 16 on lie within the 32; the load asks for no alignment.
        #[expect(unsafe_code, reason = "the intrinsic takes a pointer")]
        let half = unsafe { _mm_loadu_si128(weights.as_ptr().add(start).cast()) };
        _mm256_cvtepi8_epi16(half)
    };
    [at(0), at(16)]
}

#[target_feature(enable = "avx2")]
#[inline]
fn load(quants: &Quants) -> [__m256i; 2] {
    let at = |start: usize| {
        // SAFETY: 16 values from 0 or 16 on lie within the 32; the load asks for no alignment.
        #[expect(unsafe_code, reason = "the intrinsic takes a pointer")]
        unsafe {
            _mm256_loadu_si256(quants.as_ptr().add(start).cast())
        }
    };
    [at(0), at(16)]
}
