// RMSNorm, the projections to queries, keys and values with their biases, RoPE (Su et al. 2021) on
// queries and keys, and the keys and values into the cache.
//
// RoPE turns the pair (i, i + head_dim / 2) of a head by the angle of its position. Angles reach many
// turns, where the sine of WGSL has no stated precision, so cosine and sine come from a table.
// An output takes both rows of a pair; query heads come first, then those of keys, then those of values.

struct Params {
    tokens: u32,
    columns: u32,
    start: u32, // the first token that is computed
    position: u32, // of token 0
    heads: u32,
    kv_heads: u32,
    half: u32, // head_dim / 2
    key: u32, // the row of the matrix where keys begin
    value: u32, // and values
    values: u32, // the index in the cache where values begin: capacity * kv_heads * head_dim
    epsilon: f32,
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> x: array<vec4<f32>>; // [tokens, columns / 4]
@group(0) @binding(2) var<storage, read> gains: array<vec4<f32>>; // [columns / 4]
@group(0) @binding(3) var<storage, read> quants: array<vec4<u32>>;
@group(0) @binding(4) var<storage, read> scales: array<u32>;
@group(0) @binding(5) var<storage, read> bias: array<f32>; // [heads + 2 * kv_heads, head_dim]
@group(0) @binding(6) var<storage, read> turns: array<vec2<f32>>; // [capacity, half], (cos, sin)
@group(0) @binding(7) var<storage, read_write> query: array<f32>; // [tokens, heads, head_dim]
@group(0) @binding(8) var<storage, read_write> cache: array<f32>; // [2, capacity, kv_heads, head_dim]

fn pairs() -> u32 {
    return (params.heads + 2u * params.kv_heads) * params.half;
}

// The row of a pair's first number.
fn row_x(output: u32) -> u32 {
    let pair = min(output, pairs() - 1u);
    let row = pair / params.half * 2u * params.half + pair % params.half;
    let keys = 2u * params.half * params.heads;
    let values = keys + 2u * params.half * params.kv_heads;
    if row < keys {
        return row;
    }
    if row < values {
        return params.key + row - keys;
    }
    return params.value + row - values;
}

fn row_y(output: u32) -> u32 {
    return row_x(output) + params.half;
}

fn finish(token: u32, pair: u32, sums: vec2<f32>) {
    if token >= params.tokens || pair >= pairs() {
        return;
    }
    let head = pair / params.half;
    let i = pair % params.half;
    let head_dim = 2u * params.half;
    let a = sums.x + bias[head * head_dim + i];
    let b = sums.y + bias[head * head_dim + i + params.half];
    let position = params.position + token;
    if head >= params.heads + params.kv_heads {
        let kv = head - params.heads - params.kv_heads;
        let at = params.values + (position * params.kv_heads + kv) * head_dim + i;
        cache[at] = a;
        cache[at + params.half] = b;
        return;
    }
    let turn = turns[position * params.half + i];
    let turned = vec2<f32>(a * turn.x - b * turn.y, b * turn.x + a * turn.y);
    if head < params.heads {
        let at = (token * params.heads + head) * head_dim + i;
        query[at] = turned.x;
        query[at + params.half] = turned.y;
    } else {
        let at = (position * params.kv_heads + head - params.heads) * head_dim + i;
        cache[at] = turned.x;
        cache[at + params.half] = turned.y;
    }
}

fn end(workgroup: vec3<u32>, index: u32) {}
