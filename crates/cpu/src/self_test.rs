//! Whether the processor computes what its instructions are said to.

use model::BlockFormat;

use crate::input::{Input, Precision};
use crate::kernel::{Kernel, Layout};
use crate::matmul::{Add, matmul};
use crate::matrix::Matrix;

const PASSES: [usize; 2] = [11, 3]; // tokens, in groups of all sizes
const ROWS: usize = 21;
const COLUMNS: usize = 96; // or a block, where that is more

/// The kernels that do not give the bits of the others, of all that this machine could choose from; by
/// name, and best none. Takes some milliseconds.
pub fn kernels_that_differ() -> Vec<&'static str> {
    let mut differ = Vec::new();
    for format in BlockFormat::ALL {
        if format.integers().is_none() {
            continue;
        }
        for (precision, layout) in [
            (Precision::Int8, Layout::Bytes),
            (Precision::Int16, Layout::Words),
        ] {
            let expected = product(precision, Kernel::PORTABLE, format);
            differ.extend(
                Kernel::all(layout, format)
                    .filter(|&kernel| product(precision, kernel, format) != expected),
            );
        }
    }
    differ.into_iter().map(Kernel::name).collect()
}

/// Products with the largest weights and activations in them, `[tokens, ROWS]` for each pass; `None`
/// without memory.
fn product(precision: Precision, kernel: Kernel, format: BlockFormat) -> Option<Vec<f32>> {
    let mut state = 1u32;
    let mut random = move || {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (state >> 24) as u8
    };
    let columns = COLUMNS.next_multiple_of(format.block_size());
    let mut file = vec![0; ROWS * format.row_bytes(columns)];
    file.fill_with(|| [random(), 0x7f, 0x80][usize::from(random() % 8 / 3)]);
    for block in file.chunks_exact_mut(format.block_bytes()) {
        for &at in format.scales() {
            block[at..at + 2].copy_from_slice(&[random(), 0x2c]); // about 1/16
        }
    }
    let mut matrix = Matrix::new(ROWS, columns, format).ok()?;
    matrix.push_rows(&file);
    let mut all = Vec::new();
    for tokens in PASSES {
        let mut x = vec![0.0; tokens * columns];
        x.fill_with(|| f32::from(random()) / 100.0 - 1.28);
        let mut input = Input::new(&x, columns, precision);
        input.kernel = Some(kernel);
        let mut y = vec![0.0; tokens * ROWS];
        matmul(&input, &matrix, Add::Nothing, &mut y);
        all.append(&mut y);
    }
    Some(all)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_kernels_give_the_same_bits() {
        assert_eq!(kernels_that_differ(), [""; 0]);
        let y = product(Precision::Int8, Kernel::PORTABLE, BlockFormat::Q8_0).expect("memory");
        assert!(y.iter().all(|y| y.is_finite() && *y != 0.0));
    }
}
