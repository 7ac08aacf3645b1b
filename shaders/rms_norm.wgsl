// RMSNorm (Zhang and Sennrich 2019): y[t] = x[t] / sqrt(mean(x[t]²) + epsilon) * gains.
//
// One workgroup a token.

struct Params {
    width: u32, // vec4s of a token
    first: u32, // the first token of x that is wanted
    epsilon: f32,
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> x: array<vec4<f32>>; // [.., width]
@group(0) @binding(2) var<storage, read> gains: array<vec4<f32>>; // [width]
@group(0) @binding(3) var<storage, read_write> y: array<vec4<f32>>; // [tokens, width]

var<workgroup> squares: array<f32, 64>;

@compute @workgroup_size(64)
fn rms_norm(@builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_index) lane: u32) {
    let start = (params.first + group.x) * params.width;
    var sum = 0.0;
    for (var i = lane; i < params.width; i += 64u) {
        let v = x[start + i];
        sum += dot(v, v);
    }
    squares[lane] = sum;
    workgroupBarrier();

    // Every invocation adds all of them: cheaper than a second barrier.
    var total = 0.0;
    for (var i = 0u; i < 64u; i++) {
        total += squares[i];
    }
    let factor = inverseSqrt(total / f32(params.width * 4u) + params.epsilon);
    let to = group.x * params.width;
    for (var i = lane; i < params.width; i += 64u) {
        y[to + i] = x[start + i] * factor * gains[i];
    }
}
