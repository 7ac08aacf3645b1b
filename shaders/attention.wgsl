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
//
// Where there are few queries and a long cache, each span of it gets a workgroup of its own, and
// `project_add` puts together what they found (Flash-Decoding, Dao et al. 2023).

struct Params {
    tokens: u32,
    start: u32, // the first token that is computed
    position: u32, // of token 0
    heads: u32,
    kv_heads: u32,
    width: u32, // vec4s of a head, at most 64
    values: u32, // the index in the cache where values begin: capacity * kv_heads * width
    scale: f32, // 1 / sqrt(head_dim)
    spans: u32, // workgroups for the same queries; 1: that takes all spans
}

const LANES = 64u;
const TILE = 2u * LANES;

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> query: array<vec4<f32>>; // [tokens, heads, width]
@group(0) @binding(2) var<storage, read> cache: array<vec4<f32>>; // [2, capacity, kv_heads, width]: keys, values
@group(0) @binding(3) var<storage, read_write> y: array<vec4<f32>>; // [tokens, heads, width], or, with several
// spans, [tokens, heads, spans, width + 1]: sums of a span, its total and its top

var<workgroup> weights: array<f32, TILE * QUERIES>; // what the softmax makes of the scores
var<workgroup> of_each: array<f32, LANES * QUERIES>;
var<workgroup> tops: array<f32, QUERIES>;
var<workgroup> sums: array<vec4<f32>, LANES * QUERIES>;

// Adds up what the invocations have of query `q` in a span, for the first `width` of them.
fn gather(q: u32, top: f32, lane: u32) -> Mixed {
    var mixed = NOTHING;
    if lane < params.width {
        mixed.top = top;
        for (var i = 0u; i < LANES; i++) {
            mixed.total += of_each[q * LANES + i];
        }
        for (var part = 0u; part < LANES / params.width; part++) {
            mixed.sum += sums[q * LANES + part * params.width + lane];
        }
    }
    return mixed;
}

// Writes what query `q` of [tokens, heads] makes of all positions, or of one span.
fn finish(q: u32, span: u32, mixed: Mixed, lane: u32) {
    if lane >= params.width {
        return;
    }
    if params.spans == 1u {
        y[q * params.width + lane] = mixed.sum / mixed.total;
        return;
    }
    let place = (q * params.spans + span) * (params.width + 1u);
    y[place + lane] = mixed.sum;
    if lane == 0u {
        y[place + params.width] = vec4<f32>(mixed.total, mixed.top, 0.0, 0.0);
    }
}

@compute @workgroup_size(LANES)
fn attention(@builtin(workgroup_id) workgroup: vec3<u32>, @builtin(local_invocation_index) lane: u32) {
    let kv_head = workgroup.x % params.kv_heads;
    let span = workgroup.x / params.kv_heads;
    let group = params.heads / params.kv_heads; // query heads that share a KV head
    let first = params.start * group + workgroup.y * QUERIES;
    let last = params.tokens * group - 1u; // queries beyond it repeat it
    let index_$q = min(first + $qu, last);
    let q_$q = index_$q / group * params.heads + kv_head * group + index_$q % group;
    let length_$q = params.position + index_$q / group + 1u; // positions that this query sees
    let longest = params.position + min(first + QUERIES - 1u, last) / group + 1u;
    let kv = kv_head * params.width; // the head's place in a position
    let stride = params.kv_heads * params.width; // from one position to the next

    let parts = LANES / params.width; // invocations that share a vec4 of the head
    let part = lane / params.width;
    let dim = lane % params.width;

    var mixed_$q = NOTHING;
    let end = select((span + 1u) * SPAN, longest, params.spans == 1u);
    for (var begin = span * SPAN; begin < min(end, longest); begin += SPAN) {
        var highest_$q = LOWEST;
        var total_$q = 0.0;
        var sum_$q = vec4<f32>(0.0);
        for (var start = begin; start < min(begin + SPAN, longest); start += TILE) {
            let at = vec2<u32>(start + lane, start + LANES + lane);
            let k = min(at, vec2<u32>(longest - 1u)) * stride + kv;
            var score_$q = vec2<f32>(0.0);
            for (var d = 0u; d < params.width; d++) {
                let key_0 = cache[k.x + d];
                let key_1 = cache[k.y + d];
                let query_$q = query[q_$q * params.width + d];
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
        sums[$qu * LANES + lane] = sum_$q;
        of_each[$qu * LANES + lane] = total_$q;
        workgroupBarrier();
        mixed_$q = mix(mixed_$q, gather($qu, highest_$q, lane));
        workgroupBarrier();
    }
    finish(q_$q, span, mixed_$q, lane);
}
