// RMSNorm and the head: the logits of the last tokens of a pass.

struct Params {
    tokens: u32, // of x, up to the last one that is wanted
    columns: u32,
    start: u32, // the first token that is wanted
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
@group(0) @binding(5) var<storage, read_write> y: array<f32>; // [tokens - start, vocabulary]

fn row_x(output: u32) -> u32 {
    return min(output, params.rows - 1u);
}

fn finish(token: u32, output: u32, logit: vec2<f32>) {
    if token < params.tokens && output < params.rows {
        y[(token - params.start) * params.vocabulary + params.first + output] = logit.x;
    }
}

fn end(workgroup: vec3<u32>, index: u32) {}
