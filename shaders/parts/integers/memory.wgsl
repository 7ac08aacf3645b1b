// Activations as integers from -127 to 127, with a scale for every 32 of a token: rounded as the CPU rounds them
// (`crates/cpu/src/input.rs`), so that products of a block are exact. Every workgroup rounds its tokens for itself,
// which saves a dispatch.

const LARGEST = 127.0;
// Blocks that a workgroup's memory holds: of one token or of several.
const ROUNDED = 128u;

var<workgroup> x_quants: array<vec4<u32>, 2u * ROUNDED>; // 32 of each block, four to a word
var<workgroup> x_scales: array<f32, ROUNDED>;

// For `tile`: 32 columns of its 64 rows.
var<workgroup> tile_of_weights: array<vec4<u32>, 128>; // [columns / 16, rows]
var<workgroup> tile_of_scales: array<f32, 64>;

fn whole(v: vec4<f32>, inverse: f32) -> u32 {
    return pack4xI8(vec4<i32>(round(v * inverse)));
}

// Rounds 32 numbers of a token into a place of the memory. Tokens beyond the last one repeat it.
fn round_block(token: u32, block: u32, place: u32) {
    let i = block * 8u;
    let at = min(token, params.tokens - 1u) * (params.columns / 4u) + i;
    let a = gained(activation(at), i);
    let b = gained(activation(at + 1u), i + 1u);
    let c = gained(activation(at + 2u), i + 2u);
    let d = gained(activation(at + 3u), i + 3u);
    let e = gained(activation(at + 4u), i + 4u);
    let f = gained(activation(at + 5u), i + 5u);
    let g = gained(activation(at + 6u), i + 6u);
    let h = gained(activation(at + 7u), i + 7u);
    let each = max(max(max(abs(a), abs(b)), max(abs(c), abs(d))), max(max(abs(e), abs(f)), max(abs(g), abs(h))));
    // At least so much that nothing is divided by zero.
    let largest = max(max(max(each.x, each.y), max(each.z, each.w)), 1.0e-30);
    let inverse = LARGEST / largest;
    x_quants[2u * place] = vec4<u32>(whole(a, inverse), whole(b, inverse), whole(c, inverse), whole(d, inverse));
    x_quants[2u * place + 1u] = vec4<u32>(whole(e, inverse), whole(f, inverse), whole(g, inverse), whole(h, inverse));
    x_scales[place] = largest / LARGEST;
}

// The sum of 16 products.
fn dot_16(w: vec4<u32>, v: vec4<u32>) -> i32 {
    return dot4I8Packed(w.x, v.x) + dot4I8Packed(w.y, v.y) + dot4I8Packed(w.z, v.z) + dot4I8Packed(w.w, v.w);
}
