//! F16 to f32, in a way that compilers make vectors of.

use half::f16;

/// The value, exactly: WebAssembly has no instruction for it, and the usual way branches.
#[inline(always)]
pub(crate) fn to_f32(value: f16) -> f32 {
    /// Between the exponents' offsets, 127 and 15.
    const SCALE: f32 = f32::from_bits((127 + 127 - 15) << 23);
    /// From here on an f16 is no number, at its place in an f32.
    const INFINITE: u32 = 0x7c00 << 13;

    let bits = u32::from(value.to_bits());
    let magnitude = (bits & 0x7fff) << 13;
    // Exact for subnormal ones, too: a product with a power of two.
    let scaled = (f32::from_bits(magnitude) * SCALE).to_bits();
    let infinite = if magnitude >= INFINITE {
        0x7f80_0000
    } else {
        0
    };
    f32::from_bits(scaled | infinite | (bits & 0x8000) << 16)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_value_is_what_the_crate_half_says() {
        for bits in 0..=u16::MAX {
            let value = f16::from_bits(bits);
            let (found, expected) = (to_f32(value), value.to_f32());
            let same = found.to_bits() == expected.to_bits();
            assert!(same || found.is_nan() && expected.is_nan(), "{bits:#06x}");
        }
    }
}
