//! How products are computed fastest on a device: measured when it is first given a model.

use fastrand::Rng;
use model::{BlockFormat, Error};

use crate::Gpu;
use crate::backend::word;
use crate::device::Memory;
use crate::kernels::Kernel;
use crate::pool::Activations;
use crate::precision::Precision;
use crate::product::{Operation, Product, project_add_parameters};
use crate::recorder::{Call, SUBMISSION};
use crate::remembered;
use crate::self_test;
use crate::variants::{Variant, Variants};
use crate::weights::Matrix;

/// Products are measured with this kernel, which is nothing but a product.
const OPERATION: Operation = Operation::ProjectAdd;
/// Rows and columns: of the size of a model of 1.5e9 weights.
const SIZE: (usize, usize) = (2_048, 1_536);
/// Where a CPU plays the GPU.
const SMALL_SIZE: (usize, usize) = (256, 256);
/// Each measurement computes so many tokens, at once or one pass after the other: about a
/// millisecond of an integrated GPU.
const TOKENS: usize = 128;
/// Of each measurement the best of so many counts.
const ROUNDS: usize = 2;
/// A device that needs longer than these seconds for so many passes of one token would be measured for a
/// minute: it is a CPU that does not say so. The slowest GPUs of telephones need a tenth.
const SLOW: (f64, u32) = (0.05, 16);
/// Shorter times in seconds are not to be told apart by a browser's clock.
const SHORTEST: f64 = 1e-4;
/// Rows and tokens whose products are compared: more than a tile has.
const COMPARED: (usize, usize) = (128, 70);

/// Integers are taken where they need less than this part of the time of floats: they cost a model a little of what
/// it knows.
const CLEARLY: f64 = 0.85;

/// What is fastest.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Fastest {
    pub(crate) variants: Variants,
    pub(crate) precision: Precision,
    /// Multiplications of one submission, by how many the device does in a second.
    pub(crate) products: u64,
}

/// What is measured first.
pub(crate) fn kernels(gpu: &Gpu, format: BlockFormat) -> Vec<Kernel> {
    let precision = gpu.precision;
    let product = |variant| Product::new(OPERATION, format.into(), variant, precision);
    Variant::ALL.map(product).map(Kernel::Product).into()
}

/// The fastest variants among those that give the same bits, as measured now, and the faster precision if that is
/// open; what is taken untried where measuring fails.
pub(crate) async fn fastest(gpu: &mut Gpu, format: BlockFormat) -> Fastest {
    let untried = Fastest {
        variants: Variants::untried(gpu.kernels.shares.few_invocations()),
        precision: gpu.precision,
        products: gpu.recorder.most_products,
    };
    match measure(gpu, format, untried).await {
        Ok(fastest) => {
            log::info!("{}: {fastest:?}", remembered::key(gpu, format));
            remembered::note(gpu, format, fastest);
            fastest
        }
        Err(error) => {
            log::warn!("nothing measured, {error}");
            untried
        }
    }
}

async fn measure(gpu: &mut Gpu, format: BlockFormat, untried: Fastest) -> Result<Fastest, Error> {
    let work = Work::new(gpu, format)?;
    let in_precision =
        |precision| move |variant| Product::new(OPERATION, format.into(), variant, precision);
    let product = in_precision(untried.precision);
    let (slow, times) = SLOW;
    let one = work
        .time(gpu, &[product(untried.variants.of(1))], 1, times)
        .await?;
    if one.iter().any(|&seconds| seconds > slow) {
        return Ok(untried);
    }
    let right = work.same_bits(gpu, &Variant::ALL.map(product)).await?;
    let mut fastest = untried;
    for (class, tokens) in Variants::classes() {
        let candidates = Variants::candidates(class).map(product);
        let candidates: Vec<_> = candidates.filter(|each| right.contains(each)).collect();
        let seconds = work
            .time(gpu, &candidates, tokens, times_of(tokens))
            .await?;
        let variants = candidates.iter().map(|each| each.variant);
        let timed: Vec<_> = seconds.into_iter().zip(variants).collect();
        log::debug!("{tokens} tokens: {timed:?}");
        fastest.variants.choose(class, &timed);
        // The last class counts, which has the most tokens; a coarse clock may have stood still.
        let best = timed
            .iter()
            .fold(f64::INFINITY, |best, &(s, _)| best.min(s));
        fastest.products = (work.products(tokens) * SUBMISSION / best.max(SHORTEST)) as u64;
    }
    if gpu.undecided {
        let each: Vec<_> = fastest
            .variants
            .iter()
            .map(|(_, variant)| variant)
            .collect();
        let integers: Vec<_> = each
            .iter()
            .copied()
            .map(in_precision(Precision::Int8))
            .collect();
        let mut ratio = 1.0;
        for (class, tokens) in Variants::classes() {
            let both = [product(each[class]), integers[class]];
            let seconds = work.time(gpu, &both, tokens, times_of(tokens)).await?;
            log::debug!("{tokens} tokens as floats and as integers: {seconds:?}");
            ratio *= seconds[1] / seconds[0];
        }
        // The mean of the classes. It is no number where a clock stands still.
        let faster = ratio.powf(1.0 / each.len() as f64) < CLEARLY;
        if faster && work.same_bits(gpu, &integers).await?.len() == integers.len() {
            fastest.precision = Precision::Int8;
        }
    }
    Ok(fastest)
}

/// How often a pass of so many tokens is run in a row.
fn times_of(tokens: usize) -> u32 {
    (TOKENS / tokens).max(1) as u32
}

/// What the products multiply.
struct Work {
    matrix: Matrix,
    x: Activations,
    y: Activations,
}

impl Work {
    fn new(gpu: &Gpu, format: BlockFormat) -> Result<Self, Error> {
        let (rows, columns) = if gpu.is_software() { SMALL_SIZE } else { SIZE };
        let random = &mut Rng::with_seed(1);
        let mut matrix = Matrix::new(&gpu.device, rows, columns, format)?;
        let some = rows.min(COMPARED.0);
        let blocks = self_test::blocks(random, some * columns, format);
        for first in (0..rows).step_by(some) {
            matrix.write_rows(&gpu.device, first, &blocks)?;
        }
        let x = gpu.activations(0..TOKENS, columns)?;
        let values = self_test::vector(random, TOKENS * columns);
        let x_buffer = &x.memory().buffer;
        gpu.device
            .queue
            .write_buffer(x_buffer, 0, bytemuck::cast_slice(&values));
        let y = gpu.activations(0..TOKENS, rows)?;
        Ok(Self { matrix, x, y })
    }

    /// What a kernel reads: tokens, and both parts of the matrix.
    fn inputs(&self) -> Result<[&Memory; 3], Error> {
        match self.matrix.alone()? {
            [part] => Ok([self.x.memory(), &part.quants, &part.scales]),
            _ => Err(Error::Unsupported("a matrix in parts".into())),
        }
    }

    /// Multiplications of a pass of so many tokens.
    fn products(&self, tokens: usize) -> f64 {
        (tokens * self.matrix.rows * self.matrix.columns) as f64
    }

    /// The seconds that each product takes, so many times in a row.
    async fn time(
        &self,
        gpu: &mut Gpu,
        products: &[Product],
        tokens: usize,
        times: u32,
    ) -> Result<Vec<f64>, Error> {
        let Matrix { rows, columns, .. } = self.matrix;
        let parameters = project_add_parameters(0..tokens, columns, 0..rows, rows, None)?;
        let [x, quants, scales] = self.inputs()?;
        let memories = [x, quants, scales, self.y.memory()];
        let mut calls = Vec::new();
        for _ in 0..ROUNDS {
            for &product in products {
                let call = call(product, (tokens, rows), &parameters, &memories)?;
                calls.push((call, times));
            }
        }
        let seconds = gpu.time(calls).await?;
        let rounds = |index| seconds.iter().skip(index).step_by(products.len());
        let best = |index| rounds(index).copied().fold(f64::INFINITY, f64::min);
        Ok((0..products.len()).map(best).collect())
    }

    /// The products that are, bit for bit, the first.
    async fn same_bits(&self, gpu: &mut Gpu, all: &[Product]) -> Result<Vec<Product>, Error> {
        let columns = self.matrix.columns;
        let [x, quants, scales] = self.inputs()?;
        let (rows, tokens) = COMPARED;
        let width = all.len() * rows;
        // Zero, as every new buffer: the products are added.
        let y = gpu.device.memory("products", (tokens * width * 4) as u64)?;
        for (index, &product) in all.iter().enumerate() {
            let first = index * rows;
            let parameters =
                project_add_parameters(0..tokens, columns, first..first + rows, width, None)?;
            let memories = [x, quants, scales, &y];
            gpu.dispatch(call(product, (tokens, rows), &parameters, &memories)?)?;
        }
        let products: Vec<u32> = gpu
            .recorder
            .read(&gpu.device, &gpu.kernels, &y, tokens * width)
            .await?;
        let of = |index: usize| {
            let lines = products.chunks_exact(width);
            lines.map(move |line| &line[index * rows..(index + 1) * rows])
        };
        let same = (0..all.len()).filter(|&index| of(index).eq(of(0)));
        Ok(same.map(|index| all[index]).collect())
    }
}

fn call<'a>(
    product: Product,
    (tokens, rows): (usize, usize),
    parameters: &'a [u32],
    memories: &'a [&'a Memory],
) -> Result<Call<'a>, Error> {
    let (groups, tiles) = product.workgroups(tokens, rows);
    Ok(Call {
        kernel: Kernel::Product(product),
        parameters,
        memories,
        workgroups: (word(groups)?, word(tiles)?),
        products: 0,
        weights: 0,
    })
}
