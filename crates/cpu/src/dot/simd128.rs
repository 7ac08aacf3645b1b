//! Integer dot products in WebAssembly's 128-bit vectors.

use std::arch::wasm32::*;

use super::{BLOCK, LANES, Quants, Tokens, WeightRow};

/// The dot products of a row of weights with the activations of several tokens.
#[inline(always)]
pub(crate) fn dot_rows<const T: usize>(w: impl WeightRow, x: Tokens<T>) -> [f32; T] {
    let mut sums = [f32x4_splat(0.0); T];
    for ((weights, scale), (quants, scales)) in w.blocks().zip(x.blocks()) {
        let w = extend(&weights);
        for t in 0..T {
            let x = load(&quants[t]);
            let low = i32x4_add(i32x4_dot_i16x8(w[0], x[0]), i32x4_dot_i16x8(w[1], x[1]));
            let high = i32x4_add(i32x4_dot_i16x8(w[2], x[2]), i32x4_dot_i16x8(w[3], x[3]));
            let products = f32x4_convert_i32x4(i32x4_add(low, high));
            let scale = f32x4_splat(scale * scales[t]);
            sums[t] = f32x4_add(sums[t], f32x4_mul(products, scale));
        }
    }
    sums.map(sum_of_lanes)
}

/// The sum of products. Spelled out, because a compiler makes half vectors of the portable one.
#[inline(always)]
pub(crate) fn dot_f32(a: &[f32], b: &[f32]) -> f32 {
    let mut sums = [f32x4_splat(0.0); LANES / 4];
    let (a, a_rest) = a.as_chunks::<LANES>();
    let (b, b_rest) = b.as_chunks::<LANES>();
    for (a, b) in a.iter().zip(b) {
        for (i, sum) in sums.iter_mut().enumerate() {
            // SAFETY: 4 floats from 0, 4, 8 or 12 on lie within the 16; a load asks for no alignment.
            #[expect(unsafe_code, reason = "the intrinsic takes a pointer")]
            let (a, b) = unsafe {
                let at = 4 * i;
                (
                    v128_load(a.as_ptr().add(at).cast()),
                    v128_load(b.as_ptr().add(at).cast()),
                )
            };
            *sum = f32x4_add(*sum, f32x4_mul(a, b));
        }
    }
    let [s0, s1, s2, s3] = sums;
    let sum = sum_of_lanes(f32x4_add(f32x4_add(s0, s2), f32x4_add(s1, s3)));
    sum + a_rest.iter().zip(b_rest).map(|(a, b)| a * b).sum::<f32>()
}

#[inline(always)]
fn sum_of_lanes(sum: v128) -> f32 {
    (f32x4_extract_lane::<0>(sum) + f32x4_extract_lane::<2>(sum))
        + (f32x4_extract_lane::<1>(sum) + f32x4_extract_lane::<3>(sum))
}

/// 32 signed bytes as 16-bit integers.
#[inline(always)]
fn extend(weights: &[i8; BLOCK]) -> [v128; 4] {
    let at = |start: usize| {
        // SAFETY: 8 bytes from 0, 8, 16 or 24 on lie within the 32; the load asks for no alignment.
        #[expect(unsafe_code, reason = "the intrinsic takes a pointer")]
        unsafe {
            i16x8_load_extend_i8x8(weights.as_ptr().add(start))
        }
    };
    [at(0), at(8), at(16), at(24)]
}

#[inline(always)]
fn load(quants: &Quants) -> [v128; 4] {
    let at = |start: usize| {
        // SAFETY: 8 values from 0, 8, 16 or 24 on lie within the 32; the load asks for no alignment.
        #[expect(unsafe_code, reason = "the intrinsic takes a pointer")]
        unsafe {
            v128_load(quants.as_ptr().add(start).cast())
        }
    };
    [at(0), at(8), at(16), at(24)]
}
