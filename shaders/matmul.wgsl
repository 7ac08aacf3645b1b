// y = x · Wᵀ (+ bias) (+ y): for each token the dot products of its activations with the rows of W.
//
// An invocation holds one row and TOKENS tokens: a weight is decoded once for all of them, and 32
// neighbouring invocations read neighbouring weights and the same activations. SLICES invocations
// share the columns of a row, where the device needs more invocations than there are rows.

struct Params {
    tokens: u32,
    columns: u32,
    rows: u32, // of this part of W
    first: u32, // column of y of the part's first row
    width: u32, // columns of y
    bias: u32, // 1: add bias
    add: u32, // 1: add to what stands in y
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> x: array<vec4<f32>>; // [tokens, columns / 4]
@group(0) @binding(2) var<storage, read> quants: array<vec4<u32>>;
@group(0) @binding(3) var<storage, read> scales: array<u32>;
@group(0) @binding(4) var<storage, read> bias: array<f32>; // [rows]
@group(0) @binding(5) var<storage, read_write> y: array<f32>; // [tokens, width]

var<workgroup> sums: array<f32, 32 * SLICES * TOKENS>;

fn finish(token: u32, row: u32, sum: f32) {
    if token < params.tokens && row < params.rows {
        let at = token * params.width + params.first + row;
        var value = sum;
        if params.bias == 1u {
            value += bias[params.first + row];
        }
        if params.add == 1u {
            value += y[at];
        }
        y[at] = value;
    }
}

@compute @workgroup_size(32 * SLICES)
fn matmul(@builtin(workgroup_id) workgroup: vec3<u32>, @builtin(local_invocation_index) lane: u32) {
    let row = workgroup.x * 32u + lane % 32u; // W is padded to whole tiles: every row can be read
    let slice = lane / 32u;
    let token = workgroup.y * TOKENS;
    let width = params.columns / 4u;
    let at = start_of_row(row, params.columns);

    // Tokens beyond the last one repeat it and are not written.
    let x_$t = min(token + $tu, params.tokens - 1u) * width;
    var sum_$t = 0.0;
    for (var group = slice; group < params.columns / 16u; group += SLICES) {
        let w = decode(at, group);
        let s = scale(row, params.columns, group);
        let i = group * 4u;
        sum_$t += s * (dot(w[0], x[x_$t + i]) + dot(w[1], x[x_$t + i + 1u]) + dot(w[2], x[x_$t + i + 2u]) + dot(w[3], x[x_$t + i + 3u]));
    }

    if SLICES > 1u {
        sums[($tu * SLICES + slice) * 32u + lane % 32u] = sum_$t;
        workgroupBarrier();
        // The tokens are shared out among the slices.
        for (var t = slice; t < TOKENS; t += SLICES) {
            var sum = 0.0;
            for (var s = 0u; s < SLICES; s++) {
                sum += sums[(t * SLICES + s) * 32u + lane % 32u];
            }
            finish(token + t, row, sum);
        }
    } else {
        finish(token + $tu, row, sum_$t);
    }
}
