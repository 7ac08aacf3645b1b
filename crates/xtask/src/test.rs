//! Every check, one after the other: a failure does not hide the next one.

use std::path::PathBuf;
use std::time::{Duration, Instant};

use anyhow::{Result, bail};
use clap::ValueEnum;
use xshell::{Shell, cmd};

use crate::wasm::{self, TARGET, Toolchain, Variant};
use crate::{build, node::npm, say, setup};

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

/// Sets up and runs the steps (all, if none is named), prints the time of each and of all, fails if
/// one failed.
pub(crate) fn run(sh: &Shell, only: &[Step]) -> Result<()> {
    let start = Instant::now();
    setup::for_build(sh)?;
    setup::for_test(sh)?;
    let mut results = vec![("set-up".to_owned(), start.elapsed(), Ok(()))];
    for &step in Step::value_variants() {
        if only.is_empty() || only.contains(&step) {
            say(format!("── {}", step.name()));
            let start = Instant::now();
            let result = step.run(sh);
            if let Err(error) = &result {
                say(format!("{} failed: {error:#}", step.name()));
            }
            results.push((step.name(), start.elapsed(), result));
        }
    }
    let row = |name: &str, time: Duration, outcome: &str| {
        say(format!("{name:14} {:7.1} s  {outcome}", time.as_secs_f64()));
    };
    let mut failed = Vec::new();
    say("── summary");
    for (name, time, result) in results {
        let outcome = if result.is_ok() { "ok" } else { "FAILED" };
        row(&name, time, outcome);
        if result.is_err() {
            failed.push(name);
        }
    }
    row("all", start.elapsed(), "");
    if !failed.is_empty() {
        bail!("failed: {}", failed.join(", "));
    }
    Ok(())
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
    let _foretab = sh.push_env("FORETAB", command_line(sh)?);
    npm(sh, &["test", "--workspace", "tests/edge"])
}

/// Builds `foretab`, and says where it is.
fn command_line(sh: &Shell) -> Result<PathBuf> {
    cmd!(sh, "cargo build --package foretab-cli").run()?;
    let foretab = format!("debug/foretab{}", std::env::consts::EXE_SUFFIX);
    Ok(wasm::target_directory(sh)?.join(foretab))
}

fn oracle(sh: &Shell) -> Result<()> {
    cmd!(sh, "python3 train/test_repositories.py").run()?;
    sweep_server(sh)?;
    let foretab = command_line(sh)?;
    let target = wasm::target_directory(sh)?;
    let random = target.join("random");
    sh.create_dir(&random)?;
    cmd!(
        sh,
        "cargo run --package foretab-model --features testing --example random_models -- {random}"
    )
    .run()?;
    let _foretab = sh.push_env("FORETAB", foretab);
    let _random = sh.push_env("RANDOM_MODELS", random);
    // Not a workspace of ours: llama.cpp is for this step only, which installs it.
    let _directory = sh.push_dir("tests/oracle/llama");
    npm(sh, &["test"])
}

/// Greedy answers of a random model of Sweep's sizes beside llama.cpp's: takes minutes, 1.5 GB on the disk and 4 GB
/// of memory.
pub(crate) fn large(sh: &Shell) -> Result<()> {
    cmd!(sh, "cargo build --package foretab-cli").run()?;
    let target = wasm::target_directory(sh)?;
    let model = target.join("sweep-q8_0.gguf");
    if !sh.path_exists(&model) {
        cmd!(
            sh,
            "cargo run --package foretab-model --features testing --example benchmark_model -- sweep q8_0 {model}"
        )
        .run()?;
    }
    let foretab = format!("debug/foretab{}", std::env::consts::EXE_SUFFIX);
    let _foretab = sh.push_env("FORETAB", target.join(foretab));
    let _directory = sh.push_dir("tests/oracle/llama");
    let model = model.display().to_string();
    npm(sh, &["run", "large", "--", &model])
}

/// Sweep's published server, in a Python environment of its own.
fn sweep_server(sh: &Shell) -> Result<()> {
    cmd!(
        sh,
        "cargo build --package foretab-prompt --example sweep_server"
    )
    .run()?;
    let target = wasm::target_directory(sh)?;
    let python = setup::python(
        sh,
        &target.join("sweep-server"),
        "tests/oracle/sweep/requirements.txt",
    )?;
    let example = format!(
        "debug/examples/sweep_server{}",
        std::env::consts::EXE_SUFFIX
    );
    let example = target.join(example);
    for script in ["prompts.py", "selection.py"] {
        cmd!(sh, "{python} tests/oracle/sweep/{script} {example}").run()?;
    }
    Ok(())
}
