// The gate of SwiGLU (Shazeer 2020): gate = silu(gate) * up, with silu(v) = v / (1 + exp(-v)).

struct Params {
    length: u32, // vec4s
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> up: array<vec4<f32>>;
@group(0) @binding(2) var<storage, read_write> gate: array<vec4<f32>>;

@compute @workgroup_size(64)
fn silu_mul(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
    let i = id.y * groups.x * 64u + id.x;
    if i < params.length {
        let v = gate[i];
        // Below -80 the result is 0 in f32 anyway, and exp could overflow.
        gate[i] = v / (1.0 + exp(-max(v, vec4<f32>(-80.0)))) * up[i];
    }
}
