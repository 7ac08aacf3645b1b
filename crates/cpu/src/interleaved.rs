//! Quantized weights as the integer kernels read them: eight rows together.
//!
//! A vector register then holds the next four columns of each of its rows, and an instruction that
//! sums four products of bytes leaves one sum a row: nothing is added across lanes, and the scales of
//! the rows are a vector too.

use half::f16;
use model::{BlockFormat, Error};

use crate::input::BLOCK;
use crate::matrix::room;

/// Rows that lie together.
pub(crate) const ROWS: usize = 8;

/// Columns of a row that lie together.
pub(crate) const TOGETHER: usize = 4;

/// Steps of [`TOGETHER`] columns through a block, and through half of it.
pub(crate) const STEPS: usize = BLOCK / TOGETHER;
pub(crate) const HALF: usize = STEPS / 2;

/// A block of 8-bit weights of eight rows, with offset 128, `[steps, rows, TOGETHER]`.
///
/// It is aligned, as are scales, because a vector that lies across two cache lines is loaded twice.
#[derive(Clone, Copy)]
#[repr(align(64))]
pub(crate) struct Bytes([[u8; ROWS * TOGETHER]; STEPS]);

/// The same in 4 bits, with offset 8: step `s` in the low nibbles, step `s + 4` in the high ones.
#[derive(Clone, Copy)]
#[repr(align(64))]
pub(crate) struct Nibbles([[u8; ROWS * TOGETHER]; HALF]);

/// The scales of a block of eight rows.
#[derive(Clone, Copy)]
#[repr(align(32))]
pub(crate) struct Scales(pub(crate) [f32; ROWS]);

/// Quants and scales of a matrix whose rows are padded with zeros to a multiple of eight.
pub(crate) struct Interleaved<B> {
    /// Blocks in a row.
    blocks: usize,
    /// Rows that were written.
    filled: usize,
    /// `[rows / 8, columns / 32]`
    quants: Vec<B>,
    /// `[rows / 8, columns / 32, rows]`
    scales: Vec<Scales>,
}

/// Eight rows of a matrix; each slice is `[columns / 32]`.
#[derive(Clone, Copy)]
pub(crate) struct Group<'a, B> {
    pub(crate) quants: &'a [B],
    pub(crate) scales: &'a [Scales],
}

/// How a block of eight rows stores its weights: without a sign, with an offset that is taken away from
/// sums of products, because the instructions that sum four products of bytes have one operand without
/// a sign.
pub(crate) trait Block: Copy {
    /// The format of the file.
    const FORMAT: BlockFormat;
    /// What is added to a weight, without its scale.
    const OFFSET: u8;
    /// Nothing but zeros, and that is the offset.
    const ZERO: Self;

    /// Puts a row's block of the file, without its scale, to its place.
    fn put(&mut self, row: usize, file: &[u8]);

    /// Four columns of all rows, with the offset, `[rows, TOGETHER]`: step `step`, and the one half a
    /// block on. Both, because 4-bit weights share bytes.
    fn steps(&self, step: usize) -> [[u8; ROWS * TOGETHER]; 2];

    /// As it lies in memory, step by step.
    #[cfg_attr(
        not(target_feature = "relaxed-simd"),
        expect(dead_code, reason = "for a kernel that loads by itself")
    )]
    fn bytes(&self) -> &[[u8; ROWS * TOGETHER]];

    /// The weights of a row, with the offset.
    fn row(&self, row: usize) -> [u8; BLOCK];
}

impl Block for Bytes {
    const FORMAT: BlockFormat = BlockFormat::Q8_0;
    const OFFSET: u8 = 128;
    const ZERO: Self = Self([[Self::OFFSET; ROWS * TOGETHER]; STEPS]);

    fn put(&mut self, row: usize, file: &[u8]) {
        for (step, columns) in self.0.iter_mut().zip(file.as_chunks::<TOGETHER>().0) {
            step.as_chunks_mut().0[row] = columns.map(|weight| weight ^ Self::OFFSET);
        }
    }

    #[inline(always)]
    fn steps(&self, step: usize) -> [[u8; ROWS * TOGETHER]; 2] {
        [self.0[step], self.0[step + HALF]]
    }

    fn bytes(&self) -> &[[u8; ROWS * TOGETHER]] {
        &self.0
    }

    fn row(&self, row: usize) -> [u8; BLOCK] {
        std::array::from_fn(|column| self.0[column / TOGETHER][row * TOGETHER + column % TOGETHER])
    }
}

impl Block for Nibbles {
    const FORMAT: BlockFormat = BlockFormat::Q4_0;
    const OFFSET: u8 = 8;
    const ZERO: Self = Self([[Self::OFFSET << 4 | Self::OFFSET; ROWS * TOGETHER]; HALF]);

    /// A file has column `c` in the low and column `c + 16` in the high nibbles, as here.
    fn put(&mut self, row: usize, file: &[u8]) {
        for (step, columns) in self.0.iter_mut().zip(file.as_chunks::<TOGETHER>().0) {
            step.as_chunks_mut().0[row] = *columns;
        }
    }

    /// By pairs of bytes: neither WebAssembly's engines nor x86 can shift single ones in a vector.
    #[inline(always)]
    fn steps(&self, step: usize) -> [[u8; ROWS * TOGETHER]; 2] {
        let pairs: [u16; ROWS * TOGETHER / 2] = bytemuck::cast(self.0[step]);
        let (low, high) = (
            pairs.map(|pair| pair & 0x0f0f),
            pairs.map(|pair| pair >> 4 & 0x0f0f),
        );
        [bytemuck::cast(low), bytemuck::cast(high)]
    }

    fn bytes(&self) -> &[[u8; ROWS * TOGETHER]] {
        &self.0
    }

    fn row(&self, row: usize) -> [u8; BLOCK] {
        let byte = |column: usize| self.0[column / TOGETHER][row * TOGETHER + column % TOGETHER];
        std::array::from_fn(|column| match column.checked_sub(BLOCK / 2) {
            None => byte(column) & 15,
            Some(column) => byte(column) >> 4,
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
            scales: room(size, Scales([0.0; ROWS]))?,
        })
    }

    /// Adds whole rows, as they stand in a file.
    pub(crate) fn push_rows(&mut self, file: &[u8]) {
        let size = B::FORMAT.row_bytes(BLOCK);
        for row in file.chunks_exact(self.blocks * size) {
            let (group, lane) = (self.filled / ROWS, self.filled % ROWS);
            for (block, file) in row.chunks_exact(size).enumerate() {
                let at = group * self.blocks + block;
                self.quants[at].put(lane, &file[2..]);
                self.scales[at].0[lane] = f16::from_le_bytes([file[0], file[1]]).to_f32();
            }
            self.filled += 1;
        }
    }

    /// The rows `8 * index ..`.
    pub(crate) fn group(&self, index: usize) -> Group<'_, B> {
        let span = index * self.blocks..(index + 1) * self.blocks;
        Group {
            quants: &self.quants[span.clone()],
            scales: &self.scales[span],
        }
    }

    /// One row as floats.
    pub(crate) fn dequantize(&self, row: usize, out: &mut [f32]) {
        let (group, lane) = (self.group(row / ROWS), row % ROWS);
        let blocks = group.quants.iter().zip(group.scales);
        for (x, (block, scales)) in out.as_chunks_mut::<BLOCK>().0.iter_mut().zip(blocks) {
            for (x, weight) in x.iter_mut().zip(block.row(lane)) {
                *x = f32::from(i16::from(weight) - i16::from(B::OFFSET)) * scales.0[lane];
            }
        }
    }
}
