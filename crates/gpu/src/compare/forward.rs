//! Whole forward passes, on the GPU and on the CPU.

use model::testing::Draw;
use model::{Error, LoadOptions, Model};

use super::{Check, Report, difference};

/// Tokens to run from a position on. A position below what was run before goes back to it.
#[derive(Debug, Clone)]
pub struct Pass {
    /// Where the first token stands.
    pub position: usize,
    /// The tokens; the logits of all of them are compared.
    pub tokens: Vec<u32>,
}

/// How far the logits after all layers may be apart, as a part of the largest logit of the pass.
#[derive(Debug, Clone, Copy)]
pub struct Bounds {
    /// At the position where they are furthest apart.
    pub worst: f32,
    /// At half of the positions.
    pub half: f32,
}

impl Bounds {
    /// Rounding, which every layer passes on.
    pub const SMOOTH: Self = Self {
        worst: 2e-4,
        half: 2e-4,
    };

    /// The same for a model whose weights are built by hand, such as the embedded one.
    ///
    /// Its attention scores reach 1,900, as sums of products that reach 3,000, so f32 knows them to some
    /// 1e-4 nats; and layer by layer they magnify what came before.
    /// On 487 tokens of text, with the embedded model when it had five layers, GPU and CPU with float
    /// activations were apart:
    ///
    /// | in | at the worst position | at half of them |
    /// |---|---|---|
    /// | the residual after layer 0 | 2e-7 | 6e-8 |
    /// | after layer 1, which mixes waves softly: every score's rounding is seen | 4e-5 | 1e-5 |
    /// | after layer 2, which copies: seen where two places fit alike, elsewhere one wins | 2e-3 | 2e-5 |
    /// | after layer 4, which replaces: the same | 0.1 | 2e-5 |
    /// | the logits, of which the largest is 22 | 0.3 | 3e-5 |
    ///
    /// Neither is the better one: from the same graph in f64 the CPU is 0.16 away at most, the GPU 0.20,
    /// and all three have the same likeliest token everywhere. On other texts they are closer.
    ///
    /// Fewer bits would be seen: with values in the cache as f16, half of the positions are 2e-3 of the
    /// largest logit apart, the worst 0.26. The CPU's 16-bit activations (`Precision::Int16`) are up to 15
    /// away from f64, with another likeliest token at one position of 100: a comparison with the GPU needs
    /// `Cpu::exact`.
    pub const BY_HAND: Self = Self {
        worst: 2e-2,
        half: 1e-5,
    };
}

/// A prompt of `prompt` random tokens, a draft of 9 to verify, one token, and, after a return to the
/// middle of the prompt, a draft of 20.
#[must_use]
pub fn random_passes(vocabulary: usize, prompt: usize, seed: u64) -> Vec<Pass> {
    let mut draw = Draw(seed);
    [(0, prompt), (prompt, 9), (prompt + 9, 1), (prompt / 2, 20)]
        .map(|(position, count)| Pass {
            position,
            tokens: (0..count).map(|_| draw.below(vocabulary) as u32).collect(),
        })
        .into()
}

/// Runs a model file on both: compares the logits, and the likeliest token wherever it leads by more
/// than the bound. Gives the GPU back, for another model: its kernels take longer to compile than to run
/// where a CPU plays it.
///
/// # Errors
/// What either backend or the model file reports; a difference is no error but a line of the report.
pub async fn compare_forward(
    gpu: crate::Gpu,
    file: &[u8],
    passes: &[Pass],
    bounds: Bounds,
) -> Result<(crate::Gpu, Report), Error> {
    let longest = passes
        .iter()
        .map(|pass| pass.position + pass.tokens.len())
        .max();
    let options = LoadOptions { context: longest };
    let mut found = Model::load(&mut &*file, gpu, &options, |_, _| ()).await?;
    let mut expected = Model::load(&mut &*file, cpu::Cpu::exact(), &options, |_, _| ()).await?;
    let vocabulary = expected.shape().vocabulary;
    let mut report = Report::default();
    let mut check = |what: String, difference, bound| {
        report.checks.push(Check {
            what,
            difference,
            bound,
        });
    };
    let mut of_each = Vec::new(); // position
    for &Pass {
        position,
        ref tokens,
    } in passes
    {
        let rows = tokens.len();
        let what = format!("{rows} tokens at {position}");
        let a = found.logits(position, tokens, rows).await?;
        let b = expected.logits(position, tokens, rows).await?;
        check(format!("logits, {what}"), difference(&a, &b), bounds.worst);
        let size = b
            .iter()
            .fold(f32::MIN_POSITIVE, |size, v| size.max(v.abs()));
        let both = a.chunks(vocabulary).zip(b.chunks(vocabulary));
        of_each.extend(both.map(|(a, b)| {
            let apart = a.iter().zip(b).map(|(a, b)| (a - b).abs());
            apart.fold(0.0, f32::max) / size
        }));

        let likeliest = found.forward(position, tokens, rows).await?;
        // What the CPU's best is ahead of the GPU's choice, by the CPU's own logits.
        let mut lead: f32 = if likeliest.len() == rows {
            0.0
        } else {
            f32::INFINITY
        };
        for (&token, logits) in likeliest.iter().zip(b.chunks_exact(vocabulary)) {
            let largest = logits.iter().fold(f32::MIN, |largest, v| largest.max(*v));
            lead = lead.max((largest - logits[token as usize]) / size);
        }
        check(format!("likeliest tokens, {what}"), lead, bounds.worst);
    }
    of_each.sort_by(f32::total_cmp);
    let half = of_each.get(of_each.len() / 2).copied();
    check(
        "logits of half of the positions".into(),
        half.unwrap_or(f32::INFINITY),
        bounds.half,
    );
    Ok((found.into_backend(), report))
}
