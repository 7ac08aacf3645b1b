// F16: 8 columns to a vec4, the even one of a pair in the low half of its word.
const SCALED = false;
const SCALE_COLUMNS = 32u;

fn vec4s_of_a_row(columns: u32) -> u32 {
    return columns / 8u;
}

fn halves(a: u32, b: u32) -> vec4<f32> {
    return vec4<f32>(unpack2x16float(a), unpack2x16float(b));
}

fn decode(at: u32, group: u32) -> mat4x4<f32> {
    let first = at + group * 2u * 32u;
    let a = quants[first];
    let b = quants[first + 32u];
    return mat4x4<f32>(halves(a.x, a.y), halves(a.z, a.w), halves(b.x, b.y), halves(b.z, b.w));
}
