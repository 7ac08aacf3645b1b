//! What is said beforehand that a model takes on a GPU, beside the buffers that are made on it.
#![cfg(feature = "gpu")]

use foretab_predictor::gpu_needs;
use gpu::{Gpu, Options};
use model::testing::{Random, header};
use model::{BlockFormat, Error, Inspection, LoadOptions, Model};
use pollster::block_on;

const OPTIONS: LoadOptions = LoadOptions { context: Some(512) };

/// Wide enough that what every model takes besides its weights is little.
fn wide(random: Random) -> Random {
    Random {
        hidden: 512,
        heads: 8,
        feed_forward: 1024,
        layers: 4,
        vocabulary: 4001,
        ..random
    }
}

/// A GPU that has no larger buffers than so, and the bytes of all that the model makes there.
fn load(file: &[u8], largest: u64) -> Result<u64, Error> {
    let mut gpu = block_on(Gpu::new(Options::default())).expect("a GPU");
    gpu.limit_buffers(largest);
    let before = gpu.counts().memory_bytes;
    let model = block_on(Model::load(&mut &*file, gpu, &OPTIONS, |_, _| ()))?;
    Ok(model.backend().counts().memory_bytes - before)
}

/// Bytes that are said of a model and those that it takes.
fn said_and_taken(random: &Random) -> (u64, u64) {
    let file = random.gguf();
    let parsed = header(&file).expect("a header");
    let needs = gpu_needs(&Inspection::of(&parsed, OPTIONS.context), parsed.data_start);
    assert_eq!(needs.obstacle, None);
    let taken = load(&file, u64::MAX).expect("a model");
    (needs.weight_bytes + needs.cache_bytes, taken)
}

#[test]
fn a_model_takes_what_was_said() {
    for random in [Random::fit(BlockFormat::Q8_0), Random::mixed()] {
        // What the self-test takes, and gives back, is as much for a model of other sizes.
        let (said, taken) = said_and_taken(&wide(random.clone()));
        let (said_small, taken_small) = said_and_taken(&random);
        let (said, taken) = (said - said_small, taken - taken_small);
        println!("{said} said, {taken} taken");
        // And the rotations of the context.
        let most = said + said / 100;
        assert!(
            (said..=most).contains(&taken),
            "{taken} bytes taken, {said} said"
        );
    }
}

#[test]
fn a_device_with_smaller_buffers_than_was_said_refuses_the_model_and_says_why() {
    let long = Random {
        layers: 1,
        hidden: 64,
        heads: 2,
        kv_heads: 2,
        vocabulary: 300,
        ..Random::default()
    };
    for (random, says) in [
        (wide(Random::mixed()), "2 matrices"),
        (long, "keys and values"),
    ] {
        let file = random.gguf();
        let parsed = header(&file).expect("a header");
        let largest =
            gpu_needs(&Inspection::of(&parsed, OPTIONS.context), parsed.data_start).buffer_bytes;
        load(&file, largest).expect("a model");
        let error = load(&file, largest - 16)
            .expect_err("too small")
            .to_string();
        assert!(
            error.contains(says) && error.contains(&format!("{largest} bytes")),
            "{error}"
        );
    }
}
