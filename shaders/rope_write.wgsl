// RoPE (Su et al. 2021) on queries and keys, and the keys and values into the cache.
//
// The pair (i, i + head_dim / 2) of a head turns by the angle of its position. Angles reach many
// turns, where the sine of WGSL has no stated precision, so cosine and sine come from a table.
// One invocation a pair; query heads come first, then those of keys, then those of values.

struct Params {
    tokens: u32,
    position: u32, // of the first token
    heads: u32,
    kv_heads: u32,
    half: u32, // head_dim / 2
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> turns: array<vec2<f32>>; // [capacity, half], (cos, sin)
@group(0) @binding(2) var<storage, read> key: array<f32>; // [tokens, kv_heads, head_dim]
@group(0) @binding(3) var<storage, read> value: array<f32>; // [tokens, kv_heads, head_dim]
@group(0) @binding(4) var<storage, read_write> query: array<f32>; // [tokens, heads, head_dim], turned in place
@group(0) @binding(5) var<storage, read_write> keys: array<f32>; // [capacity, kv_heads, head_dim]
@group(0) @binding(6) var<storage, read_write> values: array<f32>; // [capacity, kv_heads, head_dim]

@compute @workgroup_size(64)
fn rope_write(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
    let index = id.y * groups.x * 64u + id.x;
    let i = index % params.half;
    let heads = params.heads + 2u * params.kv_heads;
    let head = (index / params.half) % heads;
    let token = index / (params.half * heads);
    if token >= params.tokens {
        return;
    }
    let head_dim = 2u * params.half;
    let position = params.position + token;
    let turn = turns[position * params.half + i];
    if head < params.heads {
        let at = (token * params.heads + head) * head_dim + i;
        let a = query[at];
        let b = query[at + params.half];
        query[at] = a * turn.x - b * turn.y;
        query[at + params.half] = b * turn.x + a * turn.y;
    } else if head < params.heads + params.kv_heads {
        let kv = head - params.heads;
        let at = (token * params.kv_heads + kv) * head_dim + i;
        let to = (position * params.kv_heads + kv) * head_dim + i;
        let a = key[at];
        let b = key[at + params.half];
        keys[to] = a * turn.x - b * turn.y;
        keys[to + params.half] = b * turn.x + a * turn.y;
    } else {
        let kv = head - params.heads - params.kv_heads;
        let at = (token * params.kv_heads + kv) * head_dim + i;
        let to = (position * params.kv_heads + kv) * head_dim + i;
        values[to] = value[at];
        values[to + params.half] = value[at + params.half];
    }
}
