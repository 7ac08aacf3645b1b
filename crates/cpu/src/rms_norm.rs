//! RMSNorm (Zhang and Sennrich 2019): `y[t] = x[t] / sqrt(mean(x[t]²) + epsilon) * gains`.

use crate::dot::dot;

/// Fills `y`, `[tokens, width]`, from `x` of the same shape and `gains`, `[width]`.
pub fn rms_norm(epsilon: f32, x: &[f32], gains: &[f32], y: &mut [f32]) {
    let width = gains.len();
    for (x, y) in x.chunks_exact(width).zip(y.chunks_exact_mut(width)) {
        let factor = 1.0 / (dot(x, x) / width as f32 + epsilon).sqrt();
        for ((y, x), gain) in y.iter_mut().zip(x).zip(gains) {
            *y = x * factor * gain;
        }
    }
}
