//! Random data that every platform draws alike.

use model::BlockFormat;

/// xorshift64* (Vigna 2014).
pub struct Random(u64);

impl Random {
    /// Numbers that depend on the seed only.
    #[must_use]
    pub fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1)
    }

    fn bits(&mut self) -> u32 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        (self.0.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 32) as u32
    }

    /// Below `end`.
    pub fn below(&mut self, end: usize) -> usize {
        self.bits() as usize % end
    }

    /// Between -1 and 1.
    pub fn number(&mut self) -> f32 {
        self.bits() as f32 / 2f32.powi(31) - 1.0
    }

    /// Numbers between -1 and 1.
    pub fn numbers(&mut self, count: usize) -> Vec<f32> {
        (0..count).map(|_| self.number()).collect()
    }

    /// A matrix's rows as they stand in a file. The weights are between -s and s with
    /// s² = 3 / columns, so that a product is about as large as its input.
    pub fn blocks(&mut self, rows: usize, columns: usize, format: BlockFormat) -> Vec<u8> {
        let size = (3.0 / columns as f32).sqrt();
        let blocks = rows * columns / format.block_size();
        let mut bytes = Vec::with_capacity(rows * format.row_bytes(columns));
        for _ in 0..blocks {
            let number = size * self.number();
            match format {
                BlockFormat::F32 => bytes.extend(number.to_le_bytes()),
                BlockFormat::F16 => bytes.extend(half::f16::from_f32(number).to_le_bytes()),
                BlockFormat::BF16 => bytes.extend(half::bf16::from_f32(number).to_le_bytes()),
                BlockFormat::Q8_0 => {
                    bytes.extend(half::f16::from_f32(number / 127.0).to_le_bytes());
                    // No quantizer writes -128.
                    bytes.extend((0..32).map(|_| (self.below(255) as i32 - 127) as u8));
                }
                BlockFormat::Q4_0 => {
                    bytes.extend(half::f16::from_f32(number / 8.0).to_le_bytes());
                    bytes.extend((0..16).map(|_| self.bits() as u8));
                }
            }
        }
        bytes
    }
}
