//! Times passes of a model file, or of a random model of the embedded one's size, on the GPU:
//! `cargo run --release -p foretab-gpu --example bench [file.gguf]`.

use std::time::Instant;

use foretab_gpu::{Gpu, Options};
use model::testing::{Draw, Random};
use model::{Backend, BlockFormat, Error, LoadOptions, Model};
use pollster::block_on;

const REPEATS: usize = 5;

fn main() -> Result<(), Error> {
    let file = match std::env::args().nth(1) {
        Some(path) => {
            std::fs::read(&path).map_err(|error| Error::Source(format!("{path}: {error}")))?
        }
        None => embedded().gguf(),
    };
    // By itself the layout follows the adapter: FEW=0 shows on a CPU what a GPU is given, FEW=1 the reverse.
    let few_invocations = std::env::var("FEW").ok().map(|few| few == "1");
    let started = Instant::now();
    let gpu = block_on(Gpu::new(Options {
        few_invocations,
        ..Options::default()
    }))?;
    println!("{}, {:.0} ms to start", gpu.name(), milliseconds(started));
    let started = Instant::now();
    let mut model = block_on(Model::load(
        &mut &file[..],
        gpu,
        &LoadOptions { context: Some(512) },
        |_, _| (),
    ))?;
    println!(
        "{:.1} MB loaded in {:.0} ms",
        file.len() as f64 / 1e6,
        milliseconds(started)
    );

    let vocabulary = model.shape().vocabulary;
    let mut draw = Draw(2);
    let mut tokens =
        |count: usize| -> Vec<u32> { (0..count).map(|_| draw.below(vocabulary) as u32).collect() };
    println!(
        "{:>7} {:>5} {:>9} {:>9} {:>10}",
        "tokens", "rows", "best ms", "mean ms", "dispatches"
    );
    for (position, count, rows) in [
        (0, 256, 1),
        (256, 1, 1),
        (256, 4, 4),
        (256, 8, 8),
        (256, 16, 16),
        (256, 64, 64),
    ] {
        let tokens = tokens(count);
        block_on(model.forward(position, &tokens, rows))?; // some drivers compile at the first dispatch
        let mut times = Vec::new();
        let before = model.backend().counts().dispatches;
        for _ in 0..REPEATS {
            let started = Instant::now();
            block_on(model.forward(position, &tokens, rows))?;
            times.push(milliseconds(started));
        }
        let best = times.iter().copied().fold(f64::INFINITY, f64::min);
        let mean = times.iter().sum::<f64>() / REPEATS as f64;
        let dispatches = (model.backend().counts().dispatches - before) / REPEATS as u64;
        println!("{count:>7} {rows:>5} {best:>9.2} {mean:>9.2} {dispatches:>10}");
    }
    Ok(())
}

fn milliseconds(since: Instant) -> f64 {
    since.elapsed().as_secs_f64() * 1e3
}

/// About the size of the embedded model.
fn embedded() -> Random {
    Random {
        layers: 6,
        hidden: 256,
        heads: 4,
        kv_heads: 2,
        feed_forward: 768,
        vocabulary: 8_192,
        context: 512,
        tied: true,
        biases: 1.0,
        format: BlockFormat::Q8_0,
        seed: 1,
        activation_bits: None,
    }
}
