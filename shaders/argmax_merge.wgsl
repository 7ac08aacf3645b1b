// The index of the largest of a token's candidates, which `argmax` found; among equal ones the lowest.
//
// One workgroup a token.

struct Params {
    candidates: u32, // of a token
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> largest: array<vec2<u32>>; // [tokens, candidates]: bits of a logit, its index
@group(0) @binding(2) var<storage, read_write> best: array<u32>; // [tokens]

var<workgroup> of_each: array<vec2<u32>, 64>;

// The larger of two; the first index where they are equal.
fn larger(a: vec2<u32>, b: vec2<u32>) -> vec2<u32> {
    let first = bitcast<f32>(a.x);
    let second = bitcast<f32>(b.x);
    return select(a, b, second > first || (second == first && b.y < a.y));
}

@compute @workgroup_size(64)
fn argmax_merge(@builtin(workgroup_id) workgroup: vec3<u32>, @builtin(local_invocation_index) index: u32) {
    let start = workgroup.x * params.candidates;
    var found = largest[start + min(index, params.candidates - 1u)];
    for (var i = index + 64u; i < params.candidates; i += 64u) {
        found = larger(found, largest[start + i]);
    }
    of_each[index] = found;
    workgroupBarrier();

    if index == 0u {
        for (var i = 1u; i < 64u; i++) {
            found = larger(found, of_each[i]);
        }
        best[workgroup.x] = found.y;
    }
}
