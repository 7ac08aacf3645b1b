//! When the model is asked, under a virtual clock: a script says what the user does and when, in ms, and
//! the requests stand in it where they go out.

use std::collections::HashMap;
use std::fmt::Write as _;

use foretab_predictor::{
    EditKind, Kind, Settings, Suggestion, TextChange, Trigger, UserEvent, Workspace,
};

/// A page with some documents of three short lines, and one with a line that nobody types.
struct Page {
    workspace: Workspace,
    trigger: Trigger,
    cursors: HashMap<String, usize>,
    /// What happened so far, as the script says it.
    log: String,
}

impl Page {
    fn new() -> Self {
        let mut page = Self {
            workspace: Workspace::new(),
            trigger: Trigger::new(),
            cursors: HashMap::new(),
            log: String::new(),
        };
        page.trigger.set_longest(1000.0);
        for path in ["a.ts", "b.ts", ".env", "min.js"] {
            let text = if path == "min.js" {
                "x".repeat(2000)
            } else {
                "one\ntwo\nthree\n".to_owned()
            };
            page.workspace.open(path, &text);
            page.cursors.insert(path.to_owned(), 3);
        }
        page
    }

    /// Asks whatever becomes due until that time.
    fn wait_until(&mut self, time: f64) {
        while let Some(due) = self.trigger.due().filter(|due| due.time <= time).cloned() {
            assert_eq!(self.trigger.take(&self.workspace, due.time - 1.0), None);
            let Some(path) = self.trigger.take(&self.workspace, due.time) else {
                continue;
            };
            let skip = self.workspace.snapshot(&path, &Settings::default()).err();
            let reason = skip.map_or_else(String::new, |skip| format!(", but: {}", skip.code()));
            writeln!(self.log, "{:>6} {path} ASK{reason}", due.time).expect("a string");
        }
    }

    fn step(&mut self, time: f64, path: &str, verb: &str, what: &str) {
        let at = self.cursors[path];
        let edited = |kind, from: usize, insert: String| UserEvent::Edited {
            kind,
            cursor: from + insert.chars().count(),
            changes: vec![TextChange {
                from,
                to: at,
                insert,
            }],
        };
        let moved = |offered| UserEvent::Moved {
            cursor: what.parse().unwrap_or(at),
            plain: verb != "selects",
            offered,
        };
        let event = match verb {
            "comes" => UserEvent::Entered { cursor: at },
            "leaves" => UserEvent::Left,
            "types" => edited(EditKind::Typed, at, what.to_owned()),
            "pastes" => edited(EditKind::Typed, at, what.replace('⏎', "\n")),
            "accepts" => edited(EditKind::Accepted, at, what.to_owned()),
            "undoes" => edited(EditKind::Undo, at - 1, String::new()),
            "formats" => edited(EditKind::Other, at, what.to_owned()),
            "goes" | "selects" => moved(false),
            "follows" => moved(true),
            "composes" => UserEvent::Composing { active: true },
            "composed" => UserEvent::Composing { active: false },
            "dismisses" => UserEvent::Dismissed {
                suggestion: Suggestion {
                    from: 0,
                    to: 0,
                    insert: what.to_owned(),
                    kind: Kind::Insertion,
                    at_cursor: false,
                },
            },
            "asks" => UserEvent::Asked,
            "loads" => return self.trigger.loaded(&self.workspace, time),
            "answers" => return self.trigger.answered(what.parse().expect("ms")),
            _ => panic!("{verb}?"),
        };
        let (UserEvent::Entered { cursor }
        | UserEvent::Edited { cursor, .. }
        | UserEvent::Moved { cursor, .. }) = &event
        else {
            return self.take_up(path, &event, time);
        };
        self.cursors.insert(path.to_owned(), *cursor);
        self.take_up(path, &event, time);
    }

    fn take_up(&mut self, path: &str, event: &UserEvent, time: f64) {
        self.trigger
            .take_up(&mut self.workspace, path, event, time)
            .expect("the document is open");
    }
}

/// Does what the script says but for its requests, and holds those that go out against it.
#[track_caller]
fn holds(script: &str) {
    let script: String = script
        .lines()
        .map(str::trim)
        .filter(|line| !line.is_empty())
        .fold(String::new(), |script, line| script + line + "\n");
    let mut page = Page::new();
    for line in script.lines().filter(|line| !line.contains(" ASK")) {
        let mut words = line.splitn(4, ' ');
        let mut next = || words.next().unwrap_or_default();
        let (time, path, verb, what) = (next(), next(), next(), next());
        let ms = time.parse().expect("a time");
        page.wait_until(ms);
        page.log += &format!("{line}\n");
        page.step(ms, path, verb, what);
    }
    page.wait_until(f64::INFINITY);
    let log: String = page
        .log
        .lines()
        .map(str::trim)
        .fold(String::new(), |log, line| log + line + "\n");
    assert_eq!(log, script);
}

#[test]
fn a_session() {
    holds(
        "
        0 a.ts comes
        10 a.ts loads
        1000 a.ts types x
        1100 a.ts types y
        1580 a.ts ASK
        1700 a.ts answers 100
        2000 a.ts types z
        2380 a.ts ASK
        2500 a.ts follows 9
        3000 a.ts accepts 2
        3000 a.ts ASK
        3100 a.ts follows 20
        4000 a.ts dismisses 3
        4100 a.ts goes 2
        5000 a.ts types w
        9000 a.ts ASK
        9500 b.ts comes
        9880 b.ts ASK
        20000 b.ts goes 9
        ",
    );
}

#[test]
fn the_last_of_several_keys_asks() {
    holds(
        "
        0 a.ts loads
        100 a.ts types x
        579 a.ts types y
        1058 a.ts types z
        1538 a.ts ASK
        ",
    );
}

#[test]
fn undo_and_bulk_edits_of_others_do_not_ask_nor_do_moves_after_them() {
    for verb in ["undoes".to_owned(), format!("formats {}", "x".repeat(200))] {
        holds(&format!(
            "
            0 a.ts loads
            100 a.ts types x
            200 a.ts {verb}
            300 a.ts goes 10
            1000 a.ts types y
            1600 a.ts ASK
            "
        ));
    }
}

#[test]
fn small_edits_of_others_do_not_ask_and_what_the_user_waits_for_still_comes() {
    holds(
        "
        0 a.ts loads
        100 a.ts formats x
        1000 a.ts types x
        1100 a.ts formats y
        1480 a.ts ASK
        ",
    );
}

#[test]
fn an_edit_elsewhere_that_is_not_the_users_leaves_a_request_alone() {
    holds(
        "
        0 a.ts loads
        100 a.ts types x
        200 b.ts formats y
        580 a.ts ASK
        ",
    );
}

#[test]
fn a_bulk_edit_does_not_ask() {
    for (what, asks) in [
        ("y".repeat(199), true),
        ("y".repeat(200), false),
        ("y⏎".repeat(7), true),
        ("y⏎".repeat(8), false),
    ] {
        let script = format!("0 a.ts loads\n100 a.ts pastes {what}");
        if asks {
            let wait = if what.contains('⏎') { 330 } else { 480 };
            holds(&format!("{script}\n{} a.ts ASK", 100 + wait));
        } else {
            holds(&format!("{script}\n200 a.ts goes 0"));
        }
    }
}

#[test]
fn a_move_to_another_line_asks_within_ten_seconds_of_the_last_edit() {
    holds(
        "
        0 a.ts loads
        10 a.ts goes 9
        100 a.ts types x
        700 a.ts ASK
        10099 a.ts goes 0
        10699 a.ts ASK
        20000 a.ts types x
        20600 a.ts ASK
        30000 a.ts goes 14
        ",
    );
}

#[test]
fn a_move_does_not_ask_within_a_line_nor_with_a_selection_nor_with_a_suggestion_on_show() {
    holds(
        "
        0 a.ts loads
        100 a.ts types x
        580 a.ts ASK
        1000 a.ts goes 1
        2000 a.ts selects 9
        3000 a.ts follows 0
        ",
    );
}

#[test]
fn after_a_dismissal_only_an_edit_asks_and_not_before_five_seconds_are_over() {
    holds(
        "
        0 a.ts loads
        100 a.ts types x
        200 a.ts dismisses y
        300 a.ts goes 9
        1000 a.ts types x
        5200 a.ts ASK
        5300 a.ts dismisses y
        5400 a.ts accepts y
        5400 a.ts ASK
        5500 a.ts types x
        6100 a.ts ASK
        ",
    );
}

#[test]
fn nothing_is_asked_while_an_input_method_composes() {
    holds(
        "
        0 a.ts loads
        100 a.ts types x
        200 a.ts composes
        300 a.ts types に
        1300 a.ts asks
        2000 a.ts composed
        2480 a.ts ASK
        3000 a.ts composes
        3100 a.ts leaves
        3200 b.ts comes
        3680 b.ts ASK
        ",
    );
}

#[test]
fn whoever_comes_to_a_document_after_an_edit_elsewhere_may_go_on_there() {
    holds(
        "
        0 a.ts loads
        10 b.ts comes
        1000 a.ts types x
        1100 b.ts comes
        1580 b.ts ASK
        2000 a.ts types x
        2100 a.ts leaves
        ",
    );
}

#[test]
fn no_model_is_not_asked_but_one_that_is_loaded_where_the_user_is_editing() {
    holds(
        "
        0 a.ts types x
        100 a.ts asks
        2000 b.ts comes
        3000 b.ts loads
        3480 b.ts ASK
        20000 b.ts loads
        ",
    );
}

#[test]
fn a_document_that_must_not_be_asked_about_never_is_and_whoever_asks_is_told_why() {
    holds(
        "
        0 a.ts loads
        10 a.ts comes
        20 a.ts asks
        20 a.ts ASK, but: no-edit-yet
        100 .env types x
        1000 .env asks
        1000 .env ASK, but: excluded
        2000 a.ts types x
        2480 a.ts ASK
        3000 .env accepts y
        4000 .env asks
        4000 .env ASK, but: excluded
        5000 min.js types x
        6000 min.js asks
        6000 min.js ASK, but: long-lines
        ",
    );
}

#[test]
fn an_edit_that_is_taken_back_by_hand_leaves_nothing_to_go_on_from() {
    holds(
        "
        0 a.ts loads
        100 a.ts types x
        200 a.ts undoes
        300 a.ts asks
        300 a.ts ASK, but: no-edit-yet
        ",
    );
}
