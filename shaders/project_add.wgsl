// y += x · Wᵀ; x as it stands, or what attention found in the spans of the cache.

struct Params {
    tokens: u32,
    columns: u32,
    start: u32, // the first token that is computed
    rows: u32, // of this part of W
    first: u32, // column of y of the part's first row
    width: u32, // columns of y
    head: u32, // vec4s of a head, where x is in spans
    spans: u32,
    position: u32, // of token 0
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> x: array<vec4<f32>>; // [tokens, columns / 4], or in spans
@group(0) @binding(2) var<storage, read> quants: array<vec4<u32>>;
@group(0) @binding(3) var<storage, read> scales: array<u32>;
@group(0) @binding(4) var<storage, read_write> y: array<f32>; // [tokens, width]

fn row_x(output: u32) -> u32 {
    return min(output, params.rows - 1u);
}

fn finish(token: u32, output: u32, sum: vec2<f32>) {
    if token < params.tokens && output < params.rows {
        y[token * params.width + params.first + output] += sum.x;
    }
}

fn end(workgroup: vec3<u32>, index: u32) {}
