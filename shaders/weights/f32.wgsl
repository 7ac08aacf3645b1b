// F32: 4 columns to a vec4.
const SCALED = false;
const SCALE_COLUMNS = 32u;

fn vec4s_of_a_row(columns: u32) -> u32 {
    return columns / 4u;
}

fn decode(at: u32, group: u32) -> mat4x4<f32> {
    let first = at + group * 4u * 32u;
    return mat4x4<f32>(
        bitcast<vec4<f32>>(quants[first]),
        bitcast<vec4<f32>>(quants[first + 32u]),
        bitcast<vec4<f32>>(quants[first + 64u]),
        bitcast<vec4<f32>>(quants[first + 96u]),
    );
}
