// The dot products of rows of a matrix with TOKENS tokens of x: OUTPUTS outputs, each of one row or two,
// for one invocation.
//
// It holds them all in registers: a weight is decoded once for all the tokens, and activations are
// loaded once for all the rows. 32 neighbouring invocations read neighbouring weights and the same
// activations. SLICES invocations share the columns of a row, where the device needs more invocations
// than there are rows.
//
// How it adds up is said in `floats` and `integers`, which stand in the place of a line in the middle.
//
// Neighbouring workgroups have the same rows and other tokens, so that they find weights in the cache.
//
// The kernel declares x, params.tokens, params.columns, params.start; `row_x`, and `row_y` where an
// output takes two rows: which row of the matrix it takes, some row beyond the last one; `finish`, which
// gets an output's sums; and what comes at the `end`, for all invocations of the workgroup together.

const LANES = 32u;
const WORKGROUP = LANES * SLICES;
const WORKGROUP_TOKENS = TOKENS;

// Which columns of a row an invocation takes. Where there is one slice it is no variable, so that drivers
// see that all invocations read the same activations.
fn slice_of(index: u32) -> u32 {
    if SLICES > 1u {
        return index / LANES;
    }
    return 0u;
}

struct Sums { // of one row
    with_$t: f32,
}

var<workgroup> of_slices: array<f32, WORKGROUP * TOKENS>;

// Where there are several slices: a row's product with token `slice`, which each slice finishes one of.
// All invocations of the workgroup call it.
fn total(row: Sums, slice: u32, lane: u32) -> f32 {
    workgroupBarrier(); // the totals of the row before have been taken
    of_slices[($tu * SLICES + slice) * LANES + lane] = row.with_$t;
    workgroupBarrier();
    let token = min(slice, TOKENS - 1u);
    var sum = 0.0;
    for (var s = 0u; s < SLICES; s++) {
        sum += of_slices[(token * SLICES + s) * LANES + lane];
    }
    return sum;
}

@compute @workgroup_size(WORKGROUP)
fn $kernel(@builtin(workgroup_id) workgroup: vec3<u32>, @builtin(local_invocation_index) index: u32) {
    let slice = slice_of(index);
    let lane = index % LANES;
    let token = params.start + workgroup.x * TOKENS;
    let output_$o = (workgroup.y * OUTPUTS + $ou) * LANES + lane;
    find_factors(token, index);

    let row_$o_$r = row_$r(output_$o);
    let at_$o_$r = start_of_row(row_$o_$r, params.columns);
    var sum_$o_$r_$t = 0.0;
$sums
    if SLICES > 1u {
        var sums_$o_$r: Sums;
        sums_$o_$r.with_$t = sum_$o_$r_$t;
        var sum_$o = vec2<f32>(0.0);
        sum_$o.$r = total(sums_$o_$r, slice, lane);
        if slice < TOKENS {
            finish(token + slice, output_$o, factor(slice) * sum_$o);
        }
    } else {
        var sum_$o_$t = vec2<f32>(0.0);
        sum_$o_$t.$r = sum_$o_$r_$t;
        finish(token + $tu, output_$o, factor($tu) * sum_$o_$t);
    }
    end(workgroup, index);
}
