//! Weight matrices in memory.

use half::{bf16, f16};
use model::{BlockFormat, Error};

use crate::half_floats::to_f32;
use crate::input::BLOCK;
use crate::interleaved::{Bytes, Interleaved, Nibbles, OfRows, ROWS};

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
    /// Q8_0, Q5_0 and Q5_K.
    Bytes(Interleaved<Bytes<1>>),
    /// Q6_K.
    Halves(Interleaved<Bytes<2>>),
    /// Q4_0 and Q4_K.
    Nibbles(Interleaved<Nibbles>),
}

/// Bytes that a matrix takes in memory.
pub fn matrix_bytes(rows: usize, columns: usize, format: BlockFormat) -> u64 {
    let Some(integers) = format.integers() else {
        return rows as u64 * format.row_bytes(columns) as u64;
    };
    let numbers = integers.scales + usize::from(integers.has_minima);
    let quants = match integers.bits {
        4 => size_of::<Nibbles>(),
        _ => size_of::<Bytes<1>>(),
    };
    let block = quants + numbers * size_of::<OfRows>();
    rows.div_ceil(ROWS) as u64 * (columns / BLOCK * block) as u64
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
        let weights = match format.integers() {
            None => match format {
                BlockFormat::F16 => Weights::F16(reserved(size)?),
                BlockFormat::BF16 => Weights::BF16(reserved(size)?),
                _ => Weights::F32(reserved(size)?),
            },
            Some(integers) if integers.scales == 2 => {
                Weights::Halves(Interleaved::new(rows, columns, format, integers)?)
            }
            Some(integers) if integers.bits == 4 => {
                Weights::Nibbles(Interleaved::new(rows, columns, format, integers)?)
            }
            Some(integers) => Weights::Bytes(Interleaved::new(rows, columns, format, integers)?),
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
            Weights::Bytes(weights) => weights.push_rows(blocks),
            Weights::Halves(weights) => weights.push_rows(blocks),
            Weights::Nibbles(weights) => weights.push_rows(blocks),
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
            Weights::Bytes(weights) => weights.dequantize(row, out),
            Weights::Halves(weights) => weights.dequantize(row, out),
            Weights::Nibbles(weights) => weights.dequantize(row, out),
        }
    }
}
