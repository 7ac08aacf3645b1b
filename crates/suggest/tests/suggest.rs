//! Answers and what is shown of them.

use edit::{PastChange, States};
use foretab_suggest::{Answer, Ended, Kind, Reason, Suggestions, suggest};

/// An answer for the whole of `document`, in which `|` marks the cursor.
fn answered(document: &str, answer: &str, states: &[&str]) -> (String, Suggestions) {
    let text = document.replacen('|', "", 1);
    let states = States::before(&text, states);
    let suggestions = suggest(&Answer {
        text: &text,
        cursor: document.find('|').unwrap(),
        window: 0..text.len(),
        answer,
        ended: Ended::Stop,
        states: Some(&states),
        changes: &[],
        imports: true,
    });
    (text, suggestions)
}

/// The suggestions in their order, each as `removed→added`, ghost text with a `>` before it.
fn shown(document: &str, answer: &str) -> Vec<String> {
    let (text, suggestions) = answered(document, answer, &[]);
    let draw = |s: &foretab_suggest::Suggestion| {
        format!(
            "{}{}→{}",
            if s.at_cursor { ">" } else { "" },
            &text[s.range.clone()],
            s.text
        )
    };
    suggestions.suggestions.iter().map(draw).collect()
}

fn dropped(document: &str, answer: &str) -> Vec<&'static str> {
    let (_, suggestions) = answered(document, answer, &[]);
    suggestions
        .dropped
        .iter()
        .map(|dropped| dropped.reason.code())
        .collect()
}

#[test]
fn the_rest_of_a_line_is_ghost_text() {
    assert_eq!(shown("let x = |\n", "let x = 1;\n"), [">→1;"]);
    assert_eq!(shown("f(|)\n", "f(a, b)\n"), [">→a, b"]);
}

#[test]
fn the_rest_of_a_word_is_ghost_text() {
    assert_eq!(shown("ret|\n", "return x;\n"), [">→urn x;"]);
    assert_eq!(shown("to|tal = 1\n", "to_the_total = 1\n"), [">→_the_to"]);
}

#[test]
fn a_new_line_is_ghost_text_where_the_cursor_is() {
    assert_eq!(shown("a\nb|\nc\n", "a\nb\nx\nc\n"), [">→\nx"]);
    assert_eq!(shown("a\nb\n|c\n", "a\nb\nx\nc\n"), [">→x\n"]);
    assert_eq!(shown("|a\nb\nc\n", "a\nb\nx\nc\n"), ["→x\n"]);
}

#[test]
fn a_word_that_changes_is_no_ghost_text() {
    assert_eq!(shown("let |total = 1;\n", "let sum = 1;\n"), ["total→sum"]);
}

#[test]
fn what_covers_the_rest_of_the_line_is_ghost_text() {
    assert_eq!(
        shown("foo(x, |y, z)\n", "foo(x, y=10, z=20)\n"),
        [">y, z→y=10, z=20"]
    );
    assert_eq!(
        shown("groupByCa|t(items) {\n", "groupByCategory(items) {\n"),
        [">t→tegory"]
    );
    // Too far from the cursor, over a word that goes, or with scattered letters it is none.
    assert_eq!(shown("|f(x, y)\n", "f(x=1, y=2)\n"), ["→=1", "→=2"]);
    assert_eq!(shown("f(|x, y)\n", "f(x=1, z)\n"), [", y→=1, z"]);
    assert_eq!(
        shown("|a = a + 1\n", "value = value + 1\n"),
        ["a→value", "a→value"]
    );
}

#[test]
fn a_block_that_is_wrapped_moves_as_a_whole() {
    assert_eq!(
        shown(
            "def f():\n|    a()\n\n    b()\n",
            "def f():\n    with x:\n        a()\n\n        b()\n"
        )
        .len(),
        1
    );
}

#[test]
fn hunks_come_in_the_order_in_which_they_are_wanted() {
    let document = "foo 1\none\nfoo 2\ntwo\nthree |\nfour\nfoo 3\nfive\nfoo 4\n";
    let answer = "bar 1\none\nqux 2\ntwo\nthree x\nfour\nzap 3\nfive\nzip 4\n";
    assert_eq!(
        shown(document, answer),
        [
            ">→x",
            "foo→zap",
            "foo→zip",
            "foo 1\none\nfoo→bar 1\none\nqux"
        ]
    );
}

#[test]
fn kinds() {
    let (_, suggestions) = answered("a|\nb\nc d\ne\nfff\ng\n", "a\nb\nc x\ne\ng\nh\n", &[]);
    let kinds: Vec<_> = suggestions.suggestions.iter().map(|s| s.kind).collect();
    assert_eq!(kinds, [Kind::Replacement, Kind::Deletion, Kind::Insertion]);
}

#[test]
fn nothing_to_show() {
    assert_eq!(dropped("a|\n", ""), ["empty"]);
    assert_eq!(dropped("a|\n", "a\n"), ["unchanged"]);
    assert_eq!(dropped("|", ""), ["unchanged"]);
    assert_eq!(dropped("a|\nb\n", "a\n\n\nb\n"), ["line-ends"]);
    assert_eq!(dropped("a|\nb\n", "a\n  \nb\n"), ["whitespace"]);
    assert_eq!(dropped("a|\nb\n", "a\n  b\n"), ["whitespace"]);
}

#[test]
fn an_answer_that_was_cut_off() {
    let answer = Answer {
        text: "a",
        cursor: 0,
        window: 0..1,
        answer: "ab",
        ended: Ended::Length,
        states: None,
        changes: &[],
        imports: true,
    };
    assert_eq!(suggest(&answer).dropped[0].reason, Reason::Length);
}

#[test]
fn a_control_token_that_was_not_there_before() {
    assert_eq!(dropped("a|", "a<|cursor|>"), ["control-token"]);
    assert_eq!(dropped("a|", "a</s>"), ["control-token"]);
    assert_eq!(
        shown("|sep = \"<|file_sep|>\"", "sep = \"<|file_sep|>\";"),
        ["→;"]
    );
    assert_eq!(shown("a|", "a <| f |> b"), [">→ <| f |> b"]);
}

#[test]
fn an_answer_that_deletes_or_adds_too_much() {
    assert_eq!(dropped("abcd|", "a"), ["shrinks"]);
    assert_eq!(shown("abcdef|", "abc"), ["abcdef→abc"]);
    let long = "0123456789 ".repeat(500);
    assert_eq!(dropped(&format!("{long}|"), &long[..3_000]), ["shrinks"]);
    let longer = |lines| {
        format!(
            "a{}",
            (0..lines).map(|n| format!("\n{n}")).collect::<String>()
        )
    };
    assert_eq!(dropped("a|", &longer(21)), ["grows"]);
    assert_eq!(shown("a|", &longer(20)).len(), 1);
}

#[test]
fn an_insertion_after_the_window_where_the_document_goes_on() {
    let suggested = |text: &str| {
        suggest(&Answer {
            text,
            cursor: 0,
            window: 0..3,
            answer: "a\nb\nc",
            ended: Ended::Stop,
            states: None,
            changes: &[],
            imports: true,
        })
    };
    assert_eq!(
        suggested("a\nb\nc\nd\n").dropped[0].reason,
        Reason::PastWindow
    );
    assert_eq!(suggested("a\nb\n\n").suggestions.len(), 1);
    // What the document has there itself is cut off, and the rest is shown.
    let both = suggest(&Answer {
        text: "a\n}\nb\n}\n",
        cursor: 1,
        window: 0..3,
        answer: "a1\n}\nb\n}",
        ended: Ended::Stop,
        states: None,
        changes: &[],
        imports: true,
    });
    assert_eq!(both.dropped[0].reason, Reason::PastWindow);
    assert_eq!(both.suggestions.len(), 1);
}

#[test]
fn what_was_just_done_is_not_taken_back() {
    let (_, all) = answered("let total| = 1;\n", "let sum = 1;\n", &["let sum = 1;\n"]);
    assert_eq!(
        all.dropped.iter().map(|d| d.reason).collect::<Vec<_>>(),
        [Reason::Reverts]
    );
    let document = "let total| = 1;\nf();\nreturn x;\n";
    let (_, one) = answered(
        document,
        "let sum = 1;\nf();\nreturn y;\n",
        &["let sum = 1;\nf();\nreturn x;\n"],
    );
    assert_eq!(
        one.dropped.iter().map(|d| d.reason).collect::<Vec<_>>(),
        [Reason::Reverts]
    );
    assert_eq!(
        one.suggestions
            .iter()
            .map(|s| s.text.as_str())
            .collect::<Vec<_>>(),
        ["y"]
    );
}

#[test]
fn what_was_done_is_not_taken_back_in_part() {
    let change = PastChange::between("p", "a\nb\nc\nd\n", "a\nd\n").unwrap();
    let reasons = |answer: &str| {
        let asked = Answer {
            text: "a\nd\ne\n",
            cursor: 1,
            window: 0..6,
            answer,
            ended: Ended::Stop,
            states: None,
            changes: std::slice::from_ref(&change),
            imports: true,
        };
        let dropped = suggest(&asked).dropped;
        dropped.iter().map(|d| d.reason).collect::<Vec<_>>()
    };
    assert_eq!(reasons("a\nb\nd\ne\n"), [Reason::Reverts]);
    assert_eq!(reasons("a\nb\nc\nd\nE\n"), [Reason::Reverts]);
    assert_eq!(reasons("a\nB\nd\ne\n"), []);
    assert_eq!(reasons("a\nd\ne\nb\n"), []);
}

#[test]
fn much_above_the_cursor() {
    let document = "one\ntwo\nthree\nfour\nfive\nsix\nhere|\n";
    let rewritten = "1\n2\n3\n4\n5\n6\nhere\n";
    assert_eq!(dropped(document, rewritten), ["above-cursor"]);
    let inserted = |lines: &str| document.replacen("two", lines, 1).replacen('|', "", 1);
    assert_eq!(
        dropped(document, &inserted("two\nA\nB\nC\nD\nE\nF")),
        ["above-cursor"]
    );
    assert_eq!(shown(document, &inserted("two\nA\nB")), ["→A\nB\n"]);
    assert_eq!(
        shown("import a\n\nb|()\n", "import a\nimport b\n\nb()\n"),
        ["→import b\n"]
    );
    // A rename above the cursor is neither.
    assert_eq!(
        shown(
            "a = 1\nb = a\nlet bb = bbb|\n",
            "a = 1\nc = a\nlet bb = bbb\n"
        ),
        ["b→c"]
    );
}

#[test]
fn small_deletions_circles_and_layout() {
    assert_eq!(dropped("f(&a)|\n", "f(a)\n"), ["deletes-little"]);
    assert_eq!(dropped("a|\nz\n", "a\nx\nx\nx\nz\n"), ["repeats"]);
    assert_eq!(
        dropped("f(a, b);|\n", "f(\n  a,\n  b,\n);\n"),
        ["reformats"]
    );
}

#[test]
fn edits_of_imports_only() {
    let reasons = |imports, answer: &str| {
        let asked = Answer {
            text: "use a;\nf();\n",
            cursor: 0,
            window: 0..12,
            answer,
            ended: Ended::Stop,
            states: None,
            changes: &[],
            imports,
        };
        let dropped = suggest(&asked).dropped;
        dropped.iter().map(|d| d.reason).collect::<Vec<_>>()
    };
    assert_eq!(reasons(false, "use a;\nuse b;\nf();\n"), [Reason::Imports]);
    assert_eq!(reasons(true, "use a;\nuse b;\nf();\n"), []);
    assert_eq!(reasons(false, "use a;\nf(x);\n"), []);
}

#[test]
fn codes_are_their_own() {
    let codes: std::collections::BTreeSet<_> =
        Reason::ALL.iter().map(|reason| reason.code()).collect();
    assert_eq!(codes.len(), Reason::ALL.len());
}
