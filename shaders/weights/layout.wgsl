// Where a row lies in the tiles of 32 interleaved rows, and its scales; see README.md.

// The index in `quants` of the row's first vec4; the next ones follow at a distance of 32.
fn start_of_row(row: u32, columns: u32) -> u32 {
    return (row / 32u) * vec4s_of_a_row(columns) * 32u + row % 32u;
}

// Words of scales that a row has.
fn scale_words(columns: u32) -> u32 {
    if SCALED {
        return (columns + 2u * SCALE_COLUMNS - 1u) / (2u * SCALE_COLUMNS);
    }
    return 0u;
}

// The scale of the 16 columns of `group`, which they share with others of the SCALE_COLUMNS that they are part of.
fn scale(row: u32, columns: u32, group: u32) -> f32 {
    return scale_from(0u, row, columns, group);
}

// The same where scales begin at `first`.
fn scale_from(first: u32, row: u32, columns: u32, group: u32) -> f32 {
    if SCALED {
        let index = group / (SCALE_COLUMNS / 16u);
        let word = scales[first + ((row / 32u) * scale_words(columns) + index / 2u) * 32u + row % 32u];
        if SCALE_COLUMNS > 32u {
            return two_floats(word)[index % 2u];
        }
        return unpack2x16float(word)[index % 2u];
    }
    return 1.0;
}

// As `unpack2x16float`, which may take subnormal numbers for 0: scales that are for other scales are that small.
fn two_floats(word: u32) -> vec2<f32> {
    let bits = vec2<u32>(word, word >> 16u);
    let magnitude = bits & vec2<u32>(0x7fffu);
    let normal = bitcast<vec2<f32>>((magnitude << vec2<u32>(13u)) + vec2<u32>(0x38000000u));
    let small = vec2<f32>(magnitude) * 5.9604644775390625e-8; // 2^-24
    let size = select(normal, small, magnitude < vec2<u32>(0x400u));
    return select(size, -size, (bits & vec2<u32>(0x8000u)) != vec2<u32>(0u));
}
