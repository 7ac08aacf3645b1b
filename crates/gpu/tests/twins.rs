//! Every kernel against its CPU twin, and whole models on both, on whatever adapter Vulkan offers:
//! `VK_ICD_FILENAMES` chooses among several drivers.

use foretab_gpu::compare::{
    FORMATS, Random, Report, compare_forward, compare_with_cpu, random_model,
};
use foretab_gpu::{Gpu, Options};
use model::Shape;
use pollster::block_on;

fn gpu(slices: Option<u32>) -> Gpu {
    let gpu = block_on(Gpu::new(Options {
        slices,
        ..Options::default()
    }));
    gpu.unwrap_or_else(|error| {
        panic!("{error}; `cargo xtask setup` installs a Vulkan driver that needs no GPU")
    })
}

fn assert_equal(report: &Report) {
    let failures = report.failures();
    assert!(
        failures.is_empty(),
        "{} of {}:\n{}",
        failures.len(),
        report.checks.len(),
        failures.join("\n")
    );
    assert!(!report.checks.is_empty());
}

#[test]
fn kernels_equal_their_twins() {
    assert_equal(&block_on(compare_with_cpu(&mut gpu(None), 1)).unwrap());
}

#[test]
fn kernels_equal_their_twins_when_invocations_share_a_row() {
    assert_equal(&block_on(compare_with_cpu(&mut gpu(Some(8)), 2)).unwrap());
}

#[test]
fn models_equal_the_cpu() {
    let shape = Shape {
        layers: 3,
        hidden: 128,
        heads: 4,
        kv_heads: 2,
        head_dim: 32,
        feed_forward: 288,
        vocabulary: 1_003,
        rope_base: 1e6,
        rms_epsilon: 1e-6,
        context: 512,
    };
    for (seed, format) in (1..).zip(FORMATS) {
        for tied in [true, false] {
            let file = random_model(&mut Random::new(seed), &shape, format, tied);
            assert_equal(&block_on(compare_forward(gpu(None), &file, 150, seed)).unwrap());
        }
    }
}
