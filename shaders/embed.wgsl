// Rows of the embedding table: x[t] = table[tokens[t]].
//
// One invocation decodes 16 columns of one token. A table that is larger than a binding comes in
// parts of whole rows; each part writes the tokens that lie in it.

struct Params {
    tokens: u32,
    columns: u32,
    first: u32, // the first row of the table that lies in this part
    rows: u32, // of this part
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> tokens: array<u32>;
@group(0) @binding(2) var<storage, read> quants: array<vec4<u32>>;
@group(0) @binding(3) var<storage, read> scales: array<u32>;
@group(0) @binding(4) var<storage, read_write> x: array<vec4<f32>>; // [tokens, columns / 4]

@compute @workgroup_size(64)
fn embed(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
    let index = id.y * groups.x * 64u + id.x;
    let groups_of_a_row = params.columns / 16u;
    if index >= params.tokens * groups_of_a_row {
        return;
    }
    let token = index / groups_of_a_row;
    let group = index % groups_of_a_row;
    let row = tokens[token] - params.first;
    if row >= params.rows { // also where the subtraction wrapped
        return;
    }
    let w = decode(start_of_row(row, params.columns), group) * scale(row, params.columns, group);
    let at = token * (params.columns / 4u) + group * 4u;
    x[at] = w[0];
    x[at + 1u] = w[1];
    x[at + 2u] = w[2];
    x[at + 3u] = w[3];
}
