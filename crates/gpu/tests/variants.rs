//! How the variants of the kernels are chosen by measuring, on an adapter for which it is not done by itself.

use foretab_gpu::{Choice, Gpu, Options, Precision, Variant};
use model::testing::Random;
use model::{BlockFormat, LoadOptions, Model};
use pollster::block_on;

fn gpu(variants: Choice) -> Gpu {
    let options = Options {
        variants,
        precision: Some(Precision::Float),
        ..Options::default()
    };
    block_on(Gpu::new(options)).unwrap_or_else(|error| {
        panic!("{error}; `cargo xtask setup` installs a Vulkan driver that needs no GPU")
    })
}

/// What is measured is remembered for each format as long as the process runs, so each test has formats of its own.
fn load(gpu: Gpu, format: BlockFormat) -> Model<Gpu> {
    let random = Random {
        format,
        ..Random::default()
    };
    let (file, options) = (random.gguf(), LoadOptions::default());
    block_on(Model::load(&mut &file[..], gpu, &options, |_, _| ())).unwrap()
}

fn variants(model: &Model<Gpu>) -> Vec<(usize, Variant)> {
    model.backend().variants().collect()
}

#[test]
fn measuring_is_done_once_and_changes_no_result() {
    let mut untried = load(gpu(Choice::Untried), BlockFormat::Q8_0);
    let mut first = load(gpu(Choice::Measured), BlockFormat::Q8_0);
    let second = load(gpu(Choice::Measured), BlockFormat::Q8_0);
    assert_eq!(variants(&first), variants(&second));
    let dispatches = |model: &Model<Gpu>| model.backend().counts().dispatches;
    assert!(dispatches(&first) > dispatches(&untried));
    assert_eq!(dispatches(&second), dispatches(&untried));

    let tokens: Vec<u32> = (0..100).collect();
    for count in [1, 4, 8, 16, 32, 100] {
        let logits = |model: &mut Model<Gpu>| {
            block_on(model.logits(0, &tokens[..count], count.min(9))).unwrap()
        };
        assert!(logits(&mut first) == logits(&mut untried), "{count} tokens");
    }
}

#[test]
fn what_an_earlier_session_measured_is_not_measured_again() {
    let untried = load(gpu(Choice::Untried), BlockFormat::Q4_0);
    let dispatches = |model: &Model<Gpu>| model.backend().counts().dispatches;
    load(gpu(Choice::Measured), BlockFormat::F16);
    // It said so about another format.
    let text = foretab_gpu::measured();
    let text = text.lines().find(|line| line.contains(", F16,")).unwrap();
    let text = text.replace("F16", "Q4_0");
    let (version, _) = text.split_once('\t').unwrap();
    let key = text.split('\t').nth(1).unwrap();
    let text = format!("{version}\t{key}\t1x1 4x4 2x8 1x8 4x8 4x8\tfloat\t1\n");

    foretab_gpu::remember(&text.replacen(version, "0.0.0", 1));
    foretab_gpu::remember(&text.replacen('\t', "\tanother ", 1));
    let anew = load(gpu(Choice::Measured), BlockFormat::Q4_0);
    assert!(dispatches(&anew) > dispatches(&untried));

    foretab_gpu::remember(&text);
    let mut known = load(gpu(Choice::Measured), BlockFormat::Q4_0);
    assert_eq!(dispatches(&known), dispatches(&untried));
    let names: Vec<_> = variants(&known)
        .iter()
        .map(|(_, v)| v.to_string())
        .collect();
    assert_eq!(names[0], "1 rows × 1 tokens");
    assert_eq!(names[3], "1 rows × 8 tokens");

    // Of the multiplications that a submission may have: one, so every kernel that multiplies has its own.
    let before = known.backend().counts();
    block_on(known.forward(0, &[1; 100], 1)).unwrap();
    let counts = known.backend().counts() - before;
    assert!(counts.submits > counts.dispatches / 2, "{counts:?}");
}

#[test]
fn what_is_fast_and_wrong_is_not_chosen() {
    let mut gpu = gpu(Choice::Measured);
    // Eight tokens at once skip nearly all columns.
    gpu.edit_kernels(|text| match text.contains("const TOKENS = 8u") {
        true => text.replace("group += SLICES", "group += 1000u * SLICES"),
        false => text,
    });
    for (most, variant) in variants(&load(gpu, BlockFormat::Q5_0)) {
        let variant = variant.to_string();
        assert!(!variant.contains("8 tokens"), "up to {most}: {variant}");
    }
}
