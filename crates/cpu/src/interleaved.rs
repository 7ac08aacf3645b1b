//! Quantized weights as the integer kernels read them: eight rows together.
//!
//! A vector register then holds the next four columns of each of its rows, and an instruction that
//! sums four products of bytes leaves one sum a row: nothing is added across lanes, and the scales of
//! the rows are a vector too.

use half::f16;
use model::Error;

use crate::input::BLOCK;
use crate::matrix::room;

/// Rows that lie together.
pub(crate) const ROWS: usize = 8;

/// Columns of a row that lie together.
pub(crate) const TOGETHER: usize = 4;

/// Steps of [`TOGETHER`] columns through a block, and through half of it.
pub(crate) const STEPS: usize = BLOCK / TOGETHER;
pub(crate) const HALF: usize = STEPS / 2;

/// A block of 8-bit weights of eight rows, `[steps, rows, TOGETHER]`.
pub(crate) type Bytes = [[i8; ROWS * TOGETHER]; STEPS];

/// The same in 4 bits, with offset 8: step `s` in the low nibbles, step `s + 4` in the high ones.
pub(crate) type Nibbles = [[u8; ROWS * TOGETHER]; HALF];

/// Quants, scales and sums of a matrix whose rows are padded with zeros to a multiple of eight.
pub(crate) struct Interleaved<B> {
    /// Blocks in a row.
    blocks: usize,
    /// Rows that were written.
    filled: usize,
    /// `[rows / 8, columns / 32]`
    quants: Vec<B>,
    /// `[rows / 8, columns / 32, rows]`
    scales: Vec<[f32; ROWS]>,
    /// Minus the sum of a block's weights, `[rows / 8, columns / 32, rows]`: what a kernel that adds
    /// an offset to the activations starts from.
    negative_sums: Vec<[i16; ROWS]>,
}

/// Eight rows of a matrix; each slice is `[columns / 32]`.
#[derive(Clone, Copy)]
pub(crate) struct Group<'a, B> {
    pub(crate) quants: &'a [B],
    pub(crate) scales: &'a [[f32; ROWS]],
    #[cfg_attr(
        not(any(target_arch = "x86_64", target_feature = "relaxed-simd")),
        expect(dead_code, reason = "read by the kernels for bytes")
    )]
    pub(crate) negative_sums: &'a [[i16; ROWS]],
}

/// How a block of eight rows stores its weights.
pub(crate) trait Block: Copy {
    /// Bytes of a block of one row in a file, the scale included.
    const FILE: usize;
    /// Nothing but zeros.
    const ZERO: Self;

    /// Puts a row's block of the file, without its scale, to its place.
    fn put(&mut self, row: usize, file: &[u8]);

    /// Four columns of all rows, without their scales, `[rows, TOGETHER]`: step `step`, and the one
    /// half a block on. Both, because 4-bit weights share bytes.
    fn steps(&self, step: usize) -> [[i8; ROWS * TOGETHER]; 2];

    /// The weights of a row, without their scale.
    fn row(&self, row: usize) -> [i8; BLOCK];
}

impl Block for Bytes {
    const FILE: usize = 34;
    const ZERO: Self = [[0; ROWS * TOGETHER]; STEPS];

    fn put(&mut self, row: usize, file: &[u8]) {
        for (step, columns) in self.iter_mut().zip(file.as_chunks::<TOGETHER>().0) {
            step.as_chunks_mut().0[row] = columns.map(u8::cast_signed);
        }
    }

    #[inline(always)]
    fn steps(&self, step: usize) -> [[i8; ROWS * TOGETHER]; 2] {
        [self[step], self[step + HALF]]
    }

    fn row(&self, row: usize) -> [i8; BLOCK] {
        let weight = |column: usize| self[column / TOGETHER][row * TOGETHER + column % TOGETHER];
        std::array::from_fn(weight)
    }
}

impl Block for Nibbles {
    const FILE: usize = 18;
    const ZERO: Self = [[0x88; ROWS * TOGETHER]; STEPS / 2];

    /// A file has column `c` in the low and column `c + 16` in the high nibbles, as here.
    fn put(&mut self, row: usize, file: &[u8]) {
        for (step, columns) in self.iter_mut().zip(file.as_chunks::<TOGETHER>().0) {
            step.as_chunks_mut().0[row] = *columns;
        }
    }

    #[inline(always)]
    fn steps(&self, step: usize) -> [[i8; ROWS * TOGETHER]; 2] {
        let mut steps = [[0; ROWS * TOGETHER]; 2];
        for (lane, byte) in self[step].into_iter().enumerate() {
            steps[0][lane] = (byte & 15).cast_signed() - 8;
            steps[1][lane] = (byte >> 4).cast_signed() - 8;
        }
        steps
    }

    fn row(&self, row: usize) -> [i8; BLOCK] {
        let byte = |column: usize| self[column / TOGETHER][row * TOGETHER + column % TOGETHER];
        std::array::from_fn(|column| match column.checked_sub(BLOCK / 2) {
            None => (byte(column) & 15) as i8 - 8,
            Some(column) => (byte(column) >> 4) as i8 - 8,
        })
    }
}

impl<B: Block> Interleaved<B> {
    /// Zeros, for rows that come later.
    pub(crate) fn new(rows: usize, columns: usize) -> Result<Self, Error> {
        let blocks = columns / BLOCK;
        let size = rows.div_ceil(ROWS) * blocks;
        Ok(Self {
            blocks,
            filled: 0,
            quants: room(size, B::ZERO)?,
            scales: room(size, [0.0; ROWS])?,
            negative_sums: room(size, [0; ROWS])?,
        })
    }

    /// Adds whole rows, as they stand in a file.
    pub(crate) fn push_rows(&mut self, file: &[u8]) {
        for row in file.chunks_exact(self.blocks * B::FILE) {
            let (group, lane) = (self.filled / ROWS, self.filled % ROWS);
            for (block, file) in row.chunks_exact(B::FILE).enumerate() {
                let at = group * self.blocks + block;
                self.quants[at].put(lane, &file[2..]);
                self.scales[at][lane] = f16::from_le_bytes([file[0], file[1]]).to_f32();
                let weights = self.quants[at].row(lane);
                self.negative_sums[at][lane] = weights.iter().map(|&w| -i16::from(w)).sum();
            }
            self.filled += 1;
        }
    }

    /// The rows `8 * index ..`.
    pub(crate) fn group(&self, index: usize) -> Group<'_, B> {
        let span = index * self.blocks..(index + 1) * self.blocks;
        Group {
            quants: &self.quants[span.clone()],
            scales: &self.scales[span.clone()],
            negative_sums: &self.negative_sums[span],
        }
    }

    /// One row as floats.
    pub(crate) fn dequantize(&self, row: usize, out: &mut [f32]) {
        let (group, lane) = (self.group(row / ROWS), row % ROWS);
        let blocks = group.quants.iter().zip(group.scales);
        for (x, (block, scales)) in out.as_chunks_mut::<BLOCK>().0.iter_mut().zip(blocks) {
            for (x, weight) in x.iter_mut().zip(block.row(lane)) {
                *x = f32::from(weight) * scales[lane];
            }
        }
    }
}
