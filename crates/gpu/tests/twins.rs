//! Every kernel against its CPU twin, and whole models on both, on whatever adapter Vulkan offers:
//! `VK_ICD_FILENAMES` chooses among several drivers.

use foretab_gpu::compare::{
    Bounds, Extent, Pass, Report, compare_forward, compare_with_cpu, random_passes,
};
use foretab_gpu::{Choice, Gpu, Options, Precision, Variant};
use model::testing::{Random, header};
use model::{Backend, BlockFormat, Error, LoadOptions, Model, Shape, Tokenizer};
use pollster::block_on;

fn gpu(few_invocations: Option<bool>) -> Gpu {
    let gpu = block_on(Gpu::new(Options {
        few_invocations,
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
fn kernels_equal_their_twins_laid_out_for_few_invocations() {
    assert_equal(&block_on(compare_with_cpu(&mut gpu(Some(true)), 1, Extent::Every)).unwrap());
}

#[test]
fn kernels_equal_their_twins_laid_out_for_many_invocations() {
    assert_equal(&block_on(compare_with_cpu(&mut gpu(Some(false)), 2, Extent::Every)).unwrap());
}

#[test]
fn kernels_of_integers_equal_their_twins() {
    let options = Options {
        few_invocations: Some(false),
        precision: Some(Precision::Int8),
        ..Options::default()
    };
    let mut gpu = block_on(Gpu::new(options)).unwrap();
    assert_equal(&block_on(compare_with_cpu(&mut gpu, 3, Extent::Every)).unwrap());
}

#[test]
fn models_equal_the_cpu() {
    let mut gpu = gpu(None);
    for (name, random) in Random::oracle() {
        println!("{name}");
        let file = random.gguf();
        let passes = random_passes(random.vocabulary as usize, 150, 1);
        let compared = compare_forward(gpu, &file, &passes, Bounds::SMOOTH);
        let report;
        (gpu, report) = block_on(compared).unwrap();
        assert_equal(&report);
    }
}

/// As llama.cpp mixes them in files of Q4_K_M.
#[test]
fn a_model_whose_values_have_another_format_equals_the_cpu() {
    let random = Random {
        finer: Some(BlockFormat::Q6_K),
        ..Random::fit(BlockFormat::Q4_K)
    };
    let (file, passes) = (random.gguf(), random_passes(1_003, 150, 1));
    let compared = compare_forward(gpu(None), &file, &passes, Bounds::SMOOTH);
    assert_equal(&block_on(compared).unwrap().1);
}

/// As the embedding and the head of Qwen2's whole vocabulary are where an adapter binds no more than 128 MiB.
#[test]
fn tables_larger_than_a_binding_are_split_by_rows() {
    use BlockFormat::{F32, Q4_K, Q8_0};
    for (format, tied) in [(F32, false), (Q8_0, true), (Q4_K, false)] {
        let random = Random {
            vocabulary: 3_003,
            tied,
            ..Random::fit(format)
        };
        let (file, passes) = (random.gguf(), random_passes(3_003, 20, 1));
        let [whole, split] = [u64::MAX, 256 << 10].map(|limit| {
            let mut gpu = gpu(None);
            gpu.limit_buffers(limit);
            let compared = compare_forward(gpu, &file, &passes, Bounds::SMOOTH);
            let (gpu, report) = block_on(compared).unwrap();
            assert_equal(&report);
            gpu.counts().dispatches
        });
        assert!(whole < split, "{format:?}: {whole} dispatches, {split}");
    }
}

/// A function was renamed; the answer carries the new name to its use.
const PROMPT: &str = "<|file_sep|>original/src/cart.ts
export function total(items: Item[]) {
  return items.length;
}

console.log(total(cart));
<|file_sep|>current/src/cart.ts
export function cartTotal(items: Item[]) {
  return items.length;
}

console.log(total(cart));
<|file_sep|>updated/src/cart.ts
";
const ANSWER: &str = "export function cartTotal(items: Item[]) {
  return items.length;
}

console.log(cartTotal(cart));
<|file_sep|>";

/// On text, for which its attention is built: random tokens let it find many places alike, and rounding
/// picks one of them.
#[test]
fn the_embedded_model_equals_the_cpu() {
    let path = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../models/foretab-mini.gguf"
    );
    let file = std::fs::read(path).unwrap();
    let tokenizer = Tokenizer::from_header(&header(&file).unwrap()).unwrap();
    let separator = tokenizer.control("<|file_sep|>").unwrap();
    let tokens = |text: &str| -> Vec<u32> {
        let texts = text
            .split("<|file_sep|>")
            .map(|text| tokenizer.encode(text));
        texts.collect::<Vec<_>>().join(&separator)
    };
    let (prompt, answer) = (tokens(PROMPT), tokens(ANSWER));
    let mut passes = vec![Pass {
        position: 0,
        tokens: prompt.clone(),
    }];
    // The answer in drafts to verify.
    let drafts = answer.chunks(9).enumerate();
    passes.extend(drafts.map(|(draft, tokens)| Pass {
        position: prompt.len() + draft * 9,
        tokens: tokens.into(),
    }));
    let compared = compare_forward(gpu(None), &file, &passes, Bounds::BY_HAND);
    let (_, report) = block_on(compared).unwrap();
    assert_equal(&report);
}

/// Tokens before those that are shared out, so that attention walks several tiles, and comes to a second span.
const BEFORE: usize = 230;

/// The logits of `tokens`, and the likeliest token after each, in passes of `length`, after a prompt.
fn in_passes(options: Options, tokens: &[u32], length: usize) -> (Vec<f32>, Vec<u32>) {
    let random = Random {
        format: BlockFormat::Q8_0,
        ..Random::default()
    };
    let file = random.gguf();
    let load = LoadOptions {
        context: Some(BEFORE + tokens.len()),
    };
    let gpu = block_on(Gpu::new(options)).unwrap();
    let mut model = block_on(Model::load(&mut &file[..], gpu, &load, |_, _| ())).unwrap();
    let (mut logits, mut likeliest) = (Vec::new(), Vec::new());
    block_on(model.forward(0, &[7; BEFORE], 1)).unwrap();
    for (pass, tokens) in tokens.chunks(length).enumerate() {
        let position = BEFORE + pass * length;
        logits.extend(block_on(model.logits(position, tokens, tokens.len())).unwrap());
        likeliest.extend(block_on(model.forward(position, tokens, tokens.len())).unwrap());
    }
    (logits, likeliest)
}

fn tokens(count: u32) -> Vec<u32> {
    (0..count).map(|i| i * 97 % 1_003).collect()
}

/// A draft must be verified with the very numbers that decoding alone would have had.
#[test]
fn results_do_not_depend_on_how_the_tokens_are_shared_out_over_passes() {
    let tokens = tokens(90);
    for few_invocations in [Some(true), Some(false)] {
        let options = || Options {
            few_invocations,
            ..Options::default()
        };
        let alone = in_passes(options(), &tokens, 1);
        for length in [2, 5, 8, 17, 40, 90] {
            let found = in_passes(options(), &tokens, length);
            assert!(found == alone, "passes of {length} tokens");
        }
    }
}

/// The last layer computes only what is asked for.
#[test]
fn nor_do_those_of_integers() {
    let tokens = tokens(40);
    for few_invocations in [Some(true), Some(false)] {
        let options = || Options {
            few_invocations,
            precision: Some(Precision::Int8),
            ..Options::default()
        };
        let alone = in_passes(options(), &tokens, 1);
        for length in [8, 40] {
            let found = in_passes(options(), &tokens, length);
            assert!(found == alone, "passes of {length} tokens");
        }
    }
}

#[test]
fn results_do_not_depend_on_how_many_are_asked_for() {
    let file = Random::default().gguf();
    let tokens = tokens(70);
    for few_invocations in [Some(true), Some(false)] {
        let options = LoadOptions::default();
        let gpu = gpu(few_invocations);
        let mut model = block_on(Model::load(&mut &file[..], gpu, &options, |_, _| ())).unwrap();
        let all = block_on(model.logits(0, &tokens, tokens.len())).unwrap();
        let likeliest = block_on(model.forward(0, &tokens, tokens.len())).unwrap();
        let vocabulary = all.len() / tokens.len();
        for rows in [1, 3, 9, 33, 69] {
            let first = tokens.len() - rows;
            let found = block_on(model.logits(0, &tokens, rows)).unwrap();
            assert!(found == all[first * vocabulary..], "{rows} rows");
            let found = block_on(model.forward(0, &tokens, rows)).unwrap();
            assert_eq!(found, likeliest[first..], "{rows} rows");
        }
    }
}

#[test]
fn every_variant_of_the_kernels_gives_the_same_bits() {
    let tokens = tokens(70);
    for few_invocations in [Some(true), Some(false)] {
        let with = |variant| Options {
            few_invocations,
            variants: Choice::Only(variant),
            ..Options::default()
        };
        let [first, others @ ..] = Variant::ALL;
        let expected = in_passes(with(first), &tokens, 70);
        for variant in others {
            let found = in_passes(with(variant), &tokens, 70);
            assert!(found == expected, "{variant}");
        }
    }
}

#[test]
fn a_failing_device_is_an_error() {
    let mut gpu = gpu(None);
    // No adapter has a buffer of 2^60 bytes for the cache.
    let shape = Shape {
        layers: 1,
        hidden: 64,
        heads: 1,
        kv_heads: 1,
        head_dim: 64,
        feed_forward: 64,
        vocabulary: 64,
        rope_base: 1e6,
        rms_epsilon: 1e-6,
        context: 1,
    };
    assert!(matches!(gpu.cache(&shape, 1 << 40), Err(Error::Device(_))));
    assert!(
        gpu.matrix(64, 64, BlockFormat::F32).is_ok(),
        "the device works on"
    );
}
