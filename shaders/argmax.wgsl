// RMSNorm, the head, and the largest logit among the rows that a workgroup computes, for each of its
// tokens: the logits themselves are written nowhere. `argmax_merge` chooses among the workgroups.

struct Params {
    tokens: u32, // of x, up to the last one that is wanted
    columns: u32,
    start: u32, // the first token that is wanted
    rows: u32, // of this part of the head
    first: u32, // index of the part's first row
    candidates: u32, // of a token: workgroups that the whole head takes
    candidate: u32, // that of the part's first workgroup
    epsilon: f32,
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> x: array<vec4<f32>>; // [tokens, columns / 4]
@group(0) @binding(2) var<storage, read> gains: array<vec4<f32>>; // [columns / 4]
@group(0) @binding(3) var<storage, read> quants: array<vec4<u32>>;
@group(0) @binding(4) var<storage, read> scales: array<u32>;
// The bits of a logit, and its index.
@group(0) @binding(5) var<storage, read_write> largest: array<vec2<u32>>; // [tokens - start, candidates]

const LOWEST = -3.0e38;

// The largest of each invocation.
var<workgroup> logits: array<f32, WORKGROUP_TOKENS * LANES>;
var<workgroup> indices: array<u32, WORKGROUP_TOKENS * LANES>;

fn row_x(output: u32) -> u32 {
    return min(output, params.rows - 1u);
}

// An invocation finishes its outputs of a token in ascending order.
fn finish(token: u32, output: u32, sum: vec2<f32>) {
    let at = (token - params.start) % WORKGROUP_TOKENS * LANES + output % LANES;
    let logit = select(LOWEST, sum.x, output < params.rows);
    if output / LANES % OUTPUTS == 0u || logit > logits[at] {
        logits[at] = logit;
        indices[at] = params.first + row_x(output);
    }
}

fn end(workgroup: vec3<u32>, index: u32) {
    workgroupBarrier();
    let token = params.start + workgroup.x * WORKGROUP_TOKENS + index;
    if index < WORKGROUP_TOKENS && token < params.tokens {
        var logit = logits[index * LANES];
        var best = indices[index * LANES];
        for (var lane = 1u; lane < LANES; lane++) {
            let other = logits[index * LANES + lane];
            let at = indices[index * LANES + lane];
            if other > logit || (other == logit && at < best) {
                logit = other;
                best = at;
            }
        }
        let candidate = params.candidate + workgroup.y;
        largest[(token - params.start) * params.candidates + candidate] = vec2<u32>(bitcast<u32>(logit), best);
    }
}
