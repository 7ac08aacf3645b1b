//! Quantized blocks taken apart: the integers, and what makes weights of them.
//!
//! The bits lie as ggml's `block_q4_K` and the like have them; nothing else in this project knows
//! them but the WGSL files of `/shaders/weights`.

use half::f16;

use crate::BlockFormat;

/// What the integers of a format are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Integers {
    /// Bits of one.
    pub bits: u32,
    /// What a weight without its scale is less than its integer.
    pub offset: u8,
    /// Scales of 32 weights: 1, or 2 where the first 16 have another than the others.
    pub scales: usize,
    /// Whether something is taken away from the scaled weights.
    pub has_minima: bool,
}

impl Integers {
    pub(super) const fn plain(bits: u32, offset: u8) -> Self {
        Self {
            bits,
            offset,
            scales: 1,
            has_minima: false,
        }
    }

    pub(super) const fn halves(bits: u32, offset: u8) -> Self {
        Self {
            scales: 2,
            ..Self::plain(bits, offset)
        }
    }

    pub(super) const fn minima(bits: u32) -> Self {
        Self {
            has_minima: true,
            ..Self::plain(bits, 0)
        }
    }
}

/// 32 weights of a row: weight `i` is `scales[i / 16] * (values[i] - offset) - minimum`.
#[derive(Debug, Clone, Copy)]
pub struct Quants {
    /// The integers, without a sign.
    pub values: [u8; 32],
    /// The same twice in formats that have one for all.
    pub scales: [f32; 2],
    /// 0 in formats that have none.
    pub minimum: f32,
}

impl Quants {
    fn new(scale: f32, values: [u8; 32]) -> Self {
        Self {
            values,
            scales: [scale; 2],
            minimum: 0.0,
        }
    }

    /// The weights, in the format's precision to the last bit.
    #[inline(always)]
    pub fn weights(&self, offset: u8) -> [f32; 32] {
        let offset = i16::from(offset);
        std::array::from_fn(|i| {
            let whole = f32::from(i16::from(self.values[i]) - offset);
            whole * self.scales[i / 16] - self.minimum
        })
    }
}

impl BlockFormat {
    /// Takes whole blocks of integers apart, 32 weights at a time. Blocks of floats give nothing.
    #[inline(always)]
    pub fn quants(self, blocks: &[u8], mut each: impl FnMut(Quants)) {
        match self {
            BlockFormat::F32 | BlockFormat::F16 | BlockFormat::BF16 => {}
            BlockFormat::Q8_0 => blocks.as_chunks().0.iter().for_each(|b| each(q8_0(b))),
            BlockFormat::Q4_0 => blocks.as_chunks().0.iter().for_each(|b| each(q4_0(b))),
            BlockFormat::Q5_0 => blocks.as_chunks().0.iter().for_each(|b| each(q5_0(b))),
            BlockFormat::Q4_K => parts(blocks, q4_k, each),
            BlockFormat::Q5_K => parts(blocks, q5_k, each),
            BlockFormat::Q6_K => parts(blocks, q6_k, each),
        }
    }
}

impl BlockFormat {
    /// Where in a block the f16 stand that its weights are multiples of.
    pub fn scales(self) -> &'static [usize] {
        match self {
            BlockFormat::F32 | BlockFormat::F16 | BlockFormat::BF16 => &[],
            BlockFormat::Q8_0 | BlockFormat::Q4_0 | BlockFormat::Q5_0 => &[0],
            BlockFormat::Q4_K | BlockFormat::Q5_K => &[0, 2],
            BlockFormat::Q6_K => &[208],
        }
    }
}

/// Blocks of 256, each in eight parts.
#[inline(always)]
fn parts<const N: usize>(
    blocks: &[u8],
    part: impl Fn(&[u8; N], usize) -> Quants,
    mut each: impl FnMut(Quants),
) {
    for block in blocks.as_chunks().0 {
        (0..8).for_each(|index| each(part(block, index)));
    }
}

fn half(block: &[u8], at: usize) -> f32 {
    f16::from_le_bytes([block[at], block[at + 1]]).to_f32()
}

/// 32 bytes from `at` on, each with its place.
fn bytes(block: &[u8], at: usize, value: impl Fn(usize, u8) -> u8) -> [u8; 32] {
    let bytes = &block[at..at + 32];
    std::array::from_fn(|i| value(i, bytes[i]))
}

/// Low nibbles are the first half of the block, high nibbles the second.
fn nibbles(block: &[u8]) -> [u8; 32] {
    std::array::from_fn(|i| block[i % 16] >> (i / 16 * 4) & 15)
}

fn q8_0(block: &[u8; 34]) -> Quants {
    Quants::new(half(block, 0), bytes(block, 2, |_, byte| byte ^ 128))
}

fn q4_0(block: &[u8; 18]) -> Quants {
    Quants::new(half(block, 0), nibbles(&block[2..]))
}

fn q5_0(block: &[u8; 22]) -> Quants {
    let high = u32::from_le_bytes([block[2], block[3], block[4], block[5]]);
    let low = nibbles(&block[6..]);
    let values = std::array::from_fn(|i| low[i] | ((high >> i & 1) as u8) << 4);
    Quants::new(half(block, 0), values)
}

/// Scale and minimum of a part, as floats: six bits each of the twelve bytes from byte 4 on, and the
/// two f16 before them.
fn scale_and_minimum(block: &[u8], part: usize) -> (f32, f32) {
    let six = &block[4..16];
    let (scale, minimum) = if part < 4 {
        (six[part] & 63, six[part + 4] & 63)
    } else {
        let low = six[part + 4];
        let high = |byte: u8| byte >> 6 << 4;
        (low & 15 | high(six[part - 4]), low >> 4 | high(six[part]))
    };
    (
        half(block, 0) * f32::from(scale),
        half(block, 2) * f32::from(minimum),
    )
}

fn q4_k(block: &[u8; 144], part: usize) -> Quants {
    let (scale, minimum) = scale_and_minimum(block, part);
    let values = bytes(block, 16 + part / 2 * 32, |_, byte| {
        byte >> (part % 2 * 4) & 15
    });
    Quants {
        minimum,
        ..Quants::new(scale, values)
    }
}

fn q5_k(block: &[u8; 176], part: usize) -> Quants {
    let (scale, minimum) = scale_and_minimum(block, part);
    let values = bytes(block, 48 + part / 2 * 32, |i, byte| {
        let high = block[16 + i] >> part & 1;
        byte >> (part % 2 * 4) & 15 | high << 4
    });
    Quants {
        minimum,
        ..Quants::new(scale, values)
    }
}

fn q6_k(block: &[u8; 210], part: usize) -> Quants {
    let (side, quarter) = (part / 4, part % 4);
    let values = bytes(block, side * 64 + quarter % 2 * 32, |i, byte| {
        let high = block[128 + side * 32 + i] >> (quarter * 2) & 3;
        byte >> (quarter / 2 * 4) & 15 | high << 4
    });
    let scale = |at: usize| half(block, 208) * f32::from(block[192 + at].cast_signed());
    Quants {
        scales: [scale(2 * part), scale(2 * part + 1)],
        ..Quants::new(0.0, values)
    }
}
