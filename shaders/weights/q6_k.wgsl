// Q6_K: 256 columns to thirteen vec4, as in the file: four bits, two bits, and a scale of eight bits with a sign
// for each 16 columns; and one more scale for all. Offset 32.
const SCALED = true;
const SCALE_COLUMNS = 256u;

fn vec4s_of_a_row(columns: u32) -> u32 {
    return columns / 256u * 13u;
}

fn sixes(low: u32, high: u32) -> vec4<f32> {
    let q = (low & 0x0f0f0f0fu) | ((high & 0x03030303u) << 4u);
    return vec4<f32>((vec4<u32>(q) >> vec4<u32>(0u, 8u, 16u, 24u)) & vec4<u32>(255u)) - 32.0;
}

fn decode(at: u32, group: u32) -> mat4x4<f32> {
    let first = at + (group / 16u) * 13u * 32u;
    let index = group % 16u;
    // Of 128 columns the low nibbles are the first 64.
    let side = index / 8u;
    let part = (index / 2u) % 4u;
    let low = quants[first + (side * 4u + part % 2u * 2u + index % 2u) * 32u] >> vec4<u32>(part / 2u * 4u);
    let high = quants[first + (8u + side * 2u + index % 2u) * 32u] >> vec4<u32>(part * 2u);
    let word = quants[first + 12u * 32u][index / 4u];
    // Shifted up and down again, a byte brings its sign along.
    let of_group = f32(bitcast<i32>(word << (24u - index % 4u * 8u)) >> 24u);
    return mat4x4<f32>(sixes(low.x, high.x), sixes(low.y, high.y), sixes(low.z, high.z), sixes(low.w, high.w)) * of_group;
}
