// What a query makes of some positions, and how that of others is added to it. The positions of a span are
// summed together, and the spans in order, so that it does not matter which workgroup takes them.

const LOWEST = -3.0e38;

struct Mixed {
    sum: vec4<f32>, // of values, of one vec4 of the head
    total: f32, // of weights
    top: f32, // the highest score, which weighs 1
}

const NOTHING = Mixed(vec4<f32>(0.0), 0.0, LOWEST);

fn mix(a: Mixed, b: Mixed) -> Mixed {
    let top = max(a.top, b.top);
    let of_a = exp(a.top - top);
    let of_b = exp(b.top - top);
    return Mixed(a.sum * of_a + b.sum * of_b, a.total * of_a + b.total * of_b, top);
}
