//! Integer dot products in WebAssembly's 128-bit vectors.

use std::arch::wasm32::*;

use super::{BLOCK, Quants, Tokens, WeightRow};

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
    sums.map(|sum| {
        (f32x4_extract_lane::<0>(sum) + f32x4_extract_lane::<2>(sum))
            + (f32x4_extract_lane::<1>(sum) + f32x4_extract_lane::<3>(sum))
    })
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
