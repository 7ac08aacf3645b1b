//! What is told of an answer before it has ended.

mod common;

use common::{Notes, Scripted, current, edit};
use foretab_predictor::{Event, Predictor, Settings, Suggestion, Workspace};
use pollster::block_on;

#[test]
fn the_first_change_is_told_while_the_answer_goes_on() {
    let text = "let a;\none(a);\ntwo();\nthree();\nfour();\nfive(a);\nsix();\nseven();\n";
    let mut workspace = Workspace::new();
    workspace.open("a.js", text);
    edit(&mut workspace, "a.js", "let a", "let b");
    let settings = Settings {
        rejoin: false,
        ..Settings::default()
    };
    let answer = |prompt: &str| current(prompt).replace("(a)", "(b)");
    let mut predictor = Predictor::new(Scripted::new(2000, answer), settings);
    let snapshot = workspace.snapshot("a.js", predictor.settings()).unwrap();
    let mut notes = Notes::default();
    let prediction = block_on(predictor.predict(&snapshot, &(), &mut notes)).unwrap();

    let is_early = |event: &Event| matches!(event, Event::Suggestions(_));
    let at = notes.events.iter().position(is_early).unwrap();
    let (before, rest) = notes.events.split_at(at);
    let [Event::Suggestions(early), rest @ ..] = rest else {
        panic!("{rest:?}");
    };
    let raw = workspace.document("a.js").unwrap().raw();
    let first = raw.find("a);").unwrap();
    let second = raw.rfind("a);").unwrap();
    let places = |suggestions: &[Suggestion]| -> Vec<usize> {
        suggestions.iter().map(|edit| edit.from).collect()
    };
    assert_eq!(places(&early.suggestions), [first]);
    assert_eq!((early.version, early.cursor), (1, prediction.cursor));
    assert_eq!(places(&prediction.suggestions), [first, second]);
    assert_eq!(prediction.suggestions[0], early.suggestions[0]);
    assert!(!rest.iter().any(is_early), "it is told once");
    let said = |events: &[Event]| {
        events
            .iter()
            .any(|event| matches!(event, Event::Answer { .. }))
    };
    assert!(said(before) && said(rest), "the answer goes on behind it");
}
