//! Logits beside those of Hugging Face transformers, which computed the fixtures with f32 weights
//! (`tests/oracle/logits.py`).

use std::path::Path;

use foretab_cpu::{Cpu, Precision};
use model::testing::Random;
use model::{LoadOptions, Model};
use pollster::block_on;
use sha2::{Digest, Sha256};

#[derive(serde::Deserialize)]
struct Fixture {
    model: String,
    sha256: String,
    tokens: Vec<u32>,
    /// The likeliest next token at each position.
    argmax: Vec<u32>,
    /// By how much its logit leads the second.
    lead: Vec<f32>,
    stride: usize,
    /// `[tokens, vocabulary / stride]`
    logits: Vec<Vec<f32>>,
}

/// How far logits may be from the fixture's.
struct Bound {
    /// The largest difference.
    most: f32,
    /// The root of the mean square.
    mean: f32,
    /// The share of positions that must have the same most likely token, of those where it leads by enough.
    agree: f32,
}

/// Floats all the way: nothing but the order of additions differs.
const EXACT: Bound = Bound {
    most: 5e-5,
    mean: 2e-5,
    agree: 1.0,
};

fn fixtures(text: &str) -> Vec<Fixture> {
    serde_json::from_str(text).expect("a fixture")
}

fn compare(fixture: &Fixture, mut file: &[u8], cpu: Cpu, bound: &Bound) {
    let name = &fixture.model;
    let hash: String = Sha256::digest(file)
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect();
    assert_eq!(
        hash, fixture.sha256,
        "{name} is another file; make the fixture again with tests/oracle/logits.py"
    );

    let mut model = block_on(Model::load(
        &mut file,
        cpu,
        &LoadOptions::default(),
        |_, _| {},
    ))
    .expect("a model");
    let tokens = &fixture.tokens;
    let logits = block_on(model.logits(0, tokens, tokens.len())).expect("logits");
    let vocabulary = model.shape().vocabulary;

    let mut most = 0.0f32;
    let mut squares = 0.0;
    let mut count = 0;
    let (mut certain, mut leading) = (0, 0);
    for (position, row) in logits.chunks_exact(vocabulary).enumerate() {
        for (logit, expected) in row
            .iter()
            .step_by(fixture.stride)
            .zip(&fixture.logits[position])
        {
            most = most.max((logit - expected).abs());
            squares += (logit - expected).powi(2);
            count += 1;
        }
        // Two logits may each be off by the bound, but hardly by six standard deviations together; one
        // that leads by half is compared whatever the bound.
        if fixture.lead[position] > (2.0 * bound.most).min(6.0 * bound.mean).min(0.5) {
            let best = (0..)
                .zip(row)
                .max_by(|a, b| a.1.total_cmp(b.1))
                .map(|(id, _)| id);
            leading += 1;
            certain += usize::from(best == Some(fixture.argmax[position]));
        }
    }
    let mean = (squares / count as f32).sqrt();
    println!(
        "{name}: most {most:.6}, root mean square {mean:.6}, {certain} of {} certain",
        tokens.len()
    );
    assert!(
        most <= bound.most && mean <= bound.mean,
        "{name}: most {most}, root mean square {mean}"
    );
    assert!(
        certain as f32 >= bound.agree * leading as f32,
        "{name}: {certain} of {leading} leading tokens are the same"
    );
    assert!(
        certain * 4 >= tokens.len(),
        "{name}: only {certain} positions lead by enough to compare"
    );

    let best = block_on(model.forward(0, tokens, tokens.len())).expect("a pass");
    let of_logits: Vec<u32> = logits
        .chunks_exact(vocabulary)
        .map(|row| {
            row.iter()
                .enumerate()
                .rev()
                .max_by(|a, b| a.1.total_cmp(b.1))
                .map_or(0, |(id, _)| id as u32)
        })
        .collect();
    assert_eq!(
        best, of_logits,
        "{name}: forward chooses the largest logit, the lowest of equals"
    );
}

fn random(cpu: fn() -> Cpu, quantized: Bound) {
    let fixtures = fixtures(include_str!("fixtures/random.json"));
    assert_eq!(fixtures.len(), Random::oracle().len());
    for (name, random) in Random::oracle() {
        let fixture = fixtures
            .iter()
            .find(|fixture| fixture.model == name)
            .expect("a fixture for each model");
        let bound = if name.starts_with('q') {
            &quantized
        } else {
            &EXACT
        };
        compare(fixture, &random.gguf(), cpu(), bound);
    }
}

#[test]
fn random_models_with_float_activations() {
    random(Cpu::exact, EXACT);
}

/// 16 bits with a scale for 32 activations are off by 1/65534 of the largest at most; the standard
/// deviation of these models' logits is 1.
#[test]
fn random_models_with_16_bit_activations() {
    random(
        || Cpu::with(Precision::Int16),
        Bound {
            most: 1e-3,
            mean: 1e-4,
            agree: 1.0,
        },
    );
}

/// 8 bits: off by 1/254 of the largest of 32 at most.
#[test]
fn random_models_with_8_bit_activations() {
    random(
        || Cpu::with(Precision::Int8),
        Bound {
            most: 0.07,
            mean: 0.02,
            agree: 1.0,
        },
    );
}

/// Its weights are built by hand, with attention scores of hundreds, of which 16-bit activations round away up to
/// half a nat: where two places of the prompt fit almost alike, that decides between them (7 of 796 positions).
#[test]
fn the_embedded_model() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../models/foretab-mini.gguf");
    let file = std::fs::read(path).expect("the embedded model");
    for fixture in fixtures(include_str!("fixtures/mini.json")) {
        compare(
            &fixture,
            &file,
            Cpu::exact(),
            &Bound {
                most: 0.02,
                mean: 1e-3,
                agree: 1.0,
            },
        );
        compare(
            &fixture,
            &file,
            Cpu::with(Precision::Int16),
            &Bound {
                most: 8.0,
                mean: 0.3,
                agree: 0.985,
            },
        );
    }
}
