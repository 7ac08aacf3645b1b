// y += x · Wᵀ.

struct Params {
    tokens: u32,
    columns: u32,
    rows: u32, // of this part of W
    first: u32, // column of y of the part's first row
    width: u32, // columns of y
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> x: array<vec4<f32>>; // [tokens, columns / 4]
@group(0) @binding(2) var<storage, read> quants: array<vec4<u32>>;
@group(0) @binding(3) var<storage, read> scales: array<u32>;
@group(0) @binding(4) var<storage, read_write> y: array<f32>; // [tokens, width]

fn weighted(w: mat4x4<f32>, group: u32) -> mat4x4<f32> {
    return w;
}

fn finish(token: u32, row: u32, sum: f32) {
    if token < params.tokens && row < params.rows {
        y[token * params.width + params.first + row] += sum;
    }
}

@compute @workgroup_size(32 * SLICES)
fn project_add(@builtin(workgroup_id) workgroup: vec3<u32>, @builtin(local_invocation_index) index: u32) {
    let slice = slice_of(index);
    let lane = index % 32u;
    let token = workgroup.y * TOKENS;
    let row_$r = (workgroup.x * ROWS + $ru) * 32u + lane;
    let last = (params.rows - 1u) / 32u * 32u + lane; // in the last tile, which is padded to 32 rows

    let sums = products(
        slice,
        token,
        min(row_$r, last),
    );
    if SLICES > 1u {
        let sum_$r = total(sums.of_$r, slice, lane);
        if slice < TOKENS {
            finish(token + slice, row_$r, sum_$r);
        }
    } else {
        finish(token + $tu, row_$r, sums.of_$r.with_$t);
    }
}
