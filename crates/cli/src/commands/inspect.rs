//! `foretab inspect`: what is in a model file.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::Write as _;
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Context as _;
use clap::Args;
use model::{Inspection, Tokenizer, read_header};
use pollster::block_on;
use predictor::{Needs, cpu_needs};
use prompt::Dialect;
use serde::Serialize;

/// Arguments of `foretab inspect`.
#[derive(Args)]
pub(crate) struct Inspect {
    /// The model, a GGUF file; its first bytes are enough, as far as the header goes
    model: PathBuf,
    /// Write one JSON object
    #[arg(long)]
    json: bool,
}

#[derive(Serialize)]
struct Report {
    architecture: Option<String>,
    /// What the file names; a file of somebody else's names none.
    dialect: Option<String>,
    parameters: u64,
    #[serde(flatten)]
    sizes: Option<Sizes>,
    tied: bool,
    /// Bytes by block format; null where the format is not read, and so its size not known.
    blocks: BTreeMap<String, Option<u64>>,
    special: BTreeMap<String, u32>,
    /// Why the model cannot be loaded; nothing where it can.
    missing: Vec<String>,
    memory: Memory,
}

#[derive(Serialize)]
struct Sizes {
    layers: usize,
    hidden: usize,
    heads: usize,
    kv_heads: usize,
    vocabulary: usize,
}

/// In bytes.
#[derive(Serialize)]
struct Memory {
    /// In the file.
    weights: u64,
    kv_per_token: usize,
    /// In a page, on each device.
    gpu: Option<Needs>,
    cpu: Option<Needs>,
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
        let mut model = Inspection::of(&header, None);
        let special = match Tokenizer::from_header(&header) {
            Ok(tokenizer) => tokenizer.controls().clone(),
            Err(error) => {
                model.missing.push(error.to_string());
                BTreeMap::new()
            }
        };
        let can = model.missing.is_empty();
        #[cfg(feature = "gpu")]
        let gpu = can.then(|| predictor::gpu_needs(&model, header.data_start));
        #[cfg(not(feature = "gpu"))]
        let gpu = None;
        Ok(Report {
            parameters: model.parameters,
            tied: !header.tensors.contains_key("output.weight"),
            memory: Memory {
                weights: model.weight_bytes(),
                kv_per_token: (model.shape.as_ref()).map_or(0, |shape| shape.kv_bytes_per_token()),
                gpu,
                cpu: can.then(|| cpu_needs(&model, header.data_start)),
            },
            sizes: model.shape.map(|shape| Sizes {
                layers: shape.layers,
                hidden: shape.hidden,
                heads: shape.heads,
                kv_heads: shape.kv_heads,
                vocabulary: shape.vocabulary,
            }),
            architecture: model.architecture,
            dialect: model.dialect,
            blocks: model.formats,
            special,
            missing: model.missing,
        })
    }
}

impl Report {
    fn write(&self, out: &mut impl std::io::Write) -> std::io::Result<()> {
        let architecture = self.architecture.as_deref().unwrap_or("unnamed");
        writeln!(out, "architecture  {architecture}")?;
        for reason in &self.missing {
            writeln!(out, "not loaded    {reason}")?;
        }
        let named = self.dialect.as_deref().and_then(Dialect::named);
        let dialect = named.unwrap_or_default().name();
        match (&self.dialect, named) {
            (Some(_), Some(_)) => writeln!(out, "dialect       {dialect}")?,
            (Some(other), None) => writeln!(
                out,
                "dialect       {dialect}: the file names {other}, which is not known"
            )?,
            (None, _) => writeln!(
                out,
                "dialect       {dialect}: the file names none; a code model is for fim"
            )?,
        }
        writeln!(out, "parameters    {}", self.parameters)?;
        if let Some(sizes) = &self.sizes {
            let head = if self.tied {
                "tied to the embedding"
            } else {
                "its own"
            };
            writeln!(out, "layers        {}", sizes.layers)?;
            writeln!(out, "hidden        {}", sizes.hidden)?;
            writeln!(
                out,
                "heads         {} sharing {} of keys and values",
                sizes.heads, sizes.kv_heads
            )?;
            writeln!(out, "vocabulary    {}", sizes.vocabulary)?;
            writeln!(out, "head          {head}")?;
        }
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
        for (device, needs) in [("GPU", &self.memory.gpu), ("CPU", &self.memory.cpu)] {
            if let Some(needs) = needs {
                writeln!(
                    out,
                    "on a {device}      {} bytes of weights, {} of KV cache, {} of wasm memory",
                    needs.weight_bytes, needs.cache_bytes, needs.wasm_bytes
                )?;
                if let Some(obstacle) = &needs.obstacle {
                    writeln!(out, "              {obstacle}")?;
                }
            }
        }
        for (name, id) in &self.special {
            writeln!(out, "{id:>13} {name}")?;
        }
        Ok(())
    }
}
