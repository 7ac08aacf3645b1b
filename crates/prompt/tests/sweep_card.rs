//! Prompts of the card dialect, byte for byte.

use edit::{Newest, PastChange};
use foretab_prompt::{Budget, ContextFile, Dialect, PromptError, Request, Segment, sweep_card};
use proptest::prelude::*;
use sha2::{Digest as _, Sha256};

/// A document with a newest change, and what else the prompt shows.
struct Scene<'a> {
    path: &'a str,
    before: &'a str,
    text: &'a str,
    /// The cursor stands before the first occurrence of this.
    cursor: &'a str,
    history: Vec<PastChange>,
    context: Vec<ContextFile>,
}

impl Scene<'_> {
    fn prompt(&self) -> String {
        let newest = Newest::between(self.before, self.text);
        let request = Request {
            path: self.path,
            text: self.text,
            cursor: self.text.find(self.cursor).unwrap(),
            newest: newest.as_ref(),
            history: &self.history,
            context: &self.context,
        };
        sweep_card::build(&request, &Budget::new(2048, &Budget::estimate))
            .unwrap()
            .to_text()
    }
}

fn change(path: &str, old: &str, new: &str) -> PastChange {
    PastChange {
        path: path.to_owned(),
        line: 0,
        old: old.to_owned(),
        new: new.to_owned(),
    }
}

fn file(path: &str, text: &str) -> ContextFile {
    ContextFile {
        path: path.to_owned(),
        text: text.to_owned(),
    }
}

fn digest(text: &str) -> String {
    Sha256::digest(text)
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect()
}

const PRICE: &str = "\
export function total(items: Item[]): number {
  let sum = 0;
  for (const item of items) {
    sum += item.price;
  }
  return sum;
}
";

#[test]
fn a_parameter_was_added() {
    let text = PRICE.replace("items: Item[]", "items: Item[], taxRate: number");
    let scene = Scene {
        path: "src/price.ts",
        before: PRICE,
        text: &text,
        cursor: "): number",
        history: vec![],
        context: vec![],
    };
    let expected = "\
<|file_sep|>original/src/price.ts
export function total(items: Item[]): number {
  let sum = 0;
  for (const item of items) {
    sum += item.price;
  }
  return sum;
}
<|file_sep|>current/src/price.ts
export function total(items: Item[], taxRate: number): number {
  let sum = 0;
  for (const item of items) {
    sum += item.price;
  }
  return sum;
}
<|file_sep|>updated/src/price.ts
";
    assert_eq!(scene.prompt(), expected);
    assert_eq!(
        digest(&scene.prompt()),
        "de7f19701cda9e75d96db7ed5bff4ba90300958f56bbdc0c51835812ad204b1f"
    );
    let unterminated = Scene {
        before: PRICE.trim_end(),
        text: text.trim_end(),
        ..scene
    };
    assert_eq!(
        unterminated.prompt(),
        expected,
        "a missing final line end makes no difference"
    );
}

#[test]
fn the_window_of_a_longer_file() {
    let before: String = (1..=30).map(|n| format!("v{n:02} = {n}\n")).collect();
    let text = before.replace("v15 = 15", "v15 = 15 + offset");
    let scene = Scene {
        path: "main.py",
        before: &before,
        text: &text,
        cursor: "\nv16",
        history: vec![
            change("main.py", "import consts", "from lib.consts import offset"),
            change("lib/consts.py", "offset = 10", "offset = 100"),
        ],
        context: vec![file("lib/consts.py", "offset = 100\n")],
    };
    let window = |newest: &str| -> String {
        (5..=25)
            .map(|n| {
                if n == 15 {
                    format!("v15 = 15{newest}\n")
                } else {
                    format!("v{n:02} = {n}\n")
                }
            })
            .collect()
    };
    let expected = format!(
        "\
<|file_sep|>lib/consts.py
offset = 100
<|file_sep|>main.py.diff
original:
import consts
updated:
from lib.consts import offset
<|file_sep|>lib/consts.py.diff
original:
offset = 10
updated:
offset = 100
<|file_sep|>original/main.py
{}<|file_sep|>current/main.py
{}<|file_sep|>updated/main.py
",
        window(""),
        window(" + offset")
    );
    assert_eq!(scene.prompt(), expected);
    assert_eq!(
        digest(&scene.prompt()),
        "fd9b52ce5aaff3cf18170fd060508106a735e03814ef9d2099f2a6af47812272"
    );
}

/// The structure that Zed's client tests for.
#[test]
fn every_kind_of_block() {
    let scene = Scene {
        path: "src/main.rs",
        before: "old window",
        text: "current window",
        cursor: "window",
        history: vec![change("src/lib.rs", "old", "new")],
        context: vec![file("src/context.rs", "context")],
    };
    let expected = "\
<|file_sep|>src/context.rs
context
<|file_sep|>src/lib.rs.diff
original:
old
updated:
new
<|file_sep|>original/src/main.rs
old window
<|file_sep|>current/src/main.rs
current window
<|file_sep|>updated/src/main.rs
";
    assert_eq!(scene.prompt(), expected);
    assert_eq!(
        digest(&scene.prompt()),
        "df113631ade0a5ee1cdf4691265ad3b14a6a22b70ccefabbb7951121078d2c6e"
    );
}

/// The example of the model card itself (`run_model.py`, Apache-2.0): an import was just added.
#[test]
fn the_example_of_the_card() {
    let before = "def greet(name):\n    print(f\"Hello, {name}!\")\n\ngreet(\"Alice\")";
    let text = format!("from utils import get_time_of_day\n\n{before}");
    let utils = "\
def get_time_of_day():
    from datetime import datetime
    hour = datetime.now().hour
    if hour < 12:
        return \"morning\"
    elif hour < 18:
        return \"afternoon\"
    else:
        return \"evening\"
";
    let scene = Scene {
        path: "greet.py",
        before,
        text: &text,
        cursor: "\n\ndef",
        history: vec![change(
            "greet.py",
            "def greet():\n    print(\"Hello!\")",
            "def greet(name):\n    print(f\"Hello, {name}!\")",
        )],
        context: vec![file("utils.py", utils)],
    };
    assert_eq!(scene.prompt().len(), 605);
    assert_eq!(
        digest(&scene.prompt()),
        "dc36c8a0e0a6eaa0605a314400a5f679b71f6be87f1bfcfae44407b4866ebd8c"
    );
}

/// A scene of one document, in which nothing has happened.
fn quiet<'a>(path: &'a str, text: &'a str) -> Scene<'a> {
    Scene {
        path,
        before: text,
        text,
        cursor: "",
        history: vec![],
        context: vec![],
    }
}

#[test]
fn without_a_change_original_is_current() {
    assert_eq!(
        quiet("a.rs", "x").prompt(),
        "<|file_sep|>original/a.rs\nx\n<|file_sep|>current/a.rs\nx\n<|file_sep|>updated/a.rs\n"
    );
}

#[test]
fn an_empty_document_has_an_empty_line() {
    assert_eq!(
        quiet("", "").prompt(),
        "<|file_sep|>original/untitled\n\n<|file_sep|>current/untitled\n\n<|file_sep|>updated/untitled\n"
    );
}

#[test]
fn a_deletion_at_the_end_of_the_window_is_undone() {
    let scene = Scene {
        before: "a\nb\n",
        ..quiet("a.rs", "a\n")
    };
    assert!(
        scene.prompt().starts_with(
            "<|file_sep|>original/a.rs\na\nb\n<|file_sep|>current/a.rs\na\n<|file_sep|>"
        )
    );
}

#[test]
fn an_insertion_above_the_window_leaves_no_trace_in_original() {
    let text: String = (0..60).map(|n| format!("{n}\n")).collect();
    let scene = Scene {
        before: &text[10..],
        cursor: "50\n",
        ..quiet("a.rs", &text)
    };
    let prompt = scene.prompt();
    assert_eq!(prompt.matches("\n40\n").count(), 2);
    assert_eq!(prompt.matches("\n39\n").count(), 0);
}

#[test]
fn an_insertion_of_a_line_has_an_empty_side() {
    let scene = Scene {
        history: vec![change("main.py", "", "import os")],
        ..quiet("a.py", "x")
    };
    assert!(scene.prompt().starts_with(
        "<|file_sep|>main.py.diff\noriginal:\n\nupdated:\nimport os\n<|file_sep|>original"
    ));
}

#[test]
fn paths_get_slashes_and_never_a_second_line() {
    assert!(
        quiet("src\\a.rs", "x")
            .prompt()
            .contains("updated/src/a.rs\n")
    );
    let (text, history, context) = ("x", [change("b\n.rs", "1", "2")], [file("c\r.rs", "c")]);
    let request = |path| Request {
        path,
        text,
        cursor: 0,
        newest: None,
        history: &history,
        context: &context,
    };
    let budget = Budget::new(2048, &Budget::estimate);
    assert_eq!(
        sweep_card::build(&request("a\n.rs"), &budget),
        Err(PromptError::Path("a\n.rs".to_owned()))
    );
    assert_eq!(
        sweep_card::build(&request("a.rs"), &budget)
            .unwrap()
            .to_text(),
        quiet("a.rs", "x").prompt()
    );
}

#[test]
fn the_newest_change_is_listed_only_where_the_pair_does_not_show_it() {
    let lines: String = (0..60).map(|n| format!("{n}\n")).collect();
    let before = lines.replace("30\n", "thirty\n");
    let newest = Newest {
        listed: Some(1),
        ..Newest::between(&before, &lines).unwrap()
    };
    let history = [change("b.rs", "1", "2"), change("a.rs", "thirty", "30")];
    let blocks = |cursor: &str| {
        let cursor = lines.find(cursor).unwrap();
        let request = Request {
            path: "a.rs",
            text: &lines,
            cursor,
            newest: Some(&newest),
            history: &history,
            context: &[],
        };
        let prompt = sweep_card::build(&request, &Budget::new(2048, &Budget::estimate))
            .unwrap()
            .to_text();
        (prompt.matches(".diff\n").count(), prompt.contains("thirty"))
    };
    assert_eq!(blocks("\n31\n"), (1, true));
    assert_eq!(blocks("\n50\n"), (2, true));
}

#[test]
fn the_budget_goes_to_the_pair_then_new_changes_then_context() {
    let history: Vec<_> = (0..9)
        .map(|n| change("b.rs", "old", &format!("new{n}")))
        .collect();
    let context = [file("large.rs", &"x".repeat(300)), file("small.rs", "x")];
    let request = Request {
        path: "a.rs",
        text: "x",
        cursor: 0,
        newest: None,
        history: &history,
        context: &context,
    };
    let count = |text: &str| text.len();
    let shown = |tokens, changes| {
        let prompt = sweep_card::build(
            &request,
            &Budget {
                tokens,
                changes,
                count: &count,
            },
        )
        .map(|prompt| prompt.to_text());
        prompt.map(|text| {
            let headers = text
                .lines()
                .filter_map(|line| line.strip_prefix("<|file_sep|>"));
            let headers: Vec<_> = headers
                .take_while(|line| !line.starts_with("original/"))
                .map(str::to_owned)
                .collect();
            (headers.join(" "), text.matches("new8").count())
        })
    };
    // The pair takes 16 + 15 + 13 bytes and 3 control tokens; a change 38 and 1, the small file 11 and 1.
    assert_eq!(
        shown(46, 3),
        Err(PromptError::TooLarge {
            needed: 47,
            budget: 46
        })
    );
    assert_eq!(shown(47, 3), Ok((String::new(), 0)));
    assert_eq!(shown(47 + 39, 3), Ok(("b.rs.diff".to_owned(), 1)));
    assert_eq!(
        shown(47 + 3 * 39 + 12, 3),
        Ok(("small.rs b.rs.diff b.rs.diff b.rs.diff".to_owned(), 1))
    );
    assert_eq!(shown(2048, 99).unwrap().0.matches(".diff").count(), 6);
    assert!(
        shown(2048, 3)
            .unwrap()
            .0
            .starts_with("large.rs small.rs b.rs.diff")
    );
}

#[test]
fn control_tokens_in_a_document_stay_text() {
    let text = "let sep = \"<|file_sep|>\";";
    let request = Request {
        path: "a.rs",
        text,
        cursor: 0,
        newest: None,
        history: &[],
        context: &[],
    };
    let prompt = sweep_card::build(&request, &Budget::new(2048, &Budget::estimate)).unwrap();
    let controls = prompt
        .segments
        .iter()
        .filter(|segment| matches!(segment, Segment::Control(_)));
    assert_eq!(controls.count(), 3);
    assert!(
        prompt
            .segments
            .contains(&Segment::Text(format!("current/a.rs\n{text}\n")))
    );
}

#[test]
fn the_region_decides_about_the_final_line_end() {
    for (answer, region, window) in [
        ("b\n", "a", "b"),
        ("b", "a", "b"),
        ("b\n\n", "a", "b\n"),
        ("b\n", "a\n", "b\n"),
        ("b", "a\n", "b\n"),
        ("b\r\nc\r\n", "a", "b\nc"),
        ("", "", ""),
        ("\n", "", ""),
    ] {
        assert_eq!(
            sweep_card::read(answer, region),
            window,
            "{answer:?} for {region:?}"
        );
    }
}

#[test]
fn an_answer_is_cut_where_it_should_have_ended() {
    assert_eq!(sweep_card::read("b\n<|file_sep|>original/x", "a"), "b");
    assert_eq!(sweep_card::read("b\n</s>\nmore", "a"), "b");
    assert_eq!(
        sweep_card::read(&format!("b{}", "\n".repeat(200)), "a"),
        "b"
    );
    assert_eq!(
        sweep_card::read("<s>new</s>\n", "<s>old</s>"),
        "<s>new</s>",
        "the region has one, so it is text"
    );
}

#[test]
fn what_completion_writes_read_takes_back() {
    for window in ["", "a", "a\nb", "a\n\n", "a\n"] {
        assert_eq!(
            sweep_card::read(&Dialect::SweepCard.completion(window), window),
            window
        );
    }
}

proptest! {
    #[test]
    fn nothing_panics(
        path in any::<String>(), text in any::<String>(), lines in prop::collection::vec("[a-c\n 🦀]{0,4}", 0..60),
        cursor in any::<usize>(), near in 0usize..200, range in any::<(u8, u8)>(), old in any::<String>(),
        answer in any::<String>(), tokens in 0usize..500,
    ) {
        for (text, cursor) in [(text.as_str(), cursor), (&lines.join("\n"), near)] {
            let newest = Newest { range: usize::from(range.0)..usize::from(range.1), old: old.clone(), listed: Some(near) };
            let history = [change(&path, &old, text)];
            let context = [file(&path, &old)];
            let request = Request { path: &path, text, cursor, newest: Some(&newest), history: &history, context: &context };
            if let Ok(prompt) = sweep_card::build(&request, &Budget::new(tokens, &Budget::estimate)) {
                let region = &text[prompt.window];
                prop_assert!(region.split('\n').count() <= 21);
                sweep_card::read(&answer, region);
                prop_assert_eq!(&sweep_card::read(&Dialect::SweepCard.completion(region), region), region);
            }
        }
    }
}
