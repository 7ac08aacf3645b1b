//! The gate of SwiGLU (Shazeer 2020): `gate = silu(gate) * up`, with `silu(v) = v / (1 + exp(-v))`.

use crate::exp::Exp;

/// Works on `gate` in place; both are `[tokens, feed_forward]`.
pub fn silu_mul(up: &[f32], gate: &mut [f32]) {
    let exp = Exp::new();
    for (gate, up) in gate.iter_mut().zip(up) {
        *gate = *gate / (1.0 + exp.of(-*gate)) * up;
    }
}
