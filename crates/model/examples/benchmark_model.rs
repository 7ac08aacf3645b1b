//! Writes a random model of a size that `cargo xtask bench` measures: `benchmark_model SHAPE FORMAT FILE`.
//!
//! `s` is so small that what a pass costs apart from its products shows; `m` is mostly products;
//! `xl` has the sizes of Qwen2.5-Coder 1.5B with a head of its own, and `sweep` the same with the smaller vocabulary of
//! Sweep's. `coder-0.5b`, `coder-1.5b` and `coder-3b` are as the published `config.json` of each Qwen2.5-Coder says:
//! Sweep's 0.5B has the sizes of the first, FastApply's 1.5B those of the second.
//! `FORMAT` is a block format as ggml spells it, in small letters, or `q4_k_m`, which mixes two as llama.cpp does.

use std::env::args;
use std::error::Error;

use foretab_model::BlockFormat;
use foretab_model::testing::Random;

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = args().skip(1).collect();
    let [shape, format, file] = arguments.as_slice() else {
        return Err("benchmark_model SHAPE FORMAT FILE".into());
    };
    let (format, finer) = match format.as_str() {
        "q4_k_m" => (BlockFormat::Q4_K, Some(BlockFormat::Q6_K)),
        name => (block_format(name)?, None),
    };
    let random = Random {
        format,
        finer,
        // Else every answer would be one token for ever: the one whose row of the head the biases are.
        biases: 0.05,
        ..sizes(shape)?
    };
    Ok(std::fs::write(file, random.gguf())?)
}

fn block_format(name: &str) -> Result<BlockFormat, String> {
    BlockFormat::ALL
        .into_iter()
        .find(|each| format!("{each:?}").to_lowercase() == name)
        .ok_or_else(|| format!("no format {name}"))
}

fn sizes(shape: &str) -> Result<Random, String> {
    let sizes = |layers, hidden, heads, feed_forward, vocabulary| Random {
        layers,
        hidden,
        heads,
        kv_heads: 2,
        feed_forward,
        vocabulary,
        context: 4096,
        ..Random::default()
    };
    let coder = |layers, hidden, heads, feed_forward| Random {
        context: 32_768,
        tied: true,
        ..sizes(layers, hidden, heads, feed_forward, 151_936)
    };
    match shape {
        "s" => Ok(sizes(4, 256, 4, 1024, 2048)),
        "m" => Ok(sizes(8, 1024, 8, 4096, 4096)),
        "xl" => Ok(sizes(28, 1536, 12, 8960, 151_936)),
        "sweep" => Ok(sizes(28, 1536, 12, 8960, 43_839)),
        "coder-0.5b" => Ok(coder(24, 896, 14, 4864)),
        "coder-1.5b" => Ok(coder(28, 1536, 12, 8960)),
        "coder-3b" => Ok(coder(36, 2048, 16, 11_008)),
        _ => Err(format!("no shape {shape}")),
    }
}
