//! Causal grouped-query attention over the cache.

use model::Shape;

use crate::dot::dot_f32;
use crate::exp::exp;

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
    let head_dim = shape.head_dim;
    let width = shape.kv_heads * head_dim;
    let scale = 1.0 / (head_dim as f32).sqrt();
    let mut scores = Vec::new();
    let tokens = query
        .chunks_exact(shape.heads * head_dim)
        .zip(y.chunks_exact_mut(shape.heads * head_dim));
    for (token, (query, y)) in tokens.enumerate() {
        let length = (position + token + 1) * width;
        let heads = query
            .chunks_exact(head_dim)
            .zip(y.chunks_exact_mut(head_dim));
        for (head, (query, y)) in heads.enumerate() {
            let kv = head / (shape.heads / shape.kv_heads) * head_dim;

            scores.clear();
            let keys = keys[..length]
                .chunks_exact(width)
                .map(|key| &key[kv..kv + head_dim]);
            scores.extend(keys.map(|key| dot_f32(query, key) * scale));
            let mut highest = f32::NEG_INFINITY;
            for &score in &scores {
                highest = if score > highest { score } else { highest };
            }
            for score in &mut scores {
                *score = exp(*score - highest);
            }
            let factor = 1.0 / scores.iter().sum::<f32>();

            y.fill(0.0);
            for (value, score) in values[..length].chunks_exact(width).zip(&scores) {
                let weight = score * factor;
                for (y, value) in y.iter_mut().zip(&value[kv..kv + head_dim]) {
                    *y += weight * value;
                }
            }
        }
    }
}
