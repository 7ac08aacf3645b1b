//! Causal grouped-query attention over the cache.
//!
//! The queries of a few tokens, and of the heads that share keys and values, meet the cache together:
//! positions that are in the first cache are used by all of them before the next ones come, and two
//! queries share every load of a key or a value.

use std::ops::Range;

use model::Shape;
use wide::f32x4;

use crate::dot::{dots, largest, sum};
use crate::exp::Exp;

/// Tokens that walk through the cache together.
const TOGETHER: usize = 16;

/// Positions of a head that fit the first cache, keys or values: 16 kB for a head of 128.
const TILE: usize = 32;

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
    let group = shape.heads / shape.kv_heads;
    let kv_heads = kv_heads(shape, &heads);
    let chunks = query
        .chunks(TOGETHER * width)
        .zip(y.chunks_mut(TOGETHER * width));
    let mut scores = Vec::new();
    for (chunk, (query, y)) in chunks.enumerate() {
        for kv_head in kv_heads.clone() {
            let first = heads.start.max(kv_head * group);
            let end = heads.end.min((kv_head + 1) * group);
            let sharing = Heads {
                head_dim: shape.head_dim,
                heads: heads.len(),
                kv_heads: kv_heads.len(),
                kv_head: kv_head - kv_heads.start,
                first: first - heads.start,
                group: end - first,
                position: position + chunk * TOGETHER,
                tokens: query.len() / width,
            };
            scores.clear();
            scores.resize(sharing.queries() * sharing.longest(), 0.0);
            sharing.score(query, keys, &mut scores);
            sharing.mix(&scores, values, y);
        }
    }
}

/// A score so far below the highest has no weight: e^-60 is lost in any sum with 1, and products with
/// it would soon be subnormal, which processors multiply a hundred times slower.
const NOTHING: f32 = -60.0;

/// The query heads of some tokens that share one head of keys and values.
struct Heads {
    head_dim: usize,
    /// Query heads that are there.
    heads: usize,
    /// Heads of keys and values that are there.
    kv_heads: usize,
    /// The one of them that is shared.
    kv_head: usize,
    /// The first query head that shares it.
    first: usize,
    /// How many do.
    group: usize,
    position: usize,
    tokens: usize,
}

impl Heads {
    fn queries(&self) -> usize {
        self.tokens * self.group
    }

    /// Positions that the last token sees.
    fn longest(&self) -> usize {
        self.position + self.tokens
    }

    /// Positions that a query sees.
    fn length(&self, query: usize) -> usize {
        self.position + query / self.group + 1
    }

    /// Where a query, and what it is answered, stands in `[tokens, heads, head_dim]`.
    fn place(&self, query: usize) -> Range<usize> {
        let (token, head) = (query / self.group, query % self.group);
        let head = token * self.heads + self.first + head;
        head * self.head_dim..(head + 1) * self.head_dim
    }

    /// A position's key or value in the cache.
    fn at<'c>(&self, cache: &'c [f32], position: usize) -> &'c [f32] {
        let head = position * self.kv_heads + self.kv_head;
        &cache[head * self.head_dim..(head + 1) * self.head_dim]
    }

    /// Pairs of queries, tile by tile, with the positions of the tile that the first sees; the second
    /// may see some more, and is missing where the number of queries is odd.
    fn tiles(&self) -> impl Iterator<Item = (usize, Option<usize>, Range<usize>)> {
        (0..self.longest()).step_by(TILE).flat_map(move |start| {
            (0..self.queries()).step_by(2).map(move |first| {
                let second = (first + 1 < self.queries()).then_some(first + 1);
                let end = self.length(first).min(start + TILE).max(start);
                (first, second, start..end)
            })
        })
    }

    /// What a query sees of the tile that begins at `start` behind position `end`.
    fn behind(&self, query: usize, start: usize, end: usize) -> Range<usize> {
        end..self.length(query).min(start + TILE).max(end)
    }

    /// Fills `scores`, `[queries, longest]`, with exponentials that add up to one.
    fn score(&self, query: &[f32], keys: &[f32], scores: &mut [f32]) {
        let scale = 1.0 / (self.head_dim as f32).sqrt();
        let longest = self.longest();
        let one = |index: usize, positions: Range<usize>, scores: &mut [f32]| {
            for position in positions {
                let [[score]] = dots([&query[self.place(index)]], [self.at(keys, position)]);
                scores[index * longest + position] = score * scale;
            }
        };
        for (first, second, positions) in self.tiles() {
            let (start, end) = (positions.start, positions.end);
            let Some(second) = second else {
                one(first, positions, scores);
                continue;
            };
            let pair = [first, second].map(|index| &query[self.place(index)]);
            let fours = start..start + (end - start) / 4 * 4;
            for position in fours.clone().step_by(4) {
                let keys = [0, 1, 2, 3].map(|next| self.at(keys, position + next));
                for (index, dots) in [first, second].into_iter().zip(dots(pair, keys)) {
                    scores[index * longest + position..][..4]
                        .copy_from_slice(&dots.map(|dot| dot * scale));
                }
            }
            one(first, fours.end..end, scores);
            one(
                second,
                fours.end..self.behind(second, start, end).end,
                scores,
            );
        }
        for (index, scores) in scores.chunks_exact_mut(longest).enumerate() {
            softmax(&mut scores[..self.length(index)]);
        }
    }

    /// Fills `y` with the means of the values, weighted by the scores.
    fn mix(&self, scores: &[f32], values: &[f32], y: &mut [f32]) {
        for index in 0..self.queries() {
            y[self.place(index)].fill(0.0);
        }
        let weights = |index: usize| &scores[index * self.longest()..][..self.longest()];
        for (first, second, positions) in self.tiles() {
            let (start, end) = (positions.start, positions.end);
            if let Some(second) = second {
                let places = [self.place(first), self.place(second)];
                let pair = y.get_disjoint_mut(places);
                let pair = pair.expect("two queries have two places");
                self.add_values(pair, [weights(first), weights(second)], positions, values);
                let more = self.behind(second, start, end);
                if !more.is_empty() {
                    let (y, weights) = (&mut y[self.place(second)], weights(second));
                    self.add_values([y], [weights], more, values);
                }
            } else {
                let (y, weights) = (&mut y[self.place(first)], weights(first));
                self.add_values([y], [weights], positions, values);
            }
        }
    }

    /// Adds to each of `y` the values at the positions, one after the other, times its weights.
    #[inline(always)]
    fn add_values<const Q: usize>(
        &self,
        mut y: [&mut [f32]; Q],
        weights: [&[f32]; Q],
        positions: Range<usize>,
        values: &[f32],
    ) {
        /// Floats that stay in registers while the positions go by.
        const WIDTH: usize = 16;
        let count = positions.len();
        let weights = weights.map(|weights| &weights[positions.clone()][..count]);
        // Whole rows, so that bounds are checked before the positions go by.
        let row = self.kv_heads * self.head_dim;
        let rows = values[positions.start * row..positions.end * row].chunks_exact(row);
        let head = self.kv_head * self.head_dim..(self.kv_head + 1) * self.head_dim;
        let whole = y[0].len() / WIDTH * WIDTH;
        for at in (0..whole).step_by(WIDTH) {
            let mut sums: [[f32x4; WIDTH / 4]; Q] = std::array::from_fn(|q| {
                let y = y[q][at..at + WIDTH].as_chunks::<4>().0;
                std::array::from_fn(|i| f32x4::from(y[i]))
            });
            for (i, row) in (0..count).zip(rows.clone()) {
                let value: &[f32; WIDTH] =
                    row[head.start + at..][..WIDTH].as_array().expect("so many");
                let value: &[[f32; 4]; WIDTH / 4] = bytemuck::cast_ref(value);
                for q in 0..Q {
                    let weight = f32x4::splat(weights[q][i]);
                    for (sum, value) in sums[q].iter_mut().zip(value) {
                        *sum += weight * f32x4::from(*value);
                    }
                }
            }
            for q in 0..Q {
                let y = y[q][at..at + WIDTH].as_chunks_mut::<4>().0;
                y.iter_mut()
                    .zip(sums[q])
                    .for_each(|(y, sum)| *y = sum.to_array());
            }
        }
        for (y, weights) in y.iter_mut().zip(weights) {
            for (weight, row) in weights.iter().zip(rows.clone()) {
                for (y, value) in y[whole..].iter_mut().zip(&row[head.clone()][whole..]) {
                    *y += weight * value;
                }
            }
        }
    }
}

/// Exponentials, divided by their sum.
fn softmax(scores: &mut [f32]) {
    let highest = largest(scores, f32::NEG_INFINITY);
    let exp = Exp::new();
    for score in &mut *scores {
        let below = *score - highest;
        *score = if below > NOTHING { exp.of(below) } else { 0.0 };
    }
    let factor = 1.0 / sum(scores);
    for score in scores {
        *score *= factor;
    }
}
