// How fast memory is read: every invocation sums vec4s that lie a whole dispatch apart.

@group(0) @binding(0) var<storage, read> data: array<vec4<u32>>;
@group(0) @binding(1) var<storage, read_write> sums: array<u32>; // [invocations]

@compute @workgroup_size(256)
fn read_memory(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
    var sum = vec4<u32>(0u);
    for (var i = id.x; i < arrayLength(&data); i += groups.x * 256u) {
        sum += data[i];
    }
    sums[id.x] = sum.x + sum.y + sum.z + sum.w;
}
