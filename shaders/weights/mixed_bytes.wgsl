// With `mixed`, where both formats have integers.

fn signed_bytes(at: u32, group: u32) -> vec4<u32> {
    if at < start_of_row_0(second(), params.columns) {
        return signed_bytes_0(at, group);
    }
    return signed_bytes_1(at, group);
}
