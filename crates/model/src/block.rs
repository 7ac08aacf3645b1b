//! Block formats: how many bytes a row takes, and what the bytes mean.

mod quants;

use half::{bf16, f16};

use crate::BlockFormat;
pub use quants::{Integers, Quants};

/// What stands in ggml's tables about a format.
struct Row {
    format: BlockFormat,
    /// Its number in ggml's `ggml_type`.
    ggml: u32,
    /// Weights in a block.
    size: usize,
    /// Bytes of a block.
    bytes: usize,
    /// `None` for floats.
    integers: Option<Integers>,
}

const fn floats(format: BlockFormat, ggml: u32, bytes: usize) -> Row {
    Row {
        format,
        ggml,
        size: 1,
        bytes,
        integers: None,
    }
}

const fn integers(
    format: BlockFormat,
    ggml: u32,
    (size, bytes): (usize, usize),
    integers: Integers,
) -> Row {
    Row {
        format,
        ggml,
        size,
        bytes,
        integers: Some(integers),
    }
}

/// In the order of [`BlockFormat`].
const ROWS: [Row; 9] = [
    floats(BlockFormat::F32, 0, 4),
    floats(BlockFormat::F16, 1, 2),
    floats(BlockFormat::BF16, 30, 2),
    integers(BlockFormat::Q8_0, 8, (32, 34), Integers::plain(8, 128)),
    integers(BlockFormat::Q4_0, 2, (32, 18), Integers::plain(4, 8)),
    integers(BlockFormat::Q5_0, 6, (32, 22), Integers::plain(5, 16)),
    integers(BlockFormat::Q4_K, 12, (256, 144), Integers::minima(4)),
    integers(BlockFormat::Q5_K, 13, (256, 176), Integers::minima(5)),
    integers(BlockFormat::Q6_K, 14, (256, 210), Integers::halves(6, 32)),
];

impl BlockFormat {
    /// Every format that this crate reads.
    pub const ALL: [Self; ROWS.len()] = {
        let mut all = [Self::F32; ROWS.len()];
        let mut at = 0;
        while at < all.len() {
            all[at] = ROWS[at].format;
            at += 1;
        }
        all
    };

    /// The format with this number in ggml's `ggml_type`, when it is one that this crate reads.
    pub fn from_ggml(kind: u32) -> Option<Self> {
        ROWS.iter()
            .find(|row| row.ggml == kind)
            .map(|row| row.format)
    }

    fn row(self) -> &'static Row {
        &ROWS[self as usize]
    }

    /// Its number in ggml's `ggml_type`.
    pub fn ggml(self) -> u32 {
        self.row().ggml
    }

    /// Weights in a block.
    pub fn block_size(self) -> usize {
        self.row().size
    }

    /// Bytes of a block.
    pub fn block_bytes(self) -> usize {
        self.row().bytes
    }

    /// What its integers are; `None` where weights are floats.
    pub fn integers(self) -> Option<Integers> {
        self.row().integers
    }

    /// Bytes of a row of `columns` weights. `columns` is a multiple of the block.
    pub fn row_bytes(self, columns: usize) -> usize {
        columns / self.block_size() * self.block_bytes()
    }

    /// The formats' names, for messages.
    pub(crate) fn names() -> String {
        Self::ALL.map(|format| format!("{format:?}")).join(", ")
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
            _ => {
                let offset = self.integers().map_or(0, |integers| integers.offset);
                let mut out = out.as_chunks_mut().0.iter_mut();
                self.quants(blocks, |quants| {
                    if let Some(out) = out.next() {
                        *out = quants.weights(offset);
                    }
                });
            }
        }
    }
}

/// The name of a ggml block format, for messages.
pub(crate) fn ggml_name(kind: u32) -> String {
    let name = match kind {
        3 => "Q4_1",
        7 => "Q5_1",
        10 => "Q2_K",
        11 => "Q3_K",
        39 => "MXFP4",
        _ => {
            return BlockFormat::from_ggml(kind)
                .map_or(format!("ggml type {kind}"), |format| format!("{format:?}"));
        }
    };
    name.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_format_has_its_row() {
        for (index, format) in BlockFormat::ALL.into_iter().enumerate() {
            assert_eq!(format as usize, index);
            assert_eq!(format.row().format, format);
            assert_eq!(BlockFormat::from_ggml(format.ggml()), Some(format));
        }
        assert_eq!(BlockFormat::from_ggml(3), None);
        assert_eq!(BlockFormat::Q8_0.row_bytes(1536), 1632);
        assert_eq!(BlockFormat::Q6_K.row_bytes(1536), 1260);
        assert_eq!(
            (ggml_name(14), ggml_name(3)),
            ("Q6_K".into(), "Q4_1".into())
        );
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

    #[test]
    fn a_fifth_bit_stands_apart() {
        let mut q5 = vec![0x00, 0x3c]; // f16 1
        q5.extend([0b1000_0000, 0, 0x01, 0x80]); // columns 7, 16 and 31
        q5.extend([0x21; 16]);
        let mut out = [0.0; 32];
        BlockFormat::Q5_0.dequantize(&q5, &mut out);
        assert_eq!((out[0], out[7], out[15]), (-15.0, 1.0, -15.0));
        assert_eq!((out[16], out[17], out[31]), (2.0, -14.0, 2.0));
    }

    /// Scale 3 and minimum 5 for the first 32 weights, 40 and 33 for the last.
    fn scales_and_minima() -> Vec<u8> {
        let mut block = vec![0x00, 0x3c, 0x00, 0x38]; // f16 1 and 0.5
        let mut six_bits = [0; 12];
        six_bits[0] = 3;
        six_bits[4] = 5;
        // The last: four low bits of each in the last byte, two high bits above the fourth's.
        six_bits[11] = (40 & 15) | (33 & 15) << 4;
        six_bits[3] = 40 >> 4 << 6;
        six_bits[7] = 33 >> 4 << 6;
        block.extend(six_bits);
        block
    }

    #[test]
    fn blocks_of_256_have_scales_of_six_bits() {
        let mut out = [0.0; 256];
        let mut q4 = scales_and_minima();
        q4.extend([0x52; 128]);
        BlockFormat::Q4_K.dequantize(&q4, &mut out);
        assert_eq!((out[0], out[31]), (3.0 * 2.0 - 2.5, 3.0 * 2.0 - 2.5));
        assert_eq!((out[32], out[223]), (0.0, 0.0));
        assert_eq!((out[224], out[255]), (40.0 * 5.0 - 16.5, 40.0 * 5.0 - 16.5));

        let mut q5 = scales_and_minima();
        let mut high = [0; 32];
        (high[0], high[31]) = (1, 0x80);
        q5.extend(high);
        q5.extend([0x52; 128]);
        BlockFormat::Q5_K.dequantize(&q5, &mut out);
        assert_eq!((out[0], out[31]), (3.0 * 18.0 - 2.5, 3.0 * 2.0 - 2.5));
        assert_eq!(
            (out[224], out[255]),
            (40.0 * 5.0 - 16.5, 40.0 * 21.0 - 16.5)
        );
    }

    #[test]
    fn sixteen_weights_of_six_bits_share_a_scale() {
        let mut q6 = vec![0x52; 128];
        q6.extend([0b11_00_01_10; 64]);
        q6.extend((0..16).map(|i| (i as i8 - 8) as u8));
        q6.extend([0x00, 0x40]); // f16 2
        let mut out = [0.0; 256];
        BlockFormat::Q6_K.dequantize(&q6, &mut out);
        // Two high bits: 2, 1, 0, 3; four low ones: 2, 2, 5, 5.
        let quant = |part: usize| [34.0, 18.0, 5.0, 53.0][part % 4] - 32.0;
        for (index, weight) in out.iter().enumerate() {
            let scale = 2.0 * (index as f32 / 16.0).floor() - 16.0;
            assert_eq!(*weight, scale * quant(index / 32), "{index}");
        }
    }
}
