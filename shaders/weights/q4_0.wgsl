// Q4_0: 32 columns to a vec4, as nibbles with offset 8; one scale for 32 columns.
const SCALED = true;
const SCALE_COLUMNS = 32u;

fn vec4s_of_a_row(columns: u32) -> u32 {
    return columns / 32u;
}

fn nibbles(word: u32) -> vec4<f32> {
    return vec4<f32>((vec4<u32>(word) >> vec4<u32>(0u, 8u, 16u, 24u)) & vec4<u32>(15u)) - 8.0;
}

fn decode(at: u32, group: u32) -> mat4x4<f32> {
    // The low nibbles are the first 16 columns of the block, the high nibbles the others.
    let q = quants[at + (group / 2u) * 32u] >> vec4<u32>((group % 2u) * 4u);
    return mat4x4<f32>(nibbles(q.x), nibbles(q.y), nibbles(q.z), nibbles(q.w));
}

// 16 columns as signed bytes: a nibble less 8, which has the sign that its highest bit says.
fn signed_bytes(at: u32, group: u32) -> vec4<u32> {
    let q = quants[at + (group / 2u) * 32u] >> vec4<u32>((group % 2u) * 4u);
    let w = (q & vec4<u32>(0x0f0f0f0fu)) ^ vec4<u32>(0x08080808u);
    return w | ((w & vec4<u32>(0x08080808u)) * 30u);
}
