// y = x · Wᵀ (+ bias) (+ y): for each token the dot products of its activations with the rows of W.
//
// An invocation holds ROWS rows and TOKENS tokens in registers: a weight is decoded once for all the
// tokens, and activations are loaded once for all the rows. 32 neighbouring invocations read
// neighbouring weights and the same activations. SLICES invocations share the columns of a row,
// where the device needs more invocations than there are rows.

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

var<workgroup> sums: array<f32, 32 * SLICES * TOKENS * ROWS>;

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
    var slice = 0u; // where it is no variable, drivers see that all invocations read the same activations
    if SLICES > 1u {
        slice = lane / 32u;
    }
    // Tokens and tiles beyond the last one repeat it and are not written.
    let token = workgroup.y * TOKENS;
    let width = params.columns / 4u;
    let x_$t = min(token + $tu, params.tokens - 1u) * width;
    let last = (params.rows - 1u) / 32u;
    let row_$r = min(workgroup.x * ROWS + $ru, last) * 32u + lane % 32u;
    let at_$r = start_of_row(row_$r, params.columns);

    var sum_$r_$t = 0.0;
    for (var group = slice; group < params.columns / 16u; group += SLICES) {
        let w_$r = decode(at_$r, group);
        let scale_$r = scale(row_$r, params.columns, group);
        let i = group * 4u;
        let a_$t = x[x_$t + i];
        let b_$t = x[x_$t + i + 1u];
        let c_$t = x[x_$t + i + 2u];
        let d_$t = x[x_$t + i + 3u];
        sum_$r_$t += scale_$r * (dot(w_$r[0], a_$t) + dot(w_$r[1], b_$t) + dot(w_$r[2], c_$t) + dot(w_$r[3], d_$t));
    }

    if SLICES > 1u {
        sums[(($tu * ROWS + $ru) * SLICES + slice) * 32u + lane % 32u] = sum_$r_$t;
        workgroupBarrier();
        // What is left to add is shared out among the slices.
        for (var i = slice; i < TOKENS * ROWS; i += SLICES) {
            var sum = 0.0;
            for (var s = 0u; s < SLICES; s++) {
                sum += sums[(i * SLICES + s) * 32u + lane % 32u];
            }
            finish(token + i / ROWS, (workgroup.x * ROWS + i % ROWS) * 32u + lane % 32u, sum);
        }
    } else {
        finish(token + $tu, (workgroup.x * ROWS + $ru) * 32u + lane % 32u, sum_$r_$t);
    }
}
