// Activations that stand in x as they meet the matrix, [tokens, columns / 4].

const GROUPS_AT_ONCE = 0x1000000u; // all

fn activation(at: u32) -> vec4<f32> {
    return x[at];
}

fn gather(token: u32, first: u32, index: u32) {}

fn gathered(at: u32, place: u32) -> vec4<f32> {
    return x[at];
}
