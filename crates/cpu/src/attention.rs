//! Causal grouped-query attention over the cache.
//!
//! The queries of a few tokens, and of the heads that share keys and values, meet the cache together:
//! positions that are in the first cache are used by all of them before the next ones come, and two
//! queries share every load of a key or a value.
//!
//! Each product is rounded before it is added, as every machine can do it, so a processor with three
//! ports for that adds six of them in a cycle. Learnt in Chromium: where the rows of a tile lie is
//! written down once, because the compiler otherwise computes the place of every vector anew; and the
//! steps through a query must stay a loop, because written out they fill one sum after the other, and
//! the sums that wait go to memory.

use std::hint::black_box;
use std::ops::Range;
use std::slice::ChunksExact;

use model::Shape;
use wide::f32x4;

use crate::dot::{largest, products, sum};
use crate::exp::Exp;

/// Tokens that walk through the cache together.
const TOGETHER: usize = 16;

/// Positions of a head that fit the first cache, keys or values: 16 kB for a head of 128.
const TILE: usize = 32;

/// Positions whose scores are computed together.
const GROUP: usize = 4;

/// Floats of a value that are added up in registers while positions go by, as vectors.
const PART: usize = 16;
type Part = [[f32; 4]; PART / 4];

/// A score so far below the highest has no weight: e^-60 is lost in any sum with 1, and products with
/// it would soon be subnormal, which processors multiply a hundred times slower.
const NOTHING: f32 = -60.0;

/// The heads of keys and values that the query heads `heads` need.
pub(crate) fn kv_heads(shape: &Shape, heads: &Range<usize>) -> Range<usize> {
    let group = shape.heads / shape.kv_heads;
    let first = heads.start / group;
    first..heads.end.div_ceil(group).max(first)
}

/// Fills `y`, `[tokens, heads, head_dim]`, from `query` of the same shape and the cache's `keys` and
/// `values`, `[.., kv_heads, head_dim]`. Token `t` sees the positions `0 ..= position + t`.
///
/// Of the model's query heads only `heads` are there, and those of keys and values that they need.
pub fn attention(
    shape: &Shape,
    heads: Range<usize>,
    position: usize,
    query: &[f32],
    keys: &[f32],
    values: &[f32],
    y: &mut [f32],
) {
    let width = heads.len() * shape.head_dim;
    if width == 0 {
        return;
    }
    let head_dim = shape.head_dim;
    let group = shape.heads / shape.kv_heads;
    let kv_heads = kv_heads(shape, &heads);
    let chunks = query
        .chunks(TOGETHER * width)
        .zip(y.chunks_mut(TOGETHER * width));
    let mut scores = Vec::new();
    for (chunk, (query, y)) in chunks.enumerate() {
        let before = position + chunk * TOGETHER;
        let tokens = query.len() / width;
        for kv_head in kv_heads.clone() {
            let sharing = heads.start.max(kv_head * group)..heads.end.min((kv_head + 1) * group);
            let of_token = |token| {
                sharing.clone().map(move |head| Query {
                    place: token * width + (head - heads.start) * head_dim,
                    length: before + token + 1,
                })
            };
            let queries: Vec<Query> = (0..tokens).flat_map(of_token).collect();
            let head = Head {
                width: head_dim,
                row: kv_heads.len() * head_dim,
                first: (kv_head - kv_heads.start) * head_dim,
                positions: before + tokens,
            };
            scores.clear();
            scores.resize(queries.len() * head.stride(), 0.0);
            head.score(&queries, query, keys, &mut scores);
            for (query, scores) in queries.iter().zip(scores.chunks_exact_mut(head.stride())) {
                softmax(&mut scores[..query.length]);
            }
            head.mix(&queries, &scores, values, y);
        }
    }
}

/// A head of a token.
struct Query {
    /// Where it begins, and what it is answered, in `[tokens, heads, head_dim]`.
    place: usize,
    /// Positions that it sees.
    length: usize,
}

impl Query {
    /// How many positions of a tile it sees.
    fn seen(&self, tile: &Range<usize>) -> usize {
        self.length.min(tile.end).saturating_sub(tile.start)
    }
}

/// A head of keys and values.
struct Head {
    /// Its width.
    width: usize,
    /// The width of all heads, from one position to the next.
    row: usize,
    /// Where it begins in a row.
    first: usize,
    /// How many the last query sees.
    positions: usize,
}

impl Head {
    /// From the scores of a query to those of the next: so many that none of a group is missing.
    fn stride(&self) -> usize {
        self.positions.next_multiple_of(GROUP)
    }

    fn tiles(&self) -> impl Iterator<Item = Range<usize>> {
        let tile = |start| start..self.positions.min(start + TILE);
        (0..self.positions).step_by(TILE).map(tile)
    }

    /// The rows of the cache from the beginning of a tile on, those of all heads.
    fn rows<'c>(&self, cache: &'c [f32], tile: &Range<usize>) -> ChunksExact<'c, f32> {
        cache[tile.start * self.row..].chunks_exact(self.row)
    }

    /// Fills `scores`, `[queries, stride]`. What it writes behind a query's length means nothing.
    #[inline(never)]
    fn score(&self, queries: &[Query], query: &[f32], keys: &[f32], scores: &mut [f32]) {
        let scale = 1.0 / (self.width as f32).sqrt();
        let stride = self.stride();
        let own = |at: &Query| &query[at.place..][..self.width];
        for tile in self.tiles() {
            let mut rows = [[own(&queries[0]); GROUP]; TILE / GROUP];
            let places = rows.as_flattened_mut().iter_mut();
            for (place, row) in places.zip(self.rows(keys, &tile)) {
                *place = &row[self.first..self.first + self.width];
            }
            for (queries, scores) in queries.chunks(2).zip(scores.chunks_mut(2 * stride)) {
                let seen = queries[queries.len() - 1].seen(&tile).div_ceil(GROUP);
                let (first, second) = scores.split_at_mut(stride);
                let groups = |scores| groups(scores, tile.start, seen);
                let first = groups(first);
                if let [a, b] = queries {
                    let pair = [own(a), own(b)];
                    for ((first, second), keys) in first.iter_mut().zip(groups(second)).zip(rows) {
                        [*first, *second] = dots(pair, keys).map(|dot| (dot * scale).to_array());
                    }
                } else {
                    let one = [own(&queries[0])];
                    for (first, keys) in first.iter_mut().zip(rows) {
                        [*first] = dots(one, keys).map(|dot| (dot * scale).to_array());
                    }
                }
            }
        }
    }

    /// Fills `y` with the means of the values, weighted by the scores, `[queries, stride]`.
    #[inline(never)]
    fn mix(&self, queries: &[Query], scores: &[f32], values: &[f32], y: &mut [f32]) {
        static NONE: Part = [[0.0; 4]; PART / 4];
        let stride = self.stride();
        let whole = self.width / PART * PART;
        for (query, weights) in queries.iter().zip(scores.chunks_exact(stride)) {
            let y = &mut y[query.place..][..self.width];
            y.fill(0.0);
            // The few columns that fill no part.
            let rest = self.first + whole..self.first + self.width;
            if !rest.is_empty() {
                let rows = values.chunks_exact(self.row).take(query.length);
                for (weight, row) in weights.iter().zip(rows) {
                    let pairs = y[whole..].iter_mut().zip(&row[rest.clone()]);
                    pairs.for_each(|(y, value)| *y += weight * value);
                }
            }
        }
        for tile in self.tiles() {
            for column in (0..whole).step_by(PART) {
                let mut rows = [&NONE; TILE];
                let first = self.first + column;
                for (place, row) in rows.iter_mut().zip(self.rows(values, &tile)) {
                    *place = part(&row[first..first + PART]);
                }
                let span = |query: &Query| query.place + column..query.place + column + PART;
                for (queries, weights) in queries.chunks(2).zip(scores.chunks(2 * stride)) {
                    let (first, second) = weights.split_at(stride);
                    let first = &first[tile.start..][..queries[0].seen(&tile)];
                    if let [a, b] = queries {
                        let second = &second[tile.start..][..b.seen(&tile)];
                        let (second, more) = second.split_at(first.len());
                        let pair = y.get_disjoint_mut([span(a), span(b)]);
                        let pair = pair.expect("two queries have two places").map(part_mut);
                        add_rows(&rows, [first, second], pair);
                        if !more.is_empty() {
                            add_rows(&rows[first.len()..], [more], [part_mut(&mut y[span(b)])]);
                        }
                    } else {
                        add_rows(&rows, [first], [part_mut(&mut y[span(&queries[0])])]);
                    }
                }
            }
        }
    }
}

/// As vectors.
fn part(x: &[f32]) -> &Part {
    let x: &[f32; PART] = x.as_array().expect("so many");
    bytemuck::cast_ref(x)
}

fn part_mut(x: &mut [f32]) -> &mut Part {
    let x: &mut [f32; PART] = x.as_mut_array().expect("so many");
    bytemuck::cast_mut(x)
}

/// So many groups of a query's scores, from position `start` on.
fn groups(scores: &mut [f32], start: usize, count: usize) -> &mut [[f32; GROUP]] {
    &mut scores.as_chunks_mut().0[start / GROUP..][..count]
}

/// Dot products of queries with keys, which share their loads. Each is summed in the same order, however
/// many queries there are.
#[inline(always)]
fn dots<const Q: usize>(queries: [&[f32]; Q], keys: [&[f32]; GROUP]) -> [f32x4; Q] {
    let count = queries[0].len() / 4;
    let query_vectors = queries.map(|query| &query.as_chunks::<4>().0[..count]);
    let key_vectors = keys.map(|key| &key.as_chunks::<4>().0[..count]);
    let mut sums = [[f32x4::ZERO; GROUP]; Q];
    for i in 0..count {
        let query: [f32x4; Q] = std::array::from_fn(|q| f32x4::from(query_vectors[q][i]));
        for k in 0..GROUP {
            let key = f32x4::from(key_vectors[k][i]);
            for q in 0..Q {
                sums[q][k] += query[q] * key;
            }
        }
    }
    // The lanes of each are added up, `(0 + 2) + (1 + 3)`, those of four keys at once.
    let mut dots = sums.map(|[a, b, c, d]| {
        let even = a.unpack_lo(c) + a.unpack_hi(c);
        let odd = b.unpack_lo(d) + b.unpack_hi(d);
        even.unpack_lo(odd) + even.unpack_hi(odd)
    });
    let rest = 4 * count..queries[0].len();
    if !rest.is_empty() {
        for (dots, query) in dots.iter_mut().zip(queries) {
            let of_rest = |key: &[f32]| products(&query[rest.clone()], &key[rest.clone()]);
            *dots += f32x4::from(keys.map(of_rest));
        }
    }
    dots
}

/// Adds to each of `y` the rows, one after the other, times its weights.
#[inline(always)]
fn add_rows<const Q: usize>(rows: &[&Part], weights: [&[f32]; Q], y: [&mut Part; Q]) {
    let rows = &rows[..weights[0].len()];
    let weights = weights.map(|weights| &weights[..rows.len()]);
    let mut sums = y.each_ref().map(|y| y.map(f32x4::from));
    for (i, row) in rows.iter().enumerate() {
        for q in 0..Q {
            let weight = f32x4::splat(weights[q][i]);
            for (sum, value) in sums[q].iter_mut().zip(row.iter()) {
                *sum += weight * f32x4::from(*value);
            }
        }
    }
    for (y, sums) in y.into_iter().zip(sums) {
        *y = sums.map(f32x4::to_array);
    }
}

/// Exponentials, divided by their sum.
#[inline(never)]
fn softmax(scores: &mut [f32]) {
    let highest = largest(scores, f32::NEG_INFINITY);
    let nothing = black_box(NOTHING);
    let exp = Exp::new();
    for score in &mut *scores {
        let below = *score - highest;
        let power = exp.within(below);
        *score = if below > nothing { power } else { 0.0 };
    }
    let factor = 1.0 / sum(scores);
    for score in scores {
        *score *= factor;
    }
}
