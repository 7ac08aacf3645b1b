    // Tokens beyond the last one repeat it.
    let x_$t = min(token + $tu, params.tokens - 1u) * (params.columns / 4u);
    let groups = params.columns / 16u;
    for (var first = 0u; first < groups; first += GROUPS_AT_ONCE) {
        gather(token, first, index);
        for (var group = first + slice; group < min(first + GROUPS_AT_ONCE, groups); group += SLICES) {
            let w_$o_$r = weighted(decode(at_$o_$r, group), group);
            let scale_$o_$r = scale(row_$o_$r, params.columns, group);
            let i = group * 4u;
            let place_$t = ($tu * GROUPS_AT_ONCE + group - first) * 4u;
            let a_$t = gathered(x_$t + i, place_$t);
            let b_$t = gathered(x_$t + i + 1u, place_$t + 1u);
            let c_$t = gathered(x_$t + i + 2u, place_$t + 2u);
            let d_$t = gathered(x_$t + i + 3u, place_$t + 3u);
            sum_$o_$r_$t += scale_$o_$r * (dot(w_$o_$r[0], a_$t) + dot(w_$o_$r[1], b_$t) + dot(w_$o_$r[2], c_$t) + dot(w_$o_$r[3], d_$t));
        }
    }
