//! Dot products of floats, each summed in an order that is fixed by the length alone.

/// Partial sums.
pub(crate) const LANES: usize = 16;

/// The sum of products.
#[cfg(not(target_arch = "wasm32"))]
#[inline(always)]
pub(crate) fn dot_f32(a: &[f32], b: &[f32]) -> f32 {
    let mut sums = [0.0; LANES];
    let (a, a_rest) = a.as_chunks::<LANES>();
    let (b, b_rest) = b.as_chunks::<LANES>();
    for (a, b) in a.iter().zip(b) {
        for lane in 0..LANES {
            sums[lane] += a[lane] * b[lane];
        }
    }
    let rest: f32 = a_rest.iter().zip(b_rest).map(|(a, b)| a * b).sum();
    halve::<LANES>(sums) + rest
}

/// The sum of products. Spelled out, because a compiler makes half vectors of the portable one.
#[cfg(target_arch = "wasm32")]
#[inline(always)]
pub(crate) fn dot_f32(a: &[f32], b: &[f32]) -> f32 {
    use std::arch::wasm32::*;

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
    let sum = f32x4_add(f32x4_add(s0, s2), f32x4_add(s1, s3));
    let sum = (f32x4_extract_lane::<0>(sum) + f32x4_extract_lane::<2>(sum))
        + (f32x4_extract_lane::<1>(sum) + f32x4_extract_lane::<3>(sum));
    sum + a_rest.iter().zip(b_rest).map(|(a, b)| a * b).sum::<f32>()
}

/// The sum of lanes, by halves.
#[inline(always)]
pub(crate) fn halve<const LANES: usize>(mut lanes: [f32; LANES]) -> f32 {
    let mut width = LANES / 2;
    while width > 0 {
        for lane in 0..width {
            lanes[lane] += lanes[lane + width];
        }
        width /= 2;
    }
    lanes[0]
}
