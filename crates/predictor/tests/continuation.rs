//! What is being typed, gone on with by rule: no model is there.

mod common;

use common::{Notes, applied};
use foretab_predictor::{Continuation, Repetition, Rule, Settings, TextChange, Workspace};
use pollster::block_on;
use proptest::prelude::*;

/// A workspace in which what stands between two `|` has just been typed.
fn typed(text: &str) -> Workspace {
    let mut pieces = text.split('|');
    let [before, new, after] = std::array::from_fn(|_| pieces.next().unwrap_or_default());
    let mut workspace = Workspace::new();
    workspace.open("a.ts", &[before, after].concat());
    let at = before.encode_utf16().count();
    let change = TextChange {
        from: at,
        to: at,
        insert: new.to_owned(),
    };
    let cursor = at + new.encode_utf16().count();
    workspace.change("a.ts", &[change], cursor, 0.0).unwrap();
    workspace
}

/// What comes at the cursor then, as the line of the document becomes; `-` where nothing is offered.
fn line(text: &str) -> String {
    let workspace = typed(text);
    let Ok(snapshot) = workspace.snapshot("a.ts", &Settings::default()) else {
        return "-".to_owned();
    };
    let mut repetition = Repetition::new(Settings::default());
    let prediction = block_on(repetition.predict(&snapshot, &(), &mut Notes::default()));
    if prediction.statistics.by_rule != Some(Rule::Continuation) {
        return "-".to_owned();
    }
    let text = snapshot.document.text();
    let row = text[..snapshot.document.cursor()].matches('\n').count();
    let then = applied(text, &prediction);
    then.split('\n').nth(row).unwrap_or_default().to_owned()
}

/// How the line at the cursor might go on, likely or not.
fn all(text: &str) -> Vec<String> {
    let snapshot = typed(text).snapshot("a.ts", &Settings::default());
    let all = snapshot
        .map(|snapshot| Continuation::all(&snapshot))
        .into_iter();
    all.flatten().map(|one| one.text).collect()
}

const CLIENT: &str = "\
const response = await fetch(url);
if (!response.ok) {
  throw new HttpError(response.status);
}
";

#[test]
fn a_line_goes_on_as_one_near_by_does() {
    for (half, expected) in [
        ("const body = await resp", "const body = await response"),
        ("console.log(response.st", "console.log(response.status"),
        ("throw new Ht", "throw new HttpError"),
        ("  thr", "  throw"),
        // Nothing stands near by that begins like that, or nothing is likely enough.
        ("const total = q", "-"),
        ("const ok = 1;", "-"),
        ("", "-"),
    ] {
        assert_eq!(line(&format!("{CLIENT}|{half}|\n")), expected, "{half}");
    }
}

#[test]
fn what_stands_behind_the_cursor_stays() {
    assert_eq!(line(&format!("{CLIENT}log(|resp|);\n")), "log(response);");
    assert_eq!(line(&format!("{CLIENT}log(|resp|onse);\n")), "-");
}

#[test]
fn what_was_taken_away_may_come_back() {
    let mut workspace = Workspace::new();
    workspace.open("a.ts", "const width = measureColumn(first);\n");
    common::edit(&mut workspace, "a.ts", "measureColumn(first)", "measu");
    let snapshot = workspace.snapshot("a.ts", &Settings::default()).unwrap();
    let all = Continuation::all(&snapshot);
    assert!(all.iter().any(|one| one.text == "reColumn(first);"));
}

#[test]
fn a_continuation_that_was_dismissed_does_not_come_again() {
    let mut workspace = typed(&format!("{CLIENT}|return resp|\n"));
    let ask = |workspace: &Workspace| {
        let snapshot = workspace.snapshot("a.ts", &Settings::default()).unwrap();
        let mut repetition = Repetition::new(Settings::default());
        block_on(repetition.predict(&snapshot, &(), &mut Notes::default())).suggestions
    };
    let offered = ask(&workspace);
    assert_eq!(offered.len(), 1);
    workspace.reject("a.ts", &offered[0]).unwrap();
    assert_eq!(ask(&workspace), []);
}

proptest! {
    #[test]
    fn nothing_panics(text in "[aé( .\\n\"|]{0,40}", other in "[aé( .\\n\"]{0,20}") {
        let mut pieces = text.split('|').collect::<Vec<_>>();
        pieces.push(&other);
        for continuation in all(&format!("{other}{}", pieces.join("|"))) {
            prop_assert!(!continuation.is_empty() && !continuation.contains('\n'));
        }
        line(&pieces.join("|"));
    }
}
