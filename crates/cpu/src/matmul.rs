//! `y = x · Wᵀ`, plus a bias or what stands in `y`.

use crate::dot::dot;
use crate::input::{BLOCK, Input, Quant, Quantized, Quants};
use crate::interleaved::{Block, Interleaved, OfRows, ROWS};
use crate::kernel::Tokens;
use crate::matrix::{Matrix, Weights};

/// What is added to a product.
#[derive(Debug, Clone, Copy)]
pub enum Add<'a> {
    /// Nothing.
    Nothing,
    /// A bias, `[rows]`.
    Bias(&'a [f32]),
    /// What stands in the output.
    Output,
}

/// Bytes of activations that stay in the second cache while all rows of a matrix go by, and tokens
/// whose outputs do: these often lie so far apart that they share their place in a cache.
const STAY: usize = 256 << 10;
const STAYING: usize = 64;

/// Fills or adds to `y`, `[tokens, rows]`, from `x`, `[tokens, columns]`, and the matrix `w`.
pub fn matmul(x: &Input, w: &Matrix, add: Add, y: &mut [f32]) {
    let done = match &w.weights {
        Weights::Bytes(weights) => integers(x, w, weights, add, y),
        Weights::Halves(weights) => integers(x, w, weights, add, y),
        Weights::Nibbles(weights) => integers(x, w, weights, add, y),
        _ => None,
    };
    if done.is_none() {
        floats(x, w, add, y);
    }
}

/// `None` where the activations are to meet these weights as floats.
fn integers<B: Block>(
    x: &Input,
    w: &Matrix,
    weights: &Interleaved<B>,
    add: Add,
    y: &mut [f32],
) -> Option<()> {
    let quantized = x.quantized(weights.format)?;
    match &quantized.quants {
        Quants::Bytes(kernel, quants) => {
            let rows = |index, x: Tokens<_>, y: &mut [_]| {
                kernel.rows(weights.group(index), x, y);
                take_minima(weights.group(index).minima, x.sums, y);
            };
            all_rows(quantized, quants, w, rows, add, y);
        }
        Quants::Words(kernel, quants) => {
            let rows = |index, x: Tokens<_>, y: &mut [_]| {
                kernel.rows(weights.group(index), x, y);
                take_minima(weights.group(index).minima, x.sums, y);
            };
            all_rows(quantized, quants, w, rows, add, y);
        }
    }
    Some(())
}

/// What eight rows' minima, `[columns / 32]`, take away from products with the tokens whose sums,
/// `[columns / 32, tokens]`, these are. In the order of the blocks, whatever else is computed.
fn take_minima(minima: &[OfRows], sums: &[f32], out: &mut [[f32; ROWS]]) {
    if minima.is_empty() {
        return;
    }
    let tokens = out.len();
    for (token, out) in out.iter_mut().enumerate() {
        let mut all = [0.0; ROWS];
        for (minima, sum) in minima.iter().zip(sums.iter().skip(token).step_by(tokens)) {
            for (all, minimum) in all.iter_mut().zip(minima.0) {
                *all += minimum * sum;
            }
        }
        for (out, all) in out.iter_mut().zip(all) {
            *out -= all;
        }
    }
}

/// `rows` computes eight rows, from `8 * index` on, for a group of tokens.
fn all_rows<Q>(
    x: &Quantized,
    quants: &[Quant<Q>],
    w: &Matrix,
    rows: impl Fn(usize, Tokens<Q>, &mut [[f32; ROWS]]),
    add: Add,
    y: &mut [f32],
) {
    let blocks = w.columns() / BLOCK;
    let stay = (STAY / (blocks * size_of::<Quant<Q>>())).clamp(1, STAYING);
    let mut out = vec![[0.0; ROWS]; x.groups.first().copied().unwrap_or(0)];
    let mut first = 0;
    let mut groups = x.groups.as_slice();
    while !groups.is_empty() {
        let mut tokens = 0;
        let count = groups
            .iter()
            .take_while(|&&group| {
                tokens += group;
                tokens <= stay.max(group)
            })
            .count();
        let part;
        (part, groups) = groups.split_at(count);
        for index in 0..w.rows().div_ceil(ROWS) {
            let here = index * ROWS..w.rows().min((index + 1) * ROWS);
            let mut token = first;
            for &group in part {
                let span = token * blocks..(token + group) * blocks;
                let x = Tokens {
                    tokens: group,
                    quants: &quants[span.clone()],
                    scales: &x.scales[span.clone()],
                    sums: x.sums.get(span).unwrap_or_default(),
                };
                let out = &mut out[..group];
                rows(index, x, out);
                for out in out {
                    let y = &mut y[token * w.rows()..][here.clone()];
                    match y.as_mut_array::<ROWS>() {
                        // So many that the compiler need not count them.
                        Some(y) => store(add, here.start, out, y),
                        None => store(add, here.start, out, y),
                    }
                    token += 1;
                }
            }
        }
        first += part.iter().sum::<usize>();
    }
}

fn floats(x: &Input, w: &Matrix, add: Add, y: &mut [f32]) {
    let mut weights = vec![0.0; w.columns()];
    for row in 0..w.rows() {
        let weights = match &w.weights {
            Weights::F32(all) => &all[row * w.columns()..][..w.columns()],
            _ => {
                w.dequantize(row, &mut weights);
                &weights
            }
        };
        for (x, y) in
            x.x.chunks_exact(w.columns())
                .zip(y.chunks_exact_mut(w.rows()))
        {
            store(add, row, &[dot(x, weights)], &mut y[row..=row]);
        }
    }
}

/// Stores the sums of the rows from `first` on.
#[inline(always)]
fn store(add: Add, first: usize, sums: &[f32], y: &mut [f32]) {
    match add {
        Add::Nothing => y.iter_mut().zip(sums).for_each(|(y, sum)| *y = *sum),
        Add::Output => y.iter_mut().zip(sums).for_each(|(y, sum)| *y += sum),
        Add::Bias(bias) => {
            let sums = sums.iter().zip(&bias[first..]);
            y.iter_mut()
                .zip(sums)
                .for_each(|(y, (sum, bias))| *y = sum + bias);
        }
    }
}
