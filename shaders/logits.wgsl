// RMSNorm and the head: the logits of the last tokens of a pass.

struct Params {
    tokens: u32, // of x, up to the last one that is wanted
    columns: u32,
    wanted: u32, // the first token that is
    rows: u32, // of this part of the head
    first: u32, // column of y of the part's first row
    vocabulary: u32, // columns of y
    epsilon: f32,
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> x: array<vec4<f32>>; // [tokens, columns / 4]
@group(0) @binding(2) var<storage, read> gains: array<vec4<f32>>; // [columns / 4]
@group(0) @binding(3) var<storage, read> quants: array<vec4<u32>>;
@group(0) @binding(4) var<storage, read> scales: array<u32>;
@group(0) @binding(5) var<storage, read_write> y: array<f32>; // [tokens - wanted, vocabulary]

fn finish(token: u32, row: u32, logit: f32) {
    if token < params.tokens && row < params.rows {
        y[(token - params.wanted) * params.vocabulary + params.first + row] = logit;
    }
}

@compute @workgroup_size(32 * SLICES)
fn logits(@builtin(workgroup_id) workgroup: vec3<u32>, @builtin(local_invocation_index) index: u32) {
    let slice = slice_of(index);
    let lane = index % 32u;
    let token = params.wanted + workgroup.y * TOKENS;
    let row_$r = (workgroup.x * ROWS + $ru) * 32u + lane;
    let last = (params.rows - 1u) / 32u * 32u + lane; // in the last tile, which is padded to 32 rows

    square(slice, token, lane);
    let sums = products(
        slice,
        token,
        min(row_$r, last),
    );
    finish_norm(index);
    if SLICES > 1u {
        let sum_$r = total(sums.of_$r, slice, lane);
        if slice < TOKENS {
            finish(token + slice, row_$r, factors[slice] * sum_$r);
        }
    } else {
        finish(token + $tu, row_$r, factors[$tu] * sums.of_$r.with_$t);
    }
}
