// Puts together what attention found in the spans of the cache. A workgroup takes a query.

struct Params {
    start: u32, // the first token that is computed
    position: u32, // of token 0
    heads: u32,
    width: u32, // vec4s of a head, at most 64
    spans: u32,
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> found: array<vec4<f32>>; // [tokens, heads, spans, width + 1], as attention writes it
@group(0) @binding(2) var<storage, read_write> y: array<vec4<f32>>; // [tokens, heads, width]

@compute @workgroup_size(64)
fn attention_merge(@builtin(workgroup_id) workgroup: vec3<u32>, @builtin(local_invocation_index) lane: u32) {
    if lane >= params.width {
        return;
    }
    let token = params.start + workgroup.y;
    let q = token * params.heads + workgroup.x;
    let seen = (params.position + token) / SPAN + 1u; // spans in which the query sees something
    var mixed = NOTHING;
    for (var span = 0u; span < min(seen, params.spans); span++) {
        let place = (q * params.spans + span) * (params.width + 1u);
        let of_span = found[place + params.width];
        mixed = mix(mixed, Mixed(found[place + lane], of_span.x, of_span.y));
    }
    y[q * params.width + lane] = mixed.sum / mixed.total;
}
