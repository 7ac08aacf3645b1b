//! npm: installing the locked packages when they are out of date, and running scripts.

use anyhow::{Context, Result};
use serde_json::Value;
use xshell::{Shell, cmd};

use crate::say;

/// `npm ci`, unless `node_modules` already holds what `package-lock.json` asks for.
pub(crate) fn install(sh: &Shell) -> Result<()> {
    if !sh.path_exists("package-lock.json") {
        say("no package-lock.json: no npm packages to install");
        return Ok(());
    }
    let locked = sh.read_file("package-lock.json")?;
    // npm keeps the list of what it installed in this file.
    let installed = sh.read_file("node_modules/.package-lock.json");
    if installed.is_ok_and(|installed| is_current(&locked, &installed)) {
        return Ok(());
    }
    say("installing the npm packages");
    // No script of a package runs here: tree-sitter's would compile grammars for Node.js, and nothing else has any.
    npm(sh, &["ci", "--no-audit", "--no-fund", "--ignore-scripts"])
        .context("by hand: install Node.js 20.19 or newer with npm, then `npm ci --ignore-scripts`")
}

/// Runs npm with these arguments. On Windows npm is a batch file.
pub(crate) fn npm(sh: &Shell, arguments: &[&str]) -> Result<()> {
    let npm = if cfg!(windows) { "npm.cmd" } else { "npm" };
    cmd!(sh, "{npm} {arguments...}").run()?;
    Ok(())
}

/// Whether every package that the lock file requires on all systems is installed in that version.
fn is_current(locked: &str, installed: &str) -> bool {
    let parse = |text| serde_json::from_str::<Value>(text).unwrap_or_default();
    let (locked, installed) = (parse(locked), parse(installed));
    let Some(packages) = locked["packages"].as_object() else {
        return false;
    };
    packages.iter().all(|(path, package)| {
        let elsewhere = ["link", "optional", "devOptional"];
        !path.contains("node_modules/")
            || elsewhere.iter().any(|flag| package[flag] == true)
            || installed["packages"][path]["version"] == package["version"]
    })
}

#[cfg(test)]
mod tests {
    use super::is_current;

    const LOCKED: &str = r#"{ "packages": {
        "": { "name": "root" },
        "web/client": { "version": "0.1.0" },
        "node_modules/client": { "resolved": "web/client", "link": true },
        "node_modules/vite": { "version": "8.0.0" },
        "node_modules/only-on-mac": { "version": "1.0.0", "optional": true } } }"#;

    #[test]
    fn the_locked_versions_are_current() {
        let installed = r#"{ "packages": { "node_modules/vite": { "version": "8.0.0" } } }"#;
        assert!(is_current(LOCKED, installed));
    }

    #[test]
    fn another_version_or_a_missing_package_is_not() {
        let older = r#"{ "packages": { "node_modules/vite": { "version": "7.9.0" } } }"#;
        assert!(!is_current(LOCKED, older));
        assert!(!is_current(LOCKED, r#"{ "packages": {} }"#));
        assert!(!is_current(LOCKED, "half a fi"));
    }
}
