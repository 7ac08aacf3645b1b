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
                tile_of_x[i % 4u * WORKGROUP_TOKENS + i / 4u] = activation(t * (params.columns / 4u) + group * 4u + i % 4u);
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
