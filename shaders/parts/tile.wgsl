// As `products`, for passes of many tokens: 8 * TOKENS tokens meet 64 rows in one workgroup, whose memory
// holds the weights and activations of 16 or 32 columns. A weight is read and decoded once for all these tokens.
//
// An invocation computes TOKENS tokens with four rows: OUTPUTS outputs of one row, or half as many of two.
// It adds up what `products` adds up, in the same order: what a slice has there is a sum by itself here.

const LANES = 16u;
const TEAMS = 8u; // of LANES invocations, which have the same tokens
const WORKGROUP = LANES * TEAMS;
const WORKGROUP_TOKENS = TEAMS * TOKENS;
const WORKGROUP_OUTPUTS = LANES * OUTPUTS;
const ROWS = 64u;

// Where the rows begin that are an output's first, and its second.
const START_x = 0u;
const START_y = WORKGROUP_OUTPUTS;

@compute @workgroup_size(WORKGROUP)
fn $kernel(@builtin(workgroup_id) workgroup: vec3<u32>, @builtin(local_invocation_index) index: u32) {
    let lane = index % LANES;
    let team = index / LANES;
    let token = params.start + workgroup.x * WORKGROUP_TOKENS;
    let output = workgroup.y * WORKGROUP_OUTPUTS;
    find_factors(token, index);

    // The row that this invocation decodes, if any.
    var row = 0u;
    if index / WORKGROUP_OUTPUTS == START_$r / WORKGROUP_OUTPUTS { row = row_$r(output + index % WORKGROUP_OUTPUTS); }
    let at = start_of_row(row, params.columns);

    var total_$o_$r_$t = 0.0;
    for (var slice = 0u; slice < SLICES; slice++) {
        var sum_$o_$r_$t = 0.0;
$sums
        total_$o_$r_$t += sum_$o_$r_$t;
    }

    var sum_$o_$t = vec2<f32>(0.0);
    sum_$o_$t.$r = total_$o_$r_$t;
    finish(token + $tu * TEAMS + team, output + $ou * LANES + lane, factor($tu * TEAMS + team) * sum_$o_$t);
    end(workgroup, index);
}
