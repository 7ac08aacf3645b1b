//! The head: all logits of some tokens, or only the index of the largest of each.

use std::ops::Range;

use model::{Error, Shape};

use crate::Gpu;
use crate::backend::{same, word};
use crate::kernels::Kernel;
use crate::pool::Activations;
use crate::product::Operation;
use crate::recorder::Call;
use crate::weights::{Matrix, Part, Vector};

/// Tokens whose logits are held at once: more take several rounds.
const AT_ONCE: usize = 64;

impl Gpu {
    /// The index of the largest logit of each of the last `rows` tokens of `x`, `[rows]`. The logits
    /// themselves are never in memory, only the largest of each workgroup.
    pub(crate) fn largest(
        &mut self,
        shape: &Shape,
        x: &Activations,
        rows: usize,
        norm: &Vector,
        head: &Matrix,
    ) -> Result<Activations, Error> {
        let tokens = x.last(rows)?.tokens;
        fit(x, norm, head)?;
        let best = self.activations(0..rows, 1)?;
        let rows_of_a_workgroup = self
            .product(Operation::Argmax, &[head], rows)
            .rows_of_a_workgroup();
        let candidates = |part: &Part| part.rows.div_ceil(rows_of_a_workgroup);
        let all = head.alone()?.iter().map(candidates).sum();
        let largest = self.activations(0..rows, 2 * all)?;
        let mut before = 0;
        for part in head.alone()? {
            let parameters = [
                word(tokens.end)?,
                word(x.width)?,
                word(tokens.start)?,
                word(part.rows)?,
                word(part.first)?,
                word(all)?,
                word(before)?,
                shape.rms_epsilon.to_bits(),
            ];
            let (quants, scales) = (&part.quants, &part.scales);
            let memories = [x.memory(), &norm.memory, quants, scales, largest.memory()];
            self.multiply(
                Operation::Argmax,
                &[head],
                &[part],
                rows,
                &parameters,
                &memories,
            )?;
            before += candidates(part);
        }
        self.dispatch(Call {
            kernel: Kernel::ArgmaxMerge,
            parameters: &[word(all)?],
            memories: &[largest.memory(), best.memory()],
            workgroups: (word(rows)?, 1),
            products: 0,
            weights: 0,
        })?;
        Ok(best)
    }

    /// The logits of some tokens of `x`, `[tokens, vocabulary]`.
    pub(crate) fn logits_of(
        &mut self,
        shape: &Shape,
        x: &Activations,
        tokens: Range<usize>,
        norm: &Vector,
        head: &Matrix,
    ) -> Result<Activations, Error> {
        fit(x, norm, head)?;
        let y = self.activations(0..tokens.len(), head.rows)?;
        for part in head.alone()? {
            let parameters = [
                word(tokens.end)?,
                word(x.width)?,
                word(tokens.start)?,
                word(part.rows)?,
                word(part.first)?,
                word(head.rows)?,
                shape.rms_epsilon.to_bits(),
            ];
            let (quants, scales) = (&part.quants, &part.scales);
            let memories = [x.memory(), &norm.memory, quants, scales, y.memory()];
            let tokens = tokens.len();
            self.multiply(
                Operation::Logits,
                &[head],
                &[part],
                tokens,
                &parameters,
                &memories,
            )?;
        }
        Ok(y)
    }

    /// The last `rows` tokens of `x` in pieces whose logits fit a buffer.
    pub(crate) fn pieces(
        &self,
        x: &Activations,
        rows: usize,
        head: &Matrix,
    ) -> Result<Vec<Range<usize>>, Error> {
        let Range { start, end } = x.last(rows)?.tokens;
        let fit = (self.device.largest / (head.rows as u64 * 4)) as usize;
        let piece = fit.min(AT_ONCE);
        if piece == 0 {
            return Err(Error::Unsupported(format!("a vocabulary of {}", head.rows)));
        }
        Ok((start..end)
            .step_by(piece)
            .map(|first| first..end.min(first + piece))
            .collect())
    }
}

fn fit(x: &Activations, norm: &Vector, head: &Matrix) -> Result<(), Error> {
    same("gains of a norm", norm.length, x.width)?;
    same("columns of the head", head.columns, x.width)
}
