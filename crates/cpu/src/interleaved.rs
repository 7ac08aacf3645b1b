//! Quantized weights as the integer kernels read them: eight rows together.
//!
//! A vector register then holds the next four columns of each of its rows, and an instruction that
//! sums four products of bytes leaves one sum a row: nothing is added across lanes, and the scales of
//! the rows are a vector too.
//!
//! Every quantized format is one of three layouts here, so that the kernels are compiled three times and
//! not once for each format.

use std::ops::Range;

use model::{BlockFormat, Error, Integers, Quants};

use crate::input::BLOCK;
use crate::matrix::room;

/// Rows that lie together.
pub(crate) const ROWS: usize = 8;

/// Columns of a row that lie together.
pub(crate) const TOGETHER: usize = 4;

/// Steps of [`TOGETHER`] columns through a block, and through half of it.
pub(crate) const STEPS: usize = BLOCK / TOGETHER;
pub(crate) const HALF: usize = STEPS / 2;

/// A block of eight rows in bytes, `[steps, rows, TOGETHER]`, with `SCALES` scales a row: one, or one for
/// each half of the block.
///
/// It is aligned, as are scales, because a vector that lies across two cache lines is loaded twice.
#[derive(Clone, Copy)]
#[repr(align(64))]
pub(crate) struct Bytes<const SCALES: usize>([[u8; ROWS * TOGETHER]; STEPS]);

/// The same in 4 bits: step `s` in the low nibbles, step `s + 4` in the high ones.
#[derive(Clone, Copy)]
#[repr(align(64))]
pub(crate) struct Nibbles([[u8; ROWS * TOGETHER]; HALF]);

/// A number for each of eight rows: the scales of a block, or its minima.
#[derive(Clone, Copy)]
#[repr(align(32))]
pub(crate) struct OfRows(pub(crate) [f32; ROWS]);

/// Quants and scales of a matrix whose rows are padded with zeros to a multiple of eight.
///
/// Weights of five and six bits take a byte: to put them together from two places costs the kernels more
/// than reading them.
pub(crate) struct Interleaved<B> {
    pub(crate) format: BlockFormat,
    integers: Integers,
    /// Blocks in a row.
    blocks: usize,
    /// Rows that were written.
    filled: usize,
    /// `[rows / 8, columns / 32]`
    quants: Vec<B>,
    /// `[rows / 8, columns / 32, SCALES, rows]`
    scales: Vec<OfRows>,
    /// As `scales`, one a block; none where the format has none.
    minima: Vec<OfRows>,
}

/// Eight rows of a matrix.
#[derive(Clone, Copy)]
pub(crate) struct Group<'a, B> {
    /// `[columns / 32]`
    pub(crate) quants: &'a [B],
    /// `[columns / 32, SCALES]`
    pub(crate) scales: &'a [OfRows],
    /// `[columns / 32]`, or nothing.
    pub(crate) minima: &'a [OfRows],
}

impl<'a, B: Block> Group<'a, B> {
    /// Block by block, with the scales of each.
    #[inline(always)]
    pub(crate) fn blocks(&self) -> impl Iterator<Item = (&'a B, &'a [OfRows])> {
        self.quants.iter().zip(self.scales.chunks_exact(B::SCALES))
    }
}

/// How a block of eight rows stores its weights: without a sign, with an offset that is taken away from
/// sums of products, because the instructions that sum four products of bytes have one operand without
/// a sign.
pub(crate) trait Block: Copy {
    /// Nothing but zero bytes, for rows whose scales are zero.
    const ZERO: Self;
    /// Scales of a block, of a row: 1 or 2.
    const SCALES: usize;
    /// Whether a byte holds two weights.
    #[cfg_attr(
        not(any(target_arch = "x86_64", target_feature = "relaxed-simd")),
        expect(dead_code, reason = "for kernels that load by themselves")
    )]
    const NIBBLES: bool;

    /// Puts a row's 32 weights to their place.
    fn put(&mut self, row: usize, values: &[u8; BLOCK]);

    /// Four columns of all rows, `[rows, TOGETHER]`: step `step`, and the one half a block on. Both,
    /// because 4-bit weights share bytes.
    fn steps(&self, step: usize) -> [[u8; ROWS * TOGETHER]; 2];

    /// As it lies in memory, step by step.
    #[cfg_attr(
        not(any(target_arch = "x86_64", target_feature = "relaxed-simd")),
        expect(dead_code, reason = "for kernels that load by themselves")
    )]
    fn bytes(&self) -> &[[u8; ROWS * TOGETHER]];

    /// The weights of a row.
    fn row(&self, row: usize) -> [u8; BLOCK];
}

/// The halves of a block that share scale `part`: both, or one.
#[inline(always)]
pub(crate) fn halves<B: Block>(part: usize) -> Range<usize> {
    match B::SCALES {
        1 => 0..2,
        _ => part..part + 1,
    }
}

impl<const SCALES: usize> Block for Bytes<SCALES> {
    const ZERO: Self = Self([[0; ROWS * TOGETHER]; STEPS]);
    const SCALES: usize = SCALES;
    const NIBBLES: bool = false;

    fn put(&mut self, row: usize, values: &[u8; BLOCK]) {
        for (step, columns) in self.0.iter_mut().zip(values.as_chunks::<TOGETHER>().0) {
            step.as_chunks_mut().0[row] = *columns;
        }
    }

    #[inline(always)]
    fn steps(&self, step: usize) -> [[u8; ROWS * TOGETHER]; 2] {
        [self.0[step], self.0[step + HALF]]
    }

    #[inline(always)]
    fn bytes(&self) -> &[[u8; ROWS * TOGETHER]] {
        &self.0
    }

    fn row(&self, row: usize) -> [u8; BLOCK] {
        std::array::from_fn(|column| self.0[column / TOGETHER][row * TOGETHER + column % TOGETHER])
    }
}

impl Block for Nibbles {
    const ZERO: Self = Self([[0; ROWS * TOGETHER]; HALF]);
    const SCALES: usize = 1;
    const NIBBLES: bool = true;

    fn put(&mut self, row: usize, values: &[u8; BLOCK]) {
        let (low, high) = values.split_at(BLOCK / 2);
        let columns = low.as_chunks::<TOGETHER>().0.iter();
        let columns = columns.zip(high.as_chunks::<TOGETHER>().0);
        for (step, (low, high)) in self.0.iter_mut().zip(columns) {
            let both: [u8; TOGETHER] = std::array::from_fn(|i| low[i] | high[i] << 4);
            step.as_chunks_mut().0[row] = both;
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

    #[inline(always)]
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
    pub(crate) fn new(
        rows: usize,
        columns: usize,
        format: BlockFormat,
        integers: Integers,
    ) -> Result<Self, Error> {
        let blocks = columns / BLOCK;
        let size = rows.div_ceil(ROWS) * blocks;
        let minima = if integers.has_minima { size } else { 0 };
        Ok(Self {
            format,
            integers,
            blocks,
            filled: 0,
            quants: room(size, B::ZERO)?,
            scales: room(size * B::SCALES, OfRows([0.0; ROWS]))?,
            minima: room(minima, OfRows([0.0; ROWS]))?,
        })
    }

    /// Adds whole rows, as they stand in a file.
    pub(crate) fn push_rows(&mut self, file: &[u8]) {
        let size = self.format.row_bytes(self.blocks * BLOCK);
        for row in file.chunks_exact(size) {
            let lane = self.filled % ROWS;
            let mut at = self.filled / ROWS * self.blocks;
            self.format.quants(row, |quants| {
                self.quants[at].put(lane, &quants.values);
                let scales = &mut self.scales[at * B::SCALES..][..B::SCALES];
                for (all, scale) in scales.iter_mut().zip(quants.scales) {
                    all.0[lane] = scale;
                }
                if let Some(minima) = self.minima.get_mut(at) {
                    minima.0[lane] = quants.minimum;
                }
                at += 1;
            });
            self.filled += 1;
        }
    }

    /// The rows `8 * index ..`.
    pub(crate) fn group(&self, index: usize) -> Group<'_, B> {
        let span = index * self.blocks..(index + 1) * self.blocks;
        Group {
            quants: &self.quants[span.clone()],
            scales: &self.scales[span.start * B::SCALES..span.end * B::SCALES],
            minima: self.minima.get(span).unwrap_or_default(),
        }
    }

    /// One row as floats.
    pub(crate) fn dequantize(&self, row: usize, out: &mut [f32]) {
        let (group, lane) = (self.group(row / ROWS), row % ROWS);
        for (at, x) in out.as_chunks_mut::<BLOCK>().0.iter_mut().enumerate() {
            let scale = |part: usize| group.scales[at * B::SCALES + part].0[lane];
            let quants = Quants {
                values: group.quants[at].row(lane),
                scales: [scale(0), scale(B::SCALES - 1)],
                minimum: group.minima.get(at).map_or(0.0, |minima| minima.0[lane]),
            };
            *x = quants.weights(self.integers.offset);
        }
    }
}
