//! Whose work is in the module: the notices that have to travel with it.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::Path;

use anyhow::{Context, Result};
use serde_json::Value;
use xshell::{Shell, cmd};

use crate::wasm::TARGET;

/// The file's name, in the folder of the module.
const FILE: &str = "THIRD-PARTY-NOTICES.txt";

/// Its dependencies are the npm packages that the worker's bundle holds, or the files beside it.
const BUNDLE: &str = "worker/browser/package.json";

/// Beginnings of the names of files that a package's licence stands in, in lower case.
const LICENCE_FILES: [&str; 6] = [
    "licence",
    "license",
    "copying",
    "copyright",
    "notice",
    "unlicense",
];

const HEAD: &str = "\
foretab_bg.wasm and foretab_relaxed_bg.wasm are compiled from the packages below, and from Rust's standard library
(MIT OR Apache-2.0, https://github.com/rust-lang/rust). Of the packages of npm, worker.js holds @noble/hashes and
wasm-feature-detect, tree-sitter.js and web-tree-sitter.wasm are web-tree-sitter, and the others are in grammars/.
The texts of their licences follow.
";

/// A package that is compiled into the module.
struct Package {
    /// Name and version.
    name: String,
    /// Licence, where it comes from, who wrote it.
    about: String,
    /// What its licence files say.
    texts: Vec<String>,
}

/// Writes the notices for the module into `folder`.
pub(crate) fn write(sh: &Shell, folder: impl AsRef<Path>) -> Result<()> {
    let metadata = cmd!(
        sh,
        "cargo metadata --format-version 1 --filter-platform {TARGET}"
    );
    let metadata: Value = serde_json::from_str(&metadata.quiet().ignore_stderr().read()?)?;
    let all = metadata["packages"].as_array().context("no packages")?;
    let mut packages = packages(sh, all)?;
    let bundle: Value = serde_json::from_str(&sh.read_file(BUNDLE)?)?;
    let bundled = bundle["dependencies"].as_object();
    for name in bundled.context("the worker has no dependencies")?.keys() {
        let manifest = sh
            .current_dir()
            .join("node_modules")
            .join(name)
            .join("package.json");
        let package: Value = serde_json::from_str(&sh.read_file(&manifest)?)?;
        let version = package["version"].as_str().unwrap_or_default();
        let mut package = Package::read(sh, name, version, &package, &manifest)?;
        if name == "web-tree-sitter" {
            package.texts.push(icu_licence(sh, all)?);
        }
        packages.push(package);
    }
    sh.write_file(folder.as_ref().join(FILE), notices(&packages))?;
    Ok(())
}

/// Tree-sitter's library has a part of ICU in it. The package of npm leaves its licence out; the crate with the same
/// sources has it.
fn icu_licence(sh: &Shell, all: &[Value]) -> Result<String> {
    let library = all.iter().find(|package| package["name"] == "tree-sitter");
    let manifest = library.and_then(|package| package["manifest_path"].as_str());
    let folder = manifest.and_then(|path| Path::new(path).parent());
    let folder = folder.context("no crate tree-sitter")?;
    Ok(sh.read_file(folder.join("src/unicode/LICENSE"))?)
}

/// The packages in the module, other than our own, by name. `all` is what `cargo metadata` knows.
fn packages(sh: &Shell, all: &[Value]) -> Result<Vec<Package>> {
    // `cargo tree` knows which features the module has, `cargo metadata` where the sources are.
    let format = "{p}";
    let tree = cmd!(
        sh,
        "cargo tree --package foretab-wasm --target {TARGET} --edges normal,no-proc-macro --prefix none --format {format}"
    );
    let tree = tree.quiet().ignore_stderr().read()?;
    let used: BTreeSet<(&str, &str)> = tree
        .lines()
        .filter_map(|line| {
            let (name, rest) = line.split_once(" v")?;
            Some((name, rest.split(' ').next()?))
        })
        .collect();
    all.iter()
        .filter(|package| !package["source"].is_null())
        .filter_map(|package| {
            let (name, version) = (package["name"].as_str()?, package["version"].as_str()?);
            let manifest = Path::new(package["manifest_path"].as_str()?);
            used.contains(&(name, version))
                .then(|| Package::read(sh, name, version, package, manifest))
        })
        .collect()
}

impl Package {
    /// From what `cargo metadata` or npm's manifest says about it, and the files beside the manifest.
    fn read(
        sh: &Shell,
        name: &str,
        version: &str,
        package: &Value,
        manifest: &Path,
    ) -> Result<Self> {
        let folder = manifest.parent().context("no manifest")?;
        let mut texts = Vec::new();
        for file in sh.read_dir(folder)? {
            let name = file.file_name().unwrap_or_default().to_string_lossy();
            let name = name.to_lowercase();
            if file.is_file() && LICENCE_FILES.iter().any(|start| name.starts_with(start)) {
                texts.push(String::from_utf8_lossy(&sh.read_binary_file(&file)?).into_owned());
            }
        }
        let authors = package["authors"].as_array().into_iter().flatten();
        let about = [
            &package["license"],
            &package["repository"],
            &package["repository"]["url"],
        ]
        .into_iter()
        .chain(authors);
        Ok(Self {
            name: format!("{name} {version}"),
            about: about
                .filter_map(Value::as_str)
                .collect::<Vec<_>>()
                .join(", "),
            texts,
        })
    }
}

/// A line a package, then each text once, below the names of those that have it.
fn notices(packages: &[Package]) -> String {
    let mut notices = HEAD.to_owned() + "\n";
    let mut texts = BTreeMap::<Vec<&str>, (BTreeSet<&str>, &str)>::new();
    for Package {
        name,
        about,
        texts: own,
    } in packages
    {
        let _ = writeln!(notices, "{name}: {about}");
        for text in own {
            // The same words in other lines are the same text.
            let words = text.split_whitespace().collect();
            let (names, _) = texts
                .entry(words)
                .or_insert((BTreeSet::new(), text.trim_matches('\n')));
            names.insert(name);
        }
    }
    let mut texts: Vec<_> = texts.into_values().collect();
    texts.sort();
    for (names, text) in texts {
        let names = Vec::from_iter(names).join(", ");
        let _ = write!(notices, "\n{}\n{names}\n\n{text}\n", "=".repeat(80));
    }
    notices
}

#[cfg(test)]
mod tests {
    use super::{HEAD, Package, notices};

    #[test]
    fn a_text_that_several_packages_have_stands_once() {
        let package = |name: &str, texts: &[&str]| Package {
            name: format!("{name} 1.0.0"),
            about: format!("MIT, https://example.org/{name}"),
            texts: texts.iter().map(|&text| text.to_owned()).collect(),
        };
        let packages = [
            package("a", &["Permission is\ngranted.\n", "Apache\n"]),
            package("b", &["Permission is granted.\r\n"]),
            package("c", &[]),
        ];
        let rule = "=".repeat(80);
        let expected = format!(
            "{HEAD}
a 1.0.0: MIT, https://example.org/a
b 1.0.0: MIT, https://example.org/b
c 1.0.0: MIT, https://example.org/c

{rule}
a 1.0.0

Apache

{rule}
a 1.0.0, b 1.0.0

Permission is
granted.
"
        );
        assert_eq!(notices(&packages), expected);
    }
}
