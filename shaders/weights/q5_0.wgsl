// Q5_0: four blocks of 32 columns to five vec4: one with a word of fifth bits for each block, then the
// blocks' nibbles. Offset 16; one scale for 32 columns.
const SCALED = true;
const SCALE_COLUMNS = 32u;

fn vec4s_of_a_row(columns: u32) -> u32 {
    return (columns + 127u) / 128u * 5u;
}

// Four columns: their nibbles, and their fifth bits from bit 0 on.
fn fives(word: u32, high: u32) -> vec4<f32> {
    let low = (vec4<u32>(word) >> vec4<u32>(0u, 8u, 16u, 24u)) & vec4<u32>(15u);
    let fifth = ((vec4<u32>(high) >> vec4<u32>(0u, 1u, 2u, 3u)) & vec4<u32>(1u)) << vec4<u32>(4u);
    return vec4<f32>(low | fifth) - 16.0;
}

fn decode(at: u32, group: u32) -> mat4x4<f32> {
    let first = at + (group / 8u) * 5u * 32u;
    let block = (group / 2u) % 4u;
    // The low nibbles are the first 16 columns of the block, the high nibbles the others.
    let q = quants[first + (1u + block) * 32u] >> vec4<u32>((group % 2u) * 4u);
    let high = quants[first][block] >> ((group % 2u) * 16u);
    return mat4x4<f32>(fives(q.x, high), fives(q.y, high >> 4u), fives(q.z, high >> 8u), fives(q.w, high >> 12u));
}
