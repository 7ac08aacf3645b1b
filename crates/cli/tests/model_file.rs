//! What the program says of a model file, and what a model file says through it.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use serde_json::{Value, json};

fn model() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../models/foretab-mini.gguf")
}

fn foretab(arguments: &[&Path]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_foretab"))
        .args(arguments)
        .output()
        .unwrap()
}

fn scratch(name: &str) -> PathBuf {
    Path::new(env!("CARGO_TARGET_TMPDIR")).join(name)
}

fn inspect() -> Value {
    let output = foretab(&["inspect".as_ref(), "--json".as_ref(), &model()]);
    serde_json::from_slice(&output.stdout).unwrap()
}

/// Logits of tokens, written to `out`; what the program complained about.
fn logits(tokens: &Value, out: &Path) -> String {
    let file = out.with_extension("json");
    std::fs::write(&file, tokens.to_string()).unwrap();
    let output = foretab(&[
        "logits".as_ref(),
        "--model".as_ref(),
        &model(),
        "--tokens".as_ref(),
        &file,
        "--out".as_ref(),
        out,
    ]);
    String::from_utf8(output.stderr).unwrap()
}

#[test]
fn inspect_tells_sizes_and_names() {
    let report = inspect();
    assert_eq!(report["architecture"], "qwen2");
    assert_eq!(report["tied"], true);
    assert!(report["special"]["<|file_sep|>"].is_u64());
    let blocks = report["blocks"].as_object().unwrap();
    let bytes: u64 = blocks.values().filter_map(Value::as_u64).sum();
    assert_eq!(report["memory"]["weights"], json!(bytes));
    // All but header and padding.
    let size = std::fs::metadata(model()).unwrap().len();
    assert!(bytes < size && bytes * 20 > size * 19);
    let needs = |device: &str, what: &str| report["memory"][device][what].as_u64().unwrap();
    assert!(needs("gpu", "weightBytes") >= bytes && needs("cpu", "weightBytes") >= bytes);
    assert_eq!(report["missing"], json!([]));

    let output = foretab(&["inspect".as_ref(), &model()]);
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(text.starts_with("architecture  qwen2\n") && text.contains("<|file_sep|>"));
}

#[test]
fn logits_are_an_array_of_numpy() {
    let out = scratch("logits.npy");
    assert_eq!(logits(&json!([1, 2, 3]), &out), "");
    let npy = std::fs::read(&out).unwrap();
    let vocabulary = inspect()["vocabulary"].as_u64().unwrap() as usize;
    let start = 10 + usize::from(npy[8]) + 256 * usize::from(npy[9]);
    let header = std::str::from_utf8(&npy[10..start]).unwrap();
    assert!(header.contains(&format!("'shape': (3, {vocabulary})")));
    assert_eq!(npy.len() - start, 3 * vocabulary * 4);
    let finite = |bytes: &[u8; 4]| f32::from_le_bytes(*bytes).is_finite();
    assert!(npy[start..].as_chunks().0.iter().all(finite));
}

#[test]
fn what_cannot_be_computed_is_named() {
    let out = scratch("none.npy");
    let vocabulary = inspect()["vocabulary"].as_u64().unwrap();
    let message = logits(&json!([1, vocabulary]), &out);
    assert!(
        message.contains(&format!(
            "token {vocabulary} of a vocabulary of {vocabulary}"
        )),
        "{message}"
    );
    assert!(logits(&json!([]), &out).contains("no tokens"));
    assert!(logits(&json!(["a"]), &out).contains("none.json"));
    assert!(!out.exists());
}
