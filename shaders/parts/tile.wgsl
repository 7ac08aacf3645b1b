// As `products`, for passes of many tokens: 8 * TOKENS tokens meet 64 rows in one workgroup, whose memory
// holds the weights and activations of 16 columns. A weight is read and decoded once for all these tokens.
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

var<workgroup> tile_of_weights: array<vec4<f32>, 4 * ROWS>; // [columns / 4, rows]
var<workgroup> tile_of_scales: array<f32, ROWS>;
var<workgroup> tile_of_x: array<vec4<f32>, 4 * WORKGROUP_TOKENS>; // [columns / 4, tokens]

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
        for (var group = slice; group < params.columns / 16u; group += SLICES) {
            workgroupBarrier(); // the group before has been used
            if index < ROWS {
                let w = weighted(decode(at, group), group);
                tile_of_weights[index] = w[0];
                tile_of_weights[ROWS + index] = w[1];
                tile_of_weights[2u * ROWS + index] = w[2];
                tile_of_weights[3u * ROWS + index] = w[3];
                tile_of_scales[index] = scale(row, params.columns, group);
            }
            for (var i = index; i < 4u * WORKGROUP_TOKENS; i += WORKGROUP) {
                let t = min(token + i / 4u, params.tokens - 1u);
                tile_of_x[i % 4u * WORKGROUP_TOKENS + i / 4u] = x[t * (params.columns / 4u) + group * 4u + i % 4u];
            }
            workgroupBarrier();

            var part_$o_$r_$t = 0.0;
            for (var i = 0u; i < 4u; i++) {
                let x_$t = tile_of_x[i * WORKGROUP_TOKENS + $tu * TEAMS + team];
                let w_$o_$r = tile_of_weights[i * ROWS + START_$r + $ou * LANES + lane];
                part_$o_$r_$t += dot(w_$o_$r, x_$t);
            }
            let scale_$o_$r = tile_of_scales[START_$r + $ou * LANES + lane];
            sum_$o_$r_$t += scale_$o_$r * part_$o_$r_$t;
        }
        total_$o_$r_$t += sum_$o_$r_$t;
    }

    var sum_$o_$t = vec2<f32>(0.0);
    sum_$o_$t.$r = total_$o_$r_$t;
    finish(token + $tu * TEAMS + team, output + $ou * LANES + lane, factor($tu * TEAMS + team) * sum_$o_$t);
    end(workgroup, index);
}
