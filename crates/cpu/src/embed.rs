//! Rows of the embedding table: `x[t] = table[tokens[t]]`.

use crate::Matrix;

/// Fills `x`, `[tokens, columns]`. Every token is below the table's rows.
pub fn embed(table: &Matrix, tokens: &[u32], x: &mut [f32]) {
    for (&token, x) in tokens.iter().zip(x.chunks_exact_mut(table.columns())) {
        table.dequantize(token as usize, x);
    }
}
