//! Weights, repacked from the file's blocks into the layout of `/shaders/README.md` as they stream in.
//!
//! A matrix has buffers of its own, several where it is larger than a binding; or it lies beside others
//! that meet the same input, in one buffer, so that a kernel computes them together.

use model::{BlockFormat, Error};

use crate::beside::Beside;
use crate::device::{Device, Memory};

/// Rows in a tile of a matrix, and invocations of a product side by side.
pub(crate) const TILE: usize = 32;

/// A weight matrix `[rows, columns]` on the device.
pub struct Matrix {
    pub(crate) rows: usize,
    pub(crate) columns: usize,
    /// On the device.
    pub(crate) format: BlockFormat,
    pub(crate) parts: Vec<Part>,
    packing: Packing,
    /// In the file.
    blocks: BlockFormat,
    /// Rows written so far, counting those in `waiting`.
    written: usize,
    /// Blocks of rows that do not fill a tile yet.
    waiting: Vec<u8>,
}

/// Whole tiles of a matrix, as many as fit a binding.
pub(crate) struct Part {
    /// The part's first row.
    pub(crate) first: usize,
    pub(crate) rows: usize,
    /// Where that row lies in the buffers, behind other matrices.
    pub(crate) place: Place,
    /// Of the part, with the padding of its last tile.
    pub(crate) bytes: u64,
    pub(crate) quants: Memory,
    pub(crate) scales: Memory,
}

/// What comes before a matrix, or all of several, in their buffers: rows, with the padding of the last tiles, and bytes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Place {
    pub(crate) row: usize,
    quants: u64,
    scales: u64,
}

/// A vector of f32 on the device.
pub struct Vector {
    pub(crate) length: usize,
    pub(crate) memory: Memory,
}

/// The largest piece that is repacked and written at once, in bytes: what wasm memory holds besides the file's chunk.
const PIECE: usize = 1 << 20;

impl Matrix {
    /// Makes room for a matrix.
    ///
    /// # Errors
    /// [`Error::Unsupported`] where `columns` is no multiple of 16 or of the format's block,
    /// [`Error::Device`] where the device has no memory left.
    pub(crate) fn new(
        device: &Device,
        rows: usize,
        columns: usize,
        format: BlockFormat,
    ) -> Result<Self, Error> {
        let packing = Packing::new(columns, format)?;
        let tiles = rows.div_ceil(TILE);
        let tiles_of_a_part = (device.largest / packing.quants_of_a_tile() as u64) as usize;
        if tiles_of_a_part == 0 {
            return Err(Error::Unsupported(format!(
                "{columns} columns are more than the adapter's buffers hold"
            )));
        }
        let mut parts = Vec::new();
        for tile in (0..tiles).step_by(tiles_of_a_part) {
            let first = tile * TILE;
            let tiles = tiles_of_a_part.min(tiles - tile);
            let (quants, scales) = packing.after(Place::default(), tiles).memories(device)?;
            parts.push(Part {
                first,
                rows: (tiles * TILE).min(rows - first),
                place: Place::default(),
                bytes: packing.bytes_of_tiles(tiles),
                quants,
                scales,
            });
        }
        Ok(Self::of(rows, packing, parts, format))
    }

    /// Makes room for matrices side by side, each from a tile on: rows and format of each. They get the
    /// formats that they have in [`Beside`].
    ///
    /// # Errors
    /// As [`new`](Matrix::new), and [`Error::Unsupported`] where they are more than a binding holds.
    pub(crate) fn together(
        device: &Device,
        matrices: &[(usize, BlockFormat)],
        columns: usize,
    ) -> Result<Vec<Self>, Error> {
        let (places, end) = places(matrices, columns)?;
        let bytes = end.quants;
        if bytes > device.largest {
            return Err(Error::Unsupported(format!(
                "{} matrices take {bytes} bytes side by side, the adapter's largest buffer is {}",
                matrices.len(),
                device.largest
            )));
        }
        let (quants, scales) = end.memories(device)?;
        let matrices = matrices.iter().zip(places);
        let matrices = matrices.map(|(&(rows, format), (packing, place))| {
            let part = Part {
                first: 0,
                rows,
                place,
                bytes: packing.bytes_of_tiles(rows.div_ceil(TILE)),
                quants: quants.clone(),
                scales: scales.clone(),
            };
            Self::of(rows, packing, vec![part], format)
        });
        Ok(matrices.collect())
    }

    /// Its parts where each has buffers of its own, which is how `matrix` makes them.
    pub(crate) fn alone(&self) -> Result<&[Part], Error> {
        if self.parts.iter().any(|part| part.place.row > 0) {
            return Err(Error::Unsupported(
                "a matrix beside others, met by itself".into(),
            ));
        }
        Ok(&self.parts)
    }

    /// The parts of matrices side by side, which is how `matrices` makes them.
    pub(crate) fn beside<const N: usize>(matrices: [&Self; N]) -> Result<[&Part; N], Error> {
        let apart = || Error::Unsupported("matrices that were not made together".into());
        let mut parts = Vec::with_capacity(N);
        for matrix in matrices {
            match matrix.parts.as_slice() {
                [part] => parts.push(part),
                _ => return Err(apart()),
            }
        }
        let parts: [&Part; N] = parts.try_into().map_err(|_| apart())?;
        let mut buffers = parts.iter().map(|part| part.quants.id);
        let first = buffers.next();
        if buffers.any(|buffer| Some(buffer) != first) {
            return Err(apart());
        }
        Ok(parts)
    }

    fn of(rows: usize, packing: Packing, parts: Vec<Part>, blocks: BlockFormat) -> Self {
        Self {
            rows,
            columns: packing.columns,
            format: packing.format,
            parts,
            packing,
            blocks,
            written: 0,
            waiting: Vec::new(),
        }
    }

    /// Writes whole rows; see [`model::Backend::write_rows`].
    pub(crate) fn write_rows(
        &mut self,
        device: &Device,
        first: usize,
        blocks: &[u8],
    ) -> Result<(), Error> {
        let converted;
        let blocks = if self.blocks == self.format {
            blocks
        } else {
            let row = self.blocks.row_bytes(self.columns);
            let mut weights = vec![0f32; blocks.len() / row * self.columns];
            self.blocks.dequantize(blocks, &mut weights);
            converted = weights;
            bytemuck::cast_slice(&converted)
        };
        let bytes = self.packing.bytes_of_a_row();
        let rows = blocks.len() / bytes;
        if first != self.written || !blocks.len().is_multiple_of(bytes) || first + rows > self.rows
        {
            return Err(Error::File(format!(
                "{} bytes for row {first} of a matrix of {} rows of {bytes} bytes, of which {} are there",
                blocks.len(),
                self.rows,
                self.written
            )));
        }
        self.written += rows;
        self.waiting.extend_from_slice(blocks);
        let mut row = self.written - self.waiting.len() / bytes; // the first that waits, always the first of a tile
        let end = if self.written == self.rows {
            self.rows
        } else {
            self.written / TILE * TILE
        };
        let piece = (PIECE / self.packing.quants_of_a_tile()).max(1) * TILE;
        let mut used = 0;
        for part in &self.parts {
            while (part.first..(part.first + part.rows).min(end)).contains(&row) {
                let rows = piece.min(part.first + part.rows - row).min(end - row);
                let blocks = &self.waiting[used..used + rows * bytes];
                let (quants, scales) = self.packing.pack(blocks);
                let tile = (row - part.first) / TILE;
                let at = |bytes: usize| (tile * bytes) as u64;
                device.queue.write_buffer(
                    &part.quants.buffer,
                    part.place.quants + at(self.packing.quants_of_a_tile()),
                    bytemuck::cast_slice(&quants),
                );
                device.queue.write_buffer(
                    &part.scales.buffer,
                    part.place.scales + at(self.packing.scales_of_a_tile()),
                    bytemuck::cast_slice(&scales),
                );
                row += rows;
                used += rows * bytes;
            }
        }
        self.waiting.drain(..used);
        if self.written == self.rows {
            self.waiting = Vec::new();
        }
        device.check()
    }
}

impl Vector {
    pub(crate) fn new(device: &Device, values: &[f32]) -> Result<Self, Error> {
        let memory = device.memory("vector", (values.len() * 4) as u64)?;
        device
            .queue
            .write_buffer(&memory.buffer, 0, bytemuck::cast_slice(values));
        Ok(Self {
            length: values.len(),
            memory,
        })
    }
}

/// Bytes that matrices take that meet the same input: rows and format of each. Of these a buffer holds so
/// many at least, the second number: matrices side by side are not cut, a matrix alone is cut anywhere.
///
/// # Errors
/// [`Error::Unsupported`] where `columns` does not fit the kernels.
pub fn matrices_bytes(
    matrices: &[(usize, BlockFormat)],
    columns: usize,
) -> Result<(u64, u64), Error> {
    let (places, end) = places(matrices, columns)?;
    let whole = match &places[..] {
        [(packing, _)] => packing.quants_of_a_tile() as u64,
        _ => end.quants,
    };
    Ok((end.quants + end.scales, whole))
}

/// How matrices that meet the same input are packed, and where each lies; and the place behind them all.
fn places(
    matrices: &[(usize, BlockFormat)],
    columns: usize,
) -> Result<(Vec<(Packing, Place)>, Place), Error> {
    let formats: Vec<_> = matrices.iter().map(|&(_, format)| format).collect();
    let beside = Beside::of(&formats);
    let mut places = Vec::with_capacity(matrices.len());
    for format in formats {
        let packing = Packing::new(columns, beside.on_device(format))?;
        places.push((packing, Place::default()));
    }
    let mut end = Place::default();
    for is_first in [true, false] {
        for ((packing, place), &(rows, _)) in places.iter_mut().zip(matrices) {
            if (packing.format == beside.first) == is_first {
                *place = end;
                end = packing.after(end, rows.div_ceil(TILE));
            }
        }
    }
    Ok((places, end))
}

impl Place {
    /// Buffers for what lies before it: of words and of scales.
    fn memories(self, device: &Device) -> Result<(Memory, Memory), Error> {
        Ok((
            device.memory("weights", self.quants)?,
            device.memory("scales", self.scales)?,
        ))
    }
}

/// How a row's blocks lie in the file and in a tile.
#[derive(Debug, Clone, Copy)]
struct Packing {
    columns: usize,
    format: BlockFormat,
}

impl Packing {
    fn new(columns: usize, format: BlockFormat) -> Result<Self, Error> {
        let multiple = format.block_size().max(16);
        if columns == 0 || !columns.is_multiple_of(multiple) {
            return Err(Error::Unsupported(format!(
                "the GPU's kernels need a multiple of {multiple} columns, not {columns}"
            )));
        }
        Ok(Self { columns, format })
    }

    /// The place behind so many tiles from `start` on.
    fn after(self, start: Place, tiles: usize) -> Place {
        Place {
            row: start.row + tiles * TILE,
            quants: start.quants + (tiles * self.quants_of_a_tile()) as u64,
            scales: start.scales + (tiles * self.scales_of_a_tile()) as u64,
        }
    }

    /// Where in a block the scale stands that lies apart, if there is one.
    fn scale_apart(self) -> Option<usize> {
        match self.format {
            BlockFormat::Q8_0 | BlockFormat::Q4_0 | BlockFormat::Q5_0 => Some(0),
            BlockFormat::Q6_K => Some(208),
            BlockFormat::F32
            | BlockFormat::F16
            | BlockFormat::BF16
            | BlockFormat::Q4_K
            | BlockFormat::Q5_K => None,
        }
    }

    fn blocks_of_a_row(self) -> usize {
        self.columns / self.format.block_size()
    }

    /// In the file.
    fn bytes_of_a_row(self) -> usize {
        self.format.row_bytes(self.columns)
    }

    fn vec4s_of_a_row(self) -> usize {
        match self.format {
            // The fifth bits of four blocks share one.
            BlockFormat::Q5_0 => self.blocks_of_a_row().div_ceil(4) * 5,
            _ => {
                let apart = self.scale_apart().map_or(0, |_| 2);
                (self.bytes_of_a_row() - self.blocks_of_a_row() * apart) / 16
            }
        }
    }

    /// The bytes of vec4 `v` of a row.
    fn vec4(self, row: &[u8], v: usize) -> [u8; 16] {
        let from = match self.format {
            BlockFormat::Q8_0 => v / 2 * 34 + 2 + v % 2 * 16,
            BlockFormat::Q4_0 => v * 18 + 2,
            BlockFormat::Q5_0 if v.is_multiple_of(5) => {
                let mut bits = [0; 16];
                let blocks = row.as_chunks::<22>().0.iter().skip(v / 5 * 4);
                for (bits, block) in bits.as_chunks_mut::<4>().0.iter_mut().zip(blocks) {
                    bits.copy_from_slice(&block[2..6]);
                }
                return bits;
            }
            BlockFormat::Q5_0 => (v / 5 * 4 + v % 5 - 1) * 22 + 6,
            BlockFormat::Q6_K => v / 13 * 210 + v % 13 * 16,
            BlockFormat::F32
            | BlockFormat::F16
            | BlockFormat::BF16
            | BlockFormat::Q4_K
            | BlockFormat::Q5_K => v * 16,
        };
        // Beyond the last block of Q5_0 there is nothing.
        let bytes = row.get(from..from + 16);
        bytes
            .and_then(|bytes| bytes.try_into().ok())
            .unwrap_or_default()
    }

    /// Words of scales in a row, two scales a word.
    fn scale_words(self) -> usize {
        self.scale_apart()
            .map_or(0, |_| self.blocks_of_a_row().div_ceil(2))
    }

    fn quants_of_a_tile(self) -> usize {
        self.vec4s_of_a_row() * 16 * TILE
    }

    fn scales_of_a_tile(self) -> usize {
        self.scale_words() * 4 * TILE
    }

    fn bytes_of_tiles(self, tiles: usize) -> u64 {
        (tiles * (self.quants_of_a_tile() + self.scales_of_a_tile())) as u64
    }

    /// Packs rows into whole tiles, the last one padded with zeros: words and scales.
    fn pack(self, blocks: &[u8]) -> (Vec<u32>, Vec<u32>) {
        let tiles = (blocks.len() / self.bytes_of_a_row()).div_ceil(TILE);
        let mut quants = vec![0u32; tiles * self.quants_of_a_tile() / 4];
        let mut scales = vec![0u32; tiles * self.scales_of_a_tile() / 4];
        for (index, row) in blocks.chunks_exact(self.bytes_of_a_row()).enumerate() {
            let (tile, lane) = (index / TILE, index % TILE);
            for v in 0..self.vec4s_of_a_row() {
                let to = ((tile * self.vec4s_of_a_row() + v) * TILE + lane) * 4;
                let bytes = self.vec4(row, v);
                for (word, bytes) in quants[to..to + 4].iter_mut().zip(bytes.as_chunks().0) {
                    *word = u32::from_le_bytes(*bytes);
                }
            }
            if let Some(at) = self.scale_apart() {
                for block in 0..self.blocks_of_a_row() {
                    let from = block * self.format.block_bytes() + at;
                    let bits = u32::from(u16::from_le_bytes([row[from], row[from + 1]]));
                    scales[(tile * self.scale_words() + block / 2) * TILE + lane] |=
                        bits << (block % 2 * 16);
                }
            }
        }
        (quants, scales)
    }
}
