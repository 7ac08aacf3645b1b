//! Whether the device computes what it should, found out before a model on it is used.
//!
//! Drivers and browsers have got kernels wrong without a word (inference engines on WebGPU report it of
//! Firefox and of Safari). A small random model of the formats that are to come is computed here and on
//! the CPU: with every kernel that the real one will use.

use fastrand::Rng;
use model::{Attention, Backend, BlockFormat, Error, FeedForward, Formats, Shape};

use crate::Gpu;
use crate::precision::Precision;
use crate::readable::Readable;

/// Sizes that are whole tiles, and sizes that are not.
const SMALL: Shape = Shape {
    layers: 1,
    hidden: 96,
    heads: 8,
    kv_heads: 2,
    head_dim: 12,
    feed_forward: 160,
    vocabulary: 333,
    rope_base: 1e6,
    rms_epsilon: 1e-6,
    context: CAPACITY,
};
const CAPACITY: usize = 300;
/// The same for blocks of 256.
const WIDE: Shape = Shape {
    hidden: 256,
    head_dim: 32,
    feed_forward: 256,
    ..SMALL
};

fn shape(formats: &Formats) -> &'static Shape {
    let &Formats {
        embedding,
        query_key_value: [query, key, value],
        output,
        gate_up: [gate, up],
        down,
        head,
    } = formats;
    let all = [embedding, query, key, value, output, gate, up, down, head];
    if all.iter().any(|format| format.block_size() > 32) {
        &WIDE
    } else {
        &SMALL
    }
}

/// Position, tokens, and how many of these are asked for: several tiles and more than a span of attention, and
/// every number of tokens and queries that the kernels have variants for.
const PASSES: [(usize, usize, usize); 9] = [
    (0, 150, 1),
    (150, 137, 70),
    (240, 47, 47),
    (247, 40, 1),
    (260, 27, 27),
    (274, 13, 9),
    (280, 7, 7),
    (283, 3, 3),
    (286, 1, 1),
];

/// How far numbers may be apart, as a part of the largest. In the tests it is 1e-6; a GPU's own `exp` and
/// `inverseSqrt` may be less exact.
const BOUND: f32 = 1e-3;
/// Where activations become integers, and one of them on one side a neighbour of what it becomes on the other.
const BOUND_OF_INTEGERS: f32 = 2e-2;

/// Holds the GPU against the CPU.
///
/// # Errors
/// [`Error::Device`] where they differ.
pub(crate) async fn self_test(gpu: &mut Gpu, formats: &[Formats]) -> Result<(), Error> {
    let bound = match gpu.precision {
        Precision::Float => BOUND,
        Precision::Int8 => BOUND_OF_INTEGERS,
    };
    for formats in formats {
        let found = compute(gpu, formats, false).await?;
        let expected = compute(&mut gpu.precision.twin(), formats, true).await?;
        for ((found, expected), (_, tokens, _)) in found.iter().zip(&expected).zip(PASSES) {
            if let Some(what) = found.differs_from(expected, bound) {
                return Err(Error::Device(format!(
                    "the GPU failed its self-test: of {tokens} tokens {what}"
                )));
            }
        }
    }
    Ok(())
}

/// What a pass gives for the tokens that are asked for.
struct Outcome {
    /// The residual stream after the layer.
    x: Vec<f32>,
    likeliest: Vec<u32>,
    /// Nothing where they are not wanted: a GPU has a kernel for them that a model is used without.
    logits: Vec<f32>,
}

impl Outcome {
    /// What is not as expected, if anything.
    fn differs_from(&self, expected: &Self, bound: f32) -> Option<String> {
        let size = largest(expected.x.iter().map(|v| v.abs()));
        let apart = self.x.iter().zip(&expected.x);
        // A NaN is above every bound.
        let within = |(a, b): (&f32, &f32)| (a - b).abs() <= bound * size;
        if self.x.len() != expected.x.len() || !apart.clone().all(within) {
            let worst = largest(apart.map(|(a, b)| (a - b).abs())) / size;
            return Some(format!(
                "a number is {worst:.1e} of the largest away from the CPU's"
            ));
        }
        let size = largest(expected.logits.iter().map(|v| v.abs()));
        let rows = expected.logits.chunks_exact(SMALL.vocabulary);
        for (&token, logits) in self.likeliest.iter().zip(rows) {
            let logit = logits.get(token as usize);
            let behind = logit.map(|logit| largest(logits.iter().copied()) - logit);
            if behind.is_none_or(|behind| behind > bound * size) {
                return Some("the likeliest token is another than the CPU's".into());
            }
        }
        None
    }
}

fn largest(numbers: impl Iterator<Item = f32>) -> f32 {
    numbers.fold(f32::MIN, f32::max)
}

/// The passes of a random model, the same on every backend.
async fn compute<B: Readable>(
    backend: &mut B,
    formats: &Formats,
    with_logits: bool,
) -> Result<Vec<Outcome>, Error> {
    let shape = shape(formats);
    let &Shape {
        hidden,
        heads,
        kv_heads,
        head_dim,
        feed_forward,
        vocabulary,
        ..
    } = shape;
    let random = &mut Rng::with_seed(1);
    let rows = [heads * head_dim, kv_heads * head_dim, kv_heads * head_dim];
    let each = [0, 1, 2].map(|i| (rows[i], formats.query_key_value[i]));
    let [embedding] = matrices(
        backend,
        shape,
        random,
        [(vocabulary, formats.embedding)],
        hidden,
    )?;
    let [query, key, value] = matrices(backend, shape, random, each, hidden)?;
    let [output] = matrices(
        backend,
        shape,
        random,
        [(hidden, formats.output)],
        heads * head_dim,
    )?;
    let attention = Attention::<B> {
        norm: backend.vector(&vector(random, hidden))?,
        query,
        key,
        value,
        bias: backend.vector(&vector(random, rows.iter().sum()))?,
        output,
    };
    let each = formats.gate_up.map(|format| (feed_forward, format));
    let [gate, up] = matrices(backend, shape, random, each, hidden)?;
    let [down] = matrices(
        backend,
        shape,
        random,
        [(hidden, formats.down)],
        feed_forward,
    )?;
    let feed_forward = FeedForward::<B> {
        norm: backend.vector(&vector(random, hidden))?,
        gate,
        up,
        down,
    };
    let norm = backend.vector(&vector(random, hidden))?;
    let [head] = matrices(backend, shape, random, [(vocabulary, formats.head)], hidden)?;

    let mut cache = backend.cache(shape, CAPACITY)?;
    let mut outcomes = Vec::with_capacity(PASSES.len());
    for (position, tokens, rows) in PASSES {
        let ids: Vec<u32> = (0..tokens)
            .map(|_| random.u32(..vocabulary as u32))
            .collect();
        let mut x = backend.embed(&embedding, &ids)?;
        let mut query = backend.query_key_value(shape, &x, &attention, &mut cache, 0, position)?;
        (query, x) = (backend.last(&query, rows)?, backend.last(&x, rows)?);
        let first = position + tokens - rows;
        let mixed = backend.attention(shape, &query, &cache, 0, first)?;
        backend.project_add(&mixed, &attention.output, &mut x)?;
        let inner = backend.gate_up_silu(shape, &x, &feed_forward)?;
        backend.project_add(&inner, &feed_forward.down, &mut x)?;
        let logits = if with_logits {
            backend.logits(shape, &x, rows, &norm, &head).await?
        } else {
            Vec::new()
        };
        outcomes.push(Outcome {
            x: backend.read(&x).await?,
            likeliest: backend.argmax(shape, &x, rows, &norm, &head).await?,
            logits,
        });
    }
    Ok(outcomes)
}

/// Random matrices that meet one input.
fn matrices<B: Backend, const N: usize>(
    backend: &mut B,
    shape: &Shape,
    random: &mut Rng,
    sizes: [(usize, BlockFormat); N],
    columns: usize,
) -> Result<[B::Matrix; N], Error> {
    let mut made = backend.matrices(shape, &sizes, columns)?;
    for (matrix, (rows, format)) in made.iter_mut().zip(sizes) {
        backend.write_rows(matrix, 0, &blocks(random, rows * columns, format))?;
    }
    made.try_into()
        .map_err(|_| Error::Unsupported("fewer matrices than asked for".into()))
}

/// Between 0.5 and 1.5.
pub(crate) fn vector(random: &mut Rng, length: usize) -> Vec<f32> {
    (0..length).map(|_| 0.5 + random.f32()).collect()
}

/// Weights of either sign, up to an eighth, as they stand in a file.
pub(crate) fn blocks(random: &mut Rng, weights: usize, format: BlockFormat) -> Vec<u8> {
    // Of floats sign and fraction are random, and the exponent is that of 1/16. The blocks' scale,
    // an f16, is a power of 2.
    let mut blocks = Vec::with_capacity(format.row_bytes(weights));
    for _ in 0..weights / format.block_size() {
        let bits = random.u32(..);
        match format {
            BlockFormat::F32 => blocks.extend((bits & 0x807f_ffff | 0x3d80_0000).to_le_bytes()),
            BlockFormat::F16 => blocks.extend((bits as u16 & 0x83ff | 0x2c00).to_le_bytes()),
            BlockFormat::BF16 => blocks.extend((bits as u16 & 0x807f | 0x3d80).to_le_bytes()),
            _ => {
                let start = blocks.len();
                blocks.extend((0..format.block_bytes()).map(|_| random.u8(..)));
                let scales: [u16; 2] = match format {
                    BlockFormat::Q8_0 => [0x1400; 2], // 2^-10
                    BlockFormat::Q4_0 => [0x2400; 2], // 2^-6
                    BlockFormat::Q5_0 => [0x2000; 2], // 2^-7
                    // 2^-13 times up to 63 times up to 15, less 2^-10 times up to 63.
                    BlockFormat::Q4_K => [0x0800, 0x1400],
                    // 2^-14 times up to 63 times up to 31, less the same.
                    BlockFormat::Q5_K => [0x0400, 0x1400],
                    _ => [0x0200; 2], // 2^-15, which is subnormal, times up to 128 times up to 32
                };
                for (&at, scale) in format.scales().iter().zip(scales) {
                    blocks[start + at..][..2].copy_from_slice(&scale.to_le_bytes());
                }
            }
        }
    }
    blocks
}
