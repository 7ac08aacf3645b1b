//! What the user did, step by step, over all documents.

use std::collections::{HashMap, VecDeque};
use std::ops::Range;

use crate::{Hunk, Newest, PastChange, Replacement, States, Text, spanning};

/// Steps that are remembered, over all documents. Prompts show at most six; the others are there
/// for documents that were left a while ago, and to be undone.
const STEPS: usize = 32;
/// A change within so many lines of the last one joins its step …
const NEAR_LINES: usize = 8;
/// … if it comes within so many milliseconds.
const NEAR_MS: f64 = 1000.0;
/// A longer insertion, in bytes, is pasted and not typed: a step of its own.
const PASTE: usize = 1000;

/// The edit history of a session.
///
/// Changes are coalesced into steps: a change joins the newest step if it touches the text that
/// the last change wrote (Pochi's rule), unless it lies within lines that were pasted, or if it is at most 8 lines away and at most a second
/// later (Zed's). A step that ends up where it began vanishes, and so does an earlier one that a
/// change takes back.
#[derive(Clone, Debug, Default)]
pub struct History {
    /// Oldest first.
    steps: VecDeque<Step>,
    /// By path.
    states: HashMap<String, States>,
}

/// What a prompt may show of a [`History`].
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Recent {
    /// Past changes in all documents, oldest first, at most 32, without those of whitespace only.
    pub changes: Vec<PastChange>,
    /// The newest change in the document that was asked about.
    pub newest: Option<Newest>,
}

/// Changes that count as one.
#[derive(Clone, Debug)]
struct Step {
    path: String,
    /// Where the step's text stands in the document now.
    range: Range<usize>,
    /// The text that it replaced.
    old: String,
    /// Whether `range` still holds what the step wrote, and nothing else.
    intact: bool,
    /// The changed lines as they were when the step last grew; `None` for whitespace only.
    listed: Option<PastChange>,
    /// Where the last change of the step wrote, and when, in milliseconds.
    last: Range<usize>,
    time: f64,
}

impl History {
    /// Takes up a change of the document `path`, whose text was `before`.
    ///
    /// `now` is in milliseconds, from any start. Several changes at once are recorded one after
    /// the other, each in the text that the one before left.
    /// Hands back the text after the change. `None`, and nothing is recorded, if the range of the
    /// replacement is not one of `before`'s.
    pub fn record(
        &mut self,
        path: &str,
        before: &Text,
        change: &Replacement,
        now: f64,
    ) -> Option<Text> {
        let mut after = before.clone();
        if !after.replace(change) {
            return None;
        }
        let written = change.hunk();
        let old = before.slice(written.old.clone());
        if old == change.text {
            return Some(after);
        }
        self.states
            .entry(path.to_owned())
            .or_default()
            .push(Replacement {
                start: written.new.start,
                end: written.new.end,
                text: old.into_owned(),
            });

        let taken_back = self
            .steps
            .iter()
            .rposition(|step| step.path == path && step.is_undone_by(change));
        let undone = taken_back
            .and_then(|index| self.steps.remove(index))
            .is_some();
        let joined = self
            .steps
            .pop_back_if(|step| !undone && step.path == path && step.joins(before, change, now));
        for step in self.steps.iter_mut().filter(|step| step.path == path) {
            step.shift(&written);
        }
        if !undone {
            self.steps
                .extend(Step::grown(joined, path, before, &after, &written, now));
        }
        if self.steps.len() > STEPS {
            self.steps.pop_front();
        }
        Some(after)
    }

    /// The changes that a prompt may show, and the newest one in the document `path`.
    pub fn recent(&self, path: &str) -> Recent {
        let newest = self
            .steps
            .iter()
            .rposition(|step| step.path == path && step.intact);
        let mut recent = Recent::default();
        for (index, step) in self.steps.iter().enumerate() {
            if Some(index) == newest {
                recent.newest = Some(Newest {
                    range: step.range.clone(),
                    old: step.old.clone(),
                    listed: step.listed.as_ref().map(|_| recent.changes.len()),
                });
            }
            recent.changes.extend(step.listed.clone());
        }
        recent
    }

    /// The texts that the document `path` had before its recent changes.
    pub fn states(&self, path: &str) -> Option<&States> {
        self.states.get(path)
    }

    /// Forgets what a document looked like, because it was closed or its text replaced.
    /// Its changes stay in the list, but none of them counts as its newest any more.
    pub fn close(&mut self, path: &str) {
        self.states.remove(path);
        for step in self.steps.iter_mut().filter(|step| step.path == path) {
            step.intact = false;
        }
    }
}

impl Step {
    /// Whether `change`, of the text `before`, belongs to this step.
    fn joins(&self, before: &Text, change: &Replacement, now: f64) -> bool {
        let Range { start, end } = self.last;
        let within = start <= change.start && change.end < end;
        let is_pasted = before.row(start) != before.row(end);
        let touches = change.start <= end && start <= change.end && !(within && is_pasted);
        let between = self.last.end.min(change.end)..self.last.start.max(change.start);
        let rows = before.row(between.start)..before.row(between.end);
        let near = rows.end.saturating_sub(rows.start) <= NEAR_LINES;
        let soon = (0.0..=NEAR_MS).contains(&(now - self.time));
        self.intact && change.text.len() <= PASTE && (touches || (soon && near))
    }

    /// Whether `change` puts back exactly what this step replaced.
    fn is_undone_by(&self, change: &Replacement) -> bool {
        self.intact && self.range == (change.start..change.end) && self.old == change.text
    }

    /// `step`, or a new one, with a further change `written` from `before` to `after`;
    /// `None` if the two have cancelled out.
    fn grown(
        step: Option<Step>,
        path: &str,
        before: &Text,
        after: &Text,
        written: &Hunk,
        now: f64,
    ) -> Option<Step> {
        let (range, replaced) = match &step {
            Some(step) => (step.range.clone(), step.old.as_str().into()),
            None => (written.old.clone(), before.slice(written.old.clone())),
        };
        // Both in one span, before the step and now; outside of it the texts are the same.
        let span = range.start.min(written.old.start)..range.end.max(written.old.end);
        let old = [
            before.slice(span.start..range.start),
            replaced,
            before.slice(range.end..span.end),
        ]
        .concat();
        let now_at = span.start..span.end - written.old.len() + written.new.len();
        let least = spanning(&old, &after.slice(now_at.clone()))?.shifted(0, now_at.start);

        let old = crate::slice(&old, least.old).to_owned();
        let range = least.new;
        let rows = after.row(range.start).saturating_sub(1)..after.row(range.end) + 2;
        let lines = after.span(rows.clone());
        let was = [
            after.slice(lines.start..range.start),
            old.as_str().into(),
            after.slice(range.end..lines.end),
        ]
        .concat();
        Some(Step {
            path: path.to_owned(),
            listed: PastChange::between(path, &was, &after.slice(lines)).map(|change| PastChange {
                line: rows.start + change.line,
                ..change
            }),
            range,
            old,
            intact: true,
            last: written.new.clone(),
            time: now,
        })
    }

    /// Follows a later change of the same document.
    fn shift(&mut self, written: &Hunk) {
        let Range { start, end } = self.range;
        // A change right at an end is outside.
        if written.old.start >= end {
            return;
        }
        self.intact &= written.old.end <= start;
        self.range =
            written.map_forward(start)..written.map_forward(end).max(written.map_forward(start));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A document whose changes are recorded; each is given as the text to find and its
    /// replacement, at a time in milliseconds.
    struct Typing {
        history: History,
        path: &'static str,
        text: Text,
    }

    impl Typing {
        fn new(path: &'static str, text: &str) -> Self {
            Typing {
                history: History::default(),
                path,
                text: text.into(),
            }
        }

        fn replace(mut self, find: &str, with: &str, now: f64) -> Self {
            let start = self
                .text
                .to_string()
                .find(find)
                .expect("the text to replace");
            let change = Replacement {
                start,
                end: start + find.len(),
                text: with.to_owned(),
            };
            self.text = self
                .history
                .record(self.path, &self.text, &change, now)
                .expect("a valid range");
            self
        }

        fn insert(self, after: &str, what: &str, now: f64) -> Self {
            self.replace(after, &format!("{after}{what}"), now)
        }

        /// The listed changes, as `old → new`.
        fn changes(&self) -> Vec<String> {
            let changes = self.history.recent(self.path).changes;
            changes
                .iter()
                .map(|change| format!("{} → {}", change.old, change.new))
                .collect()
        }

        fn before_newest(&self) -> Option<String> {
            self.history
                .recent(self.path)
                .newest?
                .undo(&self.text.to_string())
        }
    }

    const LINES: &str = "a\nb\nc\nd\ne\nf\ng\nh\ni\nj\nk\nl\n";

    #[test]
    fn keystrokes_that_touch_join_at_any_pace() {
        let typing = Typing::new("a.rs", "let x = 1;\n")
            .replace("x", "co", 0.0)
            .insert("co", "u", 5_000.0)
            .insert("cou", "nt", 60_000.0);
        assert_eq!(typing.changes(), ["let x = 1; → let count = 1;"]);
        assert_eq!(typing.before_newest().as_deref(), Some("let x = 1;\n"));
    }

    #[test]
    fn changes_near_in_place_and_time_join() {
        let typing = Typing::new("a.rs", LINES)
            .replace("a", "A", 0.0)
            .replace("i", "I", 900.0);
        assert_eq!(
            typing.changes(),
            ["a\nb\nc\nd\ne\nf\ng\nh\ni\nj → A\nb\nc\nd\ne\nf\ng\nh\nI\nj"]
        );
        assert_eq!(typing.before_newest().as_deref(), Some(LINES));
    }

    #[test]
    fn changes_far_in_place_or_time_do_not_join() {
        let far = Typing::new("a.rs", LINES)
            .replace("a", "A", 0.0)
            .replace("j", "J", 900.0);
        assert_eq!(far.changes(), ["a\nb → A\nb", "i\nj\nk → i\nJ\nk"]);
        assert_eq!(far.before_newest(), Some(LINES.replace('a', "A")));
        let late = Typing::new("a.rs", LINES)
            .replace("a", "A", 0.0)
            .replace("c", "C", 1_001.0);
        assert_eq!(late.changes(), ["a\nb → A\nb", "b\nc\nd → b\nC\nd"]);
    }

    #[test]
    fn what_is_typed_and_deleted_vanishes() {
        let typing = Typing::new("a.rs", "x\n")
            .insert("x", "yz", 0.0)
            .replace("z", "", 10.0)
            .replace("y", "", 20.0);
        assert_eq!(typing.history.recent("a.rs"), Recent::default());
    }

    #[test]
    fn an_undone_step_vanishes_and_leaves_the_one_before_newest() {
        let typing = Typing::new("a.rs", LINES)
            .replace("a", "A", 0.0)
            .replace("e", "E", 5_000.0)
            .replace("j", "J", 10_000.0)
            .replace("E", "e", 15_000.0);
        assert_eq!(typing.changes(), ["a\nb → A\nb", "i\nj\nk → i\nJ\nk"]);
        assert_eq!(typing.before_newest(), Some(LINES.replace('a', "A")));
    }

    #[test]
    fn whitespace_is_not_listed_but_can_be_newest() {
        let typing = Typing::new("a.rs", "if x {\n").insert("{", "\n    ", 0.0);
        assert_eq!(typing.changes(), [""; 0]);
        assert_eq!(typing.before_newest().as_deref(), Some("if x {\n"));
    }

    #[test]
    fn the_newest_change_of_a_document_is_found_behind_those_of_others() {
        let Typing {
            mut history, text, ..
        } = Typing::new("a.rs", "a\n").replace("a", "A", 0.0);
        let change = Replacement {
            start: 0,
            end: 1,
            text: "B".to_owned(),
        };
        history.record("b.rs", &"b\n".into(), &change, 100.0);
        let recent = history.recent("a.rs");
        assert_eq!(recent.changes.len(), 2);
        assert_eq!(
            recent.newest,
            Some(Newest {
                range: 0..1,
                old: "a".to_owned(),
                listed: Some(0)
            })
        );
        assert_eq!(
            recent
                .newest
                .and_then(|newest| newest.undo(&text.to_string()))
                .as_deref(),
            Some("a\n")
        );
    }

    #[test]
    fn a_paste_is_a_step_of_its_own() {
        let typing =
            Typing::new("a.rs", "a\n")
                .insert("a", "b", 0.0)
                .insert("ab", &"x".repeat(1_001), 10.0);
        assert_eq!(typing.changes().len(), 2);
    }

    #[test]
    fn what_is_changed_in_pasted_lines_is_a_step_of_its_own() {
        let paste = |text, now| {
            Typing::new("a.rs", "x\n")
                .replace("x", text, 0.0)
                .insert("f(a", "c", now)
                .changes()
        };
        assert_eq!(
            paste("f(a);\nf(b);", 5_000.0),
            ["x → f(a);\nf(b);", "f(a);\nf(b); → f(ac);\nf(b);"]
        );
        assert_eq!(paste("f(a);\nf(b);", 500.0), ["x → f(ac);\nf(b);"]);
        assert_eq!(paste("f(a);", 5_000.0), ["x → f(ac);"]);
    }

    #[test]
    fn a_long_change_is_listed_shortened() {
        let lines: String = (0..60).map(|n| format!("{n}\n")).collect();
        let change = PastChange::between("a.rs", "", &lines).expect("a visible change");
        let listed: Vec<_> = change.new.split('\n').collect();
        assert_eq!(
            (listed.len(), listed[19], listed[20], listed[21]),
            (40, "19", "...", "41")
        );
    }

    #[test]
    fn a_change_knows_its_first_listed_row() {
        let typing = Typing::new("a.rs", LINES)
            .replace("a", "A", 0.0)
            .replace("j", "J", 5_000.0);
        let changes = typing.history.recent("a.rs").changes;
        let rows: Vec<_> = changes.iter().map(|change| change.line).collect();
        assert_eq!(rows, [0, 8]);
    }

    #[test]
    fn a_change_outside_the_text_is_refused() {
        let mut history = History::default();
        let change = |start, end| Replacement {
            start,
            end,
            text: "x".to_owned(),
        };
        assert_eq!(
            history.record("a.rs", &"é".into(), &change(1, 2), 0.0),
            None
        );
        assert_eq!(
            history.record("a.rs", &"é".into(), &change(2, 3), 0.0),
            None
        );
        #[expect(
            clippy::reversed_empty_ranges,
            reason = "the reversed range is the point"
        )]
        let reversed = Replacement {
            start: (2..0).start,
            end: (2..0).end,
            text: String::new(),
        };
        assert_eq!(history.record("a.rs", &"é".into(), &reversed, 0.0), None);
        assert_eq!(history.recent("a.rs"), Recent::default());
    }
}
