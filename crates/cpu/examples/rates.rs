//! Multiply-adds a second of `matmul`, for passes of 1 to 64 tokens, and what the processor could do.
//!
//! `cargo run --release -p foretab-cpu --example rates`

use std::time::{Duration, Instant};

use foretab_cpu::{Add, Input, Matrix, Precision, matmul, probe};
use model::BlockFormat;
use model::testing::{Draw, quantize};

fn main() {
    println!("GMAC/s, one thread");
    println!("{:<34}{:>8}{:>8}{:>8}{:>8}", "tokens", 1, 4, 16, 64);
    let formats: Vec<_> = BlockFormat::ALL
        .into_iter()
        .filter(|format| format.integers().is_some())
        .collect();
    let precisions = [Precision::Int8, Precision::Int16];
    for (rows, columns) in [(256, 256), (1024, 256), (1024, 1024), (4096, 1024)] {
        for (format, precision) in formats.iter().flat_map(|&f| precisions.map(|p| (f, p))) {
            let mut draw = Draw(1);
            let weights: Vec<f32> = (0..rows * columns)
                .map(|_| draw.between(-1.0, 1.0))
                .collect();
            let mut matrix = Matrix::new(rows, columns, format).expect("memory");
            matrix.push_rows(&quantize(format, &weights));
            print!(
                "{:<34}",
                format!("{rows} x {columns} {format:?} {precision:?}")
            );
            for tokens in [1, 4, 16, 64] {
                let x: Vec<f32> = (0..tokens * columns)
                    .map(|_| draw.between(-1.0, 1.0))
                    .collect();
                let mut y = vec![0.0; tokens * rows];
                let seconds = best(|| {
                    matmul(
                        &Input::new(&x, columns, precision),
                        &matrix,
                        Add::Nothing,
                        &mut y,
                    )
                });
                print!("{:>8.1}", (tokens * rows * columns) as f64 / seconds / 1e9);
            }
            println!();
        }
    }
    for precision in precisions {
        const ROUNDS: u32 = 100_000;
        let seconds = best(|| _ = probe::multiply_adds(precision, ROUNDS));
        let rate = probe::multiply_adds(precision, ROUNDS) as f64 / seconds / 1e9;
        println!("the instruction alone, {precision:?}: {rate:.1}");
    }
    let memory = vec![1; 1 << 24];
    let seconds = best(|| probe::read(&memory));
    let rate = size_of_val(&*memory) as f64 / seconds / 1e9;
    println!("reading memory: {rate:.1} GB/s");
}

/// The shortest of many runs, in seconds.
fn best(mut run: impl FnMut()) -> f64 {
    let start = Instant::now();
    let mut best = f64::INFINITY;
    while start.elapsed() < Duration::from_millis(200) {
        let start = Instant::now();
        run();
        best = best.min(start.elapsed().as_secs_f64());
    }
    best
}
