    // Tokens beyond the last one repeat it.
    let x_$t = min(token + $tu, params.tokens - 1u) * (params.columns / 4u);
    for (var group = slice; group < params.columns / 16u; group += SLICES) {
        let w_$o_$r = weighted(decode(at_$o_$r, group), group);
        let scale_$o_$r = scale(row_$o_$r, params.columns, group);
        let i = group * 4u;
        let a_$t = x[x_$t + i];
        let b_$t = x[x_$t + i + 1u];
        let c_$t = x[x_$t + i + 2u];
        let d_$t = x[x_$t + i + 3u];
        sum_$o_$r_$t += scale_$o_$r * (dot(w_$o_$r[0], a_$t) + dot(w_$o_$r[1], b_$t) + dot(w_$o_$r[2], c_$t) + dot(w_$o_$r[3], d_$t));
    }
