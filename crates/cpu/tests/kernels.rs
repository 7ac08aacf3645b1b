//! Each kernel beside the same formula in f64.

use foretab_cpu::{Add, Input, Matrix, Precision};
use foretab_cpu::{attention, embed, matmul, rms_norm, rope_write, silu_mul};
use model::testing::{Draw, quantize};
use model::{BlockFormat, Shape};

fn draw(draw: &mut Draw, count: usize) -> Vec<f32> {
    (0..count).map(|_| draw.between(-1.0, 1.0)).collect()
}

/// A matrix, and its weights as the format's definition has them.
fn matrix(
    random: &mut Draw,
    rows: usize,
    columns: usize,
    format: BlockFormat,
) -> (Matrix, Vec<f32>) {
    let blocks = quantize(format, &draw(random, rows * columns));
    let mut matrix = Matrix::new(rows, columns, format).unwrap();
    // In two pieces, as a stream brings them.
    let (first, second) = blocks.split_at(rows / 2 * format.row_bytes(columns));
    matrix.push_rows(first);
    matrix.push_rows(second);
    let mut weights = vec![0.0; rows * columns];
    format.dequantize(&blocks, &mut weights);
    (matrix, weights)
}

fn dot(a: &[f32], b: &[f32]) -> f64 {
    a.iter()
        .zip(b)
        .map(|(&a, &b)| f64::from(a) * f64::from(b))
        .sum()
}

#[track_caller]
fn close(found: &[f32], expected: impl IntoIterator<Item = f64>, bound: f64) {
    let expected: Vec<f64> = expected.into_iter().collect();
    assert_eq!(found.len(), expected.len());
    for (index, (&found, expected)) in found.iter().zip(expected).enumerate() {
        assert!(
            (f64::from(found) - expected).abs() <= bound,
            "{index}: {found} instead of {expected}"
        );
    }
}

#[test]
fn matmul_sums_products() {
    let random = &mut Draw(1);
    for format in BlockFormat::ALL {
        for (tokens, rows, columns) in [(1, 3, 32), (3, 33, 96), (4, 1, 160), (21, 70, 1536)] {
            let columns = usize::next_multiple_of(columns, format.block_size());
            let (w, weights) = matrix(random, rows, columns, format);
            let x = draw(random, tokens * columns);
            let bias = draw(random, rows);
            let before = draw(random, tokens * rows);
            let products = || {
                let cells = x
                    .chunks(columns)
                    .flat_map(|x| weights.chunks(columns).map(move |w| (x, w)));
                cells.map(|(x, w)| dot(x, w)).zip(0..)
            };
            let root = (columns as f64).sqrt();
            // A sum of n products in f32; as integers each activation is off by half of 1/32767 or 1/127,
            // and the errors of n of them add up like a random walk: five of its standard deviations.
            let integers = |largest: f64| 5.0 * (0.29 / largest) * 0.58 * root + 1e-6 * root;
            for (precision, bound) in [
                (Precision::Exact, 1e-6 * root),
                (Precision::Int16, integers(32767.0)),
                (Precision::Int8, integers(127.0)),
            ] {
                let x = Input::new(&x, columns, precision);
                let mut y = vec![f32::NAN; tokens * rows];
                matmul(&x, &w, Add::Nothing, &mut y);
                close(&y, products().map(|(sum, _)| sum), bound);
                matmul(&x, &w, Add::Bias(&bias), &mut y);
                close(
                    &y,
                    products().map(|(sum, at)| sum + f64::from(bias[at % rows])),
                    bound,
                );
                y.copy_from_slice(&before);
                matmul(&x, &w, Add::Output, &mut y);
                close(
                    &y,
                    products().map(|(sum, at)| sum + f64::from(before[at])),
                    bound,
                );
            }
        }
    }
}

#[test]
fn embed_takes_rows() {
    for format in BlockFormat::ALL {
        let (table, weights) = matrix(&mut Draw(3), 7, 256, format);
        let mut x = vec![0.0; 3 * 256];
        embed(&table, &[6, 0, 6], &mut x);
        let row = |row: usize| &weights[row * 256..][..256];
        assert_eq!(x, [row(6), row(0), row(6)].concat());
    }
}

#[test]
fn rms_norm_divides_by_the_root_of_the_mean_square() {
    let random = &mut Draw(4);
    let (x, gains) = (draw(random, 3 * 100), draw(random, 100));
    let mut y = vec![0.0; x.len()];
    rms_norm(0.01, &x, &gains, &mut y);
    let expected = x.chunks(100).flat_map(|x| {
        let root = (dot(x, x) / 100.0 + 0.01).sqrt();
        x.iter()
            .zip(&gains)
            .map(move |(&x, &gain)| f64::from(x) / root * f64::from(gain))
    });
    close(&y, expected, 1e-6);
}

#[test]
fn silu_mul_gates() {
    let random = &mut Draw(5);
    let up = draw(random, 200);
    let mut gate: Vec<f32> = (0..200).map(|_| random.between(-30.0, 30.0)).collect();
    gate[..2].copy_from_slice(&[-1000.0, 1000.0]);
    let before = gate.clone();
    silu_mul(&up, &mut gate);
    let silu = |v: f64| v / (1.0 + (-v).exp());
    close(
        &gate,
        before
            .iter()
            .zip(&up)
            .map(|(&gate, &up)| silu(gate.into()) * f64::from(up)),
        1e-4,
    );
}

fn shape(heads: usize, kv_heads: usize, head_dim: usize) -> Shape {
    Shape {
        layers: 1,
        hidden: heads * head_dim,
        heads,
        kv_heads,
        head_dim,
        feed_forward: 32,
        vocabulary: 300,
        rope_base: 10_000.0,
        rms_epsilon: 1e-6,
        context: 64,
    }
}

#[test]
fn rope_turns_pairs_and_writes_the_cache() {
    let shape = shape(4, 2, 6);
    let random = &mut Draw(6);
    let (position, tokens) = (3, 2);
    let (key, value, before) = (draw(random, 24), draw(random, 24), draw(random, 48));
    let mut query = before.clone();
    let (mut keys, mut values) = (vec![0.5; 6 * 12], vec![0.25; 6 * 12]);
    let turns = shape.turns(0..6);
    rope_write(
        &shape,
        position,
        &turns,
        &key,
        &value,
        &mut query,
        &mut keys,
        &mut values,
    );

    let turned = |before: &[f32], heads: usize| -> Vec<f64> {
        let at =
            |token: usize, head: usize, i: usize| f64::from(before[(token * heads + head) * 6 + i]);
        let mut out = Vec::new();
        for (token, head, i) in
            (0..tokens).flat_map(|t| (0..heads).flat_map(move |h| (0..6).map(move |i| (t, h, i))))
        {
            let angle = (position + token) as f64 * 10_000f64.powf(-((i % 3) as f64) / 3.0);
            let (sin, cos) = angle.sin_cos();
            out.push(match i {
                0..3 => at(token, head, i) * cos - at(token, head, i + 3) * sin,
                _ => at(token, head, i) * cos + at(token, head, i - 3) * sin,
            });
        }
        out
    };
    close(&query, turned(&before, 4), 1e-6);
    close(&keys[36..60], turned(&key, 2), 1e-6);
    assert_eq!(values[36..60], value);
    assert!(
        keys[..36].iter().chain(&keys[60..]).all(|&k| k == 0.5),
        "other positions stay"
    );
    assert!(
        values[..36].iter().chain(&values[60..]).all(|&v| v == 0.25),
        "other positions stay"
    );
}

#[test]
fn attention_is_a_weighted_mean_of_what_came_before() {
    let random = &mut Draw(7);
    for (shape, position, tokens) in [
        (shape(6, 2, 16), 0, 1),
        (shape(6, 2, 16), 37, 9),
        (shape(4, 4, 10), 5, 3),
        (shape(4, 2, 40), 50, 21),
    ] {
        let length = position + tokens;
        let (dim, width) = (shape.head_dim, shape.kv_heads * shape.head_dim);
        let query: Vec<f32> = draw(random, tokens * shape.hidden)
            .iter()
            .map(|q| q * 8.0)
            .collect();
        // What lies behind the pass must not be seen.
        let mut keys = draw(random, (length + 2) * width);
        let mut values = draw(random, (length + 2) * width);
        keys[length * width..].fill(f32::NAN);
        values[length * width..].fill(f32::NAN);
        let mut y = vec![0.0; query.len()];
        let heads = 0..shape.heads;
        attention(&shape, heads, position, &query, &keys, &values, &mut y);

        let mut expected = Vec::new();
        for (token, head) in
            (0..tokens).flat_map(|token| (0..shape.heads).map(move |head| (token, head)))
        {
            let q = &query[(token * shape.heads + head) * dim..][..dim];
            let kv = head / (shape.heads / shape.kv_heads) * dim;
            let seen = 0..=position + token;
            let weights: Vec<f64> = seen
                .map(|at| (dot(q, &keys[at * width + kv..][..dim]) / (dim as f64).sqrt()).exp())
                .collect();
            let total: f64 = weights.iter().sum();
            expected.extend((0..dim).map(|i| {
                let sum: f64 = weights
                    .iter()
                    .enumerate()
                    .map(|(at, w)| w * f64::from(values[at * width + kv + i]))
                    .sum();
                sum / total
            }));
        }
        close(&y, expected, 3e-6);
    }
}
