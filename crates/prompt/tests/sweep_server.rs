//! Prompts of the server dialect. `tests/oracle/sweep` holds many more to the server itself.

use edit::{Newest, PastChange};
use foretab_prompt::sweep_server::{Asked, State, build, first, read, second};
use foretab_prompt::{Budget, ContextFile, Diagnostic, PromptError, Request};
use proptest::prelude::*;
use sha2::{Digest as _, Sha256};

const BEFORE: &str = "\
export function total(items: Item[]): number {
  let sum = 0;
  for (const item of items) {
    sum += item.price;
  }
  return sum;
}
";
const CHANGE: &str = "\
File: src/price.ts
@@ -1,3 +1,3 @@
-export function total(items: Item[]): number {
+export function total(items: Item[], taxRate: number): number {
   let sum = 0;
   for (const item of items) {
";

/// The length in bytes and the SHA-256 of the prompt after a parameter was added, with the cursor
/// behind `behind`.
fn price(behind: &str, prefill: bool) -> (usize, String) {
    let text = BEFORE.replace("items: Item[]", "items: Item[], taxRate: number");
    let asked = first(&State {
        path: "src/price.ts",
        text: &text,
        cursor: text.find(behind).unwrap() + behind.len(),
        original: BEFORE,
        changes: CHANGE,
        prefill,
        ..State::default()
    });
    let prompt = asked.unwrap().prompt.to_text();
    let digest = Sha256::digest(&prompt);
    let digest = digest.iter().map(|byte| format!("{byte:02x}")).collect();
    (prompt.len(), digest)
}

/// The server's own prompts (`sweep-autocomplete` 0.1.1).
#[test]
fn the_servers_prompts() {
    for (behind, prefill, length, digest) in [
        (
            "taxRate: number",
            false,
            755,
            "c1f0aebf2b5e8f8fee205fc7074874d4d4be57d50fd2eebcb0d9b95e884f0e0b",
        ),
        (
            "return sum",
            false,
            558,
            "944a4e47d696dbdb95e260da5a6f4c8e9af5672b25b259253e3db25e76e82d79",
        ),
        (
            "return sum",
            true,
            581,
            "cc73642275859b59dcf7e0aa9d6ff49dfec8e07c51bb16d33090a8ff897ddeec",
        ),
    ] {
        assert_eq!(price(behind, prefill), (length, digest.to_owned()));
    }
}

/// A document of the lines 0 to 59 in which `changes` were made, with the cursor in row 5.
fn lines<'a>(text: &'a str, changes: &'a str) -> State<'a> {
    State {
        path: "a.rs",
        text,
        cursor: text.find("5\n").unwrap_or(0),
        original: text,
        changes,
        ..State::default()
    }
}

fn numbered() -> String {
    (0..60).map(|n| format!("{n}\n")).collect()
}

/// The block of a prompt with the cursor's mark.
fn current(asked: &Asked) -> String {
    let text = asked.prompt.to_text();
    let (_, current) = text.split_once("current/").unwrap();
    let (block, _) = current.split_once("\n<|file_sep|>").unwrap();
    block.replace('\n', " ")
}

#[test]
fn a_block_has_two_lines_above_and_five_below() {
    let text = numbered();
    let asked = first(&lines(&text, "")).unwrap();
    assert_eq!(current(&asked), "a.rs:3:11 3 4 <|cursor|>5 6 7 8 9 10");
    assert_eq!(&text[asked.prompt.window], "3\n4\n5\n6\n7\n8\n9\n10");
}

#[test]
fn blank_lines_around_a_block_are_left_out() {
    let text = format!("a\n\n\nx\ny\n{}b\n", "\n".repeat(8));
    let state = State {
        text: &text,
        cursor: 4,
        ..lines("5\n", "")
    };
    assert_eq!(current(&first(&state).unwrap()), "a.rs:1:3 <|cursor|>x y");
    assert_eq!(
        first(&State {
            text: "\n \n",
            ..state
        }),
        Err(PromptError::Blank)
    );
}

/// Python's index −1, where the document has the cursor above the block.
#[test]
fn a_cursor_above_the_block_counts_from_its_end() {
    let text = "\nab\n";
    let state = State {
        text,
        cursor: 0,
        ..lines("5\n", "")
    };
    assert_eq!(current(&first(&state).unwrap()), "a.rs:1:2 ab<|cursor|>");
}

#[test]
fn long_lines_are_cut_and_longer_ones_not_asked_about() {
    let long = |characters| "é".repeat(characters);
    let prompt = |text: &str| {
        let state = State {
            text,
            cursor: 0,
            ..lines("5\n", "")
        };
        first(&state).map(|asked| asked.prompt.to_text())
    };
    let cut = format!("\n{}...\n", long(600));
    assert!(
        !prompt(&format!("x\n{}\n", long(599)))
            .unwrap()
            .contains("...")
    );
    assert!(
        prompt(&format!("x\n{}\n", long(600)))
            .unwrap()
            .contains(&cut)
    );
    assert_eq!(
        prompt(&format!("x\n{}\n", long(1001))),
        Err(PromptError::LongLine)
    );
}

#[test]
fn a_large_document_is_shown_around_the_cursor() {
    let text: String = (0..1000).map(|n| format!("{n}\n")).collect();
    let state = State {
        cursor: text.find("500\n").unwrap(),
        original: &text,
        text: &text,
        ..lines("5\n", "")
    };
    let prompt = first(&state).unwrap().prompt.to_text();
    assert!(prompt.starts_with("<|file_sep|>a.rs\n300\n"));
    assert!(prompt.contains("\n599\n\n<|file_sep|>original/"));
}

#[test]
fn an_excerpt_has_25_lines() {
    let text = numbered();
    let file = |path: &str| ContextFile {
        path: path.to_owned(),
        text: text.clone(),
    };
    let (other, excerpt) = (file("other.rs"), file("excerpt.rs"));
    let state = State {
        file: Some(&other),
        excerpt: Some(&excerpt),
        ..lines(&text, "")
    };
    let prompt = first(&state).unwrap().prompt.to_text();
    assert!(prompt.starts_with("<|file_sep|>other.rs\n0\n"));
    assert!(prompt.contains("\n24\n\n\n\n<|file_sep|>original/"));
}

/// Where the second pass asks: the block with the cursor's mark.
fn elsewhere(text: &str, changes: &str, errors: &[Diagnostic]) -> Option<String> {
    let state = State {
        diagnostics: errors,
        ..lines(text, changes)
    };
    second(&state).ok().map(|asked| current(&asked))
}

fn error(line: usize, text: &str) -> Diagnostic {
    Diagnostic {
        line,
        start: text.find(&format!("\n{line}")).unwrap() + 1,
        message: "is wrong".to_owned(),
    }
}

#[test]
fn the_second_pass_goes_below() {
    let text = numbered();
    assert_eq!(
        elsewhere(&text, "", &[]).as_deref(),
        Some("a.rs:3:11 10 11 12<|cursor|> 13 14 15 16 17")
    );
    let short: String = (0..12).map(|n| format!("{n}\n")).collect();
    assert_eq!(elsewhere(&short, "", &[]), None);
}

#[test]
fn the_second_pass_goes_to_a_changed_word() {
    let text = numbered()
        .replace("40\n", "40 old new\n")
        .replace("20\n", "20 new\n");
    let word = |removed: &str, added: &str| {
        let changes = format!("File: a.rs\n@@ -1,1 +1,1 @@\n-{removed}\n+{added}\n");
        elsewhere(&text, &changes, &[])
    };
    let old = Some("a.rs:3:11 38 39 40 old new<|cursor|> 41 42 43 44 45".to_owned());
    let new = Some("a.rs:3:11 18 19 20 new<|cursor|> 21 22 23 24 25".to_owned());
    assert_eq!(word("a old", "a new"), old);
    assert_eq!(word("a", "a new"), new);
}

#[test]
fn the_second_pass_goes_to_an_error_but_first_to_a_deleted_line() {
    let text = numbered().replace("40\n", "40\nlet a = b;\n");
    let errors = [error(15, &text), error(30, &text), error(50, &text)];
    let blocks = |changes: &str| {
        let state = State {
            diagnostics: &errors,
            ..lines(&text, changes)
        };
        let asked = second(&state).unwrap();
        let text = asked.prompt.to_text();
        (
            current(&asked),
            text.contains("<|file_sep|>diagnostics\nis wrong at line 30:\n30\n"),
        )
    };
    assert_eq!(
        blocks(""),
        (
            "a.rs:3:11 28 29 30<|cursor|> 31 32 33 34 35".to_owned(),
            true
        )
    );
    // The first line of a hunk is passed over.
    let changes = "File: a.rs\n@@ -1,2 +1,1 @@\n x\n-let a = b;\n";
    assert_eq!(
        blocks(changes),
        (
            "a.rs:3:11 39 40 let a = b;<|cursor|> 41 42 43 44 45".to_owned(),
            false
        )
    );
}

fn change(line: usize, old: &str, new: &str) -> PastChange {
    PastChange {
        path: "src\\a.rs".to_owned(),
        line,
        old: old.to_owned(),
        new: new.to_owned(),
    }
}

#[test]
fn a_request_becomes_a_state() {
    let (before, text) = ("a\nb\nc\n", "a\nB\nc\n");
    let newest = Newest::between(before, text);
    let history = [change(7, "x", "x\ny"), change(0, "a\nb\nc", "a\nB\nc")];
    let request = Request {
        path: "src\\a.rs",
        text,
        cursor: 3,
        newest: newest.as_ref(),
        history: &history,
        context: &[ContextFile {
            path: "b.rs".to_owned(),
            text: "b".to_owned(),
        }],
    };
    let budget = |tokens| Budget::new(tokens, &Budget::estimate);
    assert_eq!(
        build(&request, &budget(2048)).unwrap().to_text(),
        "\
<|file_sep|>b.rs
b
<|file_sep|>src/a.rs
a
b
c

<|file_sep|>src/a.rs:8:8
original:
x
updated:
x
y
<|file_sep|>src/a.rs:1:2
original:
a
b
c
updated:
a
B
c
<|file_sep|>original/src/a.rs:2:5
a
b
c
<|file_sep|>current/src/a.rs:2:5
a
B<|cursor|>
c
<|file_sep|>updated/src/a.rs:2:5
"
    );
    assert!(matches!(
        build(&request, &budget(20)),
        Err(PromptError::TooLarge { budget: 20, .. })
    ));
}

#[test]
fn an_answer_is_read_without_what_is_not_code() {
    for (answer, region, window) in [
        ("b\n", "a", "b"),
        ("b<|cursor|>c\n", "a", "bc"),
        ("<|cursor|>", "<|cursor|>", "<|cursor|>"),
        ("\n  \nb\n", "a", "b"),
        ("b No newline at end of file\n", "a", "b"),
        ("b\n<|file_sep|>x", "a", "b"),
        ("b<|endoftext|>", "a\n", "b\n"),
        ("", "a", ""),
    ] {
        assert_eq!(read(answer, region), window, "{answer:?} for {region:?}");
    }
}

#[test]
fn a_document_of_one_empty_line_is_not_asked_about() {
    let error = Diagnostic {
        line: 11,
        start: 0,
        message: "is wrong".to_owned(),
    };
    assert_eq!(elsewhere("\n", "", &[error]), None);
}

proptest! {
    #[test]
    fn nothing_panics(
        text in "([ab]{0,3}[ \\n\\r\\x0c\u{2028}🦀é]{0,2}){0,60}", any_text in any::<String>(),
        changes in "(File: a\n|@@ -[0-9]{1,20} \\+[0-9]{1,2}(,1)? @@\n|[-+ ][ab]{1,2}\n){0,40}", any_changes in any::<String>(),
        cursor in any::<usize>(), near in 0usize..200, line in any::<usize>(), prefill in any::<bool>(), answer in any::<String>(),
    ) {
        let file = ContextFile { path: any_text.clone(), text: text.clone() };
        for (text, cursor, changes) in [(&text, near, &changes), (&text, cursor, &any_changes), (&any_text, near, &changes)] {
            let diagnostics = [Diagnostic { line, start: near, message: answer.clone() }];
            let state = State {
                path: &any_text, text, cursor, original: &any_text, changes, file: Some(&file), excerpt: Some(&file),
                diagnostics: &diagnostics[..usize::from(prefill)], prefill,
            };
            for asked in [first(&state), second(&state)].into_iter().flatten() {
                let region = &text[asked.prompt.window];
                prop_assert!(!region.is_empty());
                read(&answer, region);
            }
        }
    }
}
