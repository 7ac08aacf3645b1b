//! Writes a random model of a size that `cargo xtask bench` measures: `benchmark_model SHAPE FORMAT FILE`.
//!
//! `s` is so small that what a pass costs apart from its products shows; `m` is mostly products;
//! `xl` has the sizes of Qwen2.5-Coder 1.5B, and `sweep` the same with the smaller vocabulary of Sweep's.
//! `FORMAT` is a block format as ggml spells it, in small letters.

use std::env::args;
use std::error::Error;

use foretab_model::BlockFormat;
use foretab_model::testing::Random;

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = args().skip(1).collect();
    let [shape, format, file] = arguments.as_slice() else {
        return Err("benchmark_model SHAPE FORMAT FILE".into());
    };
    let random = Random {
        format: BlockFormat::ALL
            .into_iter()
            .find(|each| format!("{each:?}").to_lowercase() == *format)
            .ok_or_else(|| format!("no format {format}"))?,
        context: 4096,
        // Else every answer would be one token for ever: the one whose row of the head a tied embedding or
        // the biases are.
        tied: false,
        biases: 0.05,
        ..sizes(shape)?
    };
    Ok(std::fs::write(file, random.gguf())?)
}

fn sizes(shape: &str) -> Result<Random, String> {
    let sizes = |layers, hidden, heads, feed_forward, vocabulary| Random {
        layers,
        hidden,
        heads,
        kv_heads: 2,
        feed_forward,
        vocabulary,
        ..Random::default()
    };
    match shape {
        "s" => Ok(sizes(4, 256, 4, 1024, 2048)),
        "m" => Ok(sizes(8, 1024, 8, 4096, 4096)),
        "xl" => Ok(sizes(28, 1536, 12, 8960, 151_936)),
        "sweep" => Ok(sizes(28, 1536, 12, 8960, 43_839)),
        _ => Err(format!("no shape {shape}")),
    }
}
