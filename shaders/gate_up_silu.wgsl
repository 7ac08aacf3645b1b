// RMSNorm and the first half of SwiGLU (Shazeer 2020): y = silu(gate) * up, with the gate and up
// projections of x, and silu(v) = v / (1 + exp(-v)).
//
// An output takes a row of the gate and the same row of up.

struct Params {
    tokens: u32,
    columns: u32,
    start: u32, // the first token that is computed
    rows: u32, // of the gate
    up: u32, // the row of the matrix where up begins
    epsilon: f32,
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> x: array<vec4<f32>>; // [tokens, columns / 4]
@group(0) @binding(2) var<storage, read> gains: array<vec4<f32>>; // [columns / 4]
@group(0) @binding(3) var<storage, read> quants: array<vec4<u32>>;
@group(0) @binding(4) var<storage, read> scales: array<u32>;
@group(0) @binding(5) var<storage, read_write> y: array<f32>; // [tokens, rows]

fn row_x(output: u32) -> u32 {
    return min(output, params.rows - 1u);
}

fn row_y(output: u32) -> u32 {
    return params.up + row_x(output);
}

fn finish(token: u32, output: u32, sums: vec2<f32>) {
    if token < params.tokens && output < params.rows {
        // Below -80 the result is 0 in f32 anyway, and exp could overflow.
        y[token * params.rows + output] = sums.x / (1.0 + exp(-max(sums.x, -80.0))) * sums.y;
    }
}

fn end(workgroup: vec3<u32>, index: u32) {}
