// The dot products of ROWS rows of a matrix with TOKENS tokens of x, which one invocation computes.
//
// It holds them all in registers: a weight is decoded once for all the tokens, and activations are
// loaded once for all the rows. 32 neighbouring invocations read neighbouring weights and the same
// activations. SLICES invocations share the columns of a row, where the device needs more invocations
// than there are rows.
//
// The kernel declares x, params.tokens, params.columns, and what it makes of a weight: `weighted`.

// Which columns of a row an invocation takes. Where there is one slice it is no variable, so that drivers
// see that all invocations read the same activations.
fn slice_of(index: u32) -> u32 {
    if SLICES > 1u {
        return index / 32u;
    }
    return 0u;
}

struct Sums { // of one row
    with_$t: f32,
}

struct Products {
    of_$r: Sums,
}

// What the columns of this slice add to each sum. Tokens beyond the last one repeat it.
fn products(
    slice: u32,
    token: u32,
    row_$r: u32,
) -> Products {
    let width = params.columns / 4u;
    let x_$t = min(token + $tu, params.tokens - 1u) * width;
    let at_$r = start_of_row(row_$r, params.columns);
    var sum_$r_$t = 0.0;
    for (var group = slice; group < params.columns / 16u; group += SLICES) {
        let w_$r = weighted(decode(at_$r, group), group);
        let scale_$r = scale(row_$r, params.columns, group);
        let i = group * 4u;
        let a_$t = x[x_$t + i];
        let b_$t = x[x_$t + i + 1u];
        let c_$t = x[x_$t + i + 2u];
        let d_$t = x[x_$t + i + 3u];
        sum_$r_$t += scale_$r * (dot(w_$r[0], a_$t) + dot(w_$r[1], b_$t) + dot(w_$r[2], c_$t) + dot(w_$r[3], d_$t));
    }
    var sums: Products;
    sums.of_$r.with_$t = sum_$r_$t;
    return sums;
}

var<workgroup> of_slices: array<f32, 32 * SLICES * TOKENS>;

// Where there are several slices: a row's product with token `slice`, which each slice finishes one of.
// All invocations of the workgroup call it.
fn total(row: Sums, slice: u32, lane: u32) -> f32 {
    workgroupBarrier(); // the totals of the row before have been taken
    of_slices[($tu * SLICES + slice) * 32u + lane] = row.with_$t;
    workgroupBarrier();
    let token = min(slice, TOKENS - 1u);
    var sum = 0.0;
    for (var s = 0u; s < SLICES; s++) {
        sum += of_slices[(token * SLICES + s) * 32u + lane];
    }
    return sum;
}
