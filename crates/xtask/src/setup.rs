//! Installs what is missing, asks nothing, and says what to do by hand where it cannot.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use xshell::{Shell, cmd};

use crate::wasm::{DEBIAN_TOOLCHAIN, TARGET, Toolchain};
use crate::{node, say};

/// What building and playing need: the wasm32 target and the npm packages.
pub(crate) fn for_build(sh: &Shell) -> Result<()> {
    wasm_target(sh)?;
    node::install(sh)
}

/// What only the tests need, on top of [`for_build`]: two browsers and a Vulkan driver.
pub(crate) fn for_test(sh: &Shell) -> Result<()> {
    CHROMIUM.set_up(sh)?;
    FIREFOX.set_up(sh)?;
    vulkan(sh)
}

/// The standard library for wasm32: by rustup, and where rustup cannot download it, built once
/// from Debian's packages into a toolchain of its own.
fn wasm_target(sh: &Shell) -> Result<()> {
    let found = Toolchain::find(sh);
    if found == Some(Toolchain::Own) {
        return Ok(());
    }
    if found.is_none() {
        say(format!("adding the Rust target {TARGET}"));
        let mut rustup = Command::new("rustup");
        rustup.args(["target", "add", TARGET]);
        // A refused download can also hang.
        if succeeds_within(&mut rustup, Duration::from_secs(180)) {
            return Ok(());
        }
        if !Path::new("/etc/debian_version").exists() {
            bail!(
                "rustup could not add the target. By hand: `rustup target add {TARGET}`, \
                 or link any toolchain that has it as `{DEBIAN_TOOLCHAIN}`"
            );
        }
        say("rustup could not add it: building it from Debian's packages, once");
    }
    // Also when it is there: Debian may have updated its compiler since.
    cmd!(sh, "tools/wasm-target.sh").run().with_context(|| {
        format!("by hand: `rustup target add {TARGET}` on a machine that may download")
    })
}

/// A browser of the tests.
pub(crate) struct Browser {
    /// The environment variable that names its program, which the tests read.
    variable: &'static str,
    /// What it is called in `PATH`.
    names: &'static [&'static str],
    /// Where macOS has it.
    applications: &'static [&'static str],
    /// Debian's package.
    package: &'static str,
}

/// Runs most of the tests.
pub(crate) const CHROMIUM: Browser = Browser {
    variable: "CHROMIUM",
    names: &[
        "chromium",
        "chromium-browser",
        "google-chrome",
        "google-chrome-stable",
    ],
    applications: &[
        "/Applications/Chromium.app/Contents/MacOS/Chromium",
        "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    ],
    package: "chromium",
};

/// Runs the main job once more.
pub(crate) const FIREFOX: Browser = Browser {
    variable: "FIREFOX",
    names: &["firefox-esr", "firefox"],
    applications: &["/Applications/Firefox.app/Contents/MacOS/firefox"],
    package: "firefox-esr",
};

impl Browser {
    /// The one that its variable names, or one that is installed, or Debian's package; the variable then
    /// names it.
    pub(crate) fn set_up(&self, sh: &Shell) -> Result<()> {
        let &Self {
            variable, package, ..
        } = self;
        if self.find(sh).is_none() {
            say(format!("installing {package} for the browser tests"));
            apt_install(sh, &[package]).with_context(|| {
                format!("by hand: install the browser and set {variable} to its path")
            })?;
        }
        let path = self.find(sh);
        let path = path.with_context(|| format!("{package} was installed, yet is not in PATH"))?;
        sh.set_var(variable, path);
        Ok(())
    }

    fn find(&self, sh: &Shell) -> Option<PathBuf> {
        if let Ok(path) = sh.var(self.variable) {
            return Some(path.into());
        }
        let path = sh.var_os("PATH").unwrap_or_default();
        std::env::split_paths(&path)
            .flat_map(|folder| self.names.iter().map(move |name| folder.join(name)))
            .chain(self.applications.iter().map(PathBuf::from))
            .find(|candidate| candidate.is_file())
    }
}

/// A Vulkan driver for the native tests of the WebGPU kernels; Mesa's computes on the CPU.
fn vulkan(sh: &Shell) -> Result<()> {
    if !cfg!(target_os = "linux") || has_vulkan_driver(sh) {
        return Ok(());
    }
    say("installing Mesa's Vulkan driver for the native GPU tests");
    apt_install(sh, &["mesa-vulkan-drivers", "libvulkan1"])
        .context("by hand: install the Vulkan loader and a driver of your distribution")
}

fn has_vulkan_driver(sh: &Shell) -> bool {
    let chosen = ["VK_DRIVER_FILES", "VK_ICD_FILENAMES"];
    let folders = [
        "/usr/share/vulkan/icd.d",
        "/usr/local/share/vulkan/icd.d",
        "/etc/vulkan/icd.d",
    ];
    chosen.iter().any(|name| sh.var(name).is_ok())
        || folders
            .iter()
            .any(|folder| sh.read_dir(folder).is_ok_and(|files| !files.is_empty()))
}

/// The interpreter of a Python environment in `folder` that has the packages that the file
/// `requirements` lists, and none besides.
pub(crate) fn python(sh: &Shell, folder: &Path, requirements: &str) -> Result<PathBuf> {
    let python = folder.join(if cfg!(windows) {
        "Scripts/python.exe"
    } else {
        "bin/python"
    });
    if !sh.path_exists(&python) {
        let create = || cmd!(sh, "python3 -m venv {folder}").run();
        if create().is_err() {
            say("installing Python's environments for the oracle tests");
            apt_install(sh, &["python3-venv"])
                .and_then(|()| Ok(create()?))
                .context("by hand: install Python 3.10 or newer with its module venv")?;
        }
    }
    cmd!(
        sh,
        "{python} -m pip install --quiet --disable-pip-version-check --no-deps --requirement {requirements}"
    )
    .run()?;
    Ok(python)
}

fn apt_install(sh: &Shell, packages: &[&str]) -> Result<()> {
    // `sudo -n` fails rather than ask for a password.
    let sudo: &[&str] = match cmd!(sh, "id -u").read()?.as_str() {
        "0" => &[],
        _ => &["sudo", "-n"],
    };
    let apt = |arguments: &[&str]| {
        let command = [
            &["env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-q"],
            arguments,
        ];
        let mut words = sudo.iter().chain(command.into_iter().flatten());
        let program = words.next().expect("the command is not empty");
        sh.cmd(program).args(words).run()
    };
    apt(&["update"])?;
    apt(&[&["install", "--yes", "--no-install-recommends"], packages].concat())?;
    Ok(())
}

/// Runs a command that may hang; true if it ended well before the limit.
fn succeeds_within(command: &mut Command, limit: Duration) -> bool {
    let Ok(mut child) = command.stdin(Stdio::null()).spawn() else {
        return false;
    };
    let start = Instant::now();
    loop {
        match child.try_wait() {
            Ok(Some(status)) => return status.success(),
            Ok(None) if start.elapsed() < limit => sleep(Duration::from_millis(100)),
            _ => {
                let _ = child.kill();
                let _ = child.wait();
                return false;
            }
        }
    }
}
