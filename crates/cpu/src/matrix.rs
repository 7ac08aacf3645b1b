//! Weight matrices in memory.

use half::{bf16, f16};
use model::{BlockFormat, Error};

use crate::input::BLOCK;

/// A weight matrix, `[rows, columns]`, row after row.
pub struct Matrix {
    rows: usize,
    columns: usize,
    pub(crate) weights: Weights,
}

/// Quants and scales lie apart: the quants then are what vector loads want, and the scales are
/// floats already.
pub(crate) enum Weights {
    F32(Vec<f32>),
    F16(Vec<f16>),
    BF16(Vec<bf16>),
    /// `[rows, columns]` and `[rows, columns / 32]`
    Q8 {
        quants: Vec<i8>,
        scales: Vec<f32>,
    },
    /// `[rows, columns / 2]`, in the nibbles' order of the file, and `[rows, columns / 32]`
    Q4 {
        nibbles: Vec<u8>,
        scales: Vec<f32>,
    },
}

/// Room for `length` values that come later, or an error where there is none.
fn room<T>(length: usize) -> Result<Vec<T>, Error> {
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
        let (size, blocks) = (rows * columns, rows * columns / BLOCK);
        let weights = match format {
            BlockFormat::F32 => Weights::F32(room(size)?),
            BlockFormat::F16 => Weights::F16(room(size)?),
            BlockFormat::BF16 => Weights::BF16(room(size)?),
            BlockFormat::Q8_0 => Weights::Q8 {
                quants: room(size)?,
                scales: room(blocks)?,
            },
            BlockFormat::Q4_0 => Weights::Q4 {
                nibbles: room(size / 2)?,
                scales: room(blocks)?,
            },
        };
        Ok(Self {
            rows,
            columns,
            weights,
        })
    }

    /// Adds whole rows, as they stand in a file.
    pub fn push_rows(&mut self, blocks: &[u8]) {
        let scale = |block: &[u8]| f16::from_le_bytes([block[0], block[1]]).to_f32();
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
            Weights::Q8 { quants, scales } => {
                for block in blocks.as_chunks::<34>().0 {
                    scales.push(scale(block));
                    quants.extend(block[2..].iter().map(|&q| q as i8));
                }
            }
            Weights::Q4 { nibbles, scales } => {
                for block in blocks.as_chunks::<18>().0 {
                    scales.push(scale(block));
                    nibbles.extend(&block[2..]);
                }
            }
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
        let columns = self.columns;
        match &self.weights {
            Weights::F32(weights) => out.copy_from_slice(&weights[row * columns..][..columns]),
            Weights::F16(weights) => {
                out.iter_mut()
                    .zip(&weights[row * columns..])
                    .for_each(|(x, w)| *x = w.to_f32());
            }
            Weights::BF16(weights) => {
                out.iter_mut()
                    .zip(&weights[row * columns..])
                    .for_each(|(x, w)| *x = w.to_f32());
            }
            Weights::Q8 { quants, scales } => {
                let quants = quants[row * columns..].as_chunks::<BLOCK>().0;
                let blocks = quants.iter().zip(&scales[row * columns / BLOCK..]);
                for (x, (quants, scale)) in out.as_chunks_mut::<BLOCK>().0.iter_mut().zip(blocks) {
                    x.iter_mut()
                        .zip(quants)
                        .for_each(|(x, &q)| *x = f32::from(q) * scale);
                }
            }
            Weights::Q4 { nibbles, scales } => {
                let nibbles = nibbles[row * columns / 2..].as_chunks::<{ BLOCK / 2 }>().0;
                let blocks = nibbles.iter().zip(&scales[row * columns / BLOCK..]);
                for (x, (nibbles, scale)) in out.as_chunks_mut::<BLOCK>().0.iter_mut().zip(blocks) {
                    let (first, second) = x.split_at_mut(BLOCK / 2);
                    first
                        .iter_mut()
                        .zip(nibbles)
                        .for_each(|(x, &q)| *x = (f32::from(q & 15) - 8.0) * scale);
                    second
                        .iter_mut()
                        .zip(nibbles)
                        .for_each(|(x, &q)| *x = (f32::from(q >> 4) - 8.0) * scale);
                }
            }
        }
    }
}
