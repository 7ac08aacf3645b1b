// Causal grouped-query attention over the cache, with the online softmax of FlashAttention
// (Dao et al. 2022).
//
// One workgroup a (head, token). It walks the cache in tiles of 128 positions: the invocations
// first take a position each and find its score, then a vec4 of the head each and sum the values.
// Where a head has fewer than 64 vec4s, the invocations left over share the positions of a tile.

struct Params {
    position: u32, // of the first token
    heads: u32,
    kv_heads: u32,
    width: u32, // vec4s of a head, at most 64
    values: u32, // the index in the cache where values begin: capacity * kv_heads * width
    scale: f32, // 1 / sqrt(head_dim)
}

const TILE = 128u;
const LOWEST = -3.0e38;

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> query: array<vec4<f32>>; // [tokens, heads, width]
@group(0) @binding(2) var<storage, read> cache: array<vec4<f32>>; // [2, capacity, kv_heads, width]: keys, values
@group(0) @binding(3) var<storage, read_write> y: array<vec4<f32>>; // [tokens, heads, width]

var<workgroup> weights: array<f32, TILE>; // scores first, and then what the softmax makes of them
var<workgroup> of_each: array<f32, 64>;
var<workgroup> sums: array<vec4<f32>, 64>;

@compute @workgroup_size(64)
fn attention(@builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_index) lane: u32) {
    let head = group.x;
    let token = group.y;
    let length = params.position + token + 1u; // positions that this token sees
    let q = (token * params.heads + head) * params.width;
    let kv = (head / (params.heads / params.kv_heads)) * params.width; // the head's place in a position
    let stride = params.kv_heads * params.width; // from one position to the next

    let parts = 64u / params.width; // invocations that share a vec4 of the head
    let part = lane / params.width;
    let dim = lane % params.width;

    var highest = LOWEST;
    var total = 0.0;
    var sum = vec4<f32>(0.0);
    for (var start = 0u; start < length; start += TILE) {
        let count = min(TILE, length - start);
        var top = LOWEST;
        for (var i = lane; i < count; i += 64u) {
            let k = (start + i) * stride + kv;
            var score = 0.0;
            for (var d = 0u; d < params.width; d++) {
                score += dot(query[q + d], cache[k + d]);
            }
            score *= params.scale;
            weights[i] = score;
            top = max(top, score);
        }
        of_each[lane] = top;
        workgroupBarrier();

        top = highest;
        for (var i = 0u; i < 64u; i++) {
            top = max(top, of_each[i]);
        }
        let shrink = exp(highest - top);
        total *= shrink;
        sum *= shrink;
        highest = top;
        for (var i = lane; i < count; i += 64u) {
            let weight = exp(weights[i] - top);
            weights[i] = weight;
            total += weight;
        }
        workgroupBarrier();

        if part < parts {
            for (var i = part; i < count; i += parts) {
                sum += weights[i] * cache[params.values + (start + i) * stride + kv + dim];
            }
        }
        workgroupBarrier();
    }

    sums[lane] = sum;
    of_each[lane] = total;
    workgroupBarrier();
    if part == 0u {
        total = 0.0;
        for (var i = 0u; i < 64u; i++) {
            total += of_each[i];
        }
        sum = vec4<f32>(0.0);
        for (var i = 0u; i < parts; i++) {
            sum += sums[i * params.width + dim];
        }
        y[q + dim] = sum / total;
    }
}
