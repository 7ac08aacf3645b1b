//! What parses, and what the syntax check makes of answers.

use suggest::{Answer, Ended, alike, is_code, suggest};

use super::{Grammars, parses, still_parses};

/// What is left of an answer for the whole of `document`, in which `|` marks the cursor: what is shown,
/// as `removed→added` in its order, and what is held back for its syntax, with a `-` before it.
fn checked(path: &str, document: &str, answer: &str) -> Vec<String> {
    let text = document.replacen('|', "", 1);
    let mut found = suggest(&Answer {
        text: &text,
        cursor: document.find('|').expect("a cursor"),
        window: 0..text.len(),
        answer,
        ended: Ended::Stop,
        states: None,
        changes: &[],
        imports: true,
    });
    found.hold_back_broken(path, &text, &Grammars);
    let shown = found.suggestions.iter();
    let shown = shown.map(|shown| format!("{}→{}", &text[shown.range.clone()], shown.text));
    let dropped = found.dropped.iter();
    let dropped =
        dropped.map(|dropped| format!("{}: {}", dropped.reason, &text[dropped.range.clone()]));
    shown.chain(dropped).collect()
}

#[test]
fn what_is_code_and_what_is_a_comment_or_a_string() {
    // Whether each `it` is code.
    let code = |path, text: &str| -> Vec<_> {
        let places = text.match_indices("it");
        let is_code = |(at, it): (usize, &str)| is_code(path, text, at..at + it.len(), &Grammars);
        places
            .map(is_code)
            .map(|code| code.expect("a grammar"))
            .collect()
    };
    for (path, text, expected) in [
        (
            "a.ts",
            "f(it, 'it', `it ${it} it`); // it\n/* it */",
            "x--x---",
        ),
        (
            "a.ts",
            "import { it } from './it';\nfunction f(it) { /it/; }",
            "x-xx",
        ),
        ("a.tsx", "const a = <p id='it'>{it}</p>;", "-x"),
        (
            "a.rs",
            "/// it\nfn it() { f(\"it\", r#\"it\"#, it); }",
            "-x--x",
        ),
        (
            "a.py",
            "def it():\n  'it'\n  f(f'it {it}', it) # it\n",
            "x--xx-",
        ),
        ("a.go", "func it() { f(`it`, \"it\", it) } // it\n", "x--x-"),
        (
            "a.java",
            "class it { String a = \"it\"; /** it */ it b; }",
            "x--x",
        ),
        ("a.c", "int it = f(\"it\"); // it\n", "x--"),
        ("a.cpp", "auto it = R\"(it)\"; /* it */", "x--"),
        ("a.css", ".it { content: 'it'; } /* it */", "x--"),
        ("a.html", "<!-- it --><p class=it>it</p>", "-xx"),
        ("a.json", "{\"it\": \"it\"}", "--"),
    ] {
        let expected: Vec<_> = expected.chars().map(|mark| mark == 'x').collect();
        assert_eq!(code(path, text), expected, "{text}");
    }
    assert_eq!(is_code("a.zig", "it", 0..2, &Grammars), None, "no grammar");
}

#[test]
fn a_string_as_a_whole_is_code_and_a_part_of_it_is_not() {
    for (path, text) in [
        ("a.ts", "f('it');"),
        ("a.py", "f('it')"),
        ("a.rs", "f(\"it\");"),
        ("a.go", "f(`it`)"),
        ("a.c", "f(\"it\");"),
        ("a.java", "f(\"it\");"),
        ("a.json", "\"it\""),
    ] {
        let it = text.find("it").expect("it");
        let is_code = |range| is_code(path, text, range, &Grammars);
        assert_eq!(is_code(it - 1..it + 3), Some(true), "{path}");
        for part in [
            it - 1..it,
            it - 1..it + 2,
            it..it + 2,
            it..it,
            it + 2..it + 3,
        ] {
            assert_eq!(is_code(part.clone()), Some(false), "{path} {part:?}");
        }
    }
}

#[test]
fn a_name_means_what_it_is_declared_for() {
    // Whether each `it` may mean what `sum` means.
    for (path, text, expected) in [
        (
            "a.ts",
            "function sum() {}\nit(1);\nfunction f(it) { it(2); }\nconst g = it => it;\nit(3);",
            "x----x",
        ),
        (
            "a.ts",
            "const sum = 1;\n{ const { it } = a; f(it); }\nf(it);\nfor (const it of b) f(it);",
            "--x--",
        ),
        (
            "a.ts",
            "function f(sum) { return it; }\nfunction g() { return it; }",
            "x-",
        ),
        (
            "a.ts",
            "function f() { if (a) { var it = 1; } return it + sum; }\nf(it);",
            "xxx",
        ),
        ("a.ts", "f(sum, it);\nconst it = 1;", "xx"),
        (
            "a.js",
            "function f(sum) { return it; }\nit(function (it) { it(); });",
            "x---",
        ),
        (
            "a.tsx",
            "const sum = 1;\nconst a = <p>{it}{b.map((it) => <i>{it}</i>)}</p>;",
            "x--",
        ),
        (
            "a.rs",
            "fn sum() {}\nfn f(it: u8) { it(); }\nfn g() { it(); let it = 1; }\nfn h() { it(|it| it); }",
            "----x--",
        ),
        (
            "a.rs",
            "fn f() { let sum = 1; g(it); }\nfn h() { it(); }",
            "x-",
        ),
        (
            "a.py",
            "def sum(): pass\ndef f(it=1):\n  it()\ndef g():\n  if a:\n    it = 1\n  it()\nit()\n",
            "----x",
        ),
        (
            "a.py",
            "def f(sum):\n  return it\nit(lambda it: it)\n",
            "x---",
        ),
        (
            "a.go",
            "func sum() {}\nfunc f(it int) { it() }\nfunc g() { it(); if a { it := 1; it() } }",
            "--x--",
        ),
        (
            "a.java",
            "class A { void f(int it) { it(); } void g() { int sum = 1; h(it); } void k() { it(); } }",
            "--x-",
        ),
        (
            "a.c",
            "int sum(int a) { return it(a); }\nint f(int it) { return it; }\nint g() { int it = 1; return it; }",
            "x----",
        ),
    ] {
        let origin = text.find("sum").expect("a new name");
        let places: Vec<_> = text
            .match_indices("it")
            .map(|(at, it)| at..at + it.len())
            .collect();
        let found = alike(
            path,
            text,
            Some(origin..origin + 3),
            places.clone(),
            &Grammars,
        );
        let marks: String = places
            .iter()
            .map(|place| if found.contains(place) { 'x' } else { '-' })
            .collect();
        assert_eq!(marks, expected, "{text}");
    }
    let text = "import { it } from 'a';\nit();\nfunction f(it) { it(); }";
    let places: Vec<_> = text
        .match_indices("it")
        .map(|(at, it)| at..at + it.len())
        .collect();
    let found = alike("a.ts", text, None, places.clone(), &Grammars);
    assert_eq!(found, places[..2], "renamed in another document");
}

#[test]
fn a_change_that_breaks_what_parsed_is_held_back() {
    assert_eq!(checked("a.ts", "use(a);|\n", "use(b);\n"), ["a→b"]);
    assert_eq!(checked("a.ts", "use(a);|\n", "use(b;\n"), ["syntax: a)"]);
    assert_eq!(checked("a.py", "use(a)|\n", "use('a)\n"), ["syntax: "]);
    assert_eq!(
        checked("a.zig", "use(a);|\n", "use(b;\n"),
        ["a)→b"],
        "no grammar"
    );
    assert_eq!(
        checked("a.ts", "|\n", "use(\n"),
        ["syntax: "],
        "what is new"
    );
}

#[test]
fn the_one_that_breaks_it_and_no_other() {
    let document = "|one(a);\nkeep();\nalso();\ntwo(b);\nkeep();\nalso();\nthree(c);\n";
    let answered = |changes: [(&str, &str); 3]| {
        let answer = document.replace('|', "");
        let answer = changes
            .iter()
            .fold(answer, |answer, (old, new)| answer.replace(old, new));
        checked("a.ts", document, &answer)
    };
    assert_eq!(
        answered([
            ("one(a)", "one(x)"),
            ("two(b)", "two(b]"),
            ("three(c)", "three(z)")
        ]),
        ["a→x", "c→z", "syntax: )"]
    );
    assert_eq!(
        answered([
            ("one(a)", "one(a]"),
            ("two(b)", "two(y)"),
            ("three(c)", "three(z")
        ]),
        ["b→y", "syntax: )", "syntax: c)"]
    );
}

#[test]
fn what_a_later_one_makes_whole_stays() {
    let document = "|go();\none();\ntwo();\nthree();\n";
    assert_eq!(
        checked(
            "a.ts",
            document,
            "if (x) {\ngo();\none();\ntwo();\n}\nthree();\n"
        ),
        ["→if (x) {\n", "→}\n"]
    );
    assert_eq!(
        checked(
            "a.ts",
            document,
            "if (x) {\ngo();\none();\ntwo();\nthree(];\n"
        ),
        ["syntax: ", "syntax: )"]
    );
}

#[test]
fn lines_that_did_not_parse_are_the_users() {
    let other = "\nfunction f() {\n  return [1, 2];\n}\n";
    let at_cursor = |line: &str, answer: &str| {
        checked(
            "a.ts",
            &format!("{line}{other}"),
            &format!("{answer}{other}"),
        )
    };
    assert_eq!(at_cursor("const a = fo|", "const a = foo(1);"), ["→o(1);"]);
    assert_eq!(at_cursor("const a = foo(|", "const a = foo(1"), ["→1"]);
    assert_eq!(at_cursor("if (a|", "if (a && b"), ["→ && b"]);
    assert_eq!(
        at_cursor("const a = {|", "const a = {\n  b: [,"),
        ["→\n  b: [,"]
    );
}

#[test]
fn elsewhere_in_a_document_with_errors_the_check_goes_on() {
    let document = "const a = foo(|\nconst b = 1;\nfunction f() {\n  return [1, 2];\n}\n";
    assert_eq!(
        checked(
            "a.ts",
            document,
            &document.replace('|', "").replace("[1, 2]", "[1, 3]")
        ),
        ["2→3"]
    );
    assert_eq!(
        checked(
            "a.ts",
            document,
            &document.replace('|', "").replace("[1, 2]", "[1, 3")
        ),
        ["syntax: 2]"]
    );
}

#[test]
fn what_parses_and_what_does_not() {
    for (language, good, bad) in [
        ("c", "int a(void) { return 1; }", "int a(void) { return 1;"),
        (
            "cpp",
            "auto a = [](int b) { return b; };",
            "auto a = [(int b) {};",
        ),
        ("css", "a > b { color: red; }", "a > b { color: red;"),
        (
            "go",
            "package a\nfunc b() int { return 1 }\n",
            "package a\nfunc b( int {}\n",
        ),
        ("html", "<p>a <b>c</b></p>", "<p>a <b</p>"),
        ("java", "class A { int b = 1; }", "class A { int b = ; }"),
        ("javascript", "const a = <b>{c}</b>;", "const a = (b;"),
        ("json", "{ \"a\": [1] }", "{ \"a\": [1 }"),
        (
            "python",
            "def a(b):\n    return b\n",
            "def a(b:\n    return b\n",
        ),
        ("rust", "fn a(b: u8) -> u8 { b }", "fn a(b: u8 -> u8 { b }"),
        (
            "typescript",
            "let a: Array<B> = <B[]>c;",
            "let a: Array<B = c;",
        ),
        (
            "tsx",
            "const a = <B c={d as E} />;",
            "const a = <B c={d as E};",
        ),
    ] {
        assert_eq!(parses(language, good), Some(true), "{good}");
        assert_eq!(parses(language, bad), Some(false), "{bad}");
    }
}

#[test]
fn what_did_not_parse_before_does_not_count() {
    for (before, after, still) in [
        ("use(a);", "use(b);", Some(true)),
        ("use(a);", "use(b;", Some(false)),
        ("use(a;", "use(b);", None),
    ] {
        assert_eq!(
            still_parses("javascript", before, after),
            still,
            "{before} {after}"
        );
        assert_eq!(still_parses("zig", before, after), None);
    }
}

#[test]
fn not_every_language_has_a_grammar() {
    assert_eq!(parses("zig", "const a = 1;"), None);
}

#[test]
fn errors_are_found_however_deep() {
    let text = format!("{}a b{}", "(".repeat(20_000), ")".repeat(20_000));
    assert_eq!(parses("javascript", &text), Some(false));
}
