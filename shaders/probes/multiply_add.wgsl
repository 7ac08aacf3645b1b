// How fast f32 is multiplied and added: eight chains of vec4s in registers, so that none waits for itself.

const ROUNDS = 256u;

@group(0) @binding(0) var<storage, read> data: array<vec4<u32>>;
@group(0) @binding(1) var<storage, read_write> sums: array<u32>; // [invocations]

@compute @workgroup_size(256)
fn multiply_add(@builtin(global_invocation_id) id: vec3<u32>) {
    let x = bitcast<vec4<f32>>(data[0]); // unknown to the compiler
    let y = x * 0.5;
    var a0 = x + f32(id.x);
    var a1 = a0 + 1.0;
    var a2 = a0 + 2.0;
    var a3 = a0 + 3.0;
    var a4 = a0 + 4.0;
    var a5 = a0 + 5.0;
    var a6 = a0 + 6.0;
    var a7 = a0 + 7.0;
    for (var round = 0u; round < ROUNDS; round++) {
        a0 = a0 * x + y;
        a1 = a1 * x + y;
        a2 = a2 * x + y;
        a3 = a3 * x + y;
        a4 = a4 * x + y;
        a5 = a5 * x + y;
        a6 = a6 * x + y;
        a7 = a7 * x + y;
    }
    let sum = a0 + a1 + a2 + a3 + a4 + a5 + a6 + a7;
    sums[id.x] = bitcast<u32>(sum.x + sum.y + sum.z + sum.w);
}
