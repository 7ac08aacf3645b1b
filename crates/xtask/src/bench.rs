//! Forward passes of ours and of other engines, side by side: installs and builds what is missing, then
//! hands over to `tests/peers`.

use std::env::consts::EXE_EXTENSION;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use clap::{Args, Subcommand, ValueEnum};
use xshell::{Shell, cmd};

use crate::wasm::{self, TARGET, Variant};
use crate::{build, node, say, setup};

/// What to compare, and on which models.
#[derive(Args)]
#[command(args_conflicts_with_subcommands = true)]
pub(crate) struct Options {
    #[command(subcommand)]
    other: Option<Other>,
    /// Random models: s (small), m (medium) or xl (of 1.5 billion weights), in q4_0 or q8_0
    #[arg(
        long,
        value_delimiter = ',',
        default_value = "s-q4_0,s-q8_0,m-q4_0,m-q8_0"
    )]
    models: Vec<String>,
    /// Engines to run beside ours; with `none` nothing is installed for them
    #[arg(long, value_enum, value_delimiter = ',', default_value = "all")]
    peers: Vec<Peer>,
    /// Ours on so many threads, too: 2, 3 or 4. What it takes by the clock is to be compared then
    #[arg(long, value_delimiter = ',', value_parser = clap::value_parser!(u8).range(2..=4))]
    threads: Vec<u8>,
    /// Rounds at least, of which the best time is taken
    #[arg(long, default_value_t = 3)]
    rounds: u32,
}

/// What else is timed.
#[derive(Subcommand)]
enum Other {
    /// 200 clients at once for a minute, against workerd in front of a serving engine that is played
    Edge,
    /// Ours on the GPU that Vulkan offers, natively: what it reads and multiplies at best, and passes of 1 to 64 and
    /// of 512 tokens with their share of that, dispatches, submissions and bytes
    Gpu {
        /// Random models, named as for the others
        #[arg(long, value_delimiter = ',', default_value = "s-q4_0,m-q4_0,m-q8_0")]
        models: Vec<String>,
    },
}

/// An engine that others wrote. Its name is that of `tests/peers/engines.ts`, too.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Peer {
    /// Each of the following
    All,
    /// Only ours
    None,
    /// Compiled to wasm32 with simd128
    Candle,
    /// llama.cpp compiled to wasm32
    Wllama,
    /// ONNX Runtime in the browser
    OnnxruntimeWeb,
    /// transformers.js, on ONNX Runtime
    Transformers,
    /// llama.cpp, native
    NodeLlamaCpp,
}

impl Peer {
    fn chosen(peers: &[Self]) -> Vec<Self> {
        let engines = Self::value_variants().iter().copied();
        engines
            .filter(|peer| !matches!(peer, Self::All | Self::None))
            .filter(|peer| peers.contains(&Self::All) || peers.contains(peer))
            .collect()
    }

    fn name(self) -> String {
        let value = self.to_possible_value();
        value.expect("no engine is skipped").get_name().to_owned()
    }

    /// Whether it is one of `tests/peers/packages`.
    fn is_packaged(self) -> bool {
        matches!(self, Self::Wllama) || self.reads_onnx()
    }

    fn reads_onnx(self) -> bool {
        matches!(self, Self::OnnxruntimeWeb | Self::Transformers)
    }
}

/// Prints a table for each model.
pub(crate) fn run(sh: &Shell, options: &Options) -> Result<()> {
    setup::for_build(sh)?;
    match &options.other {
        Some(Other::Edge) => {
            build::run(sh, false)?;
            return node::npm(sh, &["run", "measure", "--workspace", "tests/edge"]);
        }
        Some(Other::Gpu { models }) => return gpu(sh, models),
        None => {}
    }
    let peers = Peer::chosen(&options.peers);
    setup::CHROMIUM.set_up(sh)?;
    wasm::build(sh, &Variant::bench())?;
    let folder = wasm::target_directory(sh)?.join("bench");
    install(sh, &peers, &folder)?;
    let models = folder.join("models");
    sh.create_dir(&models)?;
    for model in &options.models {
        random_model(sh, model, &models)?;
        if peers.iter().any(|peer| peer.reads_onnx()) {
            onnx(sh, &folder, &models.join(model))?;
        }
    }
    node::npm(sh, &["exec", "--", "tsc", "-b", "tests/peers"])?;
    let (worker, bundle) = ("tests/peers/worker/worker.ts", "tests/peers/pkg/worker.js");
    node::npm(sh, &["exec", "--", "rolldown", worker, "--file", bundle])?;
    let on_threads = options.threads.iter();
    let on_threads = on_threads.map(|threads| format!("foretab-{threads}"));
    let engines = ["foretab".to_owned()].into_iter().chain(on_threads);
    let engines = engines.chain(peers.iter().map(|peer| peer.name()));
    let engines = engines.flat_map(|name| ["--engine".to_owned(), name]);
    let rounds = options.rounds.to_string();
    let names = &options.models;
    cmd!(
        sh,
        "node tests/peers/dist/peers/bench.js --models {models} --rounds {rounds} {engines...} {names...}"
    )
    .run()?;
    Ok(())
}

/// Natively, because a browser's clock is coarse and its GPU's time is not to be had.
fn gpu(sh: &Shell, models: &[String]) -> Result<()> {
    let folder = wasm::target_directory(sh)?.join("bench/models");
    sh.create_dir(&folder)?;
    for model in models {
        random_model(sh, model, &folder)?;
        let file = folder.join(format!("{model}.gguf"));
        cmd!(
            sh,
            "cargo run --release --package foretab-gpu --features compare --example bench -- {file}"
        )
        .run()?;
    }
    Ok(())
}

/// What the engines need and is missing. They are not dependencies of the project: 0.7 GB.
fn install(sh: &Shell, peers: &[Peer], folder: &Path) -> Result<()> {
    if peers.iter().any(|peer| peer.is_packaged()) {
        let _directory = sh.push_dir("tests/peers/packages");
        node::install(sh)?;
    }
    if peers.contains(&Peer::NodeLlamaCpp) {
        let _directory = sh.push_dir("tests/oracle/llama");
        cmd!(sh, "node engine.mjs").run()?;
    }
    if peers.contains(&Peer::Candle) {
        candle(sh, &folder.join("candle"))?;
    }
    if peers.iter().any(|peer| peer.reads_onnx()) {
        python_packages(sh, folder)?;
    }
    Ok(())
}

/// candle, as its own examples are compiled; wasm-opt would take minutes.
fn candle(sh: &Shell, target: &Path) -> Result<()> {
    let toolchain = wasm::toolchain(sh)?;
    cmd!(
        sh,
        "cargo {toolchain...} build --manifest-path tests/peers/candle/Cargo.toml --target-dir {target} --release --target {TARGET} --locked"
    )
    .run()?;
    let module = target.join(TARGET).join("release/foretab_peer_candle.wasm");
    wasm::bind(sh, &module, "tests/peers/candle/pkg", "candle", false)
}

const REQUIREMENTS: &str = "tests/peers/onnx/requirements.txt";

fn python_packages(sh: &Shell, folder: &Path) -> Result<()> {
    let wanted = sh.read_file(REQUIREMENTS)?;
    let stamp = folder.join("python/requirements.txt");
    if sh
        .read_file(&stamp)
        .is_ok_and(|installed| installed == wanted)
    {
        return Ok(());
    }
    say("installing what writes ONNX models");
    let environment = folder.join("python");
    let python = python(folder);
    cmd!(sh, "python3 -m venv {environment}")
        .run()
        .and_then(|()| {
            cmd!(
                sh,
                "{python} -m pip install --quiet --requirement {REQUIREMENTS}"
            )
            .run()
        })
        .context(
            "by hand: install Python 3.11 or newer with venv; or leave these peers out: `--peers`",
        )?;
    sh.write_file(stamp, wanted)?;
    Ok(())
}

fn python(folder: &Path) -> PathBuf {
    folder.join(if cfg!(windows) {
        "python/Scripts/python.exe"
    } else {
        "python/bin/python"
    })
}

/// Writes `NAME.gguf`, unless it is there and what writes it is older.
fn random_model(sh: &Shell, name: &str, folder: &Path) -> Result<()> {
    let file = folder.join(format!("{name}.gguf"));
    let (shape, format) = name
        .split_once('-')
        .with_context(|| format!("{name}: a model is named like s-q4_0"))?;
    cmd!(
        sh,
        "cargo build --package foretab-model --features testing --example benchmark_model"
    )
    .run()?;
    let writer = wasm::target_directory(sh)?.join("debug/examples/benchmark_model");
    let writer = writer.with_extension(EXE_EXTENSION);
    if !is_newer(&file, &writer) {
        cmd!(sh, "{writer} {shape} {format} {file}").run()?;
    }
    Ok(())
}

/// Whether a file is there and was written after another.
fn is_newer(file: &Path, other: &Path) -> bool {
    let written = |path: &Path| path.metadata().and_then(|metadata| metadata.modified());
    written(file).is_ok_and(|file| written(other).is_ok_and(|other| file > other))
}

/// Writes the folder `MODEL-onnx` of the weights in `MODEL.gguf`, unless it is there and the file is
/// older.
fn onnx(sh: &Shell, folder: &Path, model: &Path) -> Result<()> {
    let (file, onnx) = (
        format!("{}.gguf", model.display()),
        format!("{}-onnx", model.display()),
    );
    if !is_newer(&Path::new(&onnx).join("onnx/model.onnx"), file.as_ref()) {
        let python = python(folder);
        cmd!(
            sh,
            "{python} tests/peers/onnx/gguf_to_onnx.py {file} {onnx}"
        )
        .run()?;
    }
    Ok(())
}
