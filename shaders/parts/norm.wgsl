// RMSNorm (Zhang and Sennrich 2019) of x before it meets a matrix: x / sqrt(mean(x²) + epsilon) * gains.
//
// The gains are multiplied into the weights as these are decoded, or into x before it is rounded, the factor
// into the sums. Every workgroup finds the factors of its tokens for itself, which saves a dispatch.
//
// The kernel declares x, gains, params.tokens, params.columns and params.epsilon.

const AT_ONCE = min(WORKGROUP_TOKENS, 8u); // tokens

var<workgroup> squares: array<f32, 32 * AT_ONCE>;

var<workgroup> factors: array<f32, WORKGROUP_TOKENS>;

// Makes the factors of the workgroup's tokens, of which `token` is the first. All its invocations call it:
// 32 share out the columns of a token.
fn find_factors(token: u32, index: u32) {
    let lane = index % 32u;
    let width = params.columns / 4u;
    for (var first = 0u; first < WORKGROUP_TOKENS; first += AT_ONCE) {
        for (var t = index / 32u; t < AT_ONCE; t += WORKGROUP / 32u) {
            let start = min(token + first + t, params.tokens - 1u) * width;
            var sum = 0.0;
            for (var i = lane; i < width; i += 32u) {
                let v = x[start + i];
                sum += dot(v, v);
            }
            squares[t * 32u + lane] = sum;
        }
        workgroupBarrier();
        if index < AT_ONCE {
            var sum = 0.0;
            for (var i = 0u; i < 32u; i++) {
                sum += squares[index * 32u + i];
            }
            factors[first + index] = inverseSqrt(sum / f32(params.columns) + params.epsilon);
        }
        workgroupBarrier();
    }
}

// Of a token of the workgroup.
fn factor(t: u32) -> f32 {
    return factors[t];
}

// The weights of 16 columns, times their gains.
fn weighted(w: mat4x4<f32>, group: u32) -> mat4x4<f32> {
    let i = group * 4u;
    return mat4x4<f32>(w[0] * gains[i], w[1] * gains[i + 1u], w[2] * gains[i + 2u], w[3] * gains[i + 3u]);
}

// Four numbers of x, times their gains.
fn gained(v: vec4<f32>, i: u32) -> vec4<f32> {
    return v * gains[i];
}
