//! `foretab inspect`: what is in a model file.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::Write as _;
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Context as _;
use clap::Args;
use model::{Shape, Tokenizer, read_header};
use pollster::block_on;
use serde::Serialize;

/// Arguments of `foretab inspect`.
#[derive(Args)]
pub(crate) struct Inspect {
    /// The model, a GGUF file
    model: PathBuf,
    /// Write one JSON object
    #[arg(long)]
    json: bool,
}

#[derive(Serialize)]
struct Report {
    architecture: &'static str,
    parameters: u64,
    layers: usize,
    hidden: usize,
    heads: usize,
    kv_heads: usize,
    vocabulary: usize,
    tied: bool,
    /// Bytes by block format; null where the format is not read, and so its size not known.
    blocks: BTreeMap<String, Option<u64>>,
    special: BTreeMap<String, u32>,
    memory: Memory,
}

/// In bytes.
#[derive(Serialize)]
struct Memory {
    weights: u64,
    kv_per_token: usize,
}

impl Inspect {
    /// Reads the header only, however large the file is.
    pub(crate) fn run(self) -> anyhow::Result<ExitCode> {
        let report = self
            .read()
            .with_context(|| self.model.display().to_string())?;
        let mut out = anstream::stdout().lock();
        if self.json {
            serde_json::to_writer(&mut out, &report)?;
            out.write_all(b"\n")?;
        } else {
            report.write(&mut out)?;
        }
        Ok(ExitCode::SUCCESS)
    }

    fn read(&self) -> anyhow::Result<Report> {
        let header = block_on(read_header(&mut File::open(&self.model)?))?;
        let shape = Shape::from_header(&header)?;
        let tokenizer = Tokenizer::from_header(&header)?;
        let mut blocks = BTreeMap::new();
        for tensor in header.tensors.values() {
            let sum = blocks.entry(tensor.format_name()).or_insert(Some(0));
            *sum = sum.and_then(|sum: u64| sum.checked_add(tensor.bytes()?));
        }
        Ok(Report {
            // `Shape` takes no other.
            architecture: "qwen2",
            parameters: header
                .tensors
                .values()
                .filter_map(|tensor| tensor.elements())
                .sum(),
            layers: shape.layers,
            hidden: shape.hidden,
            heads: shape.heads,
            kv_heads: shape.kv_heads,
            vocabulary: shape.vocabulary,
            tied: !header.tensors.contains_key("output.weight"),
            special: tokenizer.controls().clone(),
            memory: Memory {
                weights: blocks.values().flatten().sum(),
                kv_per_token: shape.kv_bytes_per_token(),
            },
            blocks,
        })
    }
}

impl Report {
    fn write(&self, out: &mut impl std::io::Write) -> std::io::Result<()> {
        let head = if self.tied {
            "tied to the embedding"
        } else {
            "its own"
        };
        writeln!(out, "architecture  {}", self.architecture)?;
        writeln!(out, "parameters    {}", self.parameters)?;
        writeln!(out, "layers        {}", self.layers)?;
        writeln!(out, "hidden        {}", self.hidden)?;
        writeln!(
            out,
            "heads         {} sharing {} of keys and values",
            self.heads, self.kv_heads
        )?;
        writeln!(out, "vocabulary    {}", self.vocabulary)?;
        writeln!(out, "head          {head}")?;
        for (format, bytes) in &self.blocks {
            match bytes {
                Some(bytes) => writeln!(out, "{format:<13} {bytes} bytes")?,
                None => writeln!(out, "{format:<13} not read")?,
            }
        }
        writeln!(
            out,
            "KV cache      {} bytes a token",
            self.memory.kv_per_token
        )?;
        for (name, id) in &self.special {
            writeln!(out, "{id:>13} {name}")?;
        }
        Ok(())
    }
}
