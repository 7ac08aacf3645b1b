//! What holds for any document and any answer.

use std::ops::Range;

use edit::{Hunk, PastChange, States, diff};
use foretab_suggest::{Answer, Ended, Kind, Node, Reason, Suggestion, Syntax, suggest};
use proptest::prelude::*;
use proptest::sample::{Index, select};

/// Short texts in which lines and words repeat, so that every filter has something to find.
fn text() -> impl Strategy<Value = String> {
    let piece = select(vec![
        "foo",
        "bar",
        "baz_1",
        " ",
        "  ",
        "\n",
        "\n",
        "\n    ",
        "(",
        ")",
        "{",
        "}",
        ", ",
        ";",
        "&",
        "é",
        "🦀",
        "import a\n",
        "<|x|>",
        "0,\n",
        "\r\n",
    ]);
    prop::collection::vec(piece, 0..60).prop_map(|pieces| pieces.concat())
}

/// An answer with all that belongs to it.
#[derive(Clone, Debug)]
struct Asked {
    text: String,
    cursor: usize,
    window: Range<usize>,
    answer: String,
    before: String,
    imports: bool,
}

impl Asked {
    /// A document, and an answer that is the window with pieces of other texts at a few places.
    fn strategy() -> impl Strategy<Value = Self> {
        let splices = prop::collection::vec((any::<(Index, u8)>(), text()), 0..4);
        (text(), any::<[Index; 3]>(), splices, text(), any::<bool>()).prop_map(
            |(text, at, splices, before, imports)| {
                let [cursor, a, b] = at.map(|at| at.index(text.len() + 1));
                let window = a.min(b)..a.max(b);
                let end = text.floor_char_boundary(window.end);
                let mut answer = text[text.floor_char_boundary(window.start)..end].to_owned();
                for ((at, length), piece) in splices {
                    let start = answer.floor_char_boundary(at.index(answer.len() + 1));
                    let end = answer
                        .floor_char_boundary(start + usize::from(length) % 12)
                        .max(start);
                    answer.replace_range(start..end, &piece);
                }
                Self {
                    text,
                    cursor,
                    window,
                    answer,
                    before,
                    imports,
                }
            },
        )
    }

    /// The suggestions, and the window in whole characters.
    fn ask(&self) -> (foretab_suggest::Suggestions, Range<usize>) {
        let states = States::before(&self.text, [&self.before]);
        let change = PastChange::between("p", &self.before, &self.text);
        let suggestions = suggest(&Answer {
            text: &self.text,
            cursor: self.cursor,
            window: self.window.clone(),
            answer: &self.answer,
            ended: Ended::Stop,
            states: Some(&states),
            changes: change.as_slice(),
            imports: self.imports,
        });
        let floor = |at| self.text.floor_char_boundary(at);
        (
            suggestions,
            floor(self.window.start)..floor(self.window.end),
        )
    }
}

/// `text` after the hunks or suggestions, which are sorted and apart from each other.
fn applied<'a>(text: &str, changes: impl Iterator<Item = (Range<usize>, &'a str)>) -> String {
    let (mut result, mut at) = (String::new(), 0);
    for (range, new) in changes {
        result += &text[at..range.start];
        result += new;
        at = range.end;
    }
    result + &text[at..]
}

fn sorted(mut suggestions: Vec<Suggestion>) -> Vec<Suggestion> {
    suggestions.sort_by_key(|suggestion| (suggestion.range.start, suggestion.range.end));
    suggestions
}

/// Finds the same errors in every other text, wherever they are.
struct Erratic {
    errors: Vec<Range<usize>>,
}

impl Syntax for Erratic {
    fn errors(&self, _language: &str, text: &str) -> Option<Vec<Range<usize>>> {
        Some(if text.len().is_multiple_of(2) {
            vec![]
        } else {
            self.errors.clone()
        })
    }

    fn nodes(&self, _language: &str, _text: &str, _range: Range<usize>) -> Option<Vec<Node>> {
        None
    }
}

proptest! {
    /// What is shown, all of it together, is exactly what the answer changes, less what was dropped.
    #[test]
    fn suggestions_keep_their_promise(asked in Asked::strategy()) {
        let (found, window) = asked.ask();
        if found.dropped.iter().any(|dropped| dropped.reason == Reason::PastWindow) {
            return Ok(()); // what the document has behind the window was cut off before all else
        }
        let kept = |hunk: &Hunk| {
            let within = |range: &Range<usize>| {
                range.start <= hunk.old.start + window.start && hunk.old.end + window.start <= range.end
            };
            !found.dropped.iter().any(|dropped| within(&dropped.range))
        };
        let hunks = diff(&asked.text[window.clone()], &asked.answer);
        let wanted = applied(
            &asked.text,
            hunks.iter().filter(|hunk| kept(hunk)).map(|hunk| {
                (hunk.old.start + window.start..hunk.old.end + window.start, &asked.answer[hunk.new.clone()])
            }),
        );
        let suggestions = sorted(found.suggestions);
        let shown = suggestions.iter().map(|one| (one.range.clone(), one.text.as_str()));
        prop_assert_eq!(applied(&asked.text, shown), wanted);
    }

    /// The window again is no change, whatever the document has behind it.
    #[test]
    fn the_window_again_is_unchanged(asked in Asked::strategy(), times in 1usize..4) {
        let text = asked.text.repeat(times);
        let window = asked.window.start..asked.window.end;
        let floor = |at| text.floor_char_boundary(at);
        let answer = &text[floor(window.start)..floor(window.end)];
        let found = suggest(&Answer {
            text: &text, cursor: asked.cursor, window, answer, ended: Ended::Stop,
            states: None, changes: &[], imports: true,
        });
        let reasons: Vec<_> = found.dropped.iter().map(|dropped| dropped.reason).collect();
        prop_assert_eq!(reasons, [Reason::Unchanged]);
    }

    /// Suggestions do not overlap, stay in the window, change something, and say what they are.
    #[test]
    fn suggestions_are_sound(asked in Asked::strategy()) {
        let (found, window) = asked.ask();
        for suggestion in &found.suggestions {
            let Suggestion { range, text, kind, at_cursor } = suggestion;
            let old = asked.text.get(range.clone());
            prop_assert!(window.start <= range.start && range.end <= window.end && old.is_some());
            let old = old.unwrap_or_default();
            prop_assert_ne!(old, text);
            prop_assert_eq!(*kind, match (old, text.as_str()) {
                ("", _) => Kind::Insertion,
                (_, "") => Kind::Deletion,
                _ => Kind::Replacement,
            });
            if *at_cursor {
                let mut rest = text.chars();
                prop_assert_eq!(range.start, asked.text.floor_char_boundary(asked.cursor));
                prop_assert!(old.chars().all(|old| rest.any(|new| new == old)));
            }
        }
        prop_assert!(found.suggestions.iter().filter(|one| one.at_cursor).count() <= 1);
        let suggestions = sorted(found.suggestions);
        prop_assert!(suggestions.windows(2).all(|pair| pair[0].range.end <= pair[1].range.start));
        // Nothing is held back in silence.
        if suggestions.is_empty() {
            prop_assert!(!found.dropped.is_empty());
        }
    }

    #[test]
    fn nothing_panics(
        text in any::<String>(), answer in any::<String>(), cursor in any::<usize>(),
        start in any::<usize>(), end in any::<usize>(), old in any::<String>(), new in any::<String>(),
    ) {
        let change = PastChange { path: String::new(), old, new, line: 0 };
        suggest(&Answer {
            text: &text, cursor, window: start..end, answer: &answer, ended: Ended::Stop,
            states: None, changes: &[change], imports: false,
        });
    }

    #[test]
    fn a_parser_holds_some_suggestions_back_and_loses_none(
        asked in Asked::strategy(), errors in any::<Vec<(u8, u8)>>(),
    ) {
        let (all, _) = asked.ask();
        let mut left = all.clone();
        let errors = errors.iter().map(|&(start, end)| usize::from(start)..usize::from(end));
        let parser = Erratic { errors: errors.collect() };
        left.hold_back_broken("a.ts", &asked.text, &parser);
        let mut rest = all.suggestions.iter();
        prop_assert!(left.suggestions.iter().all(|shown| rest.any(|other| other == shown)), "in their order");
        prop_assert_eq!(
            left.suggestions.len() + left.dropped.len(),
            all.suggestions.len() + all.dropped.len()
        );
    }
}
