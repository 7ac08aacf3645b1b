//! The WebAssembly module: cargo, wasm-bindgen, wasm-opt.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use serde_json::Value;
use sha2::{Digest, Sha256};
use wasm_bindgen_cli_support::Bindgen;
use xshell::{Shell, cmd};

use crate::say;

pub(crate) const TARGET: &str = "wasm32-unknown-unknown";

/// The toolchain that `tools/wasm-target.sh` links where rustup cannot download the target.
pub(crate) const DEBIAN_TOOLCHAIN: &str = "wasm-debian";

/// What a build of the module is for: where it goes and what is in it.
pub(crate) struct Variant {
    /// Folder of the generated package, relative to the root.
    pub(crate) package: &'static str,
    /// Cargo features of `foretab-wasm`.
    pub(crate) features: &'static str,
    /// With relaxed SIMD, which some browsers lack, besides simd128.
    pub(crate) relaxed: bool,
    pub(crate) optimize: bool,
}

impl Variant {
    /// What the web packages use: the worker takes the second where the browser can.
    pub(crate) fn products(dev: bool) -> [Self; 2] {
        let product = |package, relaxed| Self {
            package,
            features: "",
            relaxed,
            optimize: !dev,
        };
        [
            product("crates/wasm/pkg", false),
            product("crates/wasm/relaxed/pkg", true),
        ]
    }

    /// With the exports that compare the kernels of both backends, for the browser tests.
    pub(crate) fn compare() -> Self {
        Self {
            package: "tests/browser/pkg",
            features: "compare",
            relaxed: false,
            optimize: false,
        }
    }

    /// With forward passes as an export, for the benchmark.
    pub(crate) fn bench() -> Self {
        Self {
            package: "tests/peers/pkg",
            features: "bench",
            relaxed: true,
            optimize: true,
        }
    }
}

/// What compiles for wasm32 on this machine.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Toolchain {
    /// The toolchain of this repository.
    Own,
    /// The one linked as [`DEBIAN_TOOLCHAIN`]. It has no clippy.
    Debian,
}

impl Toolchain {
    /// What goes between `cargo` and its subcommand.
    fn argument(self) -> Option<String> {
        match self {
            Toolchain::Own => None,
            Toolchain::Debian => Some(format!("+{DEBIAN_TOOLCHAIN}")),
        }
    }

    /// The first one that is there.
    pub(crate) fn find(sh: &Shell) -> Option<Self> {
        [Self::Own, Self::Debian].into_iter().find(|toolchain| {
            let argument = toolchain.argument();
            let query = cmd!(
                sh,
                "rustc {argument...} --print target-libdir --target {TARGET}"
            );
            let folder = query.quiet().ignore_stderr().read();
            folder.is_ok_and(|folder| has_standard_library(sh, &folder))
        })
    }
}

fn has_standard_library(sh: &Shell, folder: &str) -> bool {
    sh.read_dir(folder).is_ok_and(|files| {
        files.iter().any(|file| {
            let name = file.file_name().unwrap_or_default().to_string_lossy();
            name.starts_with("libstd-") && name.ends_with(".rlib")
        })
    })
}

/// Compiles the module and writes its package: `foretab.js`, `foretab.d.ts`, `foretab_bg.wasm`.
pub(crate) fn build(sh: &Shell, variant: &Variant) -> Result<()> {
    let toolchain = toolchain(sh)?;
    let features = variant.features;
    let (target, flags) = if variant.relaxed {
        with_relaxed_simd(sh)?
    } else {
        (target_directory(sh)?, None)
    };
    cmd!(
        sh,
        "cargo {toolchain...} build {flags...} --target-dir {target} --package foretab-wasm --release --target {TARGET} --features {features}"
    )
    .run()?;
    let module = target.join(TARGET).join("release/foretab_wasm.wasm");
    bind(sh, &module, variant.package, "foretab", variant.optimize)?;
    print_size(
        &sh.current_dir()
            .join(variant.package)
            .join("foretab_bg.wasm"),
    )
}

/// The target folder and the argument for cargo with which crates may use relaxed SIMD.
///
/// Flags are added to those of the configuration file. They are everyone's, so that a folder of its own
/// saves compiling everything anew each time.
pub(crate) fn with_relaxed_simd(sh: &Shell) -> Result<(PathBuf, Option<String>)> {
    let flags = r#"rustflags = ["-C", "target-feature=+relaxed-simd"]"#;
    let flags = format!("--config=target.{TARGET}.{flags}");
    Ok((target_directory(sh)?.join("relaxed"), Some(flags)))
}

/// What goes between `cargo` and its subcommand to compile for wasm32.
pub(crate) fn toolchain(sh: &Shell) -> Result<Option<String>> {
    let toolchain = Toolchain::find(sh).context("no wasm32 target: run `cargo xtask setup`")?;
    Ok(toolchain.argument())
}

/// wasm-bindgen and wasm-opt, unless the package was made from the very same module: `NAME.js`,
/// `NAME.d.ts` and `NAME_bg.wasm` in the folder `package`.
pub(crate) fn bind(
    sh: &Shell,
    module: &Path,
    package: &str,
    name: &str,
    optimized: bool,
) -> Result<()> {
    let digest = Sha256::digest(sh.read_binary_file(module)?);
    let stamp = format!("{digest:x} optimize={optimized}\n");
    let package = sh.current_dir().join(package);
    let stamp_file = package.join(".stamp");
    if sh.read_file(&stamp_file).is_ok_and(|old| old == stamp) {
        return Ok(());
    }
    sh.remove_path(&package)?;
    Bindgen::new()
        .input_path(module)
        .web(true)?
        .typescript(true)
        .out_name(name)
        .generate(&package)?;
    if optimized {
        optimize(sh, &package.join(format!("{name}_bg.wasm")))?;
    }
    sh.write_file(stamp_file, stamp)?;
    Ok(())
}

/// wasm-opt of the npm package `binaryen`, in place.
fn optimize(sh: &Shell, module: &Path) -> Result<()> {
    let wasm_opt = Path::new("node_modules/binaryen/bin/wasm-opt");
    if !sh.path_exists(wasm_opt) {
        bail!("{} is missing: run `cargo xtask setup`", wasm_opt.display());
    }
    // What the compiler may have used; wasm-opt adds nothing of it. `--all-features` writes modules that no browser takes.
    let features = [
        "--enable-bulk-memory",
        "--enable-bulk-memory-opt",
        "--enable-sign-ext",
        "--enable-mutable-globals",
        "--enable-nontrapping-float-to-int",
        "--enable-multivalue",
        "--enable-reference-types",
        "--enable-simd",
        "--enable-relaxed-simd",
    ];
    cmd!(sh, "node {wasm_opt} -O3 {features...} {module} -o {module}").run()?;
    Ok(())
}

/// Where cargo puts its results: `target`, unless the user's configuration says otherwise.
pub(crate) fn target_directory(sh: &Shell) -> Result<PathBuf> {
    let metadata = cmd!(sh, "cargo metadata --no-deps --format-version 1").quiet();
    let metadata: Value = serde_json::from_str(&metadata.read()?)?;
    let folder = metadata["target_directory"].as_str();
    Ok(folder
        .context("cargo metadata names no target directory")?
        .into())
}

fn print_size(module: &Path) -> Result<()> {
    let bytes = std::fs::read(module)?;
    let mut gzip = flate2::read::GzEncoder::new(&bytes[..], flate2::Compression::best());
    let compressed = std::io::copy(&mut gzip, &mut std::io::sink())?;
    say(format!(
        "{}: {} bytes, {compressed} bytes with gzip -9",
        module.display(),
        bytes.len(),
    ));
    Ok(())
}
