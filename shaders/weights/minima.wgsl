// Scales and minima of Q4_K and Q5_K: the first vec4 of 256 columns, as it stands in the file.

// Of the 32 columns of `part`, one of eight: a scale that integers are multiplied with, and what is taken away
// then. Each is six bits times the f16 in the first word.
fn scale_and_minimum(header: vec4<u32>, part: u32) -> vec2<f32> {
    let shift = (part % 4u) * 8u;
    let first = header.y >> shift;
    let second = header.z >> shift;
    let third = header.w >> shift;
    var six = vec2<u32>(first, second) & vec2<u32>(63u);
    if part >= 4u {
        let low = vec2<u32>(third, third >> 4u) & vec2<u32>(15u);
        let high = (vec2<u32>(first, second) >> vec2<u32>(6u)) & vec2<u32>(3u);
        six = low | (high << vec2<u32>(4u));
    }
    return two_floats(header.x) * vec2<f32>(six);
}

// 16 columns, whose integers are the bytes of `q`.
fn scaled(q: vec4<u32>, of_part: vec2<f32>) -> mat4x4<f32> {
    return mat4x4<f32>(
        integers(q.x) * of_part.x - of_part.y,
        integers(q.y) * of_part.x - of_part.y,
        integers(q.z) * of_part.x - of_part.y,
        integers(q.w) * of_part.x - of_part.y,
    );
}

fn integers(word: u32) -> vec4<f32> {
    return vec4<f32>((vec4<u32>(word) >> vec4<u32>(0u, 8u, 16u, 24u)) & vec4<u32>(255u));
}
