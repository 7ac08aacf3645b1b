//! `foretab logits`: what the model thinks follows each token.

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Context as _, ensure};
use clap::Args;
use pollster::block_on;
use predictor::Device;

use crate::engine::ModelArgs;

/// Arguments of `foretab logits`.
#[derive(Args)]
pub(crate) struct Logits {
    #[command(flatten)]
    model: ModelArgs,
    /// A JSON array of token ids
    #[arg(long)]
    tokens: PathBuf,
    /// Where to write them: NumPy's format, float32, [tokens, vocabulary]
    #[arg(long)]
    out: PathBuf,
}

impl Logits {
    /// Runs all tokens in one pass.
    pub(crate) fn run(self) -> anyhow::Result<ExitCode> {
        let read = || {
            anyhow::Ok(serde_json::from_slice::<Vec<u32>>(&std::fs::read(
                &self.tokens,
            )?)?)
        };
        let tokens = read().with_context(|| self.tokens.display().to_string())?;
        ensure!(!tokens.is_empty(), "{}: no tokens", self.tokens.display());
        let logits = block_on(async {
            match &mut self.model.load()? {
                Device::Cpu(model) => anyhow::Ok(model.logits(0, &tokens, tokens.len()).await?),
                #[cfg(feature = "gpu")]
                Device::Gpu(model) => Ok(model.logits(0, &tokens, tokens.len()).await?),
            }
        })?;
        let write = || {
            write_npy(
                BufWriter::new(File::create(&self.out)?),
                tokens.len(),
                &logits,
            )
        };
        write().with_context(|| self.out.display().to_string())?;
        Ok(ExitCode::SUCCESS)
    }
}

/// NumPy's format, version 1.0 (NEP 1): the length of a header that is padded to 64 bytes, then the numbers.
fn write_npy(mut out: impl Write, rows: usize, values: &[f32]) -> std::io::Result<()> {
    let shape = format!("({rows}, {})", values.len() / rows);
    let header = format!("{{'descr': '<f4', 'fortran_order': False, 'shape': {shape}, }}");
    let length = (10 + header.len() + 1).next_multiple_of(64) - 10;
    out.write_all(b"\x93NUMPY\x01\x00")?;
    out.write_all(&(length as u16).to_le_bytes())?;
    writeln!(out, "{header:<0$}", length - 1)?;
    for value in values {
        out.write_all(&value.to_le_bytes())?;
    }
    out.flush()
}

#[cfg(test)]
mod tests {
    use super::write_npy;

    #[test]
    fn the_header_fills_64_bytes() {
        let mut out = Vec::new();
        write_npy(&mut out, 2, &[1.0, 2.0, 3.0, 4.0]).unwrap();
        let (header, values) = out.split_at(128);
        assert_eq!(&header[..10], b"\x93NUMPY\x01\x00\x76\x00");
        assert!(
            header[10..]
                .starts_with(b"{'descr': '<f4', 'fortran_order': False, 'shape': (2, 2), }   ")
        );
        assert_eq!(header[127], b'\n');
        assert_eq!(values.len(), 16);
        assert_eq!(values[12..], 4f32.to_le_bytes());
    }
}
