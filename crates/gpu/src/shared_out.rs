//! How attention is shared out among workgroups. Results do not depend on it.

use model::Shape;

use crate::kernels::SPAN;

/// As many workgroups as keep a GPU busy.
const MANY_WORKGROUPS: usize = 64;

/// How attention is shared out among workgroups.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct SharedOut {
    /// Queries that meet the same keys, in one workgroup. More of them load a key less often, and leave fewer
    /// workgroups.
    pub(crate) queries: usize,
    /// Workgroups that the cache is shared out among, in spans; 1: it is not.
    pub(crate) spans: usize,
}

impl SharedOut {
    /// For `tokens` tokens, the last of them at `positions - 1`, on a device that runs few invocations at once or not.
    pub(crate) fn of(shape: &Shape, few: bool, tokens: usize, positions: usize) -> Self {
        let all = tokens * shape.heads / shape.kv_heads; // queries of a KV head
        let spans = positions.div_ceil(SPAN);
        let blocks = |queries: usize| shape.kv_heads * all.div_ceil(queries);
        let fit = |queries: usize| {
            if few {
                all > queries / 2
            } else {
                blocks(queries) * spans >= MANY_WORKGROUPS
            }
        };
        let (least, more) = queries(few);
        let fits = more.iter().copied().find(|&queries| fit(queries));
        let queries = fits.unwrap_or(least);
        let enough = few || blocks(queries) >= MANY_WORKGROUPS;
        Self {
            queries,
            spans: if enough { 1 } else { spans },
        }
    }
}

/// For how many queries at once there are kernels of attention: the least, and more, the most first.
pub(crate) fn queries(few: bool) -> (usize, &'static [usize]) {
    if few { (4, &[8]) } else { (1, &[8, 4, 2]) }
}

#[cfg(test)]
mod tests {
    use model::Shape;

    use super::SharedOut;

    /// The sizes of a model of 1.5e9 weights.
    const SHAPE: Shape = Shape {
        layers: 28,
        hidden: 1536,
        heads: 12,
        kv_heads: 2,
        head_dim: 128,
        feed_forward: 8960,
        vocabulary: 151_936,
        rope_base: 1e6,
        rms_epsilon: 1e-6,
        context: 32_768,
    };

    /// Queries of a workgroup and spans.
    fn of(few: bool, position: usize, tokens: usize) -> (usize, usize) {
        let SharedOut { queries, spans } = SharedOut::of(&SHAPE, few, tokens, position + tokens);
        (queries, spans)
    }

    /// Few queries on a long cache would leave most of a GPU idle.
    #[test]
    fn the_cache_is_shared_out_where_there_are_few_queries_and_more_than_a_span() {
        for (position, tokens, expected) in [
            (0, 255, (8, 1)),
            (255, 1, (1, 1)),
            (256, 1, (1, 2)),
            (2_047, 1, (1, 8)),
            (2_047, 8, (8, 9)),
            (768, 16, (8, 4)),
            (256, 512, (8, 1)),
        ] {
            let found = of(false, position, tokens);
            assert_eq!(found, expected, "{tokens} tokens at {position}");
        }
    }

    /// It has nothing to gain by that.
    #[test]
    fn a_cpu_that_plays_the_gpu_shares_out_nothing() {
        assert_eq!(of(true, 2_047, 1), (8, 1));
        assert_eq!(of(true, 2_047, 8), (8, 1));
    }
}
