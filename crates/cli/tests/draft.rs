//! What the right answers to edits from this project's own history take, in forward passes.

use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

fn repository(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../..")
        .join(path)
}

/// The objects that `foretab draft` writes about the frozen cases.
fn draft(arguments: &[&str]) -> Vec<Value> {
    let output = Command::new(env!("CARGO_BIN_EXE_foretab"))
        .args(["draft", "--json", "--cases"])
        .arg(repository("tests/cases/own-history.jsonl"))
        .arg("--model")
        .arg(repository("models/foretab-mini.gguf"))
        .args(arguments)
        .output()
        .unwrap();
    assert!(output.status.success() && output.stderr.is_empty());
    let text = String::from_utf8(output.stdout).unwrap();
    text.lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

#[test]
fn passes_of_every_drafter() {
    let reports = draft(&[]);
    let counts: Vec<_> = reports
        .iter()
        .map(|report| {
            let count = |value: &Value| value.as_u64().unwrap();
            (
                report["drafter"].as_str().unwrap(),
                count(&report["k"]),
                count(&report["passes"]),
                count(&report["rejoin"]["passes"]),
            )
        })
        .collect();
    // Drafter, k, passes for all answers, and where they end when they have rejoined the window.
    // Whoever makes ours fewer changes the numbers here; more are a step back.
    assert_eq!(
        counts,
        [
            ("none", 0, 6690, 5027),
            ("vllm-ngram", 8, 1083, 870),
            ("prompt-lookup", 32, 512, 433),
            ("suffix", 32, 759, 621),
            ("ngram", 64, 300, 279),
            ("pointer", 64, 356, 318),
            ("combined", 64, 282, 261),
        ]
    );
    for report in &reports {
        assert_eq!(report["cases"], 32);
        assert_eq!(report["spoilt"], 0, "{report}");
    }
}

#[test]
fn drafts_are_shorter_where_each_token_costs() {
    let of = |arguments: &[&str]| {
        let reports = draft(&[&["--drafter", "combined"], arguments].concat());
        let number = |key: &str| reports[0][key].as_f64().unwrap();
        (number("drafted"), number("time_mean"))
    };
    let (free, _) = of(&[]);
    let (dear, time) = of(&["--token-cost", "0.28"]);
    let (short, time_short) = of(&["--token-cost", "0.28", "--k", "4"]);
    assert!(short < dear && dear < free, "{short} {dear} {free}");
    assert!(time < time_short, "{time} {time_short}");
}
