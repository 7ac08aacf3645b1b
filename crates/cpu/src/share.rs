//! One model on several threads, each with memory of its own.
//!
//! Every thread runs the same graph over the same tokens, but holds only a share of the rows of each
//! matrix, and of the heads with their part of the cache. What a thread computes of a product are whole
//! numbers of it, by the very instructions that a single thread would have used; then the shares are
//! put together. So the logits are the same bits, however many threads there are.
//!
//! This is tensor parallelism (Shoeybi et al. 2019), with rows only: columns would change the order in
//! which products are summed.

use std::ops::Range;

use model::Error;

use crate::activations::Activations;
use crate::rows::Rows;
use crate::{argmax, embed};

/// The threads that compute a model together, as one of them sees the others.
pub trait Exchange {
    /// The number of this thread's share, from 0 on.
    fn index(&self) -> usize;

    /// How many shares there are, at least one.
    fn count(&self) -> usize;

    /// Waits for all threads, and fills `all` outside of `own` with what theirs hold there. They call it
    /// in the same order and with lists of the same length, of which each owns a part.
    ///
    /// # Errors
    /// [`Error::Device`] where a thread has failed or does not come. This one is of no use then, either.
    fn gather(&mut self, all: &mut [f32], own: Range<usize>) -> Result<(), Error>;
}

/// Which share of a model is here, and where the others are.
#[derive(Default)]
pub(crate) struct Share(pub(crate) Option<Box<dyn Exchange>>);

impl Share {
    pub(crate) fn count(&self) -> usize {
        self.0.as_ref().map_or(1, |exchange| exchange.count())
    }

    /// What is here of `width` numbers, of which `unit` stay together.
    pub(crate) fn part(&self, width: usize, unit: usize) -> Range<usize> {
        self.0.as_ref().map_or(0..width, |exchange| {
            part(width, unit, exchange.index(), exchange.count())
        })
    }

    /// Whole activations, `[tokens, width]`, from the columns of them that are here; `unit` columns stay
    /// together.
    pub(crate) fn whole(
        &mut self,
        here: Activations,
        width: usize,
        unit: usize,
    ) -> Result<Activations, Error> {
        let Some(exchange) = &mut self.0 else {
            return Ok(here);
        };
        let tokens = here.tokens;
        let columns = |index| part(width, unit, index, exchange.count());
        let place = |columns: &Range<usize>| tokens * columns.start..tokens * columns.end;
        let (own, every) = (
            place(&columns(exchange.index())),
            (0..exchange.count()).map(columns).collect::<Vec<_>>(),
        );
        // Share after share, so that each lies in one piece.
        let mut all = Activations::zero(tokens, width);
        all.values[own.clone()].copy_from_slice(&here.values);
        exchange.gather(&mut all.values, own)?;
        if tokens == 1 {
            return Ok(all);
        }
        let mut y = Activations::zero(tokens, width);
        for columns in every.into_iter().filter(|columns| !columns.is_empty()) {
            let rows = all.values[place(&columns)].chunks_exact(columns.len());
            for (y, row) in y.values.chunks_exact_mut(width).zip(rows) {
                y[columns.clone()].copy_from_slice(row);
            }
        }
        Ok(y)
    }

    /// Rows of a table, `[tokens, columns]`.
    pub(crate) fn embed(&mut self, table: &Rows, tokens: &[u32]) -> Result<Vec<f32>, Error> {
        let width = table.matrix.columns();
        // In the order of the table, so that a share lies in one piece.
        let mut order: Vec<usize> = (0..tokens.len()).collect();
        order.sort_by_key(|&at| tokens[at]);
        let below = |row| order.partition_point(|&at| (tokens[at] as usize) < row);
        let own = below(table.here.start)..below(table.here.end);
        let ids = order[own.clone()].iter();
        let ids: Vec<u32> = ids
            .map(|&at| tokens[at] - table.here.start as u32)
            .collect();
        let own = own.start * width..own.end * width;
        let mut all = vec![0.0; tokens.len() * width];
        embed(&table.matrix, &ids, &mut all[own.clone()]);
        if let Some(exchange) = &mut self.0 {
            exchange.gather(&mut all, own)?;
        }
        let mut x = vec![0.0; all.len()];
        for (at, row) in order.into_iter().zip(all.chunks_exact(width)) {
            x[at * width..][..width].copy_from_slice(row);
        }
        Ok(x)
    }

    /// The index of the largest logit of each row, the lowest of equals; `logits` are those that are
    /// here, `[rows, rows of the head here]`.
    pub(crate) fn argmax(
        &mut self,
        rows: usize,
        head: &Rows,
        logits: &[f32],
    ) -> Result<Vec<u32>, Error> {
        let here = head.here.len();
        let mut best = vec![0; rows];
        if here > 0 {
            argmax(here, logits, &mut best);
        }
        let Some(exchange) = &mut self.0 else {
            return Ok(best);
        };
        // The largest logit of each share with its index, which an f32 holds: `[shares, rows, 2]`.
        let mut all = vec![[f32::NEG_INFINITY, 0.0]; exchange.count() * rows];
        let own = exchange.index() * rows..(exchange.index() + 1) * rows;
        if here > 0 {
            let logits = logits.chunks_exact(here).zip(&best);
            for (pair, (logits, &best)) in all[own.clone()].iter_mut().zip(logits) {
                *pair = [
                    logits[best as usize],
                    (head.here.start + best as usize) as f32,
                ];
            }
        }
        exchange.gather(all.as_flattened_mut(), 2 * own.start..2 * own.end)?;
        let of_row = |row| {
            let mut highest = [f32::NEG_INFINITY, 0.0];
            for &pair in all.iter().skip(row).step_by(rows) {
                highest = if pair[0] > highest[0] { pair } else { highest };
            }
            highest[1] as u32
        };
        Ok((0..rows).map(of_row).collect())
    }
}

/// Share `index` of `count` of the numbers below `width`: whole units of `unit`, the last of which may
/// be shorter. The shares are as equal as units can make them; some are empty where there are too few.
fn part(width: usize, unit: usize, index: usize, count: usize) -> Range<usize> {
    let units = width.div_ceil(unit);
    let edge = |index: usize| (units * index / count * unit).min(width);
    edge(index)..edge(index + 1)
}

#[cfg(test)]
mod tests {
    use super::part;

    #[test]
    fn shares_are_whole_units_and_leave_nothing_out() {
        let parts = |width, unit, count| -> Vec<_> {
            (0..count)
                .map(|index| part(width, unit, index, count))
                .collect()
        };
        assert_eq!(parts(21, 8, 2), [0..8, 8..21]);
        assert_eq!(parts(24, 8, 3), [0..8, 8..16, 16..24]);
        assert_eq!(parts(2, 1, 3), [0..0, 0..1, 1..2]);
    }
}
