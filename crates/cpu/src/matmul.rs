//! `y = x · Wᵀ`, plus a bias or what stands in `y`.

#[cfg(target_arch = "x86_64")]
use crate::dot::avx2;
use crate::dot::{Q4Row, Q8Row, Tokens, WeightRow, dot_f32, dot_rows};
use crate::input::{BLOCK, Input, Quantized, Quants, TOGETHER};
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
            let several = |w: R, x: Tokens<TOGETHER>| avx2::dot_rows(w, x);
            let one = |w: R, x: Tokens<1>| avx2::dot_rows(w, x);
            all_rows(x, w, row, several, one, add, y);
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
    several: impl Fn(R, Tokens<TOGETHER>) -> [f32; TOGETHER],
    one: impl Fn(R, Tokens<1>) -> [f32; 1],
    add: Add,
    y: &mut [f32],
) {
    let blocks = w.columns() / BLOCK;
    let stay = (STAY / size_of::<Quants>() / blocks)
        .next_multiple_of(TOGETHER)
        .max(TOGETHER);
    let parts = x
        .quants
        .chunks(stay * blocks)
        .zip(x.scales.chunks(stay * blocks));
    for ((quants, scales), y) in parts.zip(y.chunks_mut(stay * w.rows())) {
        let tokens = quants.len() / blocks;
        let grouped = tokens / TOGETHER * TOGETHER;
        let (quants, quants_rest) = quants.split_at(grouped * blocks);
        let (scales, scales_rest) = scales.split_at(grouped * blocks);
        let (quants, scales) = (quants.as_chunks().0, scales.as_chunks().0);
        let (quants_rest, scales_rest) = (quants_rest.as_chunks().0, scales_rest.as_chunks().0);
        for index in 0..w.rows() {
            let row = row(index);
            let mut write = |token: usize, sum: f32| {
                store(add, index, sum, &mut y[token * w.rows() + index]);
            };
            let groups = quants.chunks_exact(blocks).zip(scales.chunks_exact(blocks));
            for (group, (quants, scales)) in groups.enumerate() {
                let sums = several(row, Tokens { quants, scales });
                for (token, sum) in sums.into_iter().enumerate() {
                    write(group * TOGETHER + token, sum);
                }
            }
            let rest = quants_rest
                .chunks_exact(blocks)
                .zip(scales_rest.chunks_exact(blocks));
            for (token, (quants, scales)) in rest.enumerate() {
                let [sum] = one(row, Tokens { quants, scales });
                write(grouped + token, sum);
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
