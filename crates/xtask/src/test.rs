//! Every check, one after the other: a failure does not hide the next one.

use std::path::PathBuf;
use std::process::Command;
use std::time::Instant;

use anyhow::{Result, bail};
use clap::ValueEnum;
use xshell::{Shell, cmd};

use crate::node::{self, npm};
use crate::wasm::{self, TARGET, Toolchain, Variant};
use crate::{build, say, setup, step_output};

/// One step of the test run; its name is what `--only` takes.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Step {
    /// rustfmt
    Fmt,
    /// clippy over all targets of the workspace, warnings are errors
    Clippy,
    /// clippy of the module as it is compiled for the browser, and for the browser's tests; of the kernels
    /// with relaxed SIMD too
    ClippyWasm,
    /// `cargo test` of the workspace
    Rust,
    /// The module and the npm packages
    Build,
    /// The module with the exports that compare the kernels
    BuildCompare,
    /// Biome and the TypeScript compiler
    Check,
    /// Unit tests of the npm packages
    Web,
    /// The playground and the kernels in headless Chromium
    Browser,
    /// The edge's bundles in workerd and Deno, beside the command line
    Edge,
    /// The command line beside engines that others wrote, and prompts beside Sweep's server; the list of what is
    /// trained on
    Oracle,
}

impl Step {
    fn name(self) -> String {
        let value = self.to_possible_value();
        value.expect("no step is skipped").get_name().to_owned()
    }

    fn run(self, sh: &Shell) -> Result<()> {
        match self {
            Step::Fmt => cmd!(sh, "cargo fmt --all --check").run()?,
            Step::Clippy => cmd!(
                sh,
                "cargo clippy --workspace --all-targets -- --deny warnings"
            )
            .run()?,
            Step::ClippyWasm => clippy_wasm(sh)?,
            Step::Rust => cmd!(sh, "cargo test --workspace --no-fail-fast").run()?,
            Step::Build => build::run(sh, false)?,
            Step::BuildCompare => wasm::build(sh, &Variant::compare())?,
            Step::Check => npm(sh, &["run", "check"])?,
            Step::Web => npm(sh, &["test"])?,
            Step::Browser => npm(sh, &["test", "--workspace", "tests/browser"])?,
            Step::Edge => edge(sh)?,
            Step::Oracle => oracle(sh)?,
        }
        Ok(())
    }
}

/// Sets up and runs the steps (all, if none is named), prints the time of each and of all, and of those that failed
/// their last lines; fails if one failed. One step alone runs in this process, with nothing around it.
pub(crate) fn run(sh: &Shell, only: &[Step]) -> Result<()> {
    let start = Instant::now();
    setup::for_build(sh)?;
    setup::for_test(sh)?;
    if let &[step] = only {
        return step.run(sh);
    }
    let mut times = vec![("set-up".to_owned(), start.elapsed(), true)];
    let mut failed = Vec::new();
    for &step in Step::value_variants() {
        if only.is_empty() || only.contains(&step) {
            let name = step.name();
            say(format!("── {name}"));
            let start = Instant::now();
            let said = apart(sh, &name).unwrap_or_else(|error| Err(format!("{error:#}")));
            times.push((name.clone(), start.elapsed(), said.is_ok()));
            if let Err(said) = said {
                failed.push((name, said));
            }
        }
    }
    for (name, said) in &failed {
        say(format!("── what {name} said\n{said}"));
    }
    say("── summary");
    times.push(("all".to_owned(), start.elapsed(), failed.is_empty()));
    for (name, time, ok) in times {
        let outcome = if ok { "ok" } else { "FAILED" };
        say(format!("{name:14} {:7.1} s  {outcome}", time.as_secs_f64()));
    }
    if !failed.is_empty() {
        let names: Vec<String> = failed.into_iter().map(|(name, _)| name).collect();
        bail!("failed: {}", names.join(", "));
    }
    Ok(())
}

/// A step in a process of its own, so that all that its tools print can be kept.
fn apart(sh: &Shell, name: &str) -> Result<Result<(), String>> {
    let mut command = Command::new(std::env::current_exe()?);
    command
        .current_dir(sh.current_dir())
        .args(["test", "--only", name]);
    step_output::run(command)
}

fn clippy_wasm(sh: &Shell) -> Result<()> {
    if Toolchain::find(sh) != Some(Toolchain::Own) {
        say("skipped: Debian's toolchain for wasm32 has no clippy");
        return Ok(());
    }
    for features in ["", "bench", "compare"] {
        cmd!(
            sh,
            "cargo clippy --package foretab-wasm --target {TARGET} --features {features} -- --deny warnings"
        )
        .run()?;
    }
    let (target, flags) = wasm::with_relaxed_simd(sh)?;
    cmd!(
        sh,
        "cargo clippy {flags...} --target-dir {target} --package foretab-cpu --target {TARGET} -- --deny warnings"
    )
    .run()?;
    Ok(())
}

fn edge(sh: &Shell) -> Result<()> {
    {
        // Not a workspace of ours: the newest wrangler for Node.js 20 has a workerd of its own.
        let _directory = sh.push_dir("tests/edge/wrangler");
        node::install(sh)?;
    }
    let _foretab = sh.push_env("FORETAB", command_line(sh)?.foretab());
    npm(sh, &["test", "--workspace", "tests/edge"])
}

/// Builds `foretab` and the examples that the steps run, and says where they are: for the whole workspace, and with
/// examples, because Cargo chooses features by what it is asked for, and these are those of `cargo test --workspace`.
/// Anything less compiles the dependencies once more.
fn command_line(sh: &Shell) -> Result<Built> {
    cmd!(
        sh,
        "cargo build --workspace --bin foretab --example random_models --example sweep_server --example benchmark_model"
    )
    .run()?;
    Ok(Built(wasm::target_directory(sh)?.join("debug")))
}

/// The folder of what is built.
struct Built(PathBuf);

impl Built {
    fn foretab(&self) -> PathBuf {
        self.0
            .join(format!("foretab{}", std::env::consts::EXE_SUFFIX))
    }

    fn example(&self, name: &str) -> PathBuf {
        self.0
            .join("examples")
            .join(format!("{name}{}", std::env::consts::EXE_SUFFIX))
    }
}

fn oracle(sh: &Shell) -> Result<()> {
    cmd!(sh, "python3 train/test_repositories.py").run()?;
    let built = command_line(sh)?;
    sweep_server(sh, &built)?;
    let target = wasm::target_directory(sh)?;
    let random = target.join("random");
    sh.create_dir(&random)?;
    let random_models = built.example("random_models");
    cmd!(sh, "{random_models} {random}").run()?;
    let _foretab = sh.push_env("FORETAB", built.foretab());
    let _random = sh.push_env("RANDOM_MODELS", random);
    // Not a workspace of ours: llama.cpp is for this step only, which installs it.
    let _directory = sh.push_dir("tests/oracle/llama");
    npm(sh, &["test"])
}

/// The shapes of the published models that Foretab is for, and the block format in which each is tried: Q8_0 as Sweep
/// publishes its, and for the others what keeps the files small.
const SHAPES: [(&str, &str); 4] = [
    ("sweep", "q8_0"),
    ("coder-0.5b", "q8_0"),
    ("coder-1.5b", "q4_k_m"),
    ("coder-3b", "q4_0"),
];

/// Random models of the true sizes: greedy answers beside llama.cpp's, the memory that they take beside what is said
/// beforehand, and the first of them in the page, which a software GPU computes: half an hour, 5 GB on the disk, where
/// they stay for the next run, and 8 GB of memory.
pub(crate) fn large(sh: &Shell) -> Result<()> {
    setup::for_build(sh)?;
    setup::for_test(sh)?;
    build::run(sh, false)?;
    let built = command_line(sh)?;
    let folder = wasm::target_directory(sh)?.join("large");
    sh.create_dir(&folder)?;
    let benchmark_model = built.example("benchmark_model");
    let mut models = Vec::new();
    for (shape, format) in SHAPES {
        let model = folder.join(format!("{shape}-{format}.gguf"));
        if !sh.path_exists(&model) {
            cmd!(sh, "{benchmark_model} {shape} {format} {model}").run()?;
        }
        models.push(model.display().to_string());
    }
    let _foretab = sh.push_env("FORETAB", built.foretab());
    {
        let _directory = sh.push_dir("tests/oracle/llama");
        for model in &models {
            npm(sh, &["run", "large", "--", model])?;
        }
    }
    let _model = sh.push_env("MODEL", &models[0]);
    npm(sh, &["run", "large", "--workspace", "tests/browser"])
}

/// Sweep's published server, in a Python environment of its own.
fn sweep_server(sh: &Shell, built: &Built) -> Result<()> {
    let target = wasm::target_directory(sh)?;
    let python = setup::python(
        sh,
        &target.join("sweep-server"),
        "tests/oracle/sweep/requirements.txt",
    )?;
    let example = built.example("sweep_server");
    for script in ["prompts.py", "selection.py"] {
        cmd!(sh, "{python} tests/oracle/sweep/{script} {example}").run()?;
    }
    Ok(())
}
