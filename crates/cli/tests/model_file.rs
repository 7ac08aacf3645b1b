//! What the program says of a model file, and what a model file says through it.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use model::BlockFormat;
use model::testing::Random;
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
fn inspect_tells_the_dialect_and_where_it_is_from() {
    let path = scratch("dialect.gguf");
    for (dialect, said) in [
        (Some("fim"), "fim"),
        (
            None,
            "sweep_card: the file names none; a code model is for fim",
        ),
        (
            Some("sweep"),
            "sweep_card: the file names sweep, which is not known",
        ),
    ] {
        let random = Random {
            dialect,
            ..Random::default()
        };
        std::fs::write(&path, random.gguf()).unwrap();
        let output = foretab(&["inspect".as_ref(), &path]);
        let text = String::from_utf8(output.stdout).unwrap();
        assert!(
            text.contains(&format!("\ndialect       {said}\n")),
            "{text}"
        );
    }
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

/// Qwen2.5-Coder's vocabulary and head, and the dialect that the file names.
#[test]
fn a_code_model_with_a_tied_head_of_151936_rows_fills_in_at_the_cursor() {
    let path = scratch("fim.gguf");
    let random = Random {
        vocabulary: 151_936,
        tied: true,
        layers: 1,
        hidden: 32,
        heads: 2,
        feed_forward: 32,
        format: BlockFormat::Q8_0,
        context: 1024,
        dialect: Some("fim"),
        ..Random::default()
    };
    std::fs::write(&path, random.gguf()).unwrap();
    let case = json!({
        "id": "fim", "path": "a.ts", "before": "let a;\n", "text": "let ab;\nab();\n", "cursor": 6,
        "history": [], "expected": "let ab;\n",
    });
    let cases = scratch("fim.jsonl");
    std::fs::write(&cases, case.to_string()).unwrap();
    let arguments = ["predict", "--verbose", "--model"].map(Path::new);
    let files = [&*path, "--case".as_ref(), &*cases];
    let output = foretab(&[&arguments[..], &files[..]].concat());
    assert!(output.status.success(), "{output:?}");
    let said = String::from_utf8(output.stderr).unwrap();
    let prompt = "<|fim_prefix|>let ab<|fim_suffix|>;\nab();\n<|fim_middle|>";
    assert!(
        said.starts_with(prompt) && said.len() > prompt.len() + 1,
        "{said}"
    );
}
