//! Block formats: how many bytes a row takes, and what the bytes mean.

use half::{bf16, f16};

use crate::BlockFormat;

/// The format, ggml's number for it, weights in a block, bytes of a block.
const FORMATS: [(BlockFormat, u32, usize, usize); 5] = [
    (BlockFormat::F32, 0, 1, 4),
    (BlockFormat::F16, 1, 1, 2),
    (BlockFormat::Q4_0, 2, 32, 18),
    (BlockFormat::Q8_0, 8, 32, 34),
    (BlockFormat::BF16, 30, 1, 2),
];

impl BlockFormat {
    /// The format with this number in ggml's `ggml_type`, when it is one that this crate reads.
    pub fn from_ggml(kind: u32) -> Option<Self> {
        FORMATS.iter().find(|row| row.1 == kind).map(|row| row.0)
    }

    fn row(self) -> (BlockFormat, u32, usize, usize) {
        // Every variant has its row; the test below holds the table to that.
        FORMATS
            .into_iter()
            .find(|row| row.0 == self)
            .unwrap_or(FORMATS[0])
    }

    /// Its number in ggml's `ggml_type`.
    pub fn ggml(self) -> u32 {
        self.row().1
    }

    /// Weights in a block.
    pub fn block_size(self) -> usize {
        self.row().2
    }

    /// Bytes of a block.
    pub fn block_bytes(self) -> usize {
        self.row().3
    }

    /// Bytes of a row of `columns` weights. `columns` is a multiple of the block.
    pub fn row_bytes(self, columns: usize) -> usize {
        columns / self.block_size() * self.block_bytes()
    }

    /// The weights as floats: the meaning of the bytes, which every kernel is held to.
    ///
    /// `blocks` holds whole blocks; `out` one float for each weight in them. What is left over in
    /// either is not touched.
    pub fn dequantize(self, blocks: &[u8], out: &mut [f32]) {
        match self {
            BlockFormat::F32 => {
                for (bytes, x) in blocks.as_chunks().0.iter().zip(out) {
                    *x = f32::from_le_bytes(*bytes);
                }
            }
            BlockFormat::F16 => {
                for (bytes, x) in blocks.as_chunks().0.iter().zip(out) {
                    *x = f16::from_le_bytes(*bytes).to_f32();
                }
            }
            BlockFormat::BF16 => {
                for (bytes, x) in blocks.as_chunks().0.iter().zip(out) {
                    *x = bf16::from_le_bytes(*bytes).to_f32();
                }
            }
            BlockFormat::Q8_0 => {
                for (block, x) in blocks
                    .as_chunks::<34>()
                    .0
                    .iter()
                    .zip(out.as_chunks_mut::<32>().0)
                {
                    let scale = f16::from_le_bytes([block[0], block[1]]).to_f32();
                    for (x, &q) in x.iter_mut().zip(&block[2..]) {
                        *x = f32::from(q as i8) * scale;
                    }
                }
            }
            BlockFormat::Q4_0 => {
                for (block, x) in blocks
                    .as_chunks::<18>()
                    .0
                    .iter()
                    .zip(out.as_chunks_mut::<32>().0)
                {
                    let scale = f16::from_le_bytes([block[0], block[1]]).to_f32();
                    // Low nibbles are the first half of the block, high nibbles the second.
                    let (first, second) = x.split_at_mut(16);
                    for ((&q, low), high) in block[2..].iter().zip(first).zip(second) {
                        *low = (f32::from(q & 15) - 8.0) * scale;
                        *high = (f32::from(q >> 4) - 8.0) * scale;
                    }
                }
            }
        }
    }
}

/// The name of a ggml block format, for messages.
pub(crate) fn ggml_name(kind: u32) -> String {
    let name = match kind {
        0 => "F32",
        1 => "F16",
        2 => "Q4_0",
        3 => "Q4_1",
        6 => "Q5_0",
        7 => "Q5_1",
        8 => "Q8_0",
        10 => "Q2_K",
        11 => "Q3_K",
        12 => "Q4_K",
        13 => "Q5_K",
        14 => "Q6_K",
        30 => "BF16",
        39 => "MXFP4",
        _ => return format!("ggml type {kind}"),
    };
    name.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_format_has_its_row() {
        use BlockFormat::*;
        for format in [F32, F16, BF16, Q8_0, Q4_0] {
            assert_eq!(format.row().0, format);
            assert_eq!(BlockFormat::from_ggml(format.ggml()), Some(format));
        }
        assert_eq!(BlockFormat::from_ggml(12), None);
        assert_eq!(Q8_0.row_bytes(1536), 1632);
    }

    #[test]
    fn blocks_mean_scale_times_quant() {
        let mut q8 = vec![0x00, 0x38]; // f16 0.5
        q8.extend((0..32).map(|i| (i as i8 - 16) as u8));
        let mut out = [0.0; 32];
        BlockFormat::Q8_0.dequantize(&q8, &mut out);
        assert_eq!((out[0], out[16], out[31]), (-8.0, 0.0, 7.5));

        let mut q4 = vec![0x00, 0xc0]; // f16 -2
        q4.extend((0..16).map(|i| i | (15 - i) << 4));
        BlockFormat::Q4_0.dequantize(&q4, &mut out);
        assert_eq!(
            (out[0], out[15], out[16], out[31]),
            (16.0, -14.0, -14.0, 16.0)
        );

        let mut one = [0.0];
        BlockFormat::BF16.dequantize(&[0x80, 0x3f], &mut one);
        assert_eq!(one, [1.0]);
        BlockFormat::F16.dequantize(&[0x00, 0x3c], &mut one);
        assert_eq!(one, [1.0]);
    }
}
