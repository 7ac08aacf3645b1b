//! A serving engine that takes and gives text.

use std::cell::RefCell;
use std::convert::Infallible;
use std::ops::ControlFlow;

use decode::Ended;
use foretab_predictor::{
    Completion, Completions, Event, Observer, Outcome, Prediction, Remote, Said, Settings,
    Situation,
};
use pollster::block_on;
use prompt::Dialect;

const TEXT: &str =
    "fn sum(a: u32, b: u32) -> u32 {\n    a + c\n}\n\nfn main() {\n    print(sum(1, 2));\n}\n";

/// Says an answer line by line, and notes what it was asked and how many lines it had to say.
struct Engine<'a> {
    answer: Vec<&'a str>,
    asked: &'a RefCell<Vec<Completion>>,
    said: &'a RefCell<usize>,
}

impl Completions for Engine<'_> {
    type Error = Infallible;

    async fn ask(&mut self, completion: &Completion) -> Result<(), Infallible> {
        self.asked.borrow_mut().push(completion.clone());
        self.said.replace(0);
        Ok(())
    }

    async fn next(&mut self) -> Result<Said, Infallible> {
        let mut said = self.said.borrow_mut();
        let line = self.answer.get(*said);
        *said += 1;
        Ok(line.map_or(Said::Ended(Ended::Stop), |line| {
            Said::Text((*line).to_owned())
        }))
    }

    async fn stop(&mut self) {}
}

struct Unobserved;

impl Observer for Unobserved {
    fn now(&self) -> f64 {
        0.0
    }

    fn event(&mut self, _event: Event) {}

    async fn turn(&mut self) -> ControlFlow<()> {
        ControlFlow::Continue(())
    }
}

/// What comes of a document in which `before` became `text`; what was asked; and the lines that were heard.
fn predict(before: &str, text: &str, answer: &str) -> (Prediction, Vec<Completion>, usize) {
    predict_in(Dialect::default(), before, text, answer)
}

fn predict_in(
    dialect: Dialect,
    before: &str,
    text: &str,
    answer: &str,
) -> (Prediction, Vec<Completion>, usize) {
    let (asked, said) = (RefCell::default(), RefCell::default());
    let engine = Engine {
        answer: answer.split_inclusive('\n').collect(),
        asked: &asked,
        said: &said,
    };
    let situation = Situation {
        path: "main.rs".to_owned(),
        text: text.to_owned(),
        before: Some(before.to_owned()),
        cursor: text.find(')').unwrap_or_default(),
        ..Situation::default()
    };
    let snapshot = situation.checked().expect("it may be asked about");
    let settings = Settings {
        dialect: Some(dialect),
        ..Settings::default()
    };
    let mut remote = Remote::new(engine, settings, 8192);
    let prediction = block_on(remote.predict(&snapshot, &(), &mut Unobserved)).unwrap();
    (prediction, asked.take(), said.take())
}

#[test]
fn an_answer_is_heard_until_it_has_rejoined_the_window() {
    let before = TEXT.replace("b: u32", "c: u32");
    let (prediction, asked, heard) = predict(&before, TEXT, &TEXT.replace("+ c", "+ b"));
    assert_eq!(prediction.outcome, Outcome::Suggestions);
    let [suggestion] = &*prediction.suggestions else {
        panic!("{:?}", prediction.suggestions);
    };
    let at = TEXT.find("c\n").unwrap();
    assert_eq!((suggestion.from, suggestion.to), (at, at + 1));
    assert_eq!(suggestion.insert, "b");
    // Of its seven lines: until the change, and the end of the block with the blank line behind it.
    assert_eq!(heard, 4);
    let [completion] = &*asked else {
        panic!("{asked:?}");
    };
    assert_eq!(
        completion.prompt,
        format!(
            "<|file_sep|>original/main.rs\n{before}<|file_sep|>current/main.rs\n{TEXT}<|file_sep|>updated/main.rs\n"
        )
    );
}

#[test]
fn a_model_that_fills_in_is_asked_at_the_cursor_only_and_its_answer_goes_there() {
    let text = TEXT.replace("a: u32, b: u32", "");
    let (prediction, asked, _) = predict_in(Dialect::Fim, TEXT, &text, "a: u32,\n    c: u32");
    let [suggestion] = &*prediction.suggestions else {
        panic!("{prediction:?}");
    };
    assert_eq!((suggestion.from, suggestion.to), (7, 7));
    assert_eq!(suggestion.insert, "a: u32,\n    c: u32");
    let (before, after) = text.split_at(7);
    let [completion] = &*asked else {
        panic!("{asked:?}");
    };
    let prompt = format!("<|fim_prefix|>{before}<|fim_suffix|>{after}<|fim_middle|>");
    assert_eq!(completion.prompt, prompt);

    let (prediction, asked, _) = predict_in(Dialect::Fim, TEXT, &text, "");
    assert_eq!((prediction.outcome, asked.len()), (Outcome::Nothing, 1));
}

#[test]
fn text_that_spells_a_control_token_is_not_sent() {
    let text = TEXT.replace("print(", "print(\"<|file_sep|>\", ");
    let before = text.replace("b: u32", "c: u32");
    let (prediction, asked, _) = predict(&before, &text, &text);
    assert_eq!(prediction.outcome, Outcome::Skipped);
    assert_eq!(prediction.dropped[0].reason, "control-token");
    assert_eq!(asked, []);
}
