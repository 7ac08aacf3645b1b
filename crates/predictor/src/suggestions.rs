//! From an answer about LF text to suggestions for the editor's own text.

use std::ops::Range;

use decode::Ended;
use edit::{Eol, PastChange, slice};
use suggest::{Answer, Reason, Suggestions, Syntax, suggest};

use crate::continuation::continued;
use crate::repetition::{is_repetition, repeated};
use crate::workspace::Rejection;
use crate::{Document, Dropped, Edits, Kind, Outcome, Prediction, Settings, Snapshot, Suggestion};

/// What the answers to a request have come to so far.
#[derive(Debug)]
pub(crate) struct Collected {
    pub(crate) suggestions: Vec<Suggestion>,
    pub(crate) dropped: Vec<Dropped>,
    /// Path of the document that was asked about.
    path: String,
    /// Whether edits of nothing but imports are offered.
    imports: bool,
    /// Which edits are offered.
    edits: Edits,
    /// Whether the rule that makes changes again is asked, and with it what is code and what is prose.
    repeats: bool,
}

impl Collected {
    /// Nothing so far.
    pub(crate) fn new(path: &str, settings: &Settings) -> Self {
        Self {
            suggestions: Vec::new(),
            dropped: Vec::new(),
            path: path.to_owned(),
            imports: settings.imports,
            edits: settings.edits.unwrap_or_default(),
            repeats: settings.repeats(),
        }
    }

    /// Takes up the new text of one window, a byte range of the document, as a model wants it. `syntax` is asked whether it
    /// breaks code that parses.
    pub(crate) fn add(
        &mut self,
        snapshot: &Snapshot,
        window: &Range<usize>,
        answer: &str,
        ended: Ended,
        syntax: &dyn Syntax,
    ) {
        let is_offered = |range: &Range<usize>, new: &str| {
            self.edits != Edits::Repetitions
                || if self.repeats {
                    is_repetition(snapshot, window, (range, new), syntax)
                } else {
                    is_repetition(snapshot, window, (range, new), &())
                }
        };
        let found = self.found(snapshot, window, (answer, ended), is_offered);
        self.take_up(snapshot, found, syntax);
    }

    /// What there is to offer of a window's new text, of which something may be no [`Repetition`](Edits::Repetitions).
    fn found(
        &self,
        snapshot: &Snapshot,
        window: &Range<usize>,
        (answer, ended): (&str, Ended),
        is_offered: impl Fn(&Range<usize>, &str) -> bool,
    ) -> Suggestions {
        let document = &snapshot.document;
        let text = document.text();
        let here = |change: &&PastChange| change.path == snapshot.path;
        let changes: Vec<_> = snapshot
            .recent
            .changes
            .iter()
            .filter(here)
            .cloned()
            .collect();
        let mut found = suggest(&Answer {
            text,
            cursor: document.cursor(),
            window: window.clone(),
            answer,
            ended: match ended {
                Ended::Length => suggest::Ended::Length,
                // What interrupted it and is not a cancellation is a stop string.
                Ended::Stop | Ended::Interrupted => suggest::Ended::Stop,
            },
            states: snapshot.states.as_ref(),
            changes: &changes,
            imports: self.imports,
        });
        found.suggestions.retain(|suggestion| {
            let range = suggestion.range.clone();
            let rejection = Rejection::new(&snapshot.path, text, range.clone(), &suggestion.text);
            let reason = if snapshot.rejected.contains(&rejection) {
                Some(Reason::Rejected)
            } else if !is_offered(&range, &suggestion.text) {
                Some(Reason::NoRepetition)
            } else {
                None
            };
            let dropped = reason.map(|reason| suggest::Dropped { reason, range });
            let offered = dropped.is_none();
            found.dropped.extend(dropped);
            offered
        });
        found
    }

    /// Takes up the newest change as a rule makes it again in a window; tells whether there is anything of it to offer.
    /// Nothing is, where the user did not want one of its places.
    pub(crate) fn repeat(
        &mut self,
        snapshot: &Snapshot,
        window: &Range<usize>,
        syntax: &dyn Syntax,
    ) -> bool {
        let Some(new) = repeated(snapshot, window, syntax) else {
            return false;
        };
        let known = self.dropped.len();
        self.add_by_rule(snapshot, window, &new, syntax);
        if self.dropped.iter().skip(known).any(Dropped::is_unwanted) {
            self.suggestions.clear();
        }
        !self.suggestions.is_empty()
    }

    /// Takes up what the line at the cursor goes on with, which lies in the window; tells whether there is anything of it to
    /// offer.
    pub(crate) fn go_on(
        &mut self,
        snapshot: &Snapshot,
        window: &Range<usize>,
        syntax: &dyn Syntax,
    ) -> bool {
        let (text, cursor) = (snapshot.document.text(), snapshot.document.cursor());
        let Some(insert) = continued(snapshot) else {
            return false;
        };
        let before = slice(text, window.start..cursor);
        let new = [before, &insert, slice(text, cursor..window.end)].concat();
        self.add_by_rule(snapshot, window, &new, syntax);
        !self.suggestions.is_empty()
    }

    /// Takes up a window's new text as a rule wants it.
    fn add_by_rule(
        &mut self,
        snapshot: &Snapshot,
        window: &Range<usize>,
        new: &str,
        syntax: &dyn Syntax,
    ) {
        let found = self.found(snapshot, window, (new, Ended::Stop), |_, _| true);
        self.take_up(snapshot, found, syntax);
    }

    /// What would come of a window's new text, of which nothing is taken up yet.
    pub(crate) fn early(
        &self,
        snapshot: &Snapshot,
        window: &Range<usize>,
        answer: &str,
        syntax: &dyn Syntax,
    ) -> Vec<Suggestion> {
        let mut early = Self {
            suggestions: Vec::new(),
            dropped: Vec::new(),
            path: self.path.clone(),
            imports: self.imports,
            edits: self.edits,
            repeats: self.repeats,
        };
        early.add(snapshot, window, answer, Ended::Stop, syntax);
        early.suggestions
    }

    /// Puts first what was told already, in place of what the whole answer says about the same text.
    pub(crate) fn keep(&mut self, early: Vec<Suggestion>) {
        let touch = |a: &Suggestion, b: &Suggestion| a.from <= b.to && b.from <= a.to;
        let mut later = std::mem::replace(&mut self.suggestions, early);
        later.retain(|later| !self.suggestions.iter().any(|early| touch(early, later)));
        self.suggestions.append(&mut later);
    }

    /// Takes up what was found in a document, but for what breaks it.
    fn take_up(&mut self, snapshot: &Snapshot, mut found: Suggestions, syntax: &dyn Syntax) {
        let document = &snapshot.document;
        found.hold_back_broken(&snapshot.path, document.text(), syntax);
        for dropped in found.dropped {
            let reason = dropped.reason;
            self.drop(snapshot, reason.code(), reason.message(), &dropped.range);
        }
        let suggestions = found.suggestions.iter();
        let suggestions = suggestions.map(|suggestion| Suggestion::of(suggestion, document));
        self.suggestions.extend(suggestions);
    }

    /// Notes that something is not offered, by a reason's code and the reason in words.
    pub(crate) fn drop(
        &mut self,
        snapshot: &Snapshot,
        reason: &str,
        message: &str,
        range: &Range<usize>,
    ) {
        self.dropped.push(Dropped {
            reason: reason.to_owned(),
            message: message.to_owned(),
            from: snapshot.document.utf16(range.start),
            to: snapshot.document.utf16(range.end),
            document: self.other(snapshot),
        });
    }

    /// Whether there is anything to offer.
    pub(crate) fn outcome(&self) -> Outcome {
        if self.suggestions.is_empty() {
            Outcome::Nothing
        } else {
            Outcome::Suggestions
        }
    }

    /// Whether something was held back because the user did not want it.
    pub(crate) fn is_unwanted(&self) -> bool {
        self.dropped.iter().any(Dropped::is_unwanted)
    }

    /// Whether something was held back because code would not parse with it.
    pub(crate) fn is_broken(&self) -> bool {
        let syntax = Reason::Syntax.code();
        self.dropped.iter().any(|dropped| dropped.reason == syntax)
    }

    /// The path of a document, if it is another than the one that was asked about.
    pub(crate) fn other(&self, snapshot: &Snapshot) -> Option<String> {
        (snapshot.path != self.path).then(|| snapshot.path.clone())
    }
}

impl Dropped {
    fn is_unwanted(&self) -> bool {
        self.reason == Reason::Rejected.code()
    }
}

impl Suggestion {
    /// The same as the editor of the document has it.
    fn of(suggestion: &suggest::Suggestion, document: &Document) -> Self {
        Self {
            from: document.utf16(suggestion.range.start),
            to: document.utf16(suggestion.range.end),
            insert: document.restore(&suggestion.text),
            kind: match suggestion.kind {
                suggest::Kind::Insertion => Kind::Insertion,
                suggest::Kind::Deletion => Kind::Deletion,
                suggest::Kind::Replacement => Kind::Replacement,
            },
            at_cursor: suggestion.at_cursor,
        }
    }

    /// The same in bytes of the document's text. Offsets that are none of it lead to its end.
    fn within(&self, document: &Document) -> suggest::Suggestion {
        let start = document.byte(self.from);
        suggest::Suggestion {
            range: start..document.byte(self.to).max(start),
            text: Eol::normalize(&self.insert).into_owned(),
            kind: match self.kind {
                Kind::Insertion => suggest::Kind::Insertion,
                Kind::Deletion => suggest::Kind::Deletion,
                Kind::Replacement => suggest::Kind::Replacement,
            },
            at_cursor: self.at_cursor,
        }
    }
}

impl Prediction {
    /// Holds back what would break code that parses: where whoever answered for `snapshot` had no grammars.
    #[must_use]
    pub fn checked(self, snapshot: &Snapshot, syntax: &dyn Syntax) -> Self {
        let other = snapshot.elsewhere.as_deref();
        let other = other.filter(|other| self.document.as_ref() == Some(&other.path));
        let about = other.unwrap_or(snapshot);
        let suggestions = self.suggestions.iter();
        let suggestions = suggestions.map(|suggestion| suggestion.within(&about.document));
        let found = Suggestions {
            suggestions: suggestions.collect(),
            dropped: Vec::new(),
        };
        let mut collected = Collected {
            dropped: self.dropped,
            ..Collected::new(&snapshot.path, &Settings::default())
        };
        collected.take_up(about, found, syntax);
        let nothing = self.outcome == Outcome::Suggestions && collected.suggestions.is_empty();
        Self {
            outcome: if nothing {
                Outcome::Nothing
            } else {
                self.outcome
            },
            suggestions: collected.suggestions,
            dropped: collected.dropped,
            ..self
        }
    }
}

#[cfg(test)]
mod tests {
    use std::ops::Range;

    use suggest::{Node, Syntax};

    use crate::{Document, Kind, Outcome, Prediction, Snapshot, Suggestion};

    /// A grammar in which nothing may be called `class`.
    struct NoClass;

    impl Syntax for NoClass {
        fn errors(&self, _language: &str, text: &str) -> Option<Vec<Range<usize>>> {
            let found = text.match_indices("class");
            Some(found.map(|(at, word)| at..at + word.len()).collect())
        }

        fn nodes(&self, _: &str, _: &str, _: Range<usize>) -> Option<Vec<Node>> {
            None
        }
    }

    /// What is left of an answer that renames `add` in the second line.
    fn left(insert: &str) -> (Outcome, Vec<String>, Vec<String>) {
        let snapshot = Snapshot::new("a.ts", Document::new("let ü;\r\nadd();\r\n"));
        let suggestion = Suggestion {
            from: 8,
            to: 11,
            insert: insert.to_owned(),
            kind: Kind::Replacement,
            at_cursor: false,
        };
        let prediction = Prediction {
            suggestions: vec![suggestion.clone()],
            ..Prediction::unasked(Outcome::Suggestions, 0)
        };
        let checked = prediction.checked(&snapshot, &NoClass);
        assert!(checked.suggestions.iter().all(|left| *left == suggestion));
        let inserts = checked.suggestions.into_iter().map(|left| left.insert);
        let reasons = checked.dropped.into_iter().map(|dropped| dropped.reason);
        (checked.outcome, inserts.collect(), reasons.collect())
    }

    #[test]
    fn an_answer_from_elsewhere_is_held_back_where_it_breaks_code() {
        let nothing: Vec<String> = Vec::new();
        let sum = vec!["sum".to_owned()];
        assert_eq!(left("sum"), (Outcome::Suggestions, sum, nothing.clone()));
        let syntax = vec!["syntax".to_owned()];
        assert_eq!(left("class"), (Outcome::Nothing, nothing, syntax));
    }
}
