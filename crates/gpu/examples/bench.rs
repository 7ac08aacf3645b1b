//! Times passes of a model file, or of a random model of the embedded one's size, on the GPU, and says what
//! share of that the device needs at best: to read the weights, or to multiply in f32, whichever is longer.
//!
//! `cargo run --release -p foretab-gpu --features compare --example bench [file.gguf]`; a model of the true
//! size is written by `cargo run -p foretab-model --features testing --example benchmark_model xl q4_0 FILE`.

use std::time::Instant;

use foretab_gpu::{Choice, Counts, Gpu, Options, Precision, Probes, Variant};
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
    // VARIANT=n takes one variant of the kernels for all passes, VARIANT=measured what is fastest.
    let variants = match std::env::var("VARIANT").as_deref() {
        Err(_) => Choice::Fastest,
        Ok("measured") => Choice::Measured,
        Ok(index) => match index.parse::<usize>().map(|index| Variant::ALL.get(index)) {
            Ok(Some(&variant)) => Choice::Only(variant),
            _ => return Err(Error::Request("VARIANT is a number, or `measured`".into())),
        },
    };
    // PRECISION=int8 rounds activations, PRECISION=float does not; by itself, what is measured to be faster.
    let precision = match std::env::var("PRECISION").as_deref() {
        Ok("int8") => Some(Precision::Int8),
        Ok("float") => Some(Precision::Float),
        _ => None,
    };
    let started = Instant::now();
    let gpu = block_on(Gpu::new(Options {
        few_invocations,
        variants,
        precision,
        ..Options::default()
    }))?;
    println!("{}, {:.0} ms to start", gpu.name(), milliseconds(started));
    let started = Instant::now();
    let mut model = block_on(Model::load(
        &mut &file[..],
        gpu,
        &LoadOptions {
            context: Some(1024),
        },
        |_, _| (),
    ))?;
    println!(
        "{:.1} MB loaded in {:.0} ms",
        file.len() as f64 / 1e6,
        milliseconds(started)
    );
    let variants = model.backend().variants();
    let variants = variants.map(|(most, variant)| match most {
        usize::MAX => format!("more: {variant}"),
        most => format!("up to {most}: {variant}"),
    });
    println!("{}", variants.collect::<Vec<_>>().join("; "));
    println!("activations: {}", model.backend().precision());

    let vocabulary = model.shape().vocabulary;
    let mut draw = Draw(2);
    let mut tokens =
        |count: usize| -> Vec<u32> { (0..count).map(|_| draw.below(vocabulary) as u32).collect() };
    let rates = Rates::of(model.backend())?;
    println!(
        "reads {:.1} GB/s, multiplies and adds {:.1} GMAC/s\n",
        rates.bytes / 1e6,
        rates.multiply_adds / 1e6
    );
    println!("| tokens | ms | of that at best | dispatches | submits | MB of weights |");
    println!("|---:|---:|---:|---:|---:|---:|");
    const PROMPT: usize = 512;
    for count in [PROMPT, 1, 2, 4, 8, 16, 32, 64] {
        let (position, rows) = if count == PROMPT {
            (0, 1)
        } else {
            (PROMPT, count)
        };
        let tokens = tokens(count);
        block_on(model.forward(position, &tokens, rows))?; // some drivers compile at the first dispatch
        let before = model.backend().counts();
        let mut best = f64::INFINITY;
        for _ in 0..REPEATS {
            let started = Instant::now();
            block_on(model.forward(position, &tokens, rows))?;
            best = best.min(milliseconds(started));
        }
        let Counts {
            dispatches,
            submits,
            weight_bytes,
            ..
        } = model.backend().counts() - before;
        let multiply_adds = model.shape().multiply_adds(position, count, rows) as f64;
        let floor = (model.bytes() as f64 / rates.bytes).max(multiply_adds / rates.multiply_adds);
        println!(
            "| {count} | {best:.2} | {:.0} % | {} | {} | {:.1} |",
            100.0 * floor / best,
            dispatches / REPEATS as u64,
            submits / REPEATS as u64,
            weight_bytes as f64 / REPEATS as f64 / 1e6,
        );
    }
    Ok(())
}

/// What the device does in a millisecond.
struct Rates {
    bytes: f64,
    multiply_adds: f64,
}

impl Rates {
    fn of(gpu: &Gpu) -> Result<Self, Error> {
        const TIMES: u32 = 8; // dispatches at once, so that sending them does not count
        let probes = Probes::new(gpu)?;
        let best = |run: &dyn Fn() -> Result<u64, Error>| {
            let mut best = 0.0f64;
            for _ in 0..REPEATS {
                let started = Instant::now();
                let done = run()?;
                best = best.max(done as f64 / milliseconds(started));
            }
            Ok::<_, Error>(best)
        };
        Ok(Self {
            bytes: best(&|| probes.read(gpu, TIMES))?,
            multiply_adds: best(&|| probes.multiply_add(gpu, TIMES))?,
        })
    }
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
        context: 1024,
        tied: true,
        biases: 1.0,
        format: BlockFormat::Q8_0,
        seed: 1,
        finer: None,
        activation_bits: None,
        dialect: None,
    }
}
