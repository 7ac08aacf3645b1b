//! What a forward pass costs besides its arithmetic, which decides how fast a draft of a few tokens is
//! verified: counts, never times.

use foretab_gpu::{Choice, Counts, Gpu, Options, matrices_bytes};
use model::testing::Random;
use model::{BlockFormat, LoadOptions, Model};
use pollster::block_on;

/// As many layers as a model of 1.5e9 weights has, small ones.
const SMALL: Random = Random {
    layers: 28,
    hidden: 64,
    heads: 2,
    kv_heads: 1,
    feed_forward: 128,
    vocabulary: 320,
    context: 1024,
    tied: true,
    biases: 1.0,
    format: BlockFormat::Q8_0,
    seed: 1,
    finer: None,
    activation_bits: None,
    dialect: None,
};

fn load(random: &Random) -> Model<Gpu> {
    load_with(random, Options::default())
}

fn load_with(random: &Random, options: Options) -> Model<Gpu> {
    let file = random.gguf();
    let gpu = block_on(Gpu::new(options)).unwrap_or_else(|error| {
        panic!("{error}; `cargo xtask setup` installs a Vulkan driver that needs no GPU")
    });
    let options = LoadOptions::default();
    block_on(Model::load(&mut &file[..], gpu, &options, |_, _| ())).unwrap()
}

/// What a pass of `tokens` tokens costs, of which the last `rows` are asked for.
fn pass(model: &mut Model<Gpu>, tokens: usize, rows: usize) -> Counts {
    let before = model.backend().counts();
    let tokens: Vec<u32> = (0..tokens as u32).map(|token| token % 256).collect();
    block_on(model.forward(0, &tokens, rows)).unwrap();
    model.backend().counts() - before
}

#[test]
fn a_pass_of_28_layers_takes_143_dispatches_3_submits_and_1_map_of_4_bytes_a_row() {
    let mut model = load(&SMALL);
    for (tokens, rows) in [(1, 1), (8, 8), (64, 64), (512, 1)] {
        let counts = pass(&mut model, tokens, rows);
        // Five a layer, the embedding, the head, the choice among what its workgroups found.
        assert_eq!(counts.dispatches, 28 * 5 + 3, "{tokens} tokens");
        assert!(counts.submits <= 3, "{tokens} tokens: {counts:?}");
        assert_eq!(counts.maps, 1, "{tokens} tokens");
        assert_eq!(counts.read_bytes, 4 * rows as u64, "{tokens} tokens");
    }
}

/// There the cache is shared out, where there are few queries.
#[test]
fn a_pass_behind_more_than_a_span_takes_no_more_than_150_dispatches() {
    let options = Options {
        few_invocations: Some(false),
        ..Options::default()
    };
    let mut model = load_with(&SMALL, options);
    for (position, tokens) in [(0, 256), (256, 1), (256, 512), (768, 16), (784, 33)] {
        let before = model.backend().counts();
        block_on(model.forward(position, &vec![1; tokens], tokens)).unwrap();
        let counts = model.backend().counts() - before;
        let what = format!("{tokens} tokens at {position}: {counts:?}");
        assert_eq!(counts.dispatches, 28 * 5 + 3, "{what}");
        assert!(counts.dispatches <= 150 && counts.submits <= 3, "{what}");
    }
}

/// Of the last layer only those that are asked for are computed beyond keys and values.
#[test]
fn what_is_multiplied_is_what_the_shape_says() {
    let mut model = load(&Random { layers: 3, ..SMALL });
    for (position, tokens, rows) in [
        (0, 300, 0),
        (0, 300, 1),
        (0, 100, 7),
        (100, 1, 1),
        (90, 9, 9),
    ] {
        let before = model.backend().counts();
        let ids = vec![1; tokens];
        block_on(model.forward(position, &ids, rows)).unwrap();
        let counts = model.backend().counts() - before;
        let expected = model.shape().multiply_adds(position, tokens, rows);
        assert_eq!(
            counts.multiply_adds, expected,
            "{tokens} tokens, {rows} rows"
        );
    }
}

/// They are compiled while the weights are read, and none that is not needed.
#[test]
fn no_pass_waits_for_a_kernel_to_be_compiled() {
    for (few_invocations, kernels) in [
        // The embedding, attention for 4 and 8 queries, the choice of the likeliest; four products, each
        // for one token and for four.
        (true, 4 + 4 * 2),
        // Attention for 1, 2, 4 and 8 queries; products for 1, 4, 8, 32 and 64 tokens, one more of them where
        // attention left its spans, but of those that find the largest logit none for 64.
        (false, 6 + 5 * 5 - 1),
    ] {
        let options = Options {
            few_invocations: Some(few_invocations),
            variants: Choice::Untried,
            ..Options::default()
        };
        let mut model = load_with(&Random { layers: 2, ..SMALL }, options);
        assert_eq!(model.backend().counts().kernels, kernels);
        for tokens in [1, 3, 8, 16, 30, 70, 300] {
            let what = format!("{tokens} tokens, few invocations: {few_invocations}");
            assert_eq!(pass(&mut model, tokens, tokens).kernels, 0, "{what}");
        }
    }
}

#[test]
fn logits_are_in_memory_only_when_they_are_asked_for() {
    let vocabulary = 20_000;
    let mut model = load(&Random {
        layers: 1,
        vocabulary,
        ..SMALL
    });
    let tokens = [0; 64];
    let logits = tokens.len() as u64 * u64::from(vocabulary) * 4;
    let counts = pass(&mut model, tokens.len(), tokens.len());
    assert!(counts.memory_bytes < logits / 8, "{counts:?}");

    let before = model.backend().counts();
    block_on(model.logits(0, &tokens, tokens.len())).unwrap();
    let counts = model.backend().counts() - before;
    assert_eq!(counts.read_bytes, logits);
    assert!(counts.memory_bytes >= logits, "{counts:?}");
}

/// As they are laid out for a GPU: in registers for 8 tokens, in a workgroup's memory for 32 and 64.
#[test]
fn weights_are_read_once_for_8_32_or_64_tokens() {
    let options = Options {
        few_invocations: Some(false),
        variants: Choice::Untried,
        ..Options::default()
    };
    let mut model = load_with(&SMALL, options);
    let vectors = 28 * (2 * 64 + 64 + 2 * 32) + 64;
    let matrices = (model.bytes() - vectors * 4) as f64;
    let head = (SMALL.vocabulary * SMALL.hidden * 34 / 32) as f64;
    for (tokens, layers_read, head_read) in [
        (1, 1.0, 1.0),
        (8, 1.0, 1.0),
        (16, 2.0, 2.0),
        (32, 1.0, 1.0),
        (64, 1.0, 2.0),
        (512, 8.0, 16.0),
    ] {
        let expected = layers_read * (matrices - head) + head_read * head;
        let share = pass(&mut model, tokens, tokens).weight_bytes as f64 / expected;
        assert!((0.95..1.05).contains(&share), "{tokens} tokens: {share}");
    }
}

/// So that none takes long enough for a watchdog.
#[test]
fn what_is_much_for_the_device_is_cut_into_several_submissions() {
    let mut model = load(&Random {
        layers: 2,
        hidden: 512,
        feed_forward: 1536,
        ..SMALL
    });
    let few = pass(&mut model, 8, 1);
    assert_eq!((few.dispatches, few.submits), (2 * 5 + 3, 1));
    // 1.6e9 multiplications, for an adapter that a CPU plays.
    let many = pass(&mut model, 256, 1);
    assert_eq!(many.dispatches, few.dispatches);
    if model.backend().is_software() {
        assert!(many.submits >= 3, "{many:?}");
    }
}

/// As llama.cpp mixes them in files of Q4_K_M: values in Q6_K, queries and keys in Q4_K.
#[test]
fn matrices_side_by_side_keep_their_formats_in_memory() {
    use BlockFormat::{Q4_K, Q6_K};
    let (queries, values, columns) = (1536, 256, 1536);
    let of = |format: BlockFormat, rows: usize| (rows * format.row_bytes(columns)) as u64;
    let file = of(Q4_K, queries) + of(Q4_K, values) + of(Q6_K, values);
    let matrices = [(queries, Q4_K), (values, Q4_K), (values, Q6_K)];
    assert_eq!(matrices_bytes(&matrices, columns).unwrap().0, file);
}
