//! Prompts of the card dialect, byte for byte.

use edit::{Newest, PastChange};
use foretab_prompt::{Budget, ContextFile, Request, sweep_card};
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
