//! Weight matrices in memory.

use half::{bf16, f16};
use model::{BlockFormat, Error};

use crate::half_floats::to_f32;
use crate::interleaved::{Bytes, Interleaved, Nibbles};

/// A weight matrix, `[rows, columns]`.
pub struct Matrix {
    rows: usize,
    columns: usize,
    pub(crate) weights: Weights,
}

/// Floats lie row after row, integers as their kernels read them.
pub(crate) enum Weights {
    F32(Vec<f32>),
    F16(Vec<f16>),
    BF16(Vec<bf16>),
    Q8(Interleaved<Bytes>),
    Q4(Interleaved<Nibbles>),
}

/// A vector of so many equal values, or an error where there is no memory.
pub(crate) fn room<T: Clone>(length: usize, value: T) -> Result<Vec<T>, Error> {
    let mut room = reserved(length)?;
    room.resize(length, value);
    Ok(room)
}

/// Room for `length` values that come later, or an error where there is none.
fn reserved<T>(length: usize) -> Result<Vec<T>, Error> {
    let mut room = Vec::new();
    match room.try_reserve_exact(length) {
        Ok(()) => Ok(room),
        Err(_) => Err(Error::Device(format!(
            "no memory for {length} values of a matrix"
        ))),
    }
}

impl Matrix {
    /// Makes room for a matrix whose rows come by [`push_rows`](Matrix::push_rows).
    ///
    /// # Errors
    /// [`Error::Device`] when there is no memory for it.
    pub fn new(rows: usize, columns: usize, format: BlockFormat) -> Result<Self, Error> {
        let size = rows * columns;
        let weights = match format {
            BlockFormat::F32 => Weights::F32(reserved(size)?),
            BlockFormat::F16 => Weights::F16(reserved(size)?),
            BlockFormat::BF16 => Weights::BF16(reserved(size)?),
            BlockFormat::Q8_0 => Weights::Q8(Interleaved::new(rows, columns)?),
            BlockFormat::Q4_0 => Weights::Q4(Interleaved::new(rows, columns)?),
        };
        Ok(Self {
            rows,
            columns,
            weights,
        })
    }

    /// Adds whole rows, as they stand in a file.
    pub fn push_rows(&mut self, blocks: &[u8]) {
        match &mut self.weights {
            Weights::F32(weights) => {
                weights.extend(blocks.as_chunks().0.iter().map(|&w| f32::from_le_bytes(w)))
            }
            Weights::F16(weights) => {
                weights.extend(blocks.as_chunks().0.iter().map(|&w| f16::from_le_bytes(w)))
            }
            Weights::BF16(weights) => {
                weights.extend(blocks.as_chunks().0.iter().map(|&w| bf16::from_le_bytes(w)))
            }
            Weights::Q8(weights) => weights.push_rows(blocks),
            Weights::Q4(weights) => weights.push_rows(blocks),
        }
    }

    /// Number of rows.
    pub fn rows(&self) -> usize {
        self.rows
    }

    /// Number of columns.
    pub fn columns(&self) -> usize {
        self.columns
    }

    /// One row as floats.
    pub(crate) fn dequantize(&self, row: usize, out: &mut [f32]) {
        let span = row * self.columns..(row + 1) * self.columns;
        match &self.weights {
            Weights::F32(weights) => out.copy_from_slice(&weights[span]),
            Weights::F16(weights) => {
                out.iter_mut()
                    .zip(&weights[span])
                    .for_each(|(x, w)| *x = to_f32(*w));
            }
            Weights::BF16(weights) => {
                out.iter_mut()
                    .zip(&weights[span])
                    .for_each(|(x, w)| *x = w.to_f32());
            }
            Weights::Q8(weights) => weights.dequantize(row, out),
            Weights::Q4(weights) => weights.dequantize(row, out),
        }
    }
}
