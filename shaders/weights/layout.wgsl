// Where a row lies in the tiles of 32 interleaved rows, and its scales; see README.md.

// The index in `quants` of the row's first vec4; the next ones follow at a distance of 32.
fn start_of_row(row: u32, columns: u32) -> u32 {
    return (row / 32u) * vec4s_of_a_row(columns) * 32u + row % 32u;
}

// The scale of the 16 columns of `group`: that of the block of 32 which they are half of.
fn scale(row: u32, columns: u32, group: u32) -> f32 {
    if SCALED {
        let words = (columns + 63u) / 64u;
        let word = scales[((row / 32u) * words + group / 4u) * 32u + row % 32u];
        return unpack2x16float(word)[(group / 2u) % 2u];
    }
    return 1.0;
}
