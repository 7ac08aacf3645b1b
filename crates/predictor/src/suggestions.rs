//! From an answer about LF text to suggestions for the editor's own text.

use std::ops::Range;

use decode::Ended;
use edit::PastChange;
use suggest::{Answer, Reason, Syntax, suggest};

use crate::workspace::Rejection;
use crate::{Dropped, Kind, Settings, Snapshot, Suggestion};

/// What the answers to a request have come to so far.
#[derive(Debug)]
pub(crate) struct Collected {
    pub(crate) suggestions: Vec<Suggestion>,
    pub(crate) dropped: Vec<Dropped>,
    /// Path of the document that was asked about.
    path: String,
    /// Whether edits of nothing but imports are offered.
    imports: bool,
}

impl Collected {
    /// Nothing so far.
    pub(crate) fn new(path: &str, settings: &Settings) -> Self {
        Self {
            suggestions: Vec::new(),
            dropped: Vec::new(),
            path: path.to_owned(),
            imports: settings.imports,
        }
    }

    /// Takes up the new text of one window, a byte range of the document. `syntax` is asked whether it
    /// breaks code that parses.
    pub(crate) fn add(
        &mut self,
        snapshot: &Snapshot,
        window: &Range<usize>,
        answer: &str,
        ended: Ended,
        syntax: &impl Syntax,
    ) {
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
            let rejected = snapshot.rejected.contains(&rejection);
            if rejected {
                let reason = Reason::Rejected;
                found.dropped.push(suggest::Dropped { reason, range });
            }
            !rejected
        });
        found.hold_back_broken(&snapshot.path, text, syntax);
        for dropped in found.dropped {
            let reason = dropped.reason;
            self.drop(snapshot, reason.code(), reason.message(), &dropped.range);
        }
        for suggestion in found.suggestions {
            self.suggestions.push(Suggestion {
                from: document.utf16(suggestion.range.start),
                to: document.utf16(suggestion.range.end),
                insert: document.restore(&suggestion.text),
                kind: match suggestion.kind {
                    suggest::Kind::Insertion => Kind::Insertion,
                    suggest::Kind::Deletion => Kind::Deletion,
                    suggest::Kind::Replacement => Kind::Replacement,
                },
                at_cursor: suggestion.at_cursor,
            });
        }
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
