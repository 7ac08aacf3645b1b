//! Causal grouped-query attention over the cache.
//!
//! The queries of a few tokens, and of the heads that share keys and values, meet the cache together:
//! positions that are in the first cache are used by all of them before the next ones come.

use model::Shape;

use crate::dot::{LANES, dot_f32, halve};
use crate::exp::exp;

/// Tokens that walk through the cache together.
const TOGETHER: usize = 16;

/// Positions of a head that fit the first cache, keys or values: 16 kB for a head of 128.
const TILE: usize = 32;

/// Fills `y`, `[tokens, heads, head_dim]`, from `query` of the same shape and the cache's `keys` and
/// `values`, `[.., kv_heads, head_dim]`. Token `t` sees the positions `0 ..= position + t`.
pub fn attention(
    shape: &Shape,
    position: usize,
    query: &[f32],
    keys: &[f32],
    values: &[f32],
    y: &mut [f32],
) {
    let width = shape.heads * shape.head_dim;
    let chunks = query
        .chunks(TOGETHER * width)
        .zip(y.chunks_mut(TOGETHER * width));
    let mut scores = Vec::new();
    for (chunk, (query, y)) in chunks.enumerate() {
        let position = position + chunk * TOGETHER;
        for kv_head in 0..shape.kv_heads {
            let heads = Heads::new(shape, kv_head, position, query.len() / width);
            scores.clear();
            scores.resize(heads.queries() * heads.longest(), 0.0);
            heads.score(query, keys, &mut scores);
            heads.mix(&scores, values, y);
        }
    }
}

/// A score so far below the highest has no weight: e^-60 is lost in any sum with 1, and products with
/// it would soon be subnormal, which processors multiply a hundred times slower.
const NOTHING: f32 = -60.0;

/// The query heads of some tokens that share one head of keys and values.
struct Heads<'a> {
    shape: &'a Shape,
    kv_head: usize,
    position: usize,
    tokens: usize,
}

impl<'a> Heads<'a> {
    fn new(shape: &'a Shape, kv_head: usize, position: usize, tokens: usize) -> Self {
        Self {
            shape,
            kv_head,
            position,
            tokens,
        }
    }

    /// Query heads to a head of keys and values.
    fn group(&self) -> usize {
        self.shape.heads / self.shape.kv_heads
    }

    fn queries(&self) -> usize {
        self.tokens * self.group()
    }

    /// Positions that the last token sees.
    fn longest(&self) -> usize {
        self.position + self.tokens
    }

    /// Positions that a query sees.
    fn length(&self, query: usize) -> usize {
        self.position + query / self.group() + 1
    }

    /// Where a query, and what it is answered, stands in `[tokens, heads, head_dim]`.
    fn place(&self, query: usize) -> std::ops::Range<usize> {
        let (token, head) = (query / self.group(), query % self.group());
        let head = token * self.shape.heads + self.kv_head * self.group() + head;
        head * self.shape.head_dim..(head + 1) * self.shape.head_dim
    }

    /// A position's key or value in the cache.
    fn at<'c>(&self, cache: &'c [f32], position: usize) -> &'c [f32] {
        let head = position * self.shape.kv_heads + self.kv_head;
        &cache[head * self.shape.head_dim..(head + 1) * self.shape.head_dim]
    }

    /// The positions of each tile that each query sees, tile by tile.
    fn tiles(&self) -> impl Iterator<Item = (usize, std::ops::Range<usize>)> {
        (0..self.longest()).step_by(TILE).flat_map(move |start| {
            let end = move |query| self.length(query).min(start + TILE);
            (0..self.queries()).map(move |query| (query, start..end(query)))
        })
    }

    /// Fills `scores`, `[queries, longest]`, with exponentials that add up to one.
    fn score(&self, query: &[f32], keys: &[f32], scores: &mut [f32]) {
        let scale = 1.0 / (self.shape.head_dim as f32).sqrt();
        for (index, positions) in self.tiles() {
            let query = &query[self.place(index)];
            let scores = &mut scores[index * self.longest()..];
            for position in positions {
                scores[position] = dot_f32(query, self.at(keys, position)) * scale;
            }
        }
        for (index, scores) in scores.chunks_exact_mut(self.longest()).enumerate() {
            softmax(&mut scores[..self.length(index)]);
        }
    }

    /// Fills `y` with the means of the values, weighted by the scores.
    fn mix(&self, scores: &[f32], values: &[f32], y: &mut [f32]) {
        for index in 0..self.queries() {
            y[self.place(index)].fill(0.0);
        }
        for (index, positions) in self.tiles() {
            let scores = &scores[index * self.longest()..];
            let (lanes, rest) = y[self.place(index)].as_chunks_mut::<LANES>();
            let rest_start = lanes.len() * LANES;
            for (lane, y) in lanes.iter_mut().enumerate() {
                let mut sums = *y;
                for position in positions.clone() {
                    let weight = scores[position];
                    let value = &self.at(values, position)[lane * LANES..][..LANES];
                    for (sum, value) in sums.iter_mut().zip(value) {
                        *sum += weight * value;
                    }
                }
                *y = sums;
            }
            for (i, y) in rest.iter_mut().enumerate() {
                for position in positions.clone() {
                    *y += scores[position] * self.at(values, position)[rest_start + i];
                }
            }
        }
    }
}

/// Exponentials, divided by their sum.
fn softmax(scores: &mut [f32]) {
    let mut highest = f32::NEG_INFINITY;
    for &score in &*scores {
        highest = if score > highest { score } else { highest };
    }
    for score in &mut *scores {
        let below = *score - highest;
        *score = if below > NOTHING { exp(below) } else { 0.0 };
    }
    let (lanes, rest) = scores.as_chunks::<LANES>();
    let mut sums = [0.0; LANES];
    for lanes in lanes {
        for (sum, score) in sums.iter_mut().zip(lanes) {
            *sum += score;
        }
    }
    let factor = 1.0 / (halve(sums) + rest.iter().sum::<f32>());
    for score in scores {
        *score *= factor;
    }
}
