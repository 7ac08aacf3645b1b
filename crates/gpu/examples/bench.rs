//! Times passes of a model file, or of a random model of the embedded one's size, on the GPU:
//! `cargo run --release -p foretab-gpu --example bench [file.gguf]`.

use std::time::Instant;

use foretab_gpu::compare::{Random, random_model};
use foretab_gpu::{Gpu, Options};
use model::{Backend, BlockFormat, Error, LoadOptions, Model, Shape};
use pollster::block_on;

const REPEATS: usize = 5;

fn main() -> Result<(), Error> {
    let file = match std::env::args().nth(1) {
        Some(path) => std::fs::read(&path).map_err(|error| Error::Source(format!("{path}: {error}")))?,
        None => random_model(&mut Random::new(1), &embedded(), BlockFormat::Q8_0, true),
    };
    let slices = std::env::var("SLICES").ok().and_then(|slices| slices.parse().ok());
    let started = Instant::now();
    let gpu = block_on(Gpu::new(Options { slices, ..Options::default() }))?;
    println!("{}, {:.0} ms to start", gpu.name(), milliseconds(started));
    let started = Instant::now();
    let mut model = block_on(Model::load(&mut &file[..], gpu, &LoadOptions { context: Some(1024) }, |_, _| ()))?;
    println!("{:.1} MB loaded in {:.0} ms", file.len() as f64 / 1e6, milliseconds(started));

    let vocabulary = model.shape().vocabulary;
    let mut random = Random::new(2);
    let mut tokens = |count: usize| -> Vec<u32> { (0..count).map(|_| random.below(vocabulary) as u32).collect() };
    println!("{:>7} {:>5} {:>9} {:>9} {:>10}", "tokens", "rows", "best ms", "mean ms", "dispatches");
    for (position, count, rows) in
        [(0, 64, 1), (64, 1, 1), (64, 4, 4), (64, 8, 8), (64, 16, 16), (64, 64, 64), (0, 256, 1), (256, 1, 1)]
    {
        let tokens = tokens(count);
        let mut times = Vec::new();
        let before = model.backend().dispatches();
        for _ in 0..REPEATS {
            let started = Instant::now();
            block_on(model.forward(position, &tokens, rows))?;
            times.push(milliseconds(started));
        }
        let best = times.iter().copied().fold(f64::INFINITY, f64::min);
        let mean = times.iter().sum::<f64>() / REPEATS as f64;
        let dispatches = (model.backend().dispatches() - before) / REPEATS as u64;
        println!("{count:>7} {rows:>5} {best:>9.2} {mean:>9.2} {dispatches:>10}");
    }
    Ok(())
}

fn milliseconds(since: Instant) -> f64 {
    since.elapsed().as_secs_f64() * 1e3
}

/// About the size of the embedded model.
fn embedded() -> Shape {
    Shape {
        layers: 8,
        hidden: 256,
        heads: 4,
        kv_heads: 2,
        head_dim: 64,
        feed_forward: 768,
        vocabulary: 8_192,
        rope_base: 1e6,
        rms_epsilon: 1e-6,
        context: 4_096,
    }
}
