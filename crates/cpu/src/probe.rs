//! What the processor could do at best, for benchmarks: no pass is quicker than its multiply-adds, or
//! than reading its weights.

use std::hint::black_box;

use model::BlockFormat;

use crate::input::Precision;

/// Runs the multiplying instruction that `precision` has here, so many rounds, on operands in registers.
/// Returns the number of multiply-adds: of integers, or 0 for [`Precision::Exact`].
pub fn multiply_adds(precision: Precision, rounds: u32) -> u64 {
    let kernel = precision.kernel(BlockFormat::Q4_0);
    kernel.map_or(0, |kernel| kernel.peak(rounds))
}

/// Reads memory once, from its start to its end.
pub fn read(memory: &[u32]) {
    let (parts, rest) = memory.as_chunks::<32>();
    let mut sums = [0u32; 32];
    for part in parts {
        for (sum, word) in sums.iter_mut().zip(part) {
            *sum = sum.wrapping_add(*word);
        }
    }
    black_box((sums, rest));
}
