//! Whole forward passes, on the GPU and on the CPU.

use model::testing::Draw;
use model::{Error, LoadOptions, Model};

use super::{Check, Report, difference};

/// The largest difference of logits after all layers: rounding, which every layer passes on.
const BOUND: f32 = 2e-4;

/// Runs a model file on both: a prompt of `prompt` random tokens, a draft of 9 to verify, one token,
/// and, after a return to the middle of the prompt, a draft of 20.
///
/// Logits are compared, and the likeliest token wherever it leads by more than the bound.
///
/// # Errors
/// What either backend or the model file reports; a difference is no error but a line of the report.
pub async fn compare_forward(
    gpu: crate::Gpu,
    file: &[u8],
    prompt: usize,
    seed: u64,
) -> Result<Report, Error> {
    let options = LoadOptions {
        context: Some(prompt + 32),
    };
    let mut found = Model::load(&mut &*file, gpu, &options, |_, _| ()).await?;
    let mut expected = Model::load(&mut &*file, cpu::Cpu::exact(), &options, |_, _| ()).await?;
    let mut draw = Draw(seed);
    let vocabulary = expected.shape().vocabulary;
    let mut report = Report::default();
    for (position, count) in [(0, prompt), (prompt, 9), (prompt + 9, 1), (prompt / 2, 20)] {
        let tokens: Vec<u32> = (0..count).map(|_| draw.below(vocabulary) as u32).collect();
        let rows = count.min(20);
        let a = found.logits(position, &tokens, rows).await?;
        let b = expected.logits(position, &tokens, rows).await?;
        let what = format!("{count} tokens at {position}");
        report.checks.push(Check {
            what: format!("logits, {what}"),
            difference: difference(&a, &b),
            bound: BOUND,
        });

        let likeliest = found.forward(position, &tokens, rows).await?;
        // What the CPU's best is ahead of the GPU's choice, by the CPU's own logits.
        let mut lead: f32 = if likeliest.len() == rows {
            0.0
        } else {
            f32::INFINITY
        };
        for (&token, logits) in likeliest.iter().zip(b.chunks_exact(vocabulary)) {
            let largest = logits.iter().fold(f32::MIN, |largest, v| largest.max(*v));
            let size = logits.iter().fold(0.0, |size: f32, v| size.max(v.abs()));
            lead = lead.max((largest - logits[token as usize]) / size);
        }
        report.checks.push(Check {
            what: format!("likeliest tokens, {what}"),
            difference: lead,
            bound: BOUND,
        });
    }
    Ok(report)
}
