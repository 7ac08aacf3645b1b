// Causal grouped-query attention over the cache, with the online softmax of FlashAttention
// (Dao et al. 2022).
//
// One workgroup takes QUERIES queries that meet the same keys and values: those of the query heads that
// share a KV head, for one token after the other. Each key and value is loaded once for all of them.
//
// It walks the cache in tiles of 128 positions: the invocations first take two positions each and find
// their scores, then a vec4 of the head each and sum the values. Where a head has fewer than 64 vec4s,
// the invocations left over share the positions of a tile. What a query does not see weighs nothing, so
// that its result does not depend on the queries beside it.

struct Params {
    tokens: u32,
    start: u32, // the first token that is computed
    position: u32, // of token 0
    heads: u32,
    kv_heads: u32,
    width: u32, // vec4s of a head, at most 64
    values: u32, // the index in the cache where values begin: capacity * kv_heads * width
    scale: f32, // 1 / sqrt(head_dim)
}

const LANES = 64u;
const TILE = 2u * LANES;
const LOWEST = -3.0e38;

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> query: array<vec4<f32>>; // [tokens, heads, width]
@group(0) @binding(2) var<storage, read> cache: array<vec4<f32>>; // [2, capacity, kv_heads, width]: keys, values
@group(0) @binding(3) var<storage, read_write> y: array<vec4<f32>>; // [tokens, heads, width]

var<workgroup> weights: array<f32, TILE * QUERIES>; // what the softmax makes of the scores
var<workgroup> of_each: array<f32, LANES * QUERIES>;
var<workgroup> tops: array<f32, QUERIES>;
var<workgroup> sums: array<vec4<f32>, LANES>;

// Writes what a query makes of the values. All invocations of the workgroup call it.
fn finish(q: u32, sum: vec4<f32>, total: f32, lane: u32) {
    workgroupBarrier(); // the query before has been finished
    sums[lane] = sum;
    of_each[lane] = total;
    workgroupBarrier();
    if lane < params.width {
        var all = 0.0;
        for (var i = 0u; i < LANES; i++) {
            all += of_each[i];
        }
        var mixed = vec4<f32>(0.0);
        for (var part = 0u; part < LANES / params.width; part++) {
            mixed += sums[part * params.width + lane];
        }
        y[q + lane] = mixed / all;
    }
}

@compute @workgroup_size(LANES)
fn attention(@builtin(workgroup_id) workgroup: vec3<u32>, @builtin(local_invocation_index) lane: u32) {
    let group = params.heads / params.kv_heads; // query heads that share a KV head
    let first = params.start * group + workgroup.y * QUERIES;
    let last = params.tokens * group - 1u; // queries beyond it repeat it
    let index_$q = min(first + $qu, last);
    let q_$q = (index_$q / group * params.heads + workgroup.x * group + index_$q % group) * params.width;
    let length_$q = params.position + index_$q / group + 1u; // positions that this query sees
    let longest = params.position + min(first + QUERIES - 1u, last) / group + 1u;
    let kv = workgroup.x * params.width; // the head's place in a position
    let stride = params.kv_heads * params.width; // from one position to the next

    let parts = LANES / params.width; // invocations that share a vec4 of the head
    let part = lane / params.width;
    let dim = lane % params.width;

    var highest_$q = LOWEST;
    var total_$q = 0.0;
    var sum_$q = vec4<f32>(0.0);
    for (var start = 0u; start < longest; start += TILE) {
        let at = vec2<u32>(start + lane, start + LANES + lane);
        let k = min(at, vec2<u32>(longest - 1u)) * stride + kv;
        var score_$q = vec2<f32>(0.0);
        for (var d = 0u; d < params.width; d++) {
            let key_0 = cache[k.x + d];
            let key_1 = cache[k.y + d];
            let query_$q = query[q_$q + d];
            score_$q += vec2<f32>(dot(query_$q, key_0), dot(query_$q, key_1));
        }
        score_$q = select(vec2<f32>(LOWEST), score_$q * params.scale, at < vec2<u32>(length_$q));
        of_each[$qu * LANES + lane] = max(score_$q.x, score_$q.y);
        workgroupBarrier();
        if lane < QUERIES {
            var top = LOWEST;
            for (var i = 0u; i < LANES; i++) {
                top = max(top, of_each[lane * LANES + i]);
            }
            tops[lane] = top;
        }
        workgroupBarrier();

        let top_$q = max(highest_$q, tops[$q]);
        let shrink_$q = exp(highest_$q - top_$q);
        let weight_$q = select(vec2<f32>(0.0), exp(score_$q - top_$q), at < vec2<u32>(length_$q));
        weights[$qu * TILE + lane] = weight_$q.x;
        weights[$qu * TILE + LANES + lane] = weight_$q.y;
        total_$q = total_$q * shrink_$q + weight_$q.x + weight_$q.y;
        sum_$q *= shrink_$q;
        highest_$q = top_$q;
        workgroupBarrier();

        if part < parts {
            for (var i = part; i < min(TILE, longest - start); i += parts) {
                let value = cache[params.values + (start + i) * stride + kv + dim];
                sum_$q += weights[$qu * TILE + i] * value;
            }
        }
        workgroupBarrier();
    }
    finish(q_$q, sum_$q, total_$q, lane);
}
