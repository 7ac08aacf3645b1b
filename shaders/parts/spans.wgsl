// In place of `whole`: x is what attention found in the spans of the cache, [tokens, heads, spans, head + 1], and is
// put together before it meets the matrix. Every workgroup does that for its tokens, which saves a dispatch.
//
// The kernel declares params.head, params.spans and params.position.

// Groups of 16 columns of each token that a workgroup's memory holds. A multiple of SLICES, so that an invocation
// takes the groups that it would take without rounds.
const GROUPS_AT_ONCE = 64u / TOKENS;
const GATHERED = 4u * GROUPS_AT_ONCE; // vec4s of a token

var<workgroup> gathered_x: array<vec4<f32>, GATHERED * TOKENS>;

// Four numbers, whose index in [tokens, columns / 4] is `at`.
fn activation(at: u32) -> vec4<f32> {
    let token = at / (params.columns / 4u);
    let seen = (params.position + token) / SPAN + 1u; // spans in which the query sees something
    var mixed = NOTHING;
    for (var span = 0u; span < min(seen, params.spans); span++) {
        let place = (at / params.head * params.spans + span) * (params.head + 1u);
        let of_span = x[place + params.head];
        mixed = mix(mixed, Mixed(x[place + at % params.head], of_span.x, of_span.y));
    }
    return mixed.sum / mixed.total;
}

// Puts together so many groups from `first` on, for the workgroup's tokens. All its invocations call it.
fn gather(token: u32, first: u32, index: u32) {
    let width = params.columns / 4u;
    workgroupBarrier(); // those before have been used
    for (var i = index; i < GATHERED * TOKENS; i += WORKGROUP) {
        let column = 4u * first + i % GATHERED;
        if column < width {
            // Tokens beyond the last one repeat it.
            gathered_x[i] = activation(min(token + i / GATHERED, params.tokens - 1u) * width + column);
        }
    }
    workgroupBarrier();
}

fn gathered(at: u32, place: u32) -> vec4<f32> {
    return gathered_x[place];
}
