//! A model, asked about cases.

use std::fs::File;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::time::Instant;

use anyhow::Context as _;
use clap::{Args, ValueEnum};
use model::{LoadOptions, Model, Tokenizer, read_header};
use pollster::block_on;
use predictor::{
    Device, Edits, Event, Observer, Prediction, Predictor, Repetition, Settings, Suggestion,
};
use prompt::Dialect;
use suggest::Syntax;

use crate::case::Case;
use crate::score::Suggested;

/// Which model, and where it is computed.
#[derive(Args)]
pub(crate) struct ModelArgs {
    /// The model, a GGUF file; `eval` also takes `rules`, the baseline, and `repeat`, the rule of
    /// `--repeat` without a model
    #[arg(long)]
    pub(crate) model: PathBuf,
    /// Where to compute
    #[arg(long, value_enum, default_value_t)]
    backend: Backend,
    /// Tokens that prompt and answer may take together
    #[arg(long)]
    context: Option<usize>,
    /// The prompt format, in place of the one that the model's file names
    #[arg(long, value_parser = dialect)]
    dialect: Option<Dialect>,
    /// Which edits are shown, in place of those that the model's file names: `all`, or `repetitions` of the newest
    /// change
    #[arg(long, value_parser = edits)]
    edits: Option<Edits>,
    /// Make the user's newest change again by rule, and ask the model only where it fits nowhere; by default where the
    /// edits shown are `repetitions`
    #[arg(long, num_args = 0..=1, require_equals = true, default_missing_value = "true")]
    repeat: Option<bool>,
    /// Where nothing else is to be done, look at other places of added words, and at the next lines
    #[arg(long)]
    explore: bool,
}

#[derive(Clone, Copy, Default, ValueEnum)]
pub(crate) enum Backend {
    /// The CPU, one thread
    #[default]
    Cpu,
    /// Vulkan, Metal or D3D12
    #[cfg(feature = "gpu")]
    Gpu,
}

impl ModelArgs {
    /// Loads the model.
    pub(crate) fn load(&self) -> anyhow::Result<Device> {
        let mut file = File::open(&self.model).with_context(|| self.model.display().to_string())?;
        let options = LoadOptions {
            context: self.context,
        };
        let device = match self.backend {
            Backend::Cpu => {
                let model = Model::load(&mut file, cpu::Cpu::new(), &options, |_, _| {});
                block_on(model).map(Device::Cpu)
            }
            #[cfg(feature = "gpu")]
            Backend::Gpu => block_on(async {
                let gpu = gpu::Gpu::new(gpu::Options::default()).await?;
                Model::load(&mut file, gpu, &options, |_, _| {})
                    .await
                    .map(Device::Gpu)
            }),
        };
        device.with_context(|| self.model.display().to_string())
    }
}

/// A dialect by its name, for clap.
pub(crate) fn dialect(name: &str) -> Result<Dialect, String> {
    let names = || Dialect::ALL.map(Dialect::name).join(", ");
    Dialect::named(&name.replace('-', "_")).ok_or_else(|| format!("one of {}", names()))
}

/// Which edits are shown, by name, for clap.
fn edits(name: &str) -> Result<Edits, String> {
    let names = || Edits::ALL.map(Edits::name).join(", ");
    Edits::named(name).ok_or_else(|| format!("one of {}", names()))
}

/// The tokenizer of a model's file, of which nothing but the header is read.
pub(crate) fn tokenizer(model: &Path) -> anyhow::Result<Tokenizer> {
    let read = || -> anyhow::Result<_> {
        let header = block_on(read_header(&mut File::open(model)?))?;
        Ok(Tokenizer::from_header(&header)?)
    };
    read().with_context(|| model.display().to_string())
}

/// What came of a case.
pub(crate) struct Outcome {
    pub(crate) prediction: Prediction,
    /// The prompts and the answers to them, in order.
    pub(crate) exchanges: Vec<Exchange>,
}

pub(crate) struct Exchange {
    pub(crate) prompt: String,
    pub(crate) answer: String,
}

/// Has the newest change of a case made again by rule.
pub(crate) fn repeat(case: &Case, syntax: &dyn Syntax) -> Outcome {
    let mut watch = Watch::new();
    let mut repetition = Repetition::new(Settings::default());
    let snapshot = case.situation().snapshot();
    Outcome {
        prediction: block_on(repetition.predict(&snapshot, syntax, &mut watch)),
        exchanges: watch.exchanges,
    }
}

/// Asks the model about one case.
pub(crate) fn predict(
    predictor: &mut Predictor<Device>,
    case: &Case,
    syntax: &dyn Syntax,
) -> anyhow::Result<Outcome> {
    let snapshot = case.situation().snapshot();
    let mut watch = Watch::new();
    let prediction = block_on(predictor.predict(&snapshot, syntax, &mut watch))?;
    Ok(Outcome {
        prediction,
        exchanges: watch.exchanges,
    })
}

struct Watch {
    began: Instant,
    exchanges: Vec<Exchange>,
}

impl Watch {
    fn new() -> Self {
        Self {
            began: Instant::now(),
            exchanges: Vec::new(),
        }
    }
}

impl Observer for Watch {
    fn now(&self) -> f64 {
        self.began.elapsed().as_secs_f64() * 1000.0
    }

    fn event(&mut self, event: Event) {
        match event {
            Event::Prompt { text, .. } => {
                self.exchanges.push(Exchange {
                    prompt: text,
                    answer: String::new(),
                });
            }
            Event::Answer { pieces } => {
                if let Some(exchange) = self.exchanges.last_mut() {
                    exchange
                        .answer
                        .extend(pieces.into_iter().map(|piece| piece.text));
                }
            }
            Event::Pass { .. } | Event::Suggestions(_) => {}
        }
    }

    async fn turn(&mut self) -> ControlFlow<()> {
        ControlFlow::Continue(())
    }
}

/// A predictor with the default settings, but for what ends an answer.
pub(crate) fn predictor(model: &ModelArgs, rejoin: bool) -> anyhow::Result<Predictor<Device>> {
    let settings = Settings {
        rejoin,
        dialect: model.dialect,
        edits: model.edits,
        explore: model.explore,
        repeat: model.repeat,
        ..Settings::default()
    };
    Ok(Predictor::new(model.load()?, settings))
}

/// What a document becomes by what a model suggests for it; the document's text as the editor has it.
pub(crate) fn suggested(text: &str, prediction: &Prediction) -> Suggested {
    let first: Vec<_> = prediction.suggestions.iter().take(1).collect();
    let mut all: Vec<_> = prediction.suggestions.iter().collect();
    all.sort_by_key(|suggestion| suggestion.from);
    Suggested {
        shown: !all.is_empty(),
        first: apply(text, &first),
        all: apply(text, &all),
    }
}

fn apply(text: &str, suggestions: &[&Suggestion]) -> String {
    let byte = |at| edit::utf16::to_bytes(text, at);
    let changes = suggestions.iter();
    let changes = changes.map(|one| (byte(one.from)..byte(one.to), &*one.insert));
    edit::replaced(text, changes)
}
