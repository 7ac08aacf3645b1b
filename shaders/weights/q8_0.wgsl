// Q8_0: 16 columns to a vec4, as signed bytes; one scale for 32 columns.
const SCALED = true;
const SCALE_COLUMNS = 32u;

fn vec4s_of_a_row(columns: u32) -> u32 {
    return columns / 16u;
}

fn bytes(word: u32) -> vec4<f32> {
    // Shifted up and down again, each byte brings its sign along.
    return vec4<f32>(bitcast<vec4<i32>>(vec4<u32>(word) << vec4<u32>(24u, 16u, 8u, 0u)) >> vec4<u32>(24u));
}

fn decode(at: u32, group: u32) -> mat4x4<f32> {
    let q = quants[at + group * 32u];
    return mat4x4<f32>(bytes(q.x), bytes(q.y), bytes(q.z), bytes(q.w));
}

// 16 columns as signed bytes.
fn signed_bytes(at: u32, group: u32) -> vec4<u32> {
    return quants[at + group * 32u];
}
