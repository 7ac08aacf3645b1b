// RMSNorm and the first half of SwiGLU (Shazeer 2020): y = silu(gate) * up, with the gate and up
// projections of x, and silu(v) = v / (1 + exp(-v)).
//
// An invocation computes a row of the gate and the same row of up.

struct Params {
    tokens: u32,
    columns: u32,
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

fn finish(token: u32, row: u32, factor: f32, sum_0: f32, sum_1: f32) {
    if token < params.tokens && row < params.rows {
        let gate = factor * sum_0;
        // Below -80 the result is 0 in f32 anyway, and exp could overflow.
        y[token * params.rows + row] = gate / (1.0 + exp(-max(gate, -80.0))) * (factor * sum_1);
    }
}

@compute @workgroup_size(32 * SLICES)
fn gate_up_silu(@builtin(workgroup_id) workgroup: vec3<u32>, @builtin(local_invocation_index) index: u32) {
    let slice = slice_of(index);
    let lane = index % 32u;
    let token = workgroup.y * TOKENS;
    let row = workgroup.x * 32u + lane; // a tile is padded to 32 rows

    square(slice, token, lane);
    let sums = products(slice, token, row, params.up + row);
    finish_norm(index);
    if SLICES > 1u {
        let sum_$r = total(sums.of_$r, slice, lane);
        if slice < TOKENS {
            finish(token + slice, row, factors[slice], sum_0, sum_1);
        }
    } else {
        finish(token + $tu, row, factors[$tu], sums.of_0.with_$t, sums.of_1.with_$t);
    }
}
