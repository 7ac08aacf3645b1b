//! Integer dot products in AVX2's 256-bit vectors.

use std::arch::x86_64::*;

use super::{BLOCK, Q8Row, Quants, WeightRow, halve};

/// The dot products of a row of weights with several tokens' activations.
#[target_feature(enable = "avx2")]
#[inline]
pub(crate) fn dot_rows<const T: usize>(w: impl WeightRow, x: [Q8Row; T]) -> [f32; T] {
    let mut sums = [_mm256_setzero_ps(); T];
    for (index, (quants, scale)) in w.blocks().enumerate() {
        // The instruction multiplies unsigned with signed bytes: the weights give their signs away.
        // Two products of 8 bits fit 16: 2 * 128 * 127 < 2^15.
        let w = load(&quants);
        let magnitudes = _mm256_abs_epi8(w);
        for (sum, x) in sums.iter_mut().zip(&x) {
            let signed = _mm256_sign_epi8(load(&x.quants[index]), w);
            let pairs = _mm256_maddubs_epi16(magnitudes, signed);
            let products = _mm256_cvtepi32_ps(_mm256_madd_epi16(pairs, _mm256_set1_epi16(1)));
            let scale = _mm256_set1_ps(scale * x.scales[index]);
            *sum = _mm256_add_ps(*sum, _mm256_mul_ps(products, scale));
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

#[target_feature(enable = "avx2")]
#[inline]
fn load(quants: &Quants) -> __m256i {
    const { assert!(BLOCK == 32) }
    // SAFETY: a reference to 32 bytes; the load asks for no alignment.
    #[expect(unsafe_code, reason = "the intrinsic takes a pointer")]
    unsafe {
        _mm256_loadu_si256(quants.as_ptr().cast())
    }
}
