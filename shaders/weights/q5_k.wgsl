// Q5_K: 256 columns to eleven vec4, as in the file: scales and minima, fifth bits, nibbles.
const SCALED = false;
const SCALE_COLUMNS = 32u;

fn vec4s_of_a_row(columns: u32) -> u32 {
    return columns / 256u * 11u;
}

fn decode(at: u32, group: u32) -> mat4x4<f32> {
    let first = at + (group / 16u) * 11u * 32u;
    let part = (group / 2u) % 8u;
    // Of 64 columns the low nibbles are the first 32; a byte of fifth bits has one for each part.
    let low = quants[first + (3u + part / 2u * 2u + group % 2u) * 32u] >> vec4<u32>((part % 2u) * 4u);
    let high = quants[first + (1u + group % 2u) * 32u] >> vec4<u32>(part);
    let q = (low & vec4<u32>(0x0f0f0f0fu)) | ((high & vec4<u32>(0x01010101u)) << vec4<u32>(4u));
    return scaled(q, scale_and_minimum(quants[first], part));
}
