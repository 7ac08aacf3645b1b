//! From change events to suggestions, with recorded answers.

mod common;

use std::ops::Range;

use common::{Notes, Scripted, applied, current, edit, predict};
use foretab_predictor::{
    Diagnostic, Engine as _, Outcome, Prediction, Predictor, Settings, Severity, TextChange,
    Tickets, Workspace,
};
use pollster::block_on;
use prompt::Dialect;

const FILE: &str = "\
export function total(items: Item[]): number {
  let sum = 0;
  for (const item of items) {
    sum += item.price;
  }
  return sum;
}

const a = total(basket);
const b = total([]);
";

fn opened(path: &str, text: &str) -> Workspace {
    let mut workspace = Workspace::new();
    workspace.open(path, text);
    workspace
}

#[test]
fn a_rename_at_the_declaration() {
    let mut workspace = opened("src/price.ts", FILE);
    edit(&mut workspace, "src/price.ts", "total", "subtotal");
    let (prediction, notes) = predict(&workspace, "src/price.ts", |prompt| {
        current(prompt).replace(" total(", " subtotal(")
    });

    assert_eq!(prediction.outcome, Outcome::Suggestions);
    let raw = workspace.document("src/price.ts").unwrap().raw();
    assert_eq!(
        applied(&raw, &prediction),
        FILE.replace("total", "subtotal")
    );
    let first = &prediction.suggestions[0];
    assert_eq!(first.from, raw.find("total(basket)").unwrap());
    assert_eq!(prediction.version, 1);

    assert_eq!(notes.prompts().len(), 1);
    assert!(notes.prompts()[0].ends_with("<|file_sep|>updated/src/price.ts\n"));
    assert_eq!(notes.answer(), FILE.replace("total", "subtotal"));
    let statistics = prediction.statistics;
    // The window with the new name everywhere is the draft, so nearly every token was proposed.
    assert_eq!(
        statistics.new_tokens,
        statistics.accepted + statistics.passes - 1
    );
    assert!(
        statistics.passes * 20 < statistics.new_tokens,
        "{statistics:?}"
    );
    assert!(statistics.prefill_ms > 0.0 && statistics.decode_ms > 0.0);
}

#[test]
fn crlf_and_emoji_come_back_as_the_editor_has_them() {
    let raw = format!("// 😀 prices\n{FILE}").replace('\n', "\r\n");
    let mut workspace = opened("price.ts", &raw);
    edit(&mut workspace, "price.ts", "total", "subtotal");
    let (prediction, notes) = predict(&workspace, "price.ts", |prompt| {
        current(prompt)
            .replace(" total(", " subtotal(")
            .replace("[]);\n", "[]);\nconst c = 😀;\n")
    });

    assert!(
        !notes.prompts()[0].contains('\r'),
        "a prompt has LF line ends"
    );
    let wanted = raw
        .replace("total", "subtotal")
        .replace("[]);\r\n", "[]);\r\nconst c = 😀;\r\n");
    assert_eq!(
        applied(&workspace.document("price.ts").unwrap().raw(), &prediction),
        wanted
    );
}

#[test]
fn a_use_beyond_the_window_is_found_when_the_window_yields_nothing() {
    let text = format!(
        "function total() {{}}\n{}\nuse(total);\n",
        "// filler\n".repeat(30)
    );
    let mut workspace = opened("a.js", &text);
    edit(&mut workspace, "a.js", "total", "sum");
    let (prediction, notes) = predict(&workspace, "a.js", |prompt| {
        current(prompt).replace("use(total)", "use(sum)")
    });

    assert_eq!(notes.prompts().len(), 2);
    assert!(notes.prompts()[1].contains("a.js.diff\noriginal:\nfunction total() {}"));
    assert_eq!(prediction.outcome, Outcome::Suggestions);
    let raw = workspace.document("a.js").unwrap().raw();
    assert_eq!(applied(&raw, &prediction), text.replace("total", "sum"));
    // Why the first window has nothing is told all the same.
    assert_eq!(prediction.dropped[0].reason, "unchanged");
}

/// Of a text it is an error where it calls a function `class`.
struct Keywords;

impl suggest::Syntax for Keywords {
    fn errors(&self, _language: &str, text: &str) -> Option<Vec<Range<usize>>> {
        let errors = text.match_indices("class(");
        Some(errors.map(|(at, error)| at..at + error.len()).collect())
    }

    fn nodes(&self, _: &str, _: &str, _: Range<usize>) -> Option<Vec<suggest::Node>> {
        None
    }
}

#[test]
fn what_would_break_code_is_carried_on_nowhere_else() {
    let path = "src/a.ts";
    let filler = "// filler\n".repeat(30);
    let text = format!("function total() {{}}\ntotal();\n{filler}use(total);\n");
    let mut workspace = opened(path, &text);
    workspace.open("src/b.ts", "import { total } from './a';\n");
    edit(&mut workspace, path, "total", "class");
    let mut snapshot = workspace.snapshot(path, &Settings::default()).unwrap();
    let other = workspace.elsewhere(path, &Settings::default());
    snapshot.elsewhere = other.map(Box::new);
    let engine = Scripted::new(4096, |prompt| {
        current(prompt).replace("\ntotal()", "\nclass()")
    });
    let mut predictor = Predictor::new(engine, Settings::default());
    let mut notes = Notes::default();
    let prediction = block_on(predictor.predict(&snapshot, &Keywords, &mut notes)).unwrap();
    assert_eq!(prediction.outcome, Outcome::Nothing);
    assert_eq!(prediction.dropped[0].reason, "syntax");
    assert_eq!(notes.prompts().len(), 1);
}

#[test]
fn a_use_in_another_document() {
    let mut workspace = opened("a.ts", "export function total() {}\n");
    let text = format!(
        "import {{ total }} from './a';\n{}total();\n",
        "// filler\n".repeat(30)
    );
    workspace.open("b.ts", &text);
    edit(&mut workspace, "a.ts", "total", "sum");
    let (prediction, notes) = predict(&workspace, "b.ts", |prompt| {
        current(prompt).replace("total()", "sum()")
    });
    assert_eq!(
        notes.prompts().len(),
        2,
        "the import's window, then the call's"
    );
    assert_eq!(prediction.suggestions[0].insert, "sum");
    assert_eq!(
        prediction.suggestions[0].from,
        text.find("total()").unwrap()
    );
}

/// A workspace in which `total` of `src/a.ts` has become `sum`, another document, and what is predicted
/// where the first of the two is, with the other in reach.
fn renamed_beside(path: &str, text: &str) -> (Workspace, Option<Prediction>) {
    let mut workspace = opened("README.md", "total\n");
    workspace.open(path, text);
    workspace.open("src/a.ts", "export function total() {}\n");
    edit(&mut workspace, "src/a.ts", "total", "sum");
    let mut snapshot = workspace
        .snapshot("src/a.ts", &Settings::default())
        .unwrap();
    let other = workspace.elsewhere("src/a.ts", &Settings::default());
    snapshot.elsewhere = other.map(Box::new);
    let prediction = snapshot.elsewhere.is_some().then(|| {
        let engine = Scripted::new(4096, |prompt| current(prompt).replace("total", "sum"));
        let mut predictor = Predictor::new(engine, Settings::default());
        block_on(predictor.predict(&snapshot, &(), &mut Notes::default())).unwrap()
    });
    (workspace, prediction)
}

#[test]
fn another_document_has_the_old_name() {
    let filler = "// filler\n".repeat(30);
    let text = format!("import {{ x }} from './a';\n{filler}use(total);\n");
    let (mut workspace, prediction) = renamed_beside("src/b.ts", &text);
    let prediction = prediction.unwrap();
    assert_eq!(prediction.document.as_deref(), Some("src/b.ts"));
    assert_eq!((prediction.version, prediction.suggestions.len()), (0, 1));
    assert_eq!(applied(&text, &prediction), text.replace("total", "sum"));
    assert_eq!(prediction.dropped[0].document, None);

    workspace
        .reject("src/b.ts", &prediction.suggestions[0])
        .unwrap();
    let other = workspace.elsewhere("src/a.ts", &Settings::default());
    let mut snapshot = workspace
        .snapshot("src/a.ts", &Settings::default())
        .unwrap();
    snapshot.elsewhere = other.map(Box::new);
    let engine = Scripted::new(4096, |prompt| current(prompt).replace("total", "sum"));
    let mut predictor = Predictor::new(engine, Settings::default());
    let rejected = block_on(predictor.predict(&snapshot, &(), &mut Notes::default())).unwrap();
    assert_eq!(
        (rejected.outcome, rejected.document),
        (Outcome::Nothing, None)
    );
    let dropped = rejected.dropped.last().unwrap();
    assert_eq!(
        (dropped.reason.as_str(), dropped.document.as_deref()),
        ("rejected", Some("src/b.ts"))
    );
}

#[test]
fn a_document_that_has_nothing_to_do_with_this_one_is_not_asked_about() {
    assert_eq!(renamed_beside("b.ts", "use(total);\n").1, None, "no import");
    assert_eq!(renamed_beside("b.ts", "import './a';\n").1, None, "no use");
    assert_eq!(renamed_beside(".env", "a=total\n").1, None, "secret");
}

#[test]
fn what_follows_in_another_document_can_be_asked_for_ahead() {
    let text = "import { total } from './a';\ntotal();\n";
    let (workspace, prediction) = renamed_beside("src/b.ts", text);
    let prediction = prediction.unwrap();
    let ahead = workspace
        .accepting("src/b.ts", &prediction.suggestions[0])
        .unwrap();
    // The host page shows the document, with the cursor there, before the user accepts.
    let mut really = workspace.clone();
    let first = &prediction.suggestions[0];
    really.set_cursor("src/b.ts", first.from).unwrap();
    let accepted = TextChange {
        from: first.from,
        to: first.to,
        insert: first.insert.clone(),
    };
    let cursor = first.from + first.insert.len();
    really
        .change("src/b.ts", &[accepted], cursor, 5000.0)
        .unwrap();
    assert_eq!(ahead.document("src/b.ts"), really.document("src/b.ts"));
}

#[test]
fn the_search_for_leftovers_ends() {
    let uses = format!("total();\n{}", "// filler\n".repeat(30)).repeat(6);
    let mut workspace = opened("a.js", &uses);
    edit(&mut workspace, "a.js", "total", "sum");
    let (prediction, notes) = predict(&workspace, "a.js", |prompt| current(prompt).to_owned());
    assert_eq!(
        (prediction.outcome, notes.prompts().len()),
        (Outcome::Nothing, 3)
    );
}

#[test]
fn a_place_that_cannot_be_asked_about_is_passed_over() {
    let filler = "// filler\n".repeat(30);
    let text = format!(
        "function total() {{}}\n{filler}use(total, '{}');\n{filler}use(total);\n",
        "x".repeat(1000)
    );
    let mut workspace = opened("a.js", &text);
    edit(&mut workspace, "a.js", "total", "sum");
    let script = |prompt: &str| current(prompt).replace("use(total)", "use(sum)");
    let engine = Scripted::new(1500, script);
    let mut predictor = Predictor::new(engine, Settings::default());
    let snapshot = workspace.snapshot("a.js", predictor.settings()).unwrap();
    let mut notes = Notes::default();
    let prediction = block_on(predictor.predict(&snapshot, &(), &mut notes)).unwrap();
    let reasons: Vec<_> = prediction
        .dropped
        .iter()
        .map(|dropped| &dropped.reason)
        .collect();
    assert_eq!(reasons, ["unchanged", "does-not-fit"]);
    let last = snapshot.document.text().rfind("total").unwrap();
    assert_eq!(prediction.suggestions[0].from, last);
}

#[test]
fn an_error_is_asked_about_with_what_the_editor_says() {
    let text = format!("f(a);\n{}g(a);\n", "// filler\n".repeat(30));
    let mut workspace = opened("a.js", &text);
    edit(&mut workspace, "a.js", "f(a)", "f(a, b)");
    let mut predictor = Predictor::new(
        Scripted::new(4096, |prompt| current(prompt).replace("g(a)", "g(a, b)")),
        Settings::default(),
    );
    let from = workspace
        .document("a.js")
        .unwrap()
        .raw()
        .find("g(a)")
        .unwrap();
    let error = Diagnostic {
        from,
        to: from + 4,
        message: "Expected 2 arguments".to_owned(),
        severity: Severity::Error,
    };
    workspace.set_diagnostics("a.js", &[error]).unwrap();
    let snapshot = workspace.snapshot("a.js", predictor.settings()).unwrap();
    let mut notes = Notes::default();
    let prediction = block_on(predictor.predict(&snapshot, &(), &mut notes)).unwrap();
    assert_eq!(prediction.suggestions[0].insert, ", b");
    let error = "<|file_sep|>diagnostics\nExpected 2 arguments at line 31:\ng(a);\n";
    let told: Vec<_> = notes
        .prompts()
        .iter()
        .map(|prompt| prompt.contains(error))
        .collect();
    assert_eq!(told, [false, true]);
}

#[test]
fn errors_follow_edits_and_go_with_one_that_touches_them() {
    let mut workspace = opened("a.js", "😀 one\r\ntwo\r\nthree\r\nfour\r\n");
    let mark = |(from, to, severity)| Diagnostic {
        from,
        to,
        message: "line\r\nend".to_owned(),
        severity,
    };
    let marks = [
        (3, 6, Severity::Error),
        (8, 11, Severity::Error),
        (13, 18, Severity::Warning),
        (20, 24, Severity::Error),
    ];
    workspace.set_diagnostics("a.js", &marks.map(mark)).unwrap();
    edit(&mut workspace, "a.js", "two", "twenty\r\none");
    let errors = |workspace: &Workspace| -> Vec<_> {
        let snapshot = workspace.snapshot("a.js", &Settings::default()).unwrap();
        let text = snapshot.document.text().to_owned();
        let at = |error: &prompt::Diagnostic| (error.line, text[error.start..][..3].to_owned());
        assert!(
            snapshot
                .errors
                .iter()
                .all(|error| error.message == "line\nend")
        );
        snapshot.errors.iter().map(at).collect()
    };
    assert_eq!(
        errors(&workspace),
        [(0, "one".to_owned()), (4, "fou".to_owned())]
    );
    // What the editor says takes the place of what it said.
    workspace.set_diagnostics("a.js", &[]).unwrap();
    assert_eq!(errors(&workspace), []);
    let many = [(3, 6, Severity::Error); 60].map(mark);
    workspace.set_diagnostics("a.js", &many).unwrap();
    assert_eq!(errors(&workspace).len(), 50);
}

#[test]
fn other_documents_are_context_but_secrets_are_not() {
    let mut workspace = Workspace::new();
    for (path, text) in [
        ("cart.ts", "cart"),
        (".env", "TOKEN=1"),
        ("server.key", "k"),
        ("a.ts", "let a;\n"),
    ] {
        workspace.open(path, text);
    }
    let secret = [TextChange {
        from: 0,
        to: 0,
        insert: "SECRET".to_owned(),
    }];
    workspace.change(".env", &secret, 0, 0.0).unwrap();
    edit(&mut workspace, "a.ts", "let", "const");
    let (_, notes) = predict(&workspace, "a.ts", |prompt| current(prompt).to_owned());
    let prompt = notes.prompts()[0];
    assert!(
        prompt.starts_with("<|file_sep|>cart.ts\ncart\n<|file_sep|>original/a.ts\n"),
        "{prompt}"
    );
    let refused = workspace
        .snapshot(".env", &Settings::default())
        .unwrap_err();
    assert_eq!(refused.code(), "excluded");
}

#[test]
fn a_context_is_an_excerpt_around_the_cursor() {
    let lines: String = (0..200).map(|line| format!("line {line}\n")).collect();
    let mut workspace = opened("long.txt", &lines);
    workspace
        .set_cursor("long.txt", lines.find("line 100").unwrap())
        .unwrap();
    workspace.open("a.ts", "let a;\n");
    edit(&mut workspace, "a.ts", "let", "const");
    let snapshot = workspace.snapshot("a.ts", &Settings::default()).unwrap();
    let excerpt: Vec<_> = snapshot.context[0].text.lines().collect();
    assert_eq!(
        (excerpt[0], excerpt[59], excerpt.len()),
        ("line 70", "line 129", 60)
    );
}

#[test]
fn nothing_is_predicted_before_the_first_edit() {
    let workspace = opened("a.ts", FILE);
    assert_eq!(
        workspace
            .snapshot("a.ts", &Settings::default())
            .unwrap_err()
            .code(),
        "no-edit-yet"
    );
}

#[test]
fn what_is_forgotten_stands_in_no_prompt() {
    let mut workspace = opened("old.ts", "let secret;\n");
    edit(&mut workspace, "old.ts", "let", "const");
    workspace.close("old.ts");
    workspace.open("a.ts", "let a;\n");
    workspace.forget();
    edit(&mut workspace, "a.ts", "let", "const");
    let (_, notes) = predict(&workspace, "a.ts", |prompt| current(prompt).to_owned());
    let prompt = notes.prompts()[0];
    assert!(
        prompt.starts_with("<|file_sep|>original/a.ts\n"),
        "{prompt}"
    );
}

#[test]
fn a_window_that_does_not_fit_is_not_asked_about() {
    let mut workspace = opened("a.ts", FILE);
    edit(&mut workspace, "a.ts", "total", "sum");
    let mut predictor = Predictor::new(Scripted::new(300, |_| String::new()), Settings::default());
    let snapshot = workspace.snapshot("a.ts", predictor.settings()).unwrap();
    let prediction = block_on(predictor.predict(&snapshot, &(), &mut Notes::default())).unwrap();
    assert_eq!(prediction.outcome, Outcome::Skipped);
    assert_eq!(prediction.dropped[0].reason, "does-not-fit");
    let message = &prediction.dropped[0].message;
    assert!(message.ends_with("room for 300"), "{message}");
}

#[test]
fn another_dialect_can_be_chosen() {
    let mut workspace = opened("a.ts", FILE);
    edit(&mut workspace, "a.ts", "total", "sum");
    let engine = Scripted::new(4096, |prompt| current(prompt).replace("total", "sum"));
    let settings = Settings {
        dialect: Some(Dialect::SweepServer),
        ..Settings::default()
    };
    let mut predictor = Predictor::new(engine, settings);
    let snapshot = workspace.snapshot("a.ts", predictor.settings()).unwrap();
    let mut notes = Notes::default();
    let prediction = block_on(predictor.predict(&snapshot, &(), &mut notes)).unwrap();
    assert!(current(notes.prompts()[0]).contains("sum<|cursor|>("));
    // The block is shorter than the window of the card's dialect.
    let expected = FILE.replace("total(", "sum(");
    let text = workspace.document("a.ts").unwrap().raw();
    assert_eq!(applied(&text, &prediction), expected);
}

#[test]
fn the_newest_request_wins() {
    let mut workspace = opened("a.ts", FILE);
    edit(&mut workspace, "a.ts", "total", "sum");
    let engine = Scripted::new(4096, |prompt| current(prompt).replace("total(", "sum("));
    let mut predictor = Predictor::new(engine, Settings::default());
    let snapshot = workspace.snapshot("a.ts", predictor.settings()).unwrap();
    let tickets = Tickets::new();

    // The second request arrives while the first reads its prompt.
    let mut turns = 0;
    let later = tickets.clone();
    let mut first = Notes {
        ticket: Some(tickets.next()),
        ..Notes::default()
    };
    first.at_turn = Some(Box::new(move || {
        turns += 1;
        if turns == 2 {
            later.next();
        }
    }));
    let stopped = block_on(predictor.predict(&snapshot, &(), &mut first)).unwrap();
    assert_eq!(stopped.outcome, Outcome::Cancelled);
    assert!(stopped.suggestions.is_empty() && first.answer().is_empty());

    // What the first has read of the prompt is not read again.
    let read = predictor.engine().computed;
    let mut second = Notes {
        ticket: Some(tickets.next()),
        ..Notes::default()
    };
    let prediction = block_on(predictor.predict(&snapshot, &(), &mut second)).unwrap();
    assert_eq!(prediction.outcome, Outcome::Suggestions);
    assert_eq!(prediction.statistics.cached_tokens, read);
}

#[test]
fn a_further_character_costs_the_current_window_and_no_more() {
    let lines: String = (0..400)
        .map(|line| format!("const line{line} = compute({line});\n"))
        .collect();
    let mut workspace = opened("other.ts", FILE);
    workspace.open("a.ts", &lines);
    edit(&mut workspace, "a.ts", "line10 ", "first ");
    edit(&mut workspace, "a.ts", "line200 ", "pri ");
    let engine = Scripted::new(8192, |prompt| current(prompt).to_owned());
    let mut predictor = Predictor::new(engine, Settings::default());
    let mut predict = |workspace: &Workspace| {
        let snapshot = workspace.snapshot("a.ts", &Settings::default()).unwrap();
        let mut notes = Notes::default();
        let prediction = block_on(predictor.predict(&snapshot, &(), &mut notes)).unwrap();
        (prediction.statistics, notes.prompts()[0].to_owned())
    };
    predict(&workspace);
    edit(&mut workspace, "a.ts", "pri ", "pric ");
    let (statistics, prompt) = predict(&workspace);
    let (before, current) = prompt.split_once("<|file_sep|>current/").unwrap();
    assert!(before.contains("other.ts") && before.contains("first") && !before.contains("pric "));
    let tokens = Scripted::new(0, |_| String::new())
        .tokenizer()
        .encode(current);
    let new = statistics.prompt_tokens - statistics.cached_tokens;
    assert!(
        (1..=tokens.len()).contains(&new),
        "{new} of {}",
        tokens.len()
    );
}

#[test]
fn what_was_asked_before_is_not_asked_again() {
    let mut workspace = opened("a.ts", FILE);
    edit(&mut workspace, "a.ts", "total", "sum");
    for script in [
        |prompt: &str| current(prompt).replace("total(", "sum("),
        |prompt: &str| current(prompt).to_owned(),
    ] {
        let mut predictor = Predictor::new(Scripted::new(4096, script), Settings::default());
        let snapshot = workspace.snapshot("a.ts", predictor.settings()).unwrap();
        let first = block_on(predictor.predict(&snapshot, &(), &mut Notes::default())).unwrap();
        let computed = predictor.engine().computed;
        let mut notes = Notes::default();
        let again = block_on(predictor.predict(&snapshot, &(), &mut notes)).unwrap();
        assert_eq!(again.suggestions, first.suggestions);
        assert_eq!(again.dropped, first.dropped);
        assert_eq!(notes.prompts().len(), again.statistics.known_answers);
        assert_eq!(again.statistics.passes, 0);
        assert_eq!(predictor.engine().computed, computed);
    }
}

#[test]
fn the_next_edit_is_known_when_it_was_asked_for_ahead_of_the_accept() {
    let mut workspace = opened("a.ts", FILE);
    edit(&mut workspace, "a.ts", "total", "sum");
    // One use after the other.
    let script = |prompt: &str| current(prompt).replacen(" total(", " sum(", 1);
    let mut predictor = Predictor::new(Scripted::new(4096, script), Settings::default());
    let mut predict = |workspace: &Workspace| {
        let snapshot = workspace.snapshot("a.ts", &Settings::default()).unwrap();
        block_on(predictor.predict(&snapshot, &(), &mut Notes::default())).unwrap()
    };
    let first = predict(&workspace).suggestions.remove(0);
    let ahead = workspace.accepting("a.ts", &first).unwrap();
    let expected = predict(&ahead);
    assert_eq!(
        (
            expected.suggestions.len(),
            expected.statistics.known_answers
        ),
        (1, 0)
    );

    let cursor = first.from + "sum".len();
    let accepted = TextChange {
        from: first.from,
        to: first.to,
        insert: first.insert,
    };
    workspace
        .change("a.ts", &[accepted], cursor, 5000.0)
        .unwrap();
    let next = predict(&workspace);
    assert_eq!(next.suggestions, expected.suggestions);
    assert_eq!(
        (next.statistics.known_answers, next.statistics.passes),
        (1, 0)
    );
}

#[test]
fn a_rejected_suggestion_stays_away() {
    let mut workspace = opened("a.ts", FILE);
    edit(&mut workspace, "a.ts", "total", "sum");
    let script = |prompt: &str| current(prompt).replace("total(", "sum(");
    let (before, _) = predict(&workspace, "a.ts", script);
    workspace.reject("a.ts", &before.suggestions[0]).unwrap();
    // It is remembered by its line, not by its offset.
    edit(
        &mut workspace,
        "a.ts",
        "  let sum = 0;\n",
        "  let sum = 0;\n  // start\n",
    );
    let (after, _) = predict(&workspace, "a.ts", script);
    assert_eq!(after.suggestions.len(), before.suggestions.len() - 1);
    assert_eq!(after.dropped[0].reason, "rejected");
}

#[test]
fn a_model_that_lost_itself_is_stopped() {
    let mut workspace = opened("a.ts", FILE);
    edit(&mut workspace, "a.ts", "total", "sum");
    let (prediction, notes) = predict(&workspace, "a.ts", |_| "\n".repeat(400));
    assert_eq!(prediction.outcome, Outcome::Nothing);
    assert!(
        notes.answer().len() < 100,
        "{} line feeds",
        notes.answer().len()
    );
}

#[test]
fn an_answer_ends_once_it_has_rejoined_the_window() {
    let steps: String = (0..14).map(|n| format!("step{n}();\n")).collect();
    let text = format!("let total = 0;\none();\ntwo();\nuse(total);\n{steps}");
    let mut workspace = opened("a.js", &text);
    edit(&mut workspace, "a.js", "total", "sum");
    let answer = |prompt: &str| current(prompt).replace("(total)", "(sum)");
    let (prediction, notes) = predict(&workspace, "a.js", answer);

    let wanted = text.replace("total", "sum");
    assert!(!notes.answer().contains("step13"), "{:?}", notes.answer());
    let raw = workspace.document("a.js").unwrap().raw();
    assert_eq!(applied(&raw, &prediction), wanted);
}
