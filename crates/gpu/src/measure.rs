//! Which variants of the products are fastest on a device: measured when it is first given a model.

use fastrand::Rng;
use model::{BlockFormat, Error};

use crate::Gpu;
use crate::backend::word;
use crate::device::Memory;
use crate::kernels::Kernel;
use crate::product::{Operation, Product, project_add_parameters};
use crate::recorder::Call;
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
/// Rows and tokens whose products are compared: more than a tile has.
const COMPARED: (usize, usize) = (128, 70);

/// What is measured.
pub(crate) fn kernels(format: BlockFormat) -> impl Iterator<Item = Kernel> {
    let product = move |variant| Product::new(OPERATION, format, variant);
    Variant::ALL.into_iter().map(product).map(Kernel::Product)
}

/// The fastest variants among those that give the same bits, as measured now; what is taken untried
/// where measuring fails.
pub(crate) async fn fastest(gpu: &mut Gpu, format: BlockFormat) -> Variants {
    let untried = Variants::untried(gpu.kernels.shares.few_invocations());
    match measure(gpu, format, untried).await {
        Ok(variants) => {
            log::info!("{}: {variants}", remembered::key(gpu, format));
            remembered::note(gpu, format, variants);
            variants
        }
        Err(error) => {
            log::warn!("nothing measured, {error}");
            untried
        }
    }
}

async fn measure(gpu: &mut Gpu, format: BlockFormat, untried: Variants) -> Result<Variants, Error> {
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
    let [part] = matrix.alone()? else {
        return Err(Error::Unsupported("a matrix in parts".into()));
    };
    let inputs = [x.memory(), &part.quants, &part.scales];

    let y = gpu.activations(0..TOKENS, rows)?;
    let [x, quants, scales] = inputs;
    let memories = [x, quants, scales, y.memory()];

    let (slow, times) = SLOW;
    let one = project_add_parameters(0..1, columns, 0..rows, rows)?;
    let mut calls = Vec::new();
    for _ in 0..ROUNDS {
        let call = call(format, untried.of(1), (1, rows), &one, &memories)?;
        calls.push((call, times));
    }
    let seconds = gpu
        .time(calls)
        .await?
        .into_iter()
        .fold(f64::INFINITY, f64::min);
    if seconds > slow {
        return Ok(untried);
    }

    let right = same_bits(gpu, format, columns, inputs).await?;
    let mut variants = untried;
    for (class, tokens) in Variants::classes() {
        let candidates: Vec<Variant> = Variants::candidates(class)
            .filter(|variant| right.contains(variant))
            .collect();
        let parameters = project_add_parameters(0..tokens, columns, 0..rows, rows)?;
        let times = word((TOKENS / tokens).max(1))?;
        let mut calls = Vec::new();
        for _ in 0..ROUNDS {
            for &variant in &candidates {
                let call = call(format, variant, (tokens, rows), &parameters, &memories)?;
                calls.push((call, times));
            }
        }
        let seconds = gpu.time(calls).await?;
        let best = |(index, variant)| {
            let rounds = seconds.iter().skip(index).step_by(candidates.len());
            (rounds.copied().fold(f64::INFINITY, f64::min), variant)
        };
        let timed = candidates.iter().copied().enumerate().map(best);
        let timed: Vec<_> = timed.collect();
        log::debug!("{tokens} tokens: {timed:?}");
        variants.choose(class, &timed);
    }
    Ok(variants)
}

/// The candidates whose products are, bit for bit, those of the kernel for one row and token.
async fn same_bits(
    gpu: &mut Gpu,
    format: BlockFormat,
    columns: usize,
    [x, quants, scales]: [&Memory; 3],
) -> Result<Vec<Variant>, Error> {
    let (rows, tokens) = COMPARED;
    let all = Variant::ALL;
    let width = all.len() * rows;
    // Zero, as every new buffer: the products are added.
    let y = gpu.device.memory("products", (tokens * width * 4) as u64)?;
    for (index, variant) in all.into_iter().enumerate() {
        let first = index * rows;
        let parameters = project_add_parameters(0..tokens, columns, first..first + rows, width)?;
        let memories = [x, quants, scales, &y];
        let call = call(format, variant, (tokens, rows), &parameters, &memories)?;
        gpu.dispatch(call)?;
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

fn call<'a>(
    format: BlockFormat,
    variant: Variant,
    (tokens, rows): (usize, usize),
    parameters: &'a [u32],
    memories: &'a [&'a Memory],
) -> Result<Call<'a>, Error> {
    let product = Product::new(OPERATION, format, variant);
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
