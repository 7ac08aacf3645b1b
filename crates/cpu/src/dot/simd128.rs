//! Integer dot products in WebAssembly's 128-bit vectors.

use std::arch::wasm32::*;

use super::{Q8Row, Quants, WeightRow};

/// The dot products of a row of weights with several tokens' activations.
#[inline(always)]
pub(crate) fn dot_rows<const T: usize>(w: impl WeightRow, x: [Q8Row; T]) -> [f32; T] {
    let mut sums = [f32x4_splat(0.0); T];
    for (index, (quants, scale)) in w.blocks().enumerate() {
        let [w0, w1] = halves(&quants);
        for (sum, x) in sums.iter_mut().zip(&x) {
            let [x0, x1] = halves(&x.quants[index]);
            // Two products of 8 bits fit 16: 2 * 128 * 127 < 2^15.
            let a = i16x8_add(
                i16x8_extmul_low_i8x16(w0, x0),
                i16x8_extmul_high_i8x16(w0, x0),
            );
            let b = i16x8_add(
                i16x8_extmul_low_i8x16(w1, x1),
                i16x8_extmul_high_i8x16(w1, x1),
            );
            let products = i32x4_add(
                i32x4_extadd_pairwise_i16x8(a),
                i32x4_extadd_pairwise_i16x8(b),
            );
            let scale = f32x4_splat(scale * x.scales[index]);
            *sum = f32x4_add(*sum, f32x4_mul(f32x4_convert_i32x4(products), scale));
        }
    }
    sums.map(|sum| {
        (f32x4_extract_lane::<0>(sum) + f32x4_extract_lane::<2>(sum))
            + (f32x4_extract_lane::<1>(sum) + f32x4_extract_lane::<3>(sum))
    })
}

#[inline(always)]
fn halves(quants: &Quants) -> [v128; 2] {
    let [first, second] = bytemuck::cast_ref::<_, [[u8; 16]; 2]>(quants);
    [load(first), load(second)]
}

#[inline(always)]
#[expect(unsafe_code, reason = "the intrinsic takes a pointer")]
fn load(bytes: &[u8; 16]) -> v128 {
    // SAFETY: a reference to 16 bytes; the load asks for no alignment.
    unsafe { v128_load(bytes.as_ptr().cast()) }
}
