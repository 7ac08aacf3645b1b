//! An exponential that a compiler can vectorise.

use std::hint::black_box;

/// The exponential function.
///
/// The method of Cephes' `expf`: `x = n ln 2 + r`, a polynomial for `e^r`, and `2^n` by its bits.
#[derive(Clone, Copy)]
pub(crate) struct Exp {
    lowest: f32,
    highest: f32,
    log2_e: f32,
    /// Adding and taking away 1.5 * 2^23 rounds to a whole number without a call.
    round: f32,
    /// The natural logarithm of 2, in two parts.
    ln_2: [f32; 2],
    polynomial: [f32; 6],
    one: f32,
}

impl Exp {
    /// To be made outside of a loop: an engine makes what it knows to be constant anew for every vector,
    /// by three instructions each, so it must not know.
    #[inline(always)]
    pub(crate) fn new() -> Self {
        black_box(Self {
            lowest: -87.0,
            highest: 88.0,
            log2_e: std::f32::consts::LOG2_E,
            round: 12_582_912.0,
            ln_2: [0.693_359_4, -2.121_944_4e-4],
            polynomial: [
                1.987_569_1e-4,
                1.398_199_9e-3,
                8.333_452e-3,
                4.166_579_6e-2,
                1.666_666_5e-1,
                0.5,
            ],
            one: 1.0,
        })
    }

    /// `e^x` within 2e-7 of it, relative; between `e^-87` and `e^88`, to which larger magnitudes are cut.
    #[inline(always)]
    pub(crate) fn of(self, x: f32) -> f32 {
        self.within(x.clamp(self.lowest, self.highest))
    }

    /// The same for an `x` between -87 and 88, without a look at it.
    #[inline(always)]
    pub(crate) fn within(self, x: f32) -> f32 {
        let shifted = x * self.log2_e + self.round;
        let n = shifted - self.round;
        let [high, low] = self.ln_2;
        let r = (x - n * high) - n * low;
        let [first, rest @ ..] = self.polynomial;
        let p = rest
            .iter()
            .fold(first, |p, coefficient| p * r + coefficient);
        let fraction = p * (r * r) + r + self.one;
        // The whole number stands in the last bits of what was rounded, and is added to the exponent: the
        // power is never subnormal.
        f32::from_bits(fraction.to_bits().wrapping_add(shifted.to_bits() << 23))
    }
}

#[cfg(test)]
mod tests {
    use super::Exp;

    #[test]
    fn it_is_the_exponential() {
        let exp = Exp::new();
        for step in -87_000..88_000 {
            let x = step as f32 / 1000.0;
            let expected = f64::from(x).exp();
            assert!(
                (f64::from(exp.of(x)) / expected - 1.0).abs() < 2e-7,
                "exp({x}) = {}",
                exp.of(x)
            );
        }
        assert_eq!(exp.of(0.0), 1.0);
        assert!(exp.of(-1e30) < 2e-38 && exp.of(1e30).is_finite());
    }
}
