// The index of the largest logit of each row; among equal ones the lowest.
//
// One workgroup a row.

struct Params {
    vocabulary: u32,
    first: u32, // where the row's answer goes
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> logits: array<f32>; // [rows, vocabulary]
@group(0) @binding(2) var<storage, read_write> best: array<u32>; // [rows]

var<workgroup> values: array<f32, 256>;
var<workgroup> indices: array<u32, 256>;

@compute @workgroup_size(256)
fn argmax(@builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_index) lane: u32) {
    let start = group.x * params.vocabulary;
    var index = min(lane, params.vocabulary - 1u);
    var value = logits[start + index];
    for (var i = lane + 256u; i < params.vocabulary; i += 256u) {
        let v = logits[start + i];
        if v > value {
            value = v;
            index = i;
        }
    }
    values[lane] = value;
    indices[lane] = index;
    workgroupBarrier();

    if lane == 0u {
        for (var i = 1u; i < 256u; i++) {
            let v = values[i];
            let at = indices[i];
            if v > value || (v == value && at < index) {
                value = v;
                index = at;
            }
        }
        best[params.first + group.x] = index;
    }
}
