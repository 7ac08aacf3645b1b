//! The user's newest change, made again by rule: no model is there.

mod common;

use std::ops::Range;

use common::{Notes, Scripted, applied, current, edit};
use foretab_predictor::{Edits, Outcome, Predictor, Repetition, Settings, Workspace};
use pollster::block_on;
use proptest::prelude::*;
use suggest::{Node, Syntax};

/// What a document becomes when all is accepted that is offered after the first `old` has become `new`.
fn after(text: &str, old: &str, new: &str) -> String {
    let mut workspace = Workspace::new();
    workspace.open("a.ts", text);
    edit(&mut workspace, "a.ts", old, new);
    offered(&workspace, "a.ts")
}

fn offered(workspace: &Workspace, path: &str) -> String {
    offered_in(workspace, path, &())
}

/// The same, in a language of which something is known.
fn offered_in(workspace: &Workspace, path: &str, syntax: &dyn Syntax) -> String {
    let snapshot = workspace.snapshot(path, &Settings::default()).unwrap();
    let mut repetition = Repetition::new(Settings::default());
    let prediction = block_on(repetition.predict(&snapshot, syntax, &mut Notes::default()));
    assert_eq!(
        prediction.statistics.by_rule.is_some(),
        !prediction.suggestions.is_empty()
    );
    let raw = workspace.document(path).unwrap().raw();
    applied(&raw, &prediction)
}

/// A language in which a line is a function, whose first name is its parameter.
struct Functions;

impl Syntax for Functions {
    fn errors(&self, _language: &str, _text: &str) -> Option<Vec<Range<usize>>> {
        None
    }

    fn nodes(&self, _language: &str, text: &str, range: Range<usize>) -> Option<Vec<Node>> {
        let node = |kind: &str, range| Node {
            kind: kind.to_owned(),
            field: String::new(),
            range,
        };
        let line = edit::lines_around(text, range.start, 1);
        let around = if line.start == range.start {
            "formal_parameters"
        } else {
            "expression"
        };
        Some(vec![
            node("identifier", range.clone()),
            node(around, range),
            node("function_declaration", line),
            node("program", 0..text.len()),
        ])
    }
}

/// A language in which a line that begins with `//` is a comment, and what stands between `'` a string.
struct Comments;

impl Syntax for Comments {
    fn errors(&self, _language: &str, _text: &str) -> Option<Vec<Range<usize>>> {
        None
    }

    fn nodes(&self, _language: &str, text: &str, range: Range<usize>) -> Option<Vec<Node>> {
        let node = |kind: &str, range| Node {
            kind: kind.to_owned(),
            field: String::new(),
            range,
        };
        let line = edit::lines_around(text, range.start, 1);
        if text.get(line.clone())?.starts_with("//") {
            return Some(vec![node("comment", line)]);
        }
        let mut quotes = text.match_indices('\'').map(|(at, _)| at);
        while let (Some(start), Some(end)) = (quotes.next(), quotes.next()) {
            if start <= range.start && range.end <= end + 1 {
                return Some(vec![node("string", start..end + 1)]);
            }
        }
        Some(Vec::new())
    }
}

/// What a document in that language becomes when all is accepted that is offered after the first `old` has become `new`.
fn after_in_code(text: &str, old: &str, new: &str) -> String {
    let mut workspace = Workspace::new();
    workspace.open("a.ts", text);
    edit(&mut workspace, "a.ts", old, new);
    offered_in(&workspace, "a.ts", &Comments)
}

/// What a document becomes by each reading of that change in the window, all over it, likely or not; without those that
/// find no place.
fn by_readings(text: &str, old: &str, new: &str) -> Vec<String> {
    let mut workspace = Workspace::new();
    workspace.open("a.ts", text);
    edit(&mut workspace, "a.ts", old, new);
    let snapshot = workspace.snapshot("a.ts", &Settings::default()).unwrap();
    let windows = Repetition::candidates(&snapshot, &Comments);
    let readings = windows.into_iter().next().unwrap_or_default().into_iter();
    let readings = readings.filter(|rows| !rows.is_empty()).map(|rows| {
        let changes = rows.iter().flat_map(|row| &row.changes);
        let changes = changes.map(|(place, new)| (place.clone(), &**new));
        edit::replaced(snapshot.document.text(), changes)
    });
    readings.collect()
}

/// Asserts that one of the readings does that.
#[track_caller]
fn is_read(text: &str, (old, new): (&str, &str), expected: &str) {
    let readings = by_readings(text, old, new);
    assert!(readings.iter().any(|one| one == expected), "{readings:#?}");
}

/// The text with the change made at its first place alone.
fn once(text: &str, old: &str, new: &str) -> String {
    text.replacen(old, new, 1)
}

/// What a document becomes by a model that replaces `old` by `new` wherever it stands, once the user has at its first
/// place; and why else not.
fn by_model(
    text: &str,
    old: &'static str,
    new: &'static str,
    edits: Option<Edits>,
) -> (String, Vec<String>) {
    let mut workspace = Workspace::new();
    workspace.open("a.ts", text);
    edit(&mut workspace, "a.ts", old, new);
    let mut engine = Scripted::new(4096, move |prompt| current(prompt).replace(old, new));
    engine.edits = edits;
    let settings = Settings {
        rejoin: false,
        repeat: Some(false),
        ..Settings::default()
    };
    let mut predictor = Predictor::new(engine, settings);
    let snapshot = workspace.snapshot("a.ts", predictor.settings()).unwrap();
    let prediction = block_on(predictor.predict(&snapshot, &(), &mut Notes::default())).unwrap();
    let raw = workspace.document("a.ts").unwrap().raw();
    let dropped = prediction.dropped.iter();
    let reasons = dropped.map(|dropped| dropped.reason.clone()).collect();
    (applied(&raw, &prediction), reasons)
}

#[test]
fn of_a_model_that_repeats_nothing_else_is_offered() {
    let text = "let sum = 1;\n\nuse(sum, sum);\n\n// of sums\n\nresum();\n";
    // Also at two places of a line, and in two words where it has no business.
    let offered = |edits| by_model(text, "sum", "total", edits);
    let everything = "let total = 1;\n\nuse(total, total);\n\n// of totals\n\nretotal();\n";
    assert_eq!(offered(None), (everything.to_owned(), vec![]));
    assert_eq!(
        offered(Some(Edits::Repetitions)),
        (
            "let total = 1;\n\nuse(total, total);\n\n// of sums\n\nresum();\n".to_owned(),
            vec!["no-repetition".to_owned(); 2]
        )
    );
}

#[test]
fn a_repetition_may_be_several_hunks() {
    let (old, new) = ("Optional[Stream]", "Stream | None");
    let text =
        "def out(self) -> Optional[Stream]:\n    pass\n\ndef err(self) -> Optional[Stream]:\n";
    let offered = by_model(text, old, new, Some(Edits::Repetitions));
    assert_eq!(offered, (text.replace(old, new), vec![]));
}

#[test]
fn a_name_goes_to_its_other_uses() {
    assert_eq!(
        after("let sum = 1;\nuse(sum);\nsums(resum);\n", "sum", "total"),
        "let total = 1;\nuse(total);\nsums(resum);\n"
    );
    let part = after("getSum();\nisSum();\ngetSum();\n", "Sum", "Total");
    assert_eq!(part, "getTotal();\nisSum();\ngetTotal();\n");
    let text = "let sum = 1;\nlog(sum);\n\nuse(sum);\n";
    let lines = after(
        text,
        "let sum = 1;\nlog(sum);",
        "let total = 1;\nlog(total);",
    );
    assert_eq!(lines, text.replace("sum", "total"));
    // Also where lines between them stayed: two accepts that came soon after each other are one change.
    let text = "let sum = 1;\n// the sum\nlog(sum);\n\nuse(sum);\n";
    let apart = after(
        text,
        "let sum = 1;\n// the sum\nlog(sum);",
        "let total = 1;\n// the sum\nlog(total);",
    );
    assert_eq!(
        apart,
        text.replace("sum", "total").replace("the total", "the sum")
    );
    let longer = after("use(hFn);\nsub.use(hFn, hFns);\n", "hFn", "h");
    assert_eq!(longer, "use(h);\nsub.use(h, hFns);\n");
}

#[test]
fn a_line_goes_where_the_same_one_stands_however_far_it_is_indented() {
    let text = "await wait(100);\nif (x) {\n  await wait(100);\n}\nawait wait(200);\n";
    assert_eq!(
        after(text, "wait(100)", "idle()"),
        "await idle();\nif (x) {\n  await idle();\n}\nawait wait(200);\n"
    );
    let marks = "@mark.slow\ndef a(): ...\n\n@mark.slow\ndef b(): ...\n";
    assert_eq!(
        after(marks, "@mark.slow\n", ""),
        marks.replace("@mark.slow\n", "")
    );
}

#[test]
fn what_changed_in_a_line_changes_in_lines_like_it() {
    let text = "\
queue.push(zlib.createUnzip());
queue.push(zlib.createBrotli());
queue.push(zlib.createZstd(options));
use(zlib.createUnzip);
";
    assert_eq!(
        after(text, "createUnzip()", "createUnzip(options)"),
        text.replace("()", "(options)")
    );
    // Where it was replaced it need not be a name, and what is like it only in part is left.
    let text = "raise Timeout(e, 10)\nraise Refused(e, 10)\nwait(10)\nraise Refused(10, e)\n";
    assert_eq!(
        after(text, "e, 10)", "e, 10) from e"),
        text.replace("e, 10)", "e, 10) from e")
    );
    let lines = "a: Optional[int] = None\nb: Optional[int] = None\n\nc: Optional[int] = None\n";
    let both = "a: Optional[int] = None\nb: Optional[int] = None\n";
    let changed = both.replace("None", "None  # ms");
    assert_eq!(
        after(lines, both, &changed),
        lines.replace("None", "None  # ms")
    );
}

#[test]
fn lines_that_are_too_long_are_not_compared() {
    let text = |name: &str| format!("open({}, {name});\n", "1, ".repeat(200));
    let text = text("a") + &text("b");
    assert_eq!(
        after(&text, ", a)", ", a, c)"),
        once(&text, ", a)", ", a, c)")
    );
}

#[test]
fn lines_go_between_lines_like_those_that_they_were_put_between() {
    let text = "\
func TestRead(t *testing.T) {
\tread(t)
}

func TestWrite(t *testing.T) {
\tfile := open()
}
";
    let put_in = "func TestRead(t *testing.T) {\n\tt.Parallel()\n\tread(t)";
    let one = after(text, "func TestRead(t *testing.T) {\n\tread(t)", put_in);
    assert_eq!(
        one.matches("t.Parallel()").count(),
        1,
        "only above is alike"
    );
    let text = text.replace("file := open()", "write(t)");
    let all = after(&text, "func TestRead(t *testing.T) {\n\tread(t)", put_in);
    assert_eq!(
        all,
        text.replace(".T) {\n", ".T) {\n\tt.Parallel()\n"),
        "indented as there"
    );
    let text = "def a():\n  done()\n\nif x:\n  def b():\n    done()\n";
    assert_eq!(
        after(text, "  done()\n", "  log(\n    1)\n  done()\n"),
        "def a():\n  log(\n    1)\n  done()\n\nif x:\n  def b():\n    log(\n      1)\n    done()\n"
    );
}

#[test]
fn a_list_that_grows_grows_once() {
    let text = "import a from './a';\nimport b from './b';\n\nimport c from './c';\nimport d from './d';\n";
    let (old, new) = (
        "import a from './a';\n",
        "import a from './a';\nimport e from './e';\n",
    );
    assert_eq!(after(text, old, new), once(text, old, new));
}

#[test]
fn from_the_first_word_that_changed_to_the_last() {
    let text =
        "def out(self) -> Optional[Stream]:\n    pass\n\ndef err(self) -> Optional[Stream]:\n";
    assert_eq!(
        after(text, "Optional[Stream]", "Stream | None"),
        text.replace("Optional[Stream]", "Stream | None")
    );
}

#[test]
fn pieces_that_changed_one_by_one() {
    let text = "set.Uint('a', uint(13));\nother.Uint('b', uint(14));\n";
    let new = "set.Uint64('a', uint64(13));\nother.Uint64('b', uint64(14));\n";
    let first = |text: &str| text.lines().next().unwrap().to_owned();
    assert_eq!(after(text, &first(text), &first(new)), new);
}

#[test]
fn a_string_as_a_whole() {
    let text = "flag('as');\ndrop('as', as);\ntake('as is');\n";
    is_read(
        text,
        ("as", "async"),
        "flag('async');\ndrop('async', as);\ntake('as is');\n",
    );
}

#[test]
fn several_changes_in_one_string() {
    let text = "open('one of many', 'all');\nshut('one of many', 'all');\n";
    for new in ["'the first of all'", "''", "'of'"] {
        let changed = text.replace("'one of many'", new);
        is_read(text, ("'one of many'", new), &changed);
    }
    // The quote is one of a string before that is gone.
    let text = "(sum(((.(a1'a1a1a1(.🦀sum.🦀'";
    let old = "(a1'a1a1a1(.🦀sum.";
    assert_eq!(after(text, old, "sum"), once(text, old, "sum"));
}

#[test]
fn between_the_parts_of_a_name() {
    let text = "event.res.getHeaders();\nevent.res.getHeader(name);\nother.res;\n";
    assert_eq!(
        after(text, "event.res", "event.node.res"),
        text.replace("event.res", "event.node.res")
    );
}

#[test]
fn what_went_goes_elsewhere_too() {
    let text = "await first.set();\nawait second.cancel();\n";
    assert_eq!(
        after(text, "await ", ""),
        "first.set();\nsecond.cancel();\n"
    );
    let text = "has(event.method!);\nget(event.method!);\n";
    assert_eq!(after(text, "!", ""), text.replace('!', ""));
}

#[test]
fn nothing_where_nothing_tells_the_place() {
    for (text, old, new) in [
        ("f(a);\nf(a);\n", "f(a", "f(a, b"),
        ("let x = 1;\nlet y = 1;\n", "x", "xs"),
        ("a = 1\nsum\n", "a = 1\n", "a = 1\n\n// more\nsum = 2\n"),
        (
            "swap(left, right);\nuse(left);\n",
            "left, right",
            "right, left",
        ),
    ] {
        assert_eq!(after(text, old, new), once(text, old, new), "{text}");
    }
}

#[test]
fn letters_that_went_from_a_comment_stay_in_others() {
    let went = |text, old| after_in_code(text, old, "");
    let text = "// See the the sum.\n// Of the rest.\n";
    assert_eq!(went(text, "the "), once(text, "the ", ""));
    let text = "await all();\nawait each();\n";
    assert_eq!(went(text, "await "), text.replace("await ", ""));
}

#[test]
fn a_word_of_prose_has_to_stand_beside_the_same() {
    let text = "// the sum of all\n// their sum is small\n// a sum of some\n";
    assert_eq!(
        after_in_code(text, "sum", "total"),
        "// the total of all\n// their sum is small\n// a total of some\n"
    );
    let text = "let sum;\nuse(sum);\n";
    assert_eq!(
        after_in_code(text, "sum", "total"),
        text.replace("sum", "total")
    );
}

#[test]
fn a_name_in_a_string_of_the_same_line_is_another() {
    let text = "let sum = 1;\n\nlog(sum, 'sum');\n";
    let code = text
        .replace("let sum", "let total")
        .replace("(sum", "(total");
    assert_eq!(after_in_code(text, "sum", "total"), code);
}

#[test]
fn a_string_and_code_become_each_other() {
    let text = "open('read');\n// when read\nclose('read');\n";
    let code = once(text, "'read'", "READ").replace("close('read')", "close(READ)");
    assert_eq!(after_in_code(text, "'read'", "READ"), code);
    let text = "open(none);\n// of none\nlog('or none');\nclose(none);\n";
    let string = text.replace("(none)", "('any')");
    assert_eq!(after_in_code(text, "none", "'any'"), string);
}

#[test]
fn a_line_that_is_alike_is_alike_in_its_strings() {
    let text = "include 'a/b.h'\ninclude 'a/c.h'\n// include 'a/d.h'\n";
    assert_eq!(
        after_in_code(text, "'a/b.h'", "<a/b.h>"),
        "include <a/b.h>\ninclude <a/c.h>\n// include 'a/d.h'\n"
    );
}

#[test]
fn what_was_put_around_a_name_stays_with_it() {
    let text = "import thunk from 'thunk';\nuse([thunk]);\n";
    let wrapped = once(text, "thunk", "{ thunk }");
    assert_eq!(after(text, "thunk", "{ thunk }"), wrapped);
}

#[test]
fn only_the_window_is_looked_at() {
    let text = format!("sum\nsum{}sum\n", "\n".repeat(30));
    let total = format!("total\ntotal{}sum\n", "\n".repeat(30));
    assert_eq!(after(&text, "sum", "total"), total);
}

#[test]
fn what_was_done_in_another_document_counts() {
    let mut workspace = Workspace::new();
    workspace.open("b.ts", "export const sum = 1;\n");
    workspace.open("a.ts", "use(sum);\n");
    edit(&mut workspace, "b.ts", "sum", "total");
    workspace.set_cursor("a.ts", 0).unwrap();
    assert_eq!(offered(&workspace, "a.ts"), "use(total);\n");
}

/// Whether by rule, and what is offered, where a model of such edits says `script` about a renamed use.
fn with_model(
    text: &str,
    (edits, repeat): (Option<Edits>, Option<bool>),
    script: fn(&str) -> String,
) -> (bool, String) {
    let mut workspace = Workspace::new();
    workspace.open("a.ts", text);
    edit(&mut workspace, "a.ts", "sum", "total");
    let settings = Settings {
        repeat,
        ..Settings::default()
    };
    let mut engine = Scripted::new(4096, script);
    engine.edits = edits;
    let mut predictor = Predictor::new(engine, settings);
    let snapshot = workspace.snapshot("a.ts", predictor.settings()).unwrap();
    let prediction = block_on(predictor.predict(&snapshot, &(), &mut Notes::default())).unwrap();
    let raw = workspace.document("a.ts").unwrap().raw();
    let is_offered = prediction.outcome == Outcome::Suggestions;
    assert_eq!(is_offered, !prediction.suggestions.is_empty());
    let by_rule = prediction.statistics.by_rule.is_some();
    (by_rule, applied(&raw, &prediction))
}

#[test]
fn the_rule_comes_first_where_it_is_wanted_or_the_model_does_nothing_else() {
    let one = |prompt: &str| current(prompt).replace("add(sum)", "add(total)");
    let text = "let sum = 1;\nuse(sum);\nadd(sum);\n";
    let by_rule = (true, text.replace("sum", "total"));
    let by_model = (false, "let total = 1;\nuse(sum);\nadd(total);\n".to_owned());
    for (edits, repeat, expected) in [
        (None, None, &by_model),
        (None, Some(true), &by_rule),
        (Some(Edits::All), None, &by_model),
        (Some(Edits::Repetitions), None, &by_rule),
        (Some(Edits::Repetitions), Some(false), &by_model),
    ] {
        assert_eq!(&with_model(text, (edits, repeat), one), expected);
    }
}

#[test]
fn a_model_that_repeats_is_asked_only_where_there_is_something_to_decide() {
    let asked = |text: &str, repeat| {
        let mut workspace = Workspace::new();
        workspace.open("a.ts", text);
        edit(&mut workspace, "a.ts", "sum", "total");
        let settings = Settings {
            repeat,
            ..Settings::default()
        };
        let mut engine = Scripted::new(4096, |prompt| current(prompt).to_owned());
        engine.edits = Some(Edits::Repetitions);
        let mut predictor = Predictor::new(engine, settings);
        let snapshot = workspace.snapshot("a.ts", predictor.settings()).unwrap();
        let mut notes = Notes::default();
        let prediction = block_on(predictor.predict(&snapshot, &Functions, &mut notes)).unwrap();
        assert_eq!(prediction.outcome, Outcome::Nothing);
        !notes.events.is_empty()
    };
    // What stands in another function means something else, as far as the rule knows.
    let (decided, open) = ("sum => 1\nuse(sums)\n", "sum => 1\nuse(sum)\n");
    assert_eq!((asked(decided, None), asked(open, None)), (false, true));
    assert!(asked(decided, Some(false)));
}

#[test]
fn the_rule_looks_at_all_places_before_a_model_looks_at_any() {
    let add = |prompt: &str| format!("{}add();\n", current(prompt));
    let text = format!("let sum = 1;\n{}use(sum);\n", "//\n".repeat(30));
    let by_rule = (true, text.replace("sum", "total"));
    assert_eq!(with_model(&text, (None, Some(true)), add), by_rule);
}

#[test]
fn who_did_not_want_one_place_wants_none() {
    let mut workspace = Workspace::new();
    workspace.open("a.ts", "let sum = 1;\nuse(sum);\nadd(sum);\n");
    edit(&mut workspace, "a.ts", "sum", "total");
    let before = workspace.document("a.ts").unwrap().raw();
    let snapshot = workspace.snapshot("a.ts", &Settings::default()).unwrap();
    let mut repetition = Repetition::new(Settings::default());
    let prediction = block_on(repetition.predict(&snapshot, &(), &mut Notes::default()));
    assert_eq!(prediction.suggestions.len(), 2);
    workspace
        .reject("a.ts", &prediction.suggestions[0])
        .unwrap();
    assert_eq!(offered(&workspace, "a.ts"), before);

    // Not from a model either that would only say the same.
    let mut engine = Scripted::new(4096, |prompt| current(prompt).replace("sum", "total"));
    engine.edits = Some(Edits::Repetitions);
    let mut predictor = Predictor::new(engine, Settings::default());
    let snapshot = workspace.snapshot("a.ts", predictor.settings()).unwrap();
    let mut notes = Notes::default();
    let prediction = block_on(predictor.predict(&snapshot, &(), &mut notes)).unwrap();
    assert_eq!(prediction.suggestions, []);
    assert!(notes.events.is_empty());
}

proptest! {
    #[test]
    fn nothing_panics(
        text in "(sum|a1|é|🦀|\\.|'|\\(|\\)| |\r\n|\n){0,80}",
        from in 0..80_usize,
        length in 0..20_usize,
        with in "(sum|b|é|\\.|'|!| |\n){0,4}",
    ) {
        let mut workspace = Workspace::new();
        workspace.open("a.ts", &text);
        let units = text.encode_utf16().count();
        let from = from.min(units);
        let to = (from + length).min(units);
        let change = foretab_predictor::TextChange { from, to, insert: with };
        workspace.change("a.ts", &[change], from, 0.0).unwrap();
        if workspace.snapshot("a.ts", &Settings::default()).is_ok() {
            offered(&workspace, "a.ts");
        }
    }
}
