//! What flows through the graph.

use std::ops::Range;

use crate::rms_norm;

/// Activations of a pass, `[tokens, width]`.
pub struct Activations {
    pub(crate) tokens: usize,
    pub(crate) width: usize,
    pub(crate) values: Vec<f32>,
}

impl Activations {
    pub(crate) fn zero(tokens: usize, width: usize) -> Self {
        Self {
            tokens,
            width,
            values: vec![0.0; tokens * width],
        }
    }

    /// The values, token after token.
    pub fn values(&self) -> &[f32] {
        &self.values
    }

    /// The last tokens.
    pub(crate) fn last(&self, tokens: usize) -> Self {
        Self {
            tokens,
            width: self.width,
            values: self.values[(self.tokens - tokens) * self.width..].to_vec(),
        }
    }

    /// Some of the columns.
    pub(crate) fn columns(&self, columns: Range<usize>) -> Self {
        let rows = self.values.chunks_exact(self.width);
        Self {
            tokens: self.tokens,
            width: columns.len(),
            values: rows
                .flat_map(|row| &row[columns.clone()])
                .copied()
                .collect(),
        }
    }

    pub(crate) fn normed(&self, epsilon: f32, gains: &[f32]) -> Self {
        let mut y = Self::zero(self.tokens, self.width);
        rms_norm(epsilon, &self.values, gains, &mut y.values);
        y
    }
}
