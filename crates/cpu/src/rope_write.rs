//! RoPE (Su et al. 2021) on queries and keys, and the keys and values into the cache.
//!
//! The pair `(i, i + head_dim / 2)` of a head turns by the angle of its position.

use model::Shape;

/// Turns `query`, `[tokens, heads, head_dim]`, in place; writes `key`, turned, and `value`, both
/// `[tokens, kv_heads, head_dim]`, to `keys` and `values`, `[.., kv_heads, head_dim]`, from `position` on.
/// `turns` holds cosine and sine, `[.., head_dim / 2, 2]`, for every position up to the last.
#[expect(
    clippy::too_many_arguments,
    reason = "what it reads, then what it writes"
)]
pub fn rope_write(
    shape: &Shape,
    position: usize,
    turns: &[f32],
    key: &[f32],
    value: &[f32],
    query: &mut [f32],
    keys: &mut [f32],
    values: &mut [f32],
) {
    let head_dim = shape.head_dim;
    let width = shape.kv_heads * head_dim;
    let turns = &turns[position * head_dim..];
    for (query, turns) in query
        .chunks_exact_mut(shape.heads * head_dim)
        .zip(turns.chunks_exact(head_dim))
    {
        query
            .chunks_exact_mut(head_dim)
            .for_each(|head| turn(head, turns));
    }
    let keys = &mut keys[position * width..][..key.len()];
    keys.copy_from_slice(key);
    for (keys, turns) in keys
        .chunks_exact_mut(width)
        .zip(turns.chunks_exact(head_dim))
    {
        keys.chunks_exact_mut(head_dim)
            .for_each(|head| turn(head, turns));
    }
    values[position * width..][..value.len()].copy_from_slice(value);
}

/// `head` is `[head_dim]`, `turns` is `[head_dim / 2, 2]`.
fn turn(head: &mut [f32], turns: &[f32]) {
    let (first, second) = head.split_at_mut(head.len() / 2);
    for ((a, b), turn) in first.iter_mut().zip(second).zip(turns.chunks_exact(2)) {
        (*a, *b) = (*a * turn[0] - *b * turn[1], *b * turn[0] + *a * turn[1]);
    }
}
