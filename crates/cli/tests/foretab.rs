//! The program itself, run on small files.

use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use serde_json::{Value, json};

fn foretab(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_foretab"))
        .args(arguments)
        .output()
        .unwrap()
}

/// The objects that a command wrote, one a line.
fn lines(output: &Output) -> Vec<Value> {
    let text = std::str::from_utf8(&output.stdout).unwrap();
    text.lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

/// A file of lines in a directory of its own.
fn file(name: &str, lines: &[String]) -> PathBuf {
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    std::fs::write(&path, lines.join("\n")).unwrap();
    path
}

/// A case of 40 lines, `line 0` to `line 39`, with some replaced now and some wanted after.
fn case(id: &str, now: &[(usize, &str)], wanted: &[(usize, &str)]) -> Value {
    let text = |changes: &[(usize, &str)]| -> String {
        let line = |n: usize| {
            changes
                .iter()
                .find(|(at, _)| *at == n)
                .map_or(format!("line {n}"), |(_, new)| (*new).to_owned())
        };
        (0..40).map(|n| line(n) + "\n").collect()
    };
    let changed = text(now);
    let last = now.last().map_or("line 20", |(_, new)| new);
    json!({
        "id": id, "path": "a.txt", "before": text(&[]), "text": changed,
        "cursor": changed.find(last).unwrap() + last.len(), "history": [], "context": [],
        "expected": text(&[now, wanted].concat()), "unknown": 1,
    })
}

#[test]
fn prompts_and_completions() {
    let cases = [
        case("inside", &[(20, "LINE 20")], &[(25, "LINE 25")]),
        case("outside", &[(20, "LINE 20")], &[(35, "LINE 35")]),
        case(
            "both",
            &[(20, "LINE 20")],
            &[(9, "LINE 9"), (10, "LINE 10"), (31, "LINE 31")],
        ),
        case("longer", &[(20, "LINE 20")], &[(12, "one\ntwo")]),
        case("nothing", &[], &[]),
    ];
    let path = file("prompts.jsonl", &cases.map(|case| case.to_string()));
    let output = foretab(&["prompt", "--cases", path.to_str().unwrap()]);
    assert!(output.status.success());
    let written = lines(&output);
    let window = |changes: &[(usize, &str)]| -> String {
        let line = |n: usize| {
            changes
                .iter()
                .find(|(at, _)| *at == n)
                .map_or(format!("line {n}"), |(_, new)| (*new).to_owned())
        };
        (10..=30).map(|n| line(n) + "\n").collect()
    };
    let now = (20, "LINE 20");
    for (line, id, completion) in [
        (&written[0], "inside", window(&[now, (25, "LINE 25")])),
        (&written[1], "outside", window(&[now])),
        (&written[2], "both", window(&[now])),
        (&written[3], "longer", window(&[now, (12, "one\ntwo")])),
        (&written[4], "nothing", window(&[])),
    ] {
        let current = if id == "nothing" {
            window(&[])
        } else {
            window(&[now])
        };
        let prompt = format!(
            "<|file_sep|>original/a.txt\n{}<|file_sep|>current/a.txt\n{current}<|file_sep|>updated/a.txt\n",
            window(&[])
        );
        assert_eq!(
            line,
            &json!({ "id": id, "prompt": prompt, "completion": completion })
        );
    }
}

#[test]
fn the_cases_by_hand_are_cases() {
    let path = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../tests/cases/by-hand.jsonl"
    );
    let output = foretab(&["prompt", "--cases", path]);
    assert!(output.status.success() && output.stderr.is_empty());
    let ids: std::collections::BTreeSet<_> = lines(&output)
        .iter()
        .map(|line| line["id"].to_string())
        .collect();
    assert_eq!(ids.len(), 38);
}

#[test]
fn line_ends_and_offsets_of_editors() {
    let case = json!({
        "id": "crlf", "path": "a.ts", "before": "🦀\r\nlet a;\r\n", "text": "🦀\r\nlet ab;\r\n", "cursor": 10,
        "history": [{ "path": "a.ts", "old": "🦀\r\nlet a;\r\n", "new": "🦀\r\nlet ab;\r\n" }],
        "expected": "🦀\r\nlet abc;\r\n",
    });
    let path = file("crlf.jsonl", &[case.to_string()]);
    let written = lines(&foretab(&[
        "prompt",
        "--cases",
        path.to_str().unwrap(),
        "--dialect",
        "sweep_card",
    ]));
    assert_eq!(written[0]["completion"], "🦀\nlet abc;\n");
    // The newest change is in the history, and the pair shows it.
    assert_eq!(
        written[0]["prompt"],
        "<|file_sep|>original/a.ts\n🦀\nlet a;\n<|file_sep|>current/a.ts\n🦀\nlet ab;\n<|file_sep|>updated/a.ts\n"
    );
}

#[test]
fn the_dialect_of_the_server() {
    let case = json!({
        "id": "server", "path": "a.ts", "before": "let a;\n", "text": "let ab;\n", "cursor": 6,
        "history": [{ "path": "a.ts", "old": "let a;", "new": "let ab;", "line": 0 }],
        "expected": "let abc;\n",
    });
    let path = file("server.jsonl", &[case.to_string()]);
    let path = path.to_str().unwrap();
    let written = lines(&foretab(&[
        "prompt",
        "--cases",
        path,
        "--dialect",
        "sweep-server",
    ]));
    assert_eq!(written[0]["completion"], "let abc;\n");
    // The empty line after `original` is the server's: the last line of a change has no line end there.
    assert_eq!(
        written[0]["prompt"],
        "<|file_sep|>a.ts\nlet a;\n\n<|file_sep|>a.ts:1:1\noriginal:\nlet a;\nupdated:\nlet ab;\n\
         <|file_sep|>original/a.ts:1:2\nlet a;\n\n<|file_sep|>current/a.ts:1:2\nlet ab<|cursor|>;\n<|file_sep|>updated/a.ts:1:2\n"
    );
    let unknown = foretab(&["prompt", "--cases", path, "--dialect", "sweep"]);
    assert!(
        String::from_utf8(unknown.stderr)
            .unwrap()
            .contains("one of sweep_card, sweep_server, fim")
    );
}

#[test]
fn the_dialect_of_models_that_fill_in() {
    let case = |expected: &str| {
        json!({
            "id": "fim", "path": "a.ts", "before": "let a;\n", "text": "let ab;\nab();\n", "cursor": 6,
            "history": [], "expected": expected,
        })
        .to_string()
    };
    // The second one is wanted elsewhere.
    let cases = [
        case("let ab = 1,\n  c;\nab();\n"),
        case("let ab;\nab(1);\n"),
    ];
    let path = file("fim.jsonl", &cases);
    let path = path.to_str().unwrap();
    let written = lines(&foretab(&["prompt", "--cases", path, "--dialect", "fim"]));
    let prompt = "<|fim_prefix|>let ab<|fim_suffix|>;\nab();\n<|fim_middle|>";
    for (line, completion) in written.iter().zip([" = 1,\n  c", ""]) {
        assert_eq!(
            (&line["prompt"], &line["completion"]),
            (&json!(prompt), &json!(completion))
        );
    }
    assert_eq!(written.len(), 2);
}

#[test]
fn a_malformed_line_is_reported_and_the_rest_is_done() {
    let good = case("good", &[], &[]).to_string();
    let path = file(
        "malformed.jsonl",
        &[good.clone(), "{".to_owned(), String::new(), good],
    );
    let output = foretab(&["prompt", "--cases", path.to_str().unwrap()]);
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(lines(&output).len(), 2);
    assert!(
        String::from_utf8(output.stderr)
            .unwrap()
            .contains("malformed.jsonl:2: ")
    );
}

#[test]
fn a_line_that_is_no_text_is_malformed_too() {
    let path = file("bytes.jsonl", &[]);
    let good = case("good", &[], &[]).to_string();
    std::fs::write(&path, [b"\xff\n", good.as_bytes()].concat()).unwrap();
    let output = foretab(&["prompt", "--cases", path.to_str().unwrap()]);
    assert_eq!((output.status.code(), lines(&output).len()), (Some(1), 1));
}

/// As with `foretab prompt … | head -1`.
#[test]
fn a_reader_that_has_seen_enough_is_no_error() {
    let case = case("one", &[(20, "LINE 20")], &[]).to_string();
    // More than a pipe holds.
    let path = file("many.jsonl", &vec![case; 1000]);
    let mut child = Command::new(env!("CARGO_BIN_EXE_foretab"))
        .args(["prompt", "--cases", path.to_str().unwrap()])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success() && output.stderr.is_empty());
}

#[test]
fn a_window_over_the_budget_is_reported() {
    let path = file("budget.jsonl", &[case("large", &[], &[]).to_string()]);
    let output = foretab(&[
        "prompt",
        "--cases",
        path.to_str().unwrap(),
        "--budget",
        "20",
    ]);
    assert_eq!((output.status.code(), lines(&output).len()), (Some(1), 0));
    assert!(
        String::from_utf8(output.stderr)
            .unwrap()
            .contains("the budget is 20")
    );
}

#[test]
fn recorded_answers_are_filtered() {
    let answered = |id: &str, wanted: &[(usize, &str)], answer: &str| {
        let mut case = case(id, &[(20, "LINE 20")], wanted);
        case["answer"] = answer.into();
        case["answer_lines"] = json!([19, 22]);
        case.to_string()
    };
    let path = file(
        "answers.jsonl",
        &[
            answered("good", &[(21, "LINE 21")], "line 19\nLINE 20\nLINE 21\n"),
            answered("undo", &[], "line 19\nline 20\nline 21\n"),
            answered("same", &[(21, "LINE 21")], "line 19\nLINE 20\nline 21\n"),
            case("without", &[], &[]).to_string(),
        ],
    );
    let output = foretab(&["filter", "--cases", path.to_str().unwrap(), "--json"]);
    assert_eq!(
        lines(&output)[0],
        json!({
            "cases": 3, "shown": 0.5, "quiet": 1.0, "parses": null, "reverts": 1, "dropped": { "reverts": 1, "unchanged": 1 },
            "by_id": {
                "good": { "shown": true, "exact": true, "size": [8, 8] },
                "undo": { "shown": false, "reason": "reverts", "exact": true, "size": [0, 0] },
                "same": { "shown": false, "reason": "unchanged", "exact": false, "size": [0, 8] },
            },
        })
    );
}

/// Makes a repository of two commits and replays it.
#[test]
fn a_repository_becomes_cases() {
    let directory = Path::new(env!("CARGO_TARGET_TMPDIR")).join("repository");
    let _ = std::fs::remove_dir_all(&directory);
    std::fs::create_dir_all(&directory).unwrap();
    let git = |arguments: &[&str]| {
        let identity = [
            "-c",
            "user.name=a",
            "-c",
            "user.email=a@example.org",
            "-c",
            "commit.gpgsign=false",
        ];
        let output = Command::new("git")
            .arg("-C")
            .arg(&directory)
            .args(identity)
            .args(arguments)
            // A commit's id, which the cases depend on, depends on the date.
            .envs(
                ["GIT_AUTHOR_DATE", "GIT_COMMITTER_DATE"]
                    .map(|name| (name, "2026-01-01T00:00:00Z")),
            )
            .output()
            .unwrap();
        assert!(
            output.status.success(),
            "{}",
            String::from_utf8_lossy(&output.stderr)
        );
    };
    let commit = |name: &str| {
        let text: String = (0..12)
            .map(|n| format!("print({name}, {n})\nvalue = {n}\n"))
            .collect();
        std::fs::write(directory.join("a.py"), &text).unwrap();
        std::fs::write(directory.join("a.unknown"), &text).unwrap();
        git(&["add", "."]);
        git(&["commit", "-m", name]);
    };
    git(&["init", "-q"]);
    commit("first");
    commit("second");

    let replay = |seed: &str| {
        foretab(&[
            "cases",
            "--git",
            directory.to_str().unwrap(),
            "--seed",
            seed,
        ])
    };
    let output = replay("1");
    assert!(output.status.success());
    let cases = lines(&output);
    assert!(cases.len() >= 2);
    for case in &cases {
        assert_eq!(
            (&case["path"], &case["language"]),
            (&json!("a.py"), &json!("python"))
        );
        let (text, kind) = (
            case["text"].as_str().unwrap(),
            case["kind"].as_str().unwrap(),
        );
        assert!(["below", "above", "jump", "fim", "noise"].contains(&kind));
        assert_ne!(case["before"], case["text"]);
        assert_eq!(kind == "noise", case["expected"].is_null());
        assert!(case["cursor"].as_u64().unwrap() <= text.len() as u64);
    }
    assert_eq!(
        output.stdout,
        replay("1").stdout,
        "the same seed, the same cases"
    );
    assert_ne!(output.stdout, replay("2").stdout);
    let all: Vec<_> = ["rename", "fill", "noise"]
        .iter()
        .flat_map(|task| {
            let directory = directory.to_str().unwrap();
            let arguments = ["cases", "--git", directory, "--seed", "1", "--tasks", task];
            lines(&foretab(&arguments))
        })
        .collect();
    assert!(!all.is_empty());
    for case in all {
        assert!(cases.contains(&case), "the others change nothing: {case}");
    }
    let path = file(
        "replayed.jsonl",
        &cases.iter().map(Value::to_string).collect::<Vec<_>>(),
    );
    assert!(
        foretab(&["prompt", "--cases", path.to_str().unwrap()])
            .status
            .success()
    );
    assert!(
        !foretab(&[
            "cases",
            "--git",
            directory.to_str().unwrap(),
            "--rev-range",
            "--all"
        ])
        .status
        .success()
    );
}

#[test]
fn a_directory_that_is_no_repository_is_complained_about_once() {
    let output = foretab(&["cases", "--git", "no-such-directory"]);
    assert!(!output.status.success() && output.stdout.is_empty());
    let complaint = String::from_utf8(output.stderr).unwrap();
    assert_eq!(
        complaint.matches("no-such-directory").count(),
        1,
        "{complaint}"
    );
}

/// The model that the page loads, so what it says may change; what the commands write may not.
const MODEL: &str = concat!(
    env!("CARGO_MANIFEST_DIR"),
    "/../../models/foretab-mini.gguf"
);

/// A short document, so that a debug build answers soon.
fn short_case(id: &str, kind: &str, expected: &str) -> String {
    json!({
        "id": id, "path": "a.js", "kind": kind, "expected": expected, "cursor": 11,
        "before": "let sum = 1;\nuse(sum);\n", "text": "let total = 1;\nuse(sum);\n",
    })
    .to_string()
}

#[test]
fn a_prediction_as_json_and_drawn() {
    let path = file("predict.jsonl", &[short_case("one", "below", "")]);
    let arguments = [
        "predict",
        "--model",
        MODEL,
        "--repeat=false",
        "--case",
        path.to_str().unwrap(),
    ];
    let drawn = foretab(&arguments);
    assert!(drawn.status.success());
    let drawn = String::from_utf8(drawn.stdout).unwrap();
    assert!(
        drawn.contains(" passes (") && drawn.ends_with("ms on the cpu\n"),
        "{drawn}"
    );

    let report = &lines(&foretab(&[&arguments[..], &["--json"]].concat()))[0];
    assert!(report["suggestions"].is_array() && report["dropped"].is_array());
    assert!(report["stats"]["passes"].as_u64() > Some(0));
    assert_eq!(report["stats"]["backend"], "cpu");
    assert!(
        !foretab(&[&arguments[..], &["--id", "two"]].concat())
            .status
            .success()
    );
}

#[test]
fn an_evaluation_counts_by_kind() {
    let same = "let total = 1;\nuse(sum);\n";
    let cases = [
        short_case("wanted", "below", "let total = 1;\nuse(total);\n"),
        "no case".to_owned(),
        short_case("unwanted", "noise", same),
        short_case("beyond the limit", "noise", same),
    ];
    let path = file("eval.jsonl", &cases);
    let output = foretab(&[
        "eval",
        "--json",
        "--limit",
        "2",
        "--model",
        MODEL,
        "--repeat=false",
        "--cases",
        path.to_str().unwrap(),
    ]);
    assert_eq!(output.status.code(), Some(1), "one line is no case");
    assert!(String::from_utf8_lossy(&output.stderr).contains("eval.jsonl:2: "));
    let report = &lines(&output)[0];
    assert_eq!(report["cases"], 2);
    assert_eq!(report["by_kind"]["below"]["cases"], 1);
    assert_eq!(report["by_kind"]["below"]["quiet"], Value::Null);
    assert_eq!(report["by_kind"]["noise"]["shown"], Value::Null);
    // The same answer to both, so it is right once.
    let (shown, quiet) = (
        report["shown"].as_f64().unwrap(),
        report["quiet"].as_f64().unwrap(),
    );
    assert_eq!(shown + quiet, 1.0);
    assert!(report["tokens_per_pass"].as_f64() >= Some(1.0));
    // Both documents parse, so only where nothing is shown there is nothing to count.
    assert_eq!(report["parses"].is_null(), shown == 0.0);
}

#[test]
fn the_rules_are_scored_as_a_model_is() {
    let repeated = "let total = 1;\nuse(total);\n";
    let cases = [
        short_case("right", "below", repeated),
        short_case("wrong", "below", "let total = 1;\nuse(sum, 2);\n"),
        short_case("unwanted", "noise", "let total = 1;\nuse(sum);\n"),
    ];
    let path = file("rules.jsonl", &cases);
    let cases = path.to_str().unwrap();
    let output = foretab(&["eval", "--json", "--model", "rules", "--cases", cases]);
    assert!(output.status.success());
    let report = &lines(&output)[0];
    assert_eq!(report["by_kind"]["below"]["exact"], 0.5);
    assert_eq!(report["by_kind"]["below"]["shown"], 1.0);
    assert_eq!(report["by_kind"]["noise"]["quiet"], 0.0);
    assert_eq!(report["parses"], 1.0);
    assert_eq!(report["passes"], 0);
}

#[test]
fn places_are_right_where_they_lead_to_what_is_wanted() {
    let text = |uses: [&str; 3]| {
        let [first, second, last] = uses;
        format!("let {first} = 1;\nuse({second});\nadd(1);\n\nadd({last});\n")
    };
    let case = json!({
        "id": "a", "path": "a.ts", "task": "repeat-rename", "before": text(["sum", "sum", "sum"]),
        "text": text(["total", "sum", "sum"]), "cursor": 9, "expected": text(["total", "sum", "total"]),
        "history": [{ "path": "a.ts", "old": "let sum = 1;", "new": "let total = 1;" }],
    });
    let cases = file("places.jsonl", &[case.to_string()]);
    let output = foretab(&["places", "--cases", cases.to_str().unwrap()]);
    let [decision] = &*lines(&output) else {
        panic!("{output:?}");
    };
    let reading = &decision["windows"][0][0];
    let rows = reading["rows"].as_array().unwrap();
    let told = |what: &str| -> Vec<_> { rows.iter().map(|row| row[what].clone()).collect() };
    assert_eq!(told("right"), [false, true]);
    assert_eq!(told("beside"), [true, false]);
    assert_eq!(reading["complete"], true);
    let names = decision["names"].as_array().unwrap();
    let number = |row: usize, name: &str| {
        let at = names.iter().position(|known| known == name).unwrap();
        rows[row]["evidence"][0][at].as_f64().unwrap()
    };
    // What is right beside the change counts as one further.
    assert_eq!([number(0, "distance"), number(1, "distance")], [2.0, 4.0]);
    assert_eq!([number(0, "nearer"), number(1, "nearer")], [0.0, 1.0]);
    assert_eq!([number(0, "rows"), number(1, "name")], [2.0, 1.0]);
    assert_eq!(
        [number(0, "blank_between"), number(1, "blank_between")],
        [0.0, 1.0]
    );
    assert_eq!([number(1, "old_near"), number(1, "new_near")], [2.0, 1.0]);
}

#[test]
fn a_continuation_is_right_as_far_as_what_is_wanted_goes_on_with_it() {
    let text = |end: &str| format!("log(response.status);\nreturn resp{end}\n");
    let case = json!({
        "id": "a", "path": "a.ts", "task": "typed", "before": "log(response.status);\n\n", "text": text(""), "cursor": 33,
        "expected": text("onse.status;"), "history": [{ "path": "a.ts", "old": "", "new": "return resp" }],
    });
    let cases = file("continuations.jsonl", &[case.to_string()]);
    let output = foretab(&["continuations", "--cases", cases.to_str().unwrap()]);
    let [decision] = &*lines(&output) else {
        panic!("{output:?}");
    };
    let continuations = decision["continuations"].as_array().unwrap();
    // As long as `onse`, `onse.`, `onse.status`, `onse.status)`, and `onse.status);`.
    let of = |length: u64| {
        continuations
            .iter()
            .find(|one| one["length"] == length)
            .unwrap()
    };
    let told = [4, 5, 11, 12, 13].map(|length| of(length)["right"] == true);
    assert_eq!(told, [true, true, true, false, false]);
    assert!(continuations.iter().all(|one| one["exact"] == false));
    let names = decision["names"].as_array().unwrap();
    let at = names.iter().position(|name| name == "distance").unwrap();
    assert_eq!(of(4)["evidence"][at], 1.0);
}

/// Repetitions, renames and quiet edits from this project's own history. Whoever makes the model better, or the rule
/// before it, raises the floor.
#[test]
fn the_embedded_model_stays_above_its_floor() {
    let path = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../tests/cases/own-repetitions.jsonl"
    );
    let arguments = ["eval", "--rejoin", "--json", "--model", MODEL, "--cases"];
    let (by_default, without_rule) = (&[][..], &["--repeat=false"][..]);
    for (repeat, exact, quiet) in [(by_default, 0.8, 0.66), (without_rule, 0.55, 1.0)] {
        let report = &lines(&foretab(&[&arguments[..], &[path], repeat].concat()))[0];
        assert_eq!(report["cases"], 16);
        assert!(report["exact"].as_f64() >= Some(exact), "{report}");
        let noise = &report["by_kind"]["noise"]["quiet"];
        assert!(noise.as_f64() >= Some(quiet), "{report}");
    }
}

#[test]
fn a_model_that_is_none_is_named() {
    let path = file("none.jsonl", &[short_case("one", "below", "")]);
    let path = path.to_str().unwrap();
    for command in [["predict", "--case"], ["eval", "--cases"]] {
        let output = foretab(&[command[0], "--model", path, command[1], path]);
        assert!(!output.status.success());
        assert!(
            String::from_utf8(output.stderr)
                .unwrap()
                .contains("none.jsonl: model file: ")
        );
    }
}
