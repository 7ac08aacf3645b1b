//! Speculation never changes an answer, with real kernels: random models, and the embedded one.

use decode::yardstick::{PromptLookup, SuffixDecoding, VllmNgram};
use decode::{
    Combined, Drafter, NgramIndex, NoDraft, Options, Pace, Sequence, Unobserved, WindowPointer,
    generate,
};
use foretab_predictor::{Device, Engine as _};
use model::testing::Random;
use model::{BlockFormat, LoadOptions, Model};
use pollster::block_on;

fn load(file: &[u8]) -> Device {
    let (mut source, options) = (file, LoadOptions::default());
    let model = Model::load(&mut source, cpu::Cpu::new(), &options, |_, _| {});
    Device::Cpu(block_on(model).expect("the file is sound"))
}

fn answer(
    device: &mut Device,
    sequence: &mut Sequence,
    prompt: &[u32],
    drafter: &mut impl Drafter,
    pace: &mut Pace,
    options: &Options,
) -> Vec<u32> {
    let mut unobserved = Unobserved;
    let answer = generate(
        device,
        sequence,
        prompt,
        drafter,
        pace,
        options,
        &mut unobserved,
    );
    block_on(answer).expect("the model answers").tokens
}

/// Makes a drafter for an answer that may be like a window.
type Make = fn(&[u32]) -> Box<dyn Drafter>;

/// Compares every drafter, at several lengths, with and without what an earlier prompt left in the
/// cache, with decoding that drafts nothing.
fn check(device: &mut Device, prompt: &[u32], window: &[u32], max_new_tokens: usize) {
    let options = Options {
        max_new_tokens,
        ..Options::default()
    };
    let plain = answer(
        device,
        &mut Sequence::new(),
        prompt,
        &mut NoDraft,
        &mut Pace::default(),
        &options,
    );
    assert_eq!(plain.len(), max_new_tokens);
    let mut sequence = Sequence::new();
    for (prefill_chunk, pace) in [
        (7, Pace::steady(3)),
        (64, Pace::default()),
        (1000, Pace::new(40)),
    ] {
        let options = Options {
            prefill_chunk,
            ..options.clone()
        };
        // The answer itself as the window: a draft that is right all along.
        for window in [window, &plain] {
            let drafters: Vec<Make> = vec![
                |window| Box::new(WindowPointer::new(window.to_vec())),
                |window| Box::new(Combined::new(window.to_vec(), window.to_vec())),
                |_| Box::new(NgramIndex::new()),
                |_| Box::new(VllmNgram::new(1..=3)),
                |_| Box::new(PromptLookup::new()),
                |_| Box::new(SuffixDecoding::new()),
            ];
            for drafter in drafters {
                let mut pace = pace.clone();
                let mut ask = |sequence: &mut Sequence, prompt: &[u32]| {
                    answer(
                        device,
                        sequence,
                        prompt,
                        &mut drafter(window),
                        &mut pace,
                        &options,
                    )
                };
                assert_eq!(ask(&mut Sequence::new(), prompt), plain);
                assert_eq!(ask(&mut sequence, prompt), plain);
                // Another prompt with the same beginning goes through the cache in between.
                let other = [&prompt[..prompt.len() / 2], window].concat();
                ask(&mut sequence, &other);
                assert_eq!(ask(&mut sequence, prompt), plain);
            }
        }
    }
}

#[test]
fn random_models() {
    for seed in 0..4 {
        let format = if seed % 2 == 0 {
            BlockFormat::F32
        } else {
            BlockFormat::Q8_0
        };
        let mut device = load(
            &Random {
                seed,
                format,
                ..Random::default()
            }
            .gguf(),
        );
        let window: Vec<u32> = (0..40u32)
            .map(|i| (i * i * 7 + seed as u32 * 31) % 900)
            .collect();
        let prompt = [&window[..], &[5, 6, 7], &window[10..30], &[8, 9]].concat();
        check(&mut device, &prompt, &window, 30);
    }
}

#[test]
fn the_embedded_model() {
    let file = std::fs::read(concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../models/foretab-mini.gguf"
    ));
    let mut device = load(&file.expect("the embedded model is in the repository"));
    let window =
        "function area(width, height) {\n  return width * height;\n}\n\nconst a = size(3, 4);\n";
    let tokenizer = device.tokenizer().clone();
    let separator = tokenizer.control("<|file_sep|>").expect("a control token");
    let block = |header: &str, body: &str| {
        let mut tokens = vec![separator];
        tokens.extend(tokenizer.encode(&format!("{header}/a.js\n{body}")));
        tokens
    };
    let original = window.replace("area", "size");
    let prompt = [
        block("original", &original),
        block("current", window),
        block("updated", ""),
    ]
    .concat();
    check(&mut device, &prompt, &tokenizer.encode(window), 20);
}
