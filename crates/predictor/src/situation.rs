//! What led to a document as it is, for whoever has no session.

use edit::{Eol, Newest, PastChange, Recent, States};
use prompt::ContextFile;
use serde::{Deserialize, Serialize};

use crate::diagnostics::Errors;
use crate::workspace::Rejection;
use crate::{Diagnostic, Document, Skip, Snapshot, guard};

/// A document in the middle of an edit, with what a session would have remembered: all that a prediction is
/// computed from. Texts and offsets as an editor has them: UTF-16, any line end.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Situation {
    /// Path of the document in its workspace.
    pub path: String,
    /// The document now.
    pub text: String,
    /// UTF-16 offset in `text`.
    pub cursor: usize,
    /// The document before the newest change in it. Default: without the last change of `history`, where that is one
    /// of this document and stands in it in one place; else as it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub before: Option<String>,
    /// Coalesced changes in all documents, oldest first.
    #[serde(default)]
    pub history: Vec<Change>,
    /// Other files or excerpts.
    #[serde(default)]
    pub context: Vec<Excerpt>,
    /// What the editor marks in the document.
    #[serde(default)]
    pub diagnostics: Vec<Diagnostic>,
    /// Edits of this document that the user did not want.
    #[serde(default)]
    pub rejected: Vec<Rejection>,
    /// Another document, to be asked about where nothing is to be done in this one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub elsewhere: Option<Box<Situation>>,
}

/// A change with its context lines on both sides.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Change {
    /// Path of the document.
    pub path: String,
    /// The lines before.
    pub old: String,
    /// The lines after.
    pub new: String,
    /// Row of the first line, from 0.
    #[serde(default)]
    pub line: usize,
}

/// Another file, or a piece of one.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Excerpt {
    /// Path in the workspace.
    pub path: String,
    /// Its text.
    pub text: String,
}

impl Situation {
    /// The session in the middle of which this is. Nothing is checked.
    pub fn snapshot(&self) -> Snapshot {
        let mut document = Document::new(&self.text);
        document.set_cursor(self.cursor);
        let mut snapshot = Snapshot::new(&self.path, document);
        let text = snapshot.document.text();
        let changes: Vec<_> = self.history.iter().map(Change::past).collect();
        let last = changes.last().filter(|change| change.path == self.path);
        let before = match &self.before {
            Some(before) => Some(Eol::normalize(before)),
            None => last.and_then(|change| Some(undone(change, text)?.into())),
        };
        let before = before.as_deref().unwrap_or(text);
        let newest = Newest::between(before, text).map(|mut newest| {
            newest.listed = last
                .filter(|change| leads(change, before, text))
                .map(|_| changes.len() - 1);
            newest
        });
        let listed = newest.as_ref().and_then(|newest| newest.listed);
        let earlier = changes
            .get(..listed.unwrap_or(changes.len()))
            .unwrap_or_default();
        let states = states(&self.path, text, before, earlier);
        snapshot.states = Some(states);
        snapshot.recent = Recent { changes, newest };
        snapshot.context = self.context.iter().map(Excerpt::file).collect();
        snapshot.errors =
            Errors::new(&snapshot.document, &self.diagnostics).within(&snapshot.document);
        snapshot.rejected.clone_from(&self.rejected);
        let other = self.elsewhere.as_deref();
        snapshot.elsewhere = other.map(|other| Box::new(other.snapshot()));
        snapshot
    }

    /// As [`snapshot`](Self::snapshot), if a prediction may be made.
    ///
    /// # Errors
    /// As [`Workspace::snapshot`](crate::Workspace::snapshot).
    pub fn checked(&self) -> Result<Snapshot, Skip> {
        if guard::excluded(&self.path) {
            return Err(Skip::Excluded(self.path.clone()));
        }
        let mut snapshot = self.snapshot();
        if snapshot.recent.changes.is_empty() && snapshot.recent.newest.is_none() {
            return Err(Skip::NoEditYet);
        }
        guard::check(&snapshot.document)?;
        snapshot.context.retain(|file| !guard::excluded(&file.path));
        let allowed = |other: &Snapshot| -> bool {
            !guard::excluded(&other.path) && guard::check(&other.document).is_ok()
        };
        snapshot.elsewhere = snapshot.elsewhere.filter(|other| allowed(other));
        Ok(snapshot)
    }
}

impl From<&Snapshot> for Situation {
    /// What somebody else needs to know to come to the same prediction.
    fn from(snapshot: &Snapshot) -> Self {
        let Snapshot {
            document, recent, ..
        } = snapshot;
        let before = match &recent.newest {
            Some(newest) => newest.undo(document.text()),
            // Not the last change: the text was replaced since.
            None => {
                let last = recent.changes.last();
                last.filter(|change| change.path == snapshot.path)
                    .map(|_| document.text().to_owned())
            }
        };
        let diagnostics = snapshot.errors.iter().map(|error| {
            let at = document.utf16(error.start);
            Diagnostic::error(at, &error.message)
        });
        Self {
            path: snapshot.path.clone(),
            text: document.raw(),
            cursor: document.utf16(document.cursor()),
            before,
            history: recent.changes.iter().map(Change::from).collect(),
            context: snapshot.context.iter().map(Excerpt::from).collect(),
            diagnostics: diagnostics.collect(),
            rejected: snapshot.rejected.clone(),
            elsewhere: snapshot
                .elsewhere
                .as_deref()
                .map(|other| Box::new(other.into())),
        }
    }
}

impl Change {
    fn past(&self) -> PastChange {
        let lines = |text: &str| {
            let text = Eol::normalize(text);
            text.strip_suffix('\n').unwrap_or(&text).to_owned()
        };
        PastChange {
            path: self.path.clone(),
            line: self.line,
            old: lines(&self.old),
            new: lines(&self.new),
        }
    }
}

impl From<&PastChange> for Change {
    fn from(change: &PastChange) -> Self {
        // The end of the last line, so that a blank last line is one.
        let lines = |text: &str| {
            if text.is_empty() {
                String::new()
            } else {
                format!("{text}\n")
            }
        };
        Self {
            path: change.path.clone(),
            line: change.line,
            old: lines(&change.old),
            new: lines(&change.new),
        }
    }
}

impl Excerpt {
    fn file(&self) -> ContextFile {
        ContextFile {
            path: self.path.clone(),
            text: Eol::normalize(&self.text).into_owned(),
        }
    }
}

impl From<&ContextFile> for Excerpt {
    fn from(file: &ContextFile) -> Self {
        Self {
            path: file.path.clone(),
            text: file.text.clone(),
        }
    }
}

/// What a document was that is now `text`: `before`, and what the changes `earlier` lead back to.
fn states(path: &str, text: &str, before: &str, earlier: &[PastChange]) -> States {
    let mut changes = earlier.iter().rev().filter(|change| change.path == path);
    let texts = std::iter::successors(Some(before.to_owned()), |text| {
        undone(changes.next()?, text)
    });
    States::before(text, texts)
}

/// What `text` was before `change`. Nothing where its lines are not there, or are in several places: which of them
/// was it?
fn undone(change: &PastChange, text: &str) -> Option<String> {
    let mut places = text.match_indices(&change.new).filter(|(at, lines)| {
        let before = edit::slice(text, 0..*at);
        let behind = edit::slice(text, at + lines.len()..text.len());
        let starts = before.is_empty() || before.ends_with('\n');
        starts && (behind.is_empty() || behind.starts_with('\n'))
    });
    let (at, lines) = places.next()?;
    places.next().is_none().then(|| {
        let rest = edit::slice(text, at + lines.len()..text.len());
        [edit::slice(text, 0..at), &change.old, rest].concat()
    })
}

/// Whether `change` is a change from `before` to `text`.
fn leads(change: &PastChange, before: &str, text: &str) -> bool {
    let head = edit::common_prefix(before, text);
    let tail = edit::common_suffix(before, text);
    before.len() + change.new.len() == text.len() + change.old.len()
        && text.match_indices(&change.new).any(|(at, new)| {
            at <= head
                && text.len() - at - new.len() <= tail
                && edit::slice(before, at..at + change.old.len()) == change.old
        })
}

#[cfg(test)]
mod tests {
    use super::{Change, Situation};
    use crate::{Settings, TextChange, Workspace};

    #[test]
    fn a_snapshot_that_was_sent_is_the_same() {
        let mut workspace = Workspace::new();
        workspace.open("b.ts", "import { amount } from './a';\r\namount();\r\n");
        workspace.open("a.ts", "function amount() {\r\n  let ü = 1;\r\n}\r\n");
        let edit = |from, to, insert: &str| TextChange {
            from,
            to,
            insert: insert.to_owned(),
        };
        let mut changed = |change: TextChange, time| {
            let cursor = change.from + change.insert.len();
            workspace.change("a.ts", &[change], cursor, time).unwrap();
        };
        changed(edit(27, 28, "u"), 0.0);
        changed(edit(9, 15, "total"), 60_000.0);
        let settings = Settings::default();
        let mut sent = workspace.snapshot("a.ts", &settings).unwrap();
        let other = workspace.elsewhere("a.ts", &settings).unwrap();
        sent.elsewhere = Some(Box::new(other));

        let situation = Situation::from(&sent);
        assert_eq!(
            situation.text,
            "function total() {\r\n  let u = 1;\r\n}\r\n"
        );
        let taken = situation.checked().unwrap();
        assert_eq!(taken.recent, sent.recent);
        assert_eq!(taken.document.text(), sent.document.text());
        assert_eq!(taken.document.cursor(), sent.document.cursor());
        assert_eq!(taken.context, sent.context);
        let elsewhere = taken.elsewhere.unwrap();
        assert_eq!(elsewhere.path, "b.ts");
        assert_eq!(Situation::from(&*elsewhere), *situation.elsewhere.unwrap());
    }

    #[test]
    fn what_may_not_be_asked_about() {
        let code = |path: &str, text: &str, before: Option<&str>| {
            let situation = Situation {
                path: path.to_owned(),
                text: text.to_owned(),
                before: before.map(str::to_owned),
                ..Situation::default()
            };
            situation.checked().err().map(|skip| skip.code())
        };
        assert_eq!(code("a.ts", "a\n", Some("b\n")), None);
        assert_eq!(code("a.ts", "a\n", Some("a\n")), Some("no-edit-yet"));
        assert_eq!(code("a.ts", "a\n", None), Some("no-edit-yet"));
        assert_eq!(code(".env", "a\n", Some("b\n")), Some("excluded"));
        assert_eq!(
            code("a.ts", &"x".repeat(1001), Some("")),
            Some("long-lines")
        );
    }

    /// `b` became `B`.
    fn changed(text: &str, before: Option<&str>) -> Situation {
        Situation {
            path: "a.ts".to_owned(),
            text: text.to_owned(),
            before: before.map(str::to_owned),
            history: vec![Change {
                path: "a.ts".to_owned(),
                old: "a\nb\nc\n".to_owned(),
                new: "a\nB\nc\n".to_owned(),
                line: 0,
            }],
            ..Situation::default()
        }
    }

    #[test]
    fn the_newest_change_is_found_in_the_history() {
        let situation = changed("a\nB\nc\n", Some("a\nb\nc\n"));
        let newest = situation.snapshot().recent.newest.unwrap();
        assert_eq!(newest.listed, Some(0));
    }

    #[test]
    fn the_text_before_is_found_in_the_history() {
        let before = |text: &str| {
            let newest = changed(text, None).snapshot().recent.newest?;
            assert_eq!(newest.listed, Some(0));
            newest.undo(text)
        };
        assert_eq!(before("a\nB\nc\n").as_deref(), Some("a\nb\nc\n"));
        let part_of_a_line = "a\nB\ncc\nb\na\nB\nc";
        assert_eq!(
            before(part_of_a_line).as_deref(),
            Some("a\nB\ncc\nb\na\nb\nc")
        );
        assert_eq!(before("a\nB\nc\na\nB\nc\n"), None);
        assert_eq!(before("a\nb\nc\n"), None);
    }

    #[test]
    fn a_change_of_a_text_that_was_replaced_since_is_not_the_newest() {
        let mut workspace = Workspace::new();
        workspace.open("a.ts", "a\nb\nc\n");
        let change = TextChange {
            from: 2,
            to: 3,
            insert: "B".to_owned(),
        };
        workspace.change("a.ts", &[change], 3, 0.0).unwrap();
        workspace.open("a.ts", "a\nB\nc\nd\n");
        let sent = workspace.snapshot("a.ts", &Settings::default()).unwrap();
        assert_eq!(sent.recent.newest, None);
        let taken = Situation::from(&sent).checked().unwrap();
        assert_eq!(taken.recent, sent.recent);
    }
}
