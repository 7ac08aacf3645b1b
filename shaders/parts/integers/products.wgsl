    // A multiple of SLICES, so that an invocation takes the blocks that it would take without rounds.
    let at_once = ROUNDED / TOKENS;
    let blocks = params.columns / 32u;
    for (var first = 0u; first < blocks; first += at_once) {
        let count = min(at_once, blocks - first);
        workgroupBarrier(); // those before have been used
        for (var i = index; i < TOKENS * count; i += WORKGROUP) {
            round_block(token + i / count, first + i % count, i / count * at_once + i % count);
        }
        workgroupBarrier();
        for (var block = slice; block < count; block += SLICES) {
            let group = 2u * (first + block);
            let low_$o_$r = signed_bytes(at_$o_$r, group);
            let high_$o_$r = signed_bytes(at_$o_$r, group + 1u);
            let scale_$o_$r = scale(row_$o_$r, params.columns, group);
            let place_$t = $tu * at_once + block;
            let x_$t = x_quants[2u * place_$t];
            let y_$t = x_quants[2u * place_$t + 1u];
            let of_$t = x_scales[place_$t];
            sum_$o_$r_$t += scale_$o_$r * of_$t * f32(dot_16(low_$o_$r, x_$t) + dot_16(high_$o_$r, y_$t));
        }
    }
