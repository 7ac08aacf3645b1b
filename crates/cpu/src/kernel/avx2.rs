//! AVX2's 256-bit vectors: products of 16-bit integers, summed in pairs.

use std::arch::x86_64::*;
use std::hint::black_box;

use super::{SUMS, Tokens};
use crate::input::BLOCK;
use crate::interleaved::{Block, Group, HALF, ROWS, TOGETHER, halves};

/// For a processor that has AVX2.
pub(super) fn rows<B: Block>(w: Group<B>, x: Tokens<i16>, y: &mut [[f32; ROWS]]) {
    // SAFETY: `Kernel::all` names this kernel only where the processor has AVX2.
    #[expect(unsafe_code, reason = "the compiler cannot know the processor")]
    unsafe {
        match x.tokens {
            4 => tokens::<4, B>(w, x, y),
            2 => tokens::<2, B>(w, x, y),
            _ => tokens::<1, B>(w, x, y),
        }
    }
}

#[target_feature(enable = "avx2")]
fn tokens<const T: usize, B: Block>(w: Group<B>, x: Tokens<i16>, y: &mut [[f32; ROWS]]) {
    let mut sums = [_mm256_setzero_ps(); T];
    for ((block, scales), (x, x_scale)) in w.blocks().zip(x.blocks::<T>()) {
        for (part, scale) in scales.iter().enumerate() {
            // Two lanes a row: rows 0 to 3, and 4 to 7.
            let mut products = [[_mm256_setzero_si256(); 2]; T];
            for step in 0..HALF {
                let weights = block.steps(step);
                for half in halves::<B>(part) {
                    let w = load(&weights[half]);
                    for t in 0..T {
                        let x = splat(&x[t].values, step + half * HALF);
                        for side in 0..2 {
                            let sum = _mm256_madd_epi16(w[side], x);
                            products[t][side] = _mm256_add_epi32(products[t][side], sum);
                        }
                    }
                }
            }
            let mut floats = [_mm256_setzero_ps(); T];
            for t in 0..T {
                // The addition of neighbours leaves the rows as 0 1 4 5 2 3 6 7.
                let product = _mm256_hadd_epi32(products[t][0], products[t][1]);
                let product = _mm256_permute4x64_epi64::<0b11_01_10_00>(product);
                let product = _mm256_add_epi32(product, _mm256_set1_epi32(x[t].starts[part]));
                floats[t] = _mm256_cvtepi32_ps(product);
            }
            add(&mut sums, floats, &scale.0, x_scale);
        }
    }
    store(sums, y);
}

/// As [`Kernel::peak`](super::Kernel::peak); returns the multiply-adds of a round.
pub(super) fn peak(rounds: u32) -> usize {
    // SAFETY: as above.
    #[expect(unsafe_code, reason = "the compiler cannot know the processor")]
    unsafe {
        peak_of_the_instruction(rounds)
    }
    SUMS * 16
}

#[target_feature(enable = "avx2")]
fn peak_of_the_instruction(rounds: u32) {
    let x = black_box(_mm256_set1_epi16(5));
    let mut sums = black_box([_mm256_set1_epi16(3); SUMS]);
    for _ in 0..rounds {
        for sum in &mut sums {
            // Of the sum itself: equal products would be multiplied once.
            *sum = _mm256_add_epi32(_mm256_madd_epi16(*sum, x), *sum);
        }
    }
    black_box(sums);
}

/// Four columns of rows 0 to 3, and of 4 to 7, as 16-bit integers.
#[inline]
#[target_feature(enable = "avx2")]
fn load(step: &[u8; ROWS * TOGETHER]) -> [__m256i; 2] {
    let (halves, _) = step.as_chunks::<16>();
    // SAFETY: 16 bytes are read of 16; the load asks for no alignment.
    #[expect(unsafe_code, reason = "the intrinsic takes a pointer")]
    let half = |half: usize| unsafe { _mm_loadu_si128(halves[half].as_ptr().cast()) };
    [_mm256_cvtepu8_epi16(half(0)), _mm256_cvtepu8_epi16(half(1))]
}

/// Four activations, once for each of four rows.
#[inline]
#[target_feature(enable = "avx2")]
fn splat(x: &[i16; BLOCK], step: usize) -> __m256i {
    let [a, b, c, d] = x.as_chunks::<4>().0[step].map(i16::to_le_bytes);
    let bytes = [a, b, c, d].as_flattened().as_array::<8>().copied();
    _mm256_set1_epi64x(i64::from_le_bytes(bytes.unwrap_or_default()))
}

/// Adds a block's products, which are floats now, times the scales of the weights and of the activations.
#[inline]
#[target_feature(enable = "avx2")]
pub(super) fn add<const T: usize>(
    sums: &mut [__m256; T],
    products: [__m256; T],
    scale: &[f32; ROWS],
    x_scale: &[f32; T],
) {
    // SAFETY: eight floats are read of eight; the load asks for no alignment.
    #[expect(unsafe_code, reason = "the intrinsic takes a pointer")]
    let scale = unsafe { _mm256_loadu_ps(scale.as_ptr()) };
    for t in 0..T {
        let scale = _mm256_mul_ps(scale, _mm256_set1_ps(x_scale[t]));
        let product = _mm256_mul_ps(products[t], scale);
        sums[t] = _mm256_add_ps(sums[t], product);
    }
}

#[inline]
#[target_feature(enable = "avx2")]
pub(super) fn store<const T: usize>(sums: [__m256; T], y: &mut [[f32; ROWS]]) {
    for (sum, y) in sums.into_iter().zip(y) {
        // SAFETY: room for eight floats; the store asks for no alignment.
        #[expect(unsafe_code, reason = "the intrinsic takes a pointer")]
        unsafe {
            _mm256_storeu_ps(y.as_mut_ptr(), sum);
        }
    }
}
