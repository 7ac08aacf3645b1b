// RMSNorm (Zhang and Sennrich 2019) of x before it meets a matrix: x / sqrt(mean(x²) + epsilon) * gains.
//
// The gains are multiplied into the weights as these are decoded, the factor into the sums. Every
// workgroup finds the factors of its tokens for itself, which saves a dispatch.
//
// The kernel declares x, gains, params.tokens, params.columns and params.epsilon.

var<workgroup> squares: array<f32, 32 * TOKENS>;

var<workgroup> factors: array<f32, TOKENS>;

// The slices share out the tokens, the invocations of a slice the columns.
fn square(slice: u32, token: u32, lane: u32) {
    let width = params.columns / 4u;
    for (var t = slice; t < TOKENS; t += SLICES) {
        let start = min(token + t, params.tokens - 1u) * width;
        var sum = 0.0;
        for (var i = lane; i < width; i += 32u) {
            let v = x[start + i];
            sum += dot(v, v);
        }
        squares[t * 32u + lane] = sum;
    }
}

// Makes `factors` of the squares. All invocations of the workgroup call it.
fn finish_norm(index: u32) {
    workgroupBarrier();
    if index < TOKENS {
        var sum = 0.0;
        for (var i = 0u; i < 32u; i++) {
            sum += squares[index * 32u + i];
        }
        factors[index] = inverseSqrt(sum / f32(params.columns) + params.epsilon);
    }
    workgroupBarrier();
}

// The weights of 16 columns, times their gains.
fn weighted(w: mat4x4<f32>, group: u32) -> mat4x4<f32> {
    let i = group * 4u;
    return mat4x4<f32>(w[0] * gains[i], w[1] * gains[i + 1u], w[2] * gains[i + 2u], w[3] * gains[i + 3u]);
}
