//! `y = x · Wᵀ`, plus a bias or what stands in `y`.

#[cfg(target_arch = "x86_64")]
use crate::dot::avx2;
use crate::dot::{Q4Row, Q8Row, WeightRow, dot_f32, dot_rows};
use crate::input::{BLOCK, Input, Quantized};
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

/// Tokens whose dot products with a row are computed together: the row is decoded once for them.
const TOGETHER: usize = 4;

/// Bytes of activations that stay in the first cache while all rows of a matrix go by.
const STAY: usize = 16 << 10;

/// Fills or adds to `y`, `[tokens, rows]`, from `x`, `[tokens, columns]`, and the matrix `w`.
pub fn matmul(x: &Input, w: &Matrix, add: Add, y: &mut [f32]) {
    match (&w.weights, x.quantized()) {
        (Weights::Q8 { quants, scales }, Some(x)) => {
            let row = |row| {
                let (quants, scales) = row_of(w, row, quants.as_chunks().0, scales);
                Q8Row { quants, scales }
            };
            quantized(x, w, row, add, y);
        }
        (Weights::Q4 { nibbles, scales }, Some(x)) => {
            let row = |row| {
                let (nibbles, scales) = row_of(w, row, nibbles.as_chunks().0, scales);
                Q4Row { nibbles, scales }
            };
            quantized(x, w, row, add, y);
        }
        _ => floats(x, w, add, y),
    }
}

/// The blocks and the scales of a row.
#[inline(always)]
fn row_of<'a, B>(
    w: &Matrix,
    row: usize,
    blocks: &'a [B],
    scales: &'a [f32],
) -> (&'a [B], &'a [f32]) {
    let count = w.columns() / BLOCK;
    (
        &blocks[row * count..][..count],
        &scales[row * count..][..count],
    )
}

fn quantized<R: WeightRow>(
    x: &Quantized,
    w: &Matrix,
    row: impl Fn(usize) -> R,
    add: Add,
    y: &mut [f32],
) {
    #[cfg(target_arch = "x86_64")]
    if std::arch::is_x86_feature_detected!("avx2") {
        #[target_feature(enable = "avx2")]
        fn with_avx2<R: WeightRow>(
            x: &Quantized,
            w: &Matrix,
            row: impl Fn(usize) -> R,
            add: Add,
            y: &mut [f32],
        ) {
            all_rows(
                x,
                w,
                row,
                |w, x| avx2::dot_rows(w, x),
                |w, x| avx2::dot_rows(w, x),
                add,
                y,
            );
        }
        // SAFETY: the processor has what the function asks for.
        #[expect(unsafe_code, reason = "the compiler cannot know the processor")]
        return unsafe { with_avx2(x, w, row, add, y) };
    }
    all_rows(x, w, row, dot_rows, dot_rows, add, y);
}

/// `several` and `one` are the same dot products, for so many tokens.
#[inline(always)]
fn all_rows<R: WeightRow>(
    x: &Quantized,
    w: &Matrix,
    row: impl Fn(usize) -> R,
    several: impl Fn(R, [Q8Row; TOGETHER]) -> [f32; TOGETHER],
    one: impl Fn(R, [Q8Row; 1]) -> [f32; 1],
    add: Add,
    y: &mut [f32],
) {
    let blocks = w.columns() / BLOCK;
    let x_rows = x
        .quants
        .as_chunks()
        .0
        .chunks_exact(blocks)
        .zip(x.scales.chunks_exact(blocks));
    let x: Vec<_> = x_rows
        .map(|(quants, scales)| Q8Row { quants, scales })
        .collect();

    let stay = (STAY / w.columns()).max(1).next_multiple_of(TOGETHER);
    for (x, y) in x.chunks(stay).zip(y.chunks_mut(stay * w.rows())) {
        let (together, rest) = x.as_chunks::<TOGETHER>();
        for index in 0..w.rows() {
            let row = row(index);
            let mut write =
                |token: usize, sum: f32| store(add, index, sum, &mut y[token * w.rows() + index]);
            for (chunk, x) in together.iter().enumerate() {
                for (i, sum) in several(row, *x).into_iter().enumerate() {
                    write(chunk * TOGETHER + i, sum);
                }
            }
            for (i, x) in rest.iter().enumerate() {
                let [sum] = one(row, [*x]);
                write(together.len() * TOGETHER + i, sum);
            }
        }
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
            store(add, row, dot_f32(x, weights), &mut y[row]);
        }
    }
}

#[inline(always)]
fn store(add: Add, row: usize, sum: f32, y: &mut f32) {
    *y = match add {
        Add::Nothing => sum,
        Add::Bias(bias) => sum + bias[row],
        Add::Output => sum + *y,
    };
}
