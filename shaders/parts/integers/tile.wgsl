        for (var block = slice; block < params.columns / 32u; block += SLICES) {
            workgroupBarrier(); // the block before has been used
            if index < ROWS {
                tile_of_weights[index] = signed_bytes(at, 2u * block);
                tile_of_weights[ROWS + index] = signed_bytes(at, 2u * block + 1u);
                tile_of_scales[index] = scale(row, params.columns, 2u * block);
            } else if index < ROWS + WORKGROUP_TOKENS {
                round_block(token + index - ROWS, block, index - ROWS);
            }
            workgroupBarrier();

            let place_$t = $tu * TEAMS + team;
            let x_$t = x_quants[2u * place_$t];
            let y_$t = x_quants[2u * place_$t + 1u];
            let of_$t = x_scales[place_$t];
            let low_$o_$r = tile_of_weights[START_$r + $ou * LANES + lane];
            let high_$o_$r = tile_of_weights[ROWS + START_$r + $ou * LANES + lane];
            let scale_$o_$r = tile_of_scales[START_$r + $ou * LANES + lane];
            sum_$o_$r_$t += scale_$o_$r * of_$t * f32(dot_16(low_$o_$r, x_$t) + dot_16(high_$o_$r, y_$t));
        }
