//! Small random models as GGUF files.

use model::{BlockFormat, Shape};

use super::Random;

/// The types of metadata values that are written here, by GGUF's numbers.
const U32: u32 = 4;
const F32: u32 = 6;
const STRING: u32 = 8;
const ARRAY: u32 = 9;

/// Tensors begin at multiples of this.
const ALIGNMENT: usize = 32;

/// A GGUF file of a Qwen2 model with random weights in `format`, without a head of its own where it is `tied`.
///
/// The tokenizer knows single bytes only; the rows of the vocabulary beyond them have no token.
#[must_use]
pub fn random_model(
    random: &mut Random,
    shape: &Shape,
    format: BlockFormat,
    tied: bool,
) -> Vec<u8> {
    let (queries, keys) = (
        shape.heads * shape.head_dim,
        shape.kv_heads * shape.head_dim,
    );
    let (hidden, inner) = (shape.hidden, shape.feed_forward);
    let mut tensors = Vec::new();
    let mut matrix = |name: String, rows, columns| {
        tensors.push((
            name,
            vec![columns, rows],
            format,
            random.blocks(rows, columns, format),
        ));
    };
    matrix("token_embd.weight".into(), shape.vocabulary, hidden);
    if !tied {
        matrix("output.weight".into(), shape.vocabulary, hidden);
    }
    for layer in 0..shape.layers {
        for (name, rows, columns) in [
            ("attn_q", queries, hidden),
            ("attn_k", keys, hidden),
            ("attn_v", keys, hidden),
            ("attn_output", hidden, queries),
            ("ffn_gate", inner, hidden),
            ("ffn_up", inner, hidden),
            ("ffn_down", hidden, inner),
        ] {
            matrix(format!("blk.{layer}.{name}.weight"), rows, columns);
        }
    }
    let mut vector = |name: String, length: usize, middle: f32| {
        let values = random
            .numbers(length)
            .into_iter()
            .flat_map(|v| (middle + v / 4.0).to_le_bytes());
        tensors.push((name, vec![length], BlockFormat::F32, values.collect()));
    };
    vector("output_norm.weight".into(), hidden, 1.0);
    for layer in 0..shape.layers {
        vector(format!("blk.{layer}.attn_norm.weight"), hidden, 1.0);
        vector(format!("blk.{layer}.ffn_norm.weight"), hidden, 1.0);
        vector(format!("blk.{layer}.attn_q.bias"), queries, 0.0);
        vector(format!("blk.{layer}.attn_k.bias"), keys, 0.0);
        vector(format!("blk.{layer}.attn_v.bias"), keys, 0.0);
    }

    let mut values = Values::default();
    values.string("general.architecture", "qwen2");
    values.string("general.name", "random");
    values.string("tokenizer.ggml.model", "gpt2");
    values.string("tokenizer.ggml.pre", "qwen2");
    values.strings("tokenizer.ggml.tokens", byte_tokens());
    values.strings("tokenizer.ggml.merges", std::iter::empty());
    for (key, size) in [
        ("block_count", shape.layers),
        ("embedding_length", hidden),
        ("attention.head_count", shape.heads),
        ("attention.head_count_kv", shape.kv_heads),
        ("attention.key_length", shape.head_dim),
        ("feed_forward_length", inner),
        ("context_length", shape.context),
    ] {
        values
            .start(&format!("qwen2.{key}"), U32)
            .extend((size as u32).to_le_bytes());
    }
    values
        .start("qwen2.rope.freq_base", F32)
        .extend(shape.rope_base.to_le_bytes());
    values
        .start("qwen2.attention.layer_norm_rms_epsilon", F32)
        .extend(shape.rms_epsilon.to_le_bytes());

    let mut file = b"GGUF".to_vec();
    file.extend(3u32.to_le_bytes());
    file.extend((tensors.len() as u64).to_le_bytes());
    file.extend(values.count.to_le_bytes());
    file.extend(values.bytes);
    let mut data = Vec::new();
    for (name, dimensions, format, bytes) in tensors {
        string(&mut file, &name);
        file.extend((dimensions.len() as u32).to_le_bytes());
        file.extend(
            dimensions
                .into_iter()
                .flat_map(|size| (size as u64).to_le_bytes()),
        );
        file.extend(format.ggml().to_le_bytes());
        file.extend((data.len() as u64).to_le_bytes());
        data.extend(bytes);
        data.resize(data.len().next_multiple_of(ALIGNMENT), 0);
    }
    file.resize(file.len().next_multiple_of(ALIGNMENT), 0);
    file.extend(data);
    file
}

/// The 256 bytes as byte-level BPE spells them: printable ones as themselves, the others from U+0100 on.
fn byte_tokens() -> impl Iterator<Item = String> {
    let mut others = '\u{100}'..;
    (0u8..=255).filter_map(move |byte| {
        let printable = matches!(byte, b'!'..=b'~' | 0xa1..=0xac | 0xae..);
        if printable {
            Some(char::from(byte))
        } else {
            others.next()
        }
        .map(String::from)
    })
}

/// Metadata, key by key.
#[derive(Default)]
struct Values {
    count: u64,
    bytes: Vec<u8>,
}

impl Values {
    /// Where the value is to be written.
    fn start(&mut self, key: &str, kind: u32) -> &mut Vec<u8> {
        self.count += 1;
        string(&mut self.bytes, key);
        self.bytes.extend(kind.to_le_bytes());
        &mut self.bytes
    }

    fn string(&mut self, key: &str, value: &str) {
        string(self.start(key, STRING), value);
    }

    fn strings(&mut self, key: &str, values: impl Iterator<Item = String>) {
        let values: Vec<String> = values.collect();
        let bytes = self.start(key, ARRAY);
        bytes.extend(STRING.to_le_bytes());
        bytes.extend((values.len() as u64).to_le_bytes());
        for value in values {
            string(bytes, &value);
        }
    }
}

fn string(bytes: &mut Vec<u8>, value: &str) {
    bytes.extend((value.len() as u64).to_le_bytes());
    bytes.extend(value.as_bytes());
}
