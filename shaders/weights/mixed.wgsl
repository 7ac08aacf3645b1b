// Matrices side by side in two formats: the rows from `second()` on are in the second one, whose functions end
// in 1; those of the first end in 0.

fn start_of_row(row: u32, columns: u32) -> u32 {
    if row < second() {
        return start_of_row_0(row, columns);
    }
    return start_of_row_0(second(), columns) + start_of_row_1(row - second(), columns);
}

fn scale(row: u32, columns: u32, group: u32) -> f32 {
    if row < second() {
        return scale_0(row, columns, group);
    }
    return scale_from_1(second() * scale_words_0(columns), row - second(), columns, group);
}

fn decode(at: u32, group: u32) -> mat4x4<f32> {
    if at < start_of_row_0(second(), params.columns) {
        return decode_0(at, group);
    }
    return decode_1(at, group);
}
