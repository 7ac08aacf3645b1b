//! Model files that are cut short, corrupted or lie: an error that says what and where, and no panic.

use foretab_cpu::Cpu;
use model::testing::{Draw, Random, header};
use model::{BlockFormat, Error, LoadOptions, Model, Source};
use peak_alloc::PeakAlloc;
use pollster::block_on;

#[global_allocator]
static MEMORY: PeakAlloc = PeakAlloc;

fn small() -> Random {
    Random {
        vocabulary: 280,
        hidden: 32,
        heads: 4,
        feed_forward: 32,
        format: BlockFormat::Q8_0,
        ..Random::default()
    }
}

fn load(mut file: &[u8]) -> Result<Model<Cpu>, Error> {
    block_on(Model::load(
        &mut file,
        Cpu::new(),
        &LoadOptions::default(),
        |_, _| {},
    ))
}

fn error(file: &[u8]) -> String {
    match load(file) {
        Err(error) => error.to_string(),
        Ok(_) => panic!("it loads"),
    }
}

/// The file with a piece of its bytes replaced by as many others.
fn replace(from: &str, to: &str) -> Vec<u8> {
    let mut file = small().gguf();
    assert_eq!(from.len(), to.len());
    let at = file
        .windows(from.len())
        .position(|window| window == from.as_bytes())
        .expect(from);
    file[at..at + to.len()].copy_from_slice(to.as_bytes());
    file
}

/// The file with the value of a metadata key replaced.
fn with_number(key: &str, value: u32) -> Vec<u8> {
    let mut file = small().gguf();
    let at = file
        .windows(key.len())
        .position(|window| window == key.as_bytes())
        .expect(key)
        + key.len()
        + 4;
    file[at..at + 4].copy_from_slice(&value.to_le_bytes());
    file
}

/// The file with the size or the block format in a tensor's entry replaced.
fn with_tensor(name: &str, field: usize, value: u64) -> Vec<u8> {
    let mut file = small().gguf();
    let at = file
        .windows(name.len())
        .position(|window| window == name.as_bytes())
        .expect(name)
        + name.len()
        + 4;
    let dimensions = file[at - 4] as usize;
    let width = if field < dimensions { 8 } else { 4 };
    file[at + field * 8..][..width].copy_from_slice(&value.to_le_bytes()[..width]);
    file
}

#[test]
fn the_message_names_what_is_at_fault() {
    assert_eq!(
        error(b""),
        "model file: it ends at byte 0, inside the header, which needs 4"
    );
    assert_eq!(
        error(b"<html>404 Not Found</html>"),
        "model file: not a GGUF file: it does not begin with \"GGUF\""
    );
    assert_eq!(
        error(&replace(
            "general.architecture\x08\0\0\0\x05\0\0\0\0\0\0\0qwen2",
            "general.architecture\x08\0\0\0\x05\0\0\0\0\0\0\0llama"
        )),
        "unsupported: architecture \"llama\"; \"qwen2\" is read"
    );
    assert_eq!(
        error(&replace("blk.1.ffn_up.weight", "blk.1.ffn_uq.weight")),
        "model file: tensor blk.1.ffn_up.weight is missing"
    );
    assert_eq!(
        error(&replace("output_norm.weight", "output_norn.weight")),
        "model file: tensor output_norm.weight is missing"
    );
    assert_eq!(
        error(&with_tensor("blk.0.attn_k.weight", 2, 10)),
        "unsupported: tensor blk.0.attn_k.weight is Q2_K; these are read: \
         F32, F16, BF16, Q8_0, Q4_0, Q5_0, Q4_K, Q5_K, Q6_K"
    );
    assert_eq!(
        error(&with_tensor("blk.0.attn_k.weight", 1, 15)),
        "model file: tensor blk.0.attn_k.weight is [32, 15]; [32, 16] fits the model"
    );
    assert_eq!(
        error(&with_number("qwen2.embedding_length", 0)),
        "model file: qwen2.embedding_length is not a size"
    );
    assert_eq!(
        error(&with_number("qwen2.attention.head_count_kv", 3)),
        "model file: 4 heads cannot share 3 KV heads"
    );
    assert_eq!(
        error(&with_number("qwen2.block_count", 1 << 24)),
        "model file: 16777216 layers, but 27 tensors"
    );
    assert_eq!(
        error(&with_tensor("token_embd.weight", 1, 279)),
        "model file: 280 tokens, but the embedding has 279 rows"
    );

    let whole = small().gguf();
    let message = error(&whole[..whole.len() - 200]);
    assert!(
        message.starts_with("model file: tensor ") && message.contains("but the file ends at"),
        "{message}"
    );
}

#[test]
fn a_source_that_fails_is_an_error_not_a_model() {
    /// Gives `good` bytes of the file; what lies beyond fails, or comes short.
    struct Broken<'a>(&'a [u8], u64, bool);

    impl Source for Broken<'_> {
        fn size(&self) -> u64 {
            self.0.len() as u64
        }

        async fn read(&mut self, offset: u64, length: usize) -> Result<Vec<u8>, Error> {
            if offset + length as u64 <= self.1 {
                return self.0.read(offset, length).await;
            }
            if self.2 {
                Err(Error::Source("connection reset".into()))
            } else {
                Ok(vec![0; length / 2])
            }
        }
    }

    // Two reads: the header is looked for in the first megabyte, the weights come after it.
    let file = Random {
        vocabulary: 3000,
        hidden: 192,
        ..Random::default()
    }
    .gguf();
    for (good, fails) in [(0, true), (0, false), (1 << 20, true), (1 << 20, false)] {
        let mut source = Broken(&file, good, fails);
        let loaded = block_on(Model::load(
            &mut source,
            Cpu::new(),
            &LoadOptions::default(),
            |_, _| {},
        ));
        let error = loaded.err().expect("an error");
        assert!(matches!(error, Error::Source(_)), "{error}");
    }
}

/// Loads what may be a model and, if it is one, runs it: neither may panic.
fn try_out(file: &[u8]) -> bool {
    let Ok(mut model) = load(file) else {
        return false;
    };
    let tokens = model.tokenizer().encode("let a = b;\n");
    let tokens: Vec<u32> = tokens.into_iter().take(model.context().min(6)).collect();
    block_on(model.logits(0, &tokens, tokens.len())).expect("a model that loads runs");
    block_on(model.forward(0, &tokens, 1)).expect("a model that loads runs");
    model.tokenizer().decode(&tokens);
    true
}

#[test]
fn two_thousand_corrupted_files() {
    let whole = small().gguf();
    let data_start = header(&whole).unwrap().data_start as usize;
    assert!(try_out(&whole));

    let mut draw = Draw(99);
    let mut loaded = 0;
    let numbers = [
        0,
        1,
        2,
        31,
        255,
        1 << 16,
        1 << 24,
        1 << 31,
        u64::from(u32::MAX),
        1 << 40,
        i64::MAX as u64,
        u64::MAX,
    ];
    for round in 0..2000 {
        let mut file = whole.clone();
        // The header is where lies matter; the rest are weights, of which every value is one.
        let anywhere = if round % 8 == 0 {
            file.len()
        } else {
            data_start
        };
        let at = draw.below(anywhere);
        match round % 5 {
            0 => file.truncate(at),
            1 => {
                (0..1 + draw.below(4)).for_each(|_| file[draw.below(anywhere)] = draw.bits() as u8)
            }
            2 => {
                let number = numbers[draw.below(numbers.len())].to_le_bytes();
                let width = [1, 2, 4, 8][draw.below(4)].min(file.len() - at);
                file[at..at + width].copy_from_slice(&number[..width]);
            }
            3 => {
                let end = (at + draw.below(64)).min(file.len());
                let from = draw.below(file.len() - (end - at));
                file.copy_within(from..from + (end - at), at);
            }
            _ => {
                let end = (at + 1 + draw.below(32)).min(file.len());
                file.drain(at..end);
            }
        }
        MEMORY.reset_peak_usage();
        loaded += usize::from(try_out(&file));
        let peak = MEMORY.peak_usage_as_mb();
        assert!(
            peak < 64.0,
            "round {round}: {peak} MB for a file of {} kB",
            file.len() / 1000
        );
    }
    println!("{loaded} of 2000 still load");
    assert!(
        (50..1500).contains(&loaded),
        "{loaded} still load: the corruption hits the wrong places"
    );
}
