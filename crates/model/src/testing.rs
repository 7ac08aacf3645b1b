//! Small random models for tests, written as GGUF files.
//!
//! The same sizes and seed give the same bytes everywhere, so that an engine that is not ours can
//! compute the logits of a file once (`tests/oracle`) and every test makes the file anew.

mod quantize;

use std::collections::HashSet;

use crate::gguf::{Header, Parsed};
use crate::{BlockFormat, Error};
pub use quantize::quantize;

/// What to write.
#[derive(Debug, Clone)]
pub struct Random {
    /// Layers.
    pub layers: u32,
    /// Width of the residual stream: a multiple of 32 and of `heads`.
    pub hidden: u32,
    /// Query heads.
    pub heads: u32,
    /// Key and value heads.
    pub kv_heads: u32,
    /// Inner width of the feed-forward network, a multiple of 32.
    pub feed_forward: u32,
    /// Tokens: at least 264, the bytes and a few control tokens; the rest comes from random merges.
    pub vocabulary: u32,
    /// Positions that the model claims to have been trained for.
    pub context: u32,
    /// The head is the embedding.
    pub tied: bool,
    /// Biases are between minus this and this.
    pub biases: f32,
    /// How the matrices are stored; vectors are F32.
    pub format: BlockFormat,
    /// How those are stored that llama.cpp's mixed types keep finer: the head, and of every other layer the values
    /// and the way down. Without: as the others.
    pub finer: Option<BlockFormat>,
    /// Chooses weights and merges.
    pub seed: u64,
    /// What the file says in `foretab.activation_bits`, if anything.
    pub activation_bits: Option<u32>,
    /// What the file says in `foretab.dialect`, if anything.
    pub dialect: Option<&'static str>,
}

impl Default for Random {
    fn default() -> Self {
        Self {
            layers: 2,
            hidden: 96,
            heads: 6,
            kv_heads: 2,
            feed_forward: 160,
            vocabulary: 1003,
            context: 512,
            tied: false,
            biases: 1.0,
            format: BlockFormat::F32,
            finer: None,
            activation_bits: None,
            dialect: None,
            seed: 1,
        }
    }
}

/// The control tokens, the last ids of the vocabulary.
const CONTROLS: [&str; 8] = [
    "<|endoftext|>",
    "<|fim_prefix|>",
    "<|fim_middle|>",
    "<|fim_suffix|>",
    "<|fim_pad|>",
    "<|repo_name|>",
    "<|file_sep|>",
    "<|extra|>",
];

impl Random {
    /// Sizes that the format's blocks fit, and otherwise as by default.
    pub fn fit(format: BlockFormat) -> Self {
        if format.block_size() <= 32 {
            return Self {
                format,
                ..Self::default()
            };
        }
        Self {
            format,
            hidden: 256,
            heads: 8,
            feed_forward: 512,
            ..Self::default()
        }
    }

    /// As llama.cpp's type Q4_K_M, with the head tied.
    pub fn mixed() -> Self {
        Self {
            finer: Some(BlockFormat::Q6_K),
            tied: true,
            ..Self::fit(BlockFormat::Q4_K)
        }
    }

    /// A model in floats for others to quantize: of enough layers that mixed types of llama.cpp mix.
    pub fn to_quantize() -> Self {
        Self {
            layers: 4,
            format: BlockFormat::F32,
            ..Self::fit(BlockFormat::Q4_K)
        }
    }

    /// The names of the models whose logits `tests/oracle` computes: every block format, with the head
    /// tied and not.
    pub fn oracle() -> Vec<(String, Self)> {
        let mut models = Vec::new();
        for format in BlockFormat::ALL {
            for tied in [false, true] {
                let head = if tied { "tied" } else { "untied" };
                let name = format!("{format:?}-{head}").to_lowercase();
                models.push((
                    name,
                    Self {
                        tied,
                        seed: 7 + models.len() as u64,
                        ..Self::fit(format)
                    },
                ));
            }
        }
        models
    }

    /// The file's bytes.
    pub fn gguf(&self) -> Vec<u8> {
        let mut draw = Draw(self.seed);
        let mut file = Writer::default();
        file.text("general.architecture", "qwen2");
        file.text("general.name", "random");
        file.number("qwen2.block_count", self.layers);
        file.number("qwen2.context_length", self.context);
        file.number("qwen2.embedding_length", self.hidden);
        file.number("qwen2.feed_forward_length", self.feed_forward);
        file.number("qwen2.attention.head_count", self.heads);
        file.number("qwen2.attention.head_count_kv", self.kv_heads);
        file.float("qwen2.rope.freq_base", 1_000_000.0);
        file.float("qwen2.attention.layer_norm_rms_epsilon", 1e-6);
        if let Some(bits) = self.activation_bits {
            file.number("foretab.activation_bits", bits);
        }
        if let Some(dialect) = self.dialect {
            file.text("foretab.dialect", dialect);
        }
        self.vocabulary(&mut draw, &mut file);

        let head_dim = self.hidden / self.heads;
        let key = self.kv_heads * head_dim;
        let (hidden, inner, biases) = (self.hidden, self.feed_forward, self.biases);
        let finer = self.finer.unwrap_or(self.format);
        let head = if self.tied {
            "token_embd.weight"
        } else {
            "output.weight"
        };
        let mut matrix = |name: &str, rows: u32, columns: u32| {
            let (layer, part) = name
                .trim_start_matches("blk.")
                .split_once('.')
                .unwrap_or_default();
            let even = layer
                .parse()
                .is_ok_and(|layer: u32| layer.is_multiple_of(2));
            let is_finer =
                matches!(part, "attn_v.weight" | "ffn_down.weight") && even || name == head;
            let format = if is_finer { finer } else { self.format };
            // Weights of this size keep activations near 1 from layer to layer.
            let scale = 1.7 / (columns as f32).sqrt();
            let weights: Vec<f32> = (0..rows * columns)
                .map(|_| draw.between(-scale, scale))
                .collect();
            file.tensor(name, &[columns, rows], format, &weights);
        };
        matrix("token_embd.weight", self.vocabulary, hidden);
        for layer in 0..self.layers {
            matrix(&format!("blk.{layer}.attn_q.weight"), hidden, hidden);
            matrix(&format!("blk.{layer}.attn_k.weight"), key, hidden);
            matrix(&format!("blk.{layer}.attn_v.weight"), key, hidden);
            matrix(&format!("blk.{layer}.attn_output.weight"), hidden, hidden);
            matrix(&format!("blk.{layer}.ffn_gate.weight"), inner, hidden);
            matrix(&format!("blk.{layer}.ffn_up.weight"), inner, hidden);
            matrix(&format!("blk.{layer}.ffn_down.weight"), hidden, inner);
        }
        if !self.tied {
            matrix("output.weight", self.vocabulary, hidden);
        }
        let mut vector = |name: &str, size: u32, low: f32, high: f32| {
            let values: Vec<f32> = (0..size).map(|_| draw.between(low, high)).collect();
            file.tensor(name, &[size], BlockFormat::F32, &values);
        };
        for layer in 0..self.layers {
            vector(&format!("blk.{layer}.attn_norm.weight"), hidden, 0.5, 1.5);
            vector(&format!("blk.{layer}.ffn_norm.weight"), hidden, 0.5, 1.5);
            vector(&format!("blk.{layer}.attn_q.bias"), hidden, -biases, biases);
            vector(&format!("blk.{layer}.attn_k.bias"), key, -biases, biases);
            vector(&format!("blk.{layer}.attn_v.bias"), key, -biases, biases);
        }
        vector("output_norm.weight", hidden, 0.5, 1.5);
        file.finish()
    }

    /// Bytes, random merges of what is there already, control tokens.
    fn vocabulary(&self, draw: &mut Draw, file: &mut Writer) {
        let mut tokens: Vec<String> = (0..=255u8).map(|byte| alphabet(byte).to_string()).collect();
        let mut taken: HashSet<String> = tokens.iter().cloned().collect();
        let mut merges = Vec::new();
        while tokens.len() + CONTROLS.len() < self.vocabulary as usize {
            // Pairs of letters and spaces, so that merges occur in text.
            let pick = |draw: &mut Draw| match draw.below(2) {
                0 => alphabet(b"etaoinsrhl dcum fpg wyb,.;()_=\n"[draw.below(31)]).to_string(),
                _ => tokens[draw.below(tokens.len())].clone(),
            };
            let (left, right) = (pick(draw), pick(draw));
            let joined = format!("{left}{right}");
            if joined.chars().count() <= 8 && taken.insert(joined.clone()) {
                merges.push(format!("{left} {right}"));
                tokens.push(joined);
            }
        }
        let normal = tokens.len();
        tokens.extend(CONTROLS.map(str::to_owned));
        let types: Vec<i32> = (0..tokens.len())
            .map(|id| if id < normal { 1 } else { 3 })
            .collect();
        file.vocabulary(&tokens, &merges, &types);
        file.number("tokenizer.ggml.eos_token_id", normal as u32);
        file.truth("tokenizer.ggml.add_bos_token", false);
    }
}

/// A file with nothing but a vocabulary.
pub fn vocabulary(tokens: &[String], merges: &[String], types: &[i32]) -> Vec<u8> {
    let mut file = Writer::default();
    file.vocabulary(tokens, merges, types);
    file.finish()
}

/// The character that stands for a byte in GPT-2's vocabularies.
fn alphabet(byte: u8) -> char {
    let printable = |byte: u8| matches!(byte, b'!'..=b'~' | 0xa1..=0xac | 0xae..=0xff);
    if printable(byte) {
        return byte.into();
    }
    let others_before = (0..byte).filter(|&byte| !printable(byte)).count() as u32;
    char::from_u32(256 + others_before).unwrap_or_default()
}

/// Reads back the header of a file that is known to be whole.
///
/// # Errors
/// As [`Header::parse`]; also when the header does not end within `file`.
pub fn header(file: &[u8]) -> Result<Header, Error> {
    match Header::parse(file)? {
        Parsed::Complete(header) => Ok(header),
        Parsed::NeedMore(needed) => Err(Error::File(format!(
            "{needed} bytes are needed, {} are there",
            file.len()
        ))),
    }
}

/// SplitMix64 (Steele, Lea and Flood 2014).
#[derive(Debug, Clone)]
pub struct Draw(pub u64);

impl Draw {
    /// 64 random bits.
    pub fn bits(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// A number below `end`.
    pub fn below(&mut self, end: usize) -> usize {
        (self.bits() % end as u64) as usize
    }

    /// A number between two.
    pub fn between(&mut self, low: f32, high: f32) -> f32 {
        let unit = (self.bits() >> 40) as f32 / (1 << 24) as f32;
        low + (high - low) * unit
    }
}

/// A GGUF file in the making.
#[derive(Default)]
struct Writer {
    metadata: Vec<u8>,
    metadata_count: u64,
    tensors: Vec<u8>,
    tensor_count: u64,
    data: Vec<u8>,
}

impl Writer {
    fn key(&mut self, key: &str, kind: u32) {
        self.metadata_count += 1;
        string(&mut self.metadata, key);
        self.metadata.extend(kind.to_le_bytes());
    }

    fn number(&mut self, key: &str, value: u32) {
        self.key(key, 4);
        self.metadata.extend(value.to_le_bytes());
    }

    fn float(&mut self, key: &str, value: f32) {
        self.key(key, 6);
        self.metadata.extend(value.to_le_bytes());
    }

    fn truth(&mut self, key: &str, value: bool) {
        self.key(key, 7);
        self.metadata.push(value.into());
    }

    fn text(&mut self, key: &str, value: &str) {
        self.key(key, 8);
        string(&mut self.metadata, value);
    }

    fn array(&mut self, key: &str, kind: u32, count: usize) {
        self.key(key, 9);
        self.metadata.extend(kind.to_le_bytes());
        self.metadata.extend((count as u64).to_le_bytes());
    }

    fn texts(&mut self, key: &str, values: &[String]) {
        self.array(key, 8, values.len());
        values
            .iter()
            .for_each(|value| string(&mut self.metadata, value));
    }

    fn integers(&mut self, key: &str, values: &[i32]) {
        self.array(key, 5, values.len());
        self.metadata
            .extend(values.iter().flat_map(|value| value.to_le_bytes()));
    }

    fn vocabulary(&mut self, tokens: &[String], merges: &[String], types: &[i32]) {
        self.text("tokenizer.ggml.model", "gpt2");
        self.text("tokenizer.ggml.pre", "qwen2");
        self.texts("tokenizer.ggml.tokens", tokens);
        self.texts("tokenizer.ggml.merges", merges);
        self.integers("tokenizer.ggml.token_type", types);
    }

    fn tensor(&mut self, name: &str, dimensions: &[u32], format: BlockFormat, weights: &[f32]) {
        self.tensor_count += 1;
        string(&mut self.tensors, name);
        self.tensors.extend((dimensions.len() as u32).to_le_bytes());
        self.tensors.extend(
            dimensions
                .iter()
                .flat_map(|&size| u64::from(size).to_le_bytes()),
        );
        self.tensors.extend(format.ggml().to_le_bytes());
        self.tensors.extend((self.data.len() as u64).to_le_bytes());
        self.data.extend(quantize(format, weights));
        pad(&mut self.data);
    }

    fn finish(self) -> Vec<u8> {
        let mut file = b"GGUF".to_vec();
        file.extend(3u32.to_le_bytes());
        file.extend(self.tensor_count.to_le_bytes());
        file.extend(self.metadata_count.to_le_bytes());
        file.extend(self.metadata);
        file.extend(self.tensors);
        pad(&mut file);
        file.extend(self.data);
        file
    }
}

fn string(out: &mut Vec<u8>, text: &str) {
    out.extend((text.len() as u64).to_le_bytes());
    out.extend(text.as_bytes());
}

fn pad(out: &mut Vec<u8>) {
    out.resize(out.len().next_multiple_of(32), 0);
}
