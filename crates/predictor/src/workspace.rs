//! What the editor shows and what has been done in it.

use std::collections::{HashMap, VecDeque};

use edit::{History, Recent, States, whole};
use prompt::ContextFile;
use serde::{Deserialize, Serialize};

use crate::diagnostics::Errors;
use crate::question::rename;
use crate::rename::Rename;
use crate::{Diagnostic, Document, Settings, Skip, Suggestion, TextChange, guard};

/// Rejections that are remembered.
const REJECTIONS: usize = 20;
/// Documents that are looked through for a name that is left.
const OTHERS: usize = 16;

/// The open documents, the order in which they were visited, and the edit history.
#[derive(Debug, Clone, Default)]
pub struct Workspace {
    documents: HashMap<String, Document>,
    /// By path.
    errors: HashMap<String, Errors>,
    /// Paths, the one visited last first.
    visited: Vec<String>,
    history: History,
    rejected: VecDeque<Rejection>,
}

/// The document was never opened, or has been closed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("no open document {0:?}")]
pub struct UnknownDocument(pub String);

/// An edit that the user did not want: what it would have replaced by what, and after which start of
/// the line. Offsets would not survive the next keystroke.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Rejection {
    path: String,
    line_start: String,
    old: String,
    new: String,
}

/// The state of a workspace that one prediction is computed from.
#[derive(Debug, Clone)]
pub struct Snapshot {
    /// Path of the document.
    pub path: String,
    /// The document.
    pub document: Document,
    /// The recent changes in all documents, and the newest one in this.
    pub recent: Recent,
    /// Texts that this document had, to recognise an answer that takes the user's work back.
    pub states: Option<States>,
    /// Excerpts of other documents.
    pub context: Vec<ContextFile>,
    /// The errors that the editor marks in this document.
    pub errors: Vec<prompt::Diagnostic>,
    /// The document to ask about where nothing is to be done in this one; its own `elsewhere` is none.
    pub elsewhere: Option<Box<Snapshot>>,
    pub(crate) rejected: Vec<Rejection>,
}

impl Snapshot {
    /// A document without a history, without context.
    pub fn new(path: &str, document: Document) -> Self {
        Self {
            path: path.to_owned(),
            document,
            recent: Recent::default(),
            states: None,
            context: Vec::new(),
            errors: Vec::new(),
            elsewhere: None,
            rejected: Vec::new(),
        }
    }
}

impl Workspace {
    /// No documents.
    pub fn new() -> Self {
        Self::default()
    }

    /// A document by its path.
    pub fn document(&self, path: &str) -> Option<&Document> {
        self.documents.get(path)
    }

    /// As [`document`](Workspace::document), for one that should be open.
    pub(crate) fn known(&self, path: &str) -> Result<&Document, UnknownDocument> {
        let unknown = || UnknownDocument(path.to_owned());
        self.document(path).ok_or_else(unknown)
    }

    /// Opens a document, or replaces the text of one as a whole.
    pub fn open(&mut self, path: &str, text: &str) {
        self.history.close(path);
        self.errors.remove(path);
        self.documents.insert(path.to_owned(), Document::new(text));
        self.visit(path);
    }

    /// Closes a document. What was changed in it stays part of the history.
    pub fn close(&mut self, path: &str) {
        self.history.close(path);
        self.errors.remove(path);
        self.documents.remove(path);
        self.visited.retain(|visited| visited != path);
    }

    /// Forgets what was changed and what was not wanted, as the work goes on with something else.
    /// The documents stay open.
    pub fn forget(&mut self) {
        self.history = History::default();
        self.rejected.clear();
    }

    /// Takes up one change event: the changes' offsets are in the text before it, `cursor` is in the
    /// text after it, and `time` is in milliseconds from any start.
    ///
    /// # Errors
    /// If the document is not open.
    pub fn change(
        &mut self,
        path: &str,
        changes: &[TextChange],
        cursor: usize,
        time: f64,
    ) -> Result<(), UnknownDocument> {
        let document = self
            .documents
            .get_mut(path)
            .ok_or_else(|| UnknownDocument(path.to_owned()))?;
        let remembered = !guard::excluded(path);
        let mut errors = self.errors.get_mut(path);
        document.change(changes, |before, replacement| {
            if let Some(errors) = &mut errors {
                errors.follow(replacement);
            }
            if remembered {
                self.history.record(path, before, replacement, time);
            }
        });
        document.set_cursor(cursor);
        self.visit(path);
        Ok(())
    }

    /// Notes where the cursor is.
    ///
    /// # Errors
    /// If the document is not open.
    pub fn set_cursor(&mut self, path: &str, cursor: usize) -> Result<(), UnknownDocument> {
        let document = self
            .documents
            .get_mut(path)
            .ok_or_else(|| UnknownDocument(path.to_owned()))?;
        document.set_cursor(cursor);
        self.visit(path);
        Ok(())
    }

    /// Takes up what the editor marks in the document, as its text is now; what it marked before is
    /// forgotten. Of this the first 50 errors count. They follow edits, and go with one that
    /// touches them.
    ///
    /// # Errors
    /// If the document is not open.
    pub fn set_diagnostics(
        &mut self,
        path: &str,
        diagnostics: &[Diagnostic],
    ) -> Result<(), UnknownDocument> {
        let document = self.documents.get(path);
        let document = document.ok_or_else(|| UnknownDocument(path.to_owned()))?;
        let errors = Errors::new(document, diagnostics);
        self.errors.insert(path.to_owned(), errors);
        Ok(())
    }

    /// This workspace as it will be when a suggestion is accepted, with the cursor behind it. The accept
    /// counts as a step of its own: people look at a suggestion for more than a second.
    ///
    /// # Errors
    /// If the document is not open.
    pub fn accepting(&self, path: &str, suggestion: &Suggestion) -> Result<Self, UnknownDocument> {
        let mut ahead = self.clone();
        let change = TextChange {
            from: suggestion.from,
            to: suggestion.to,
            insert: suggestion.insert.clone(),
        };
        let cursor = change.from + change.insert.encode_utf16().count();
        ahead.change(path, &[change], cursor, f64::INFINITY)?;
        Ok(ahead)
    }

    /// Remembers that a suggestion was not wanted: it is not offered again while it still applies.
    ///
    /// # Errors
    /// If the document is not open.
    pub fn reject(&mut self, path: &str, suggestion: &Suggestion) -> Result<(), UnknownDocument> {
        let document = self.known(path)?;
        let range = document.byte(suggestion.from)..document.byte(suggestion.to);
        self.rejected.push_back(Rejection::new(
            path,
            document.text(),
            range,
            &suggestion.insert,
        ));
        if self.rejected.len() > REJECTIONS {
            self.rejected.pop_front();
        }
        Ok(())
    }

    /// What a prediction at the document's cursor is computed from.
    ///
    /// # Errors
    /// Where no prediction should be made.
    pub fn snapshot(&self, path: &str, settings: &Settings) -> Result<Snapshot, Skip> {
        let (document, recent) = self.check(path)?;
        Ok(Snapshot {
            path: path.to_owned(),
            document: document.clone(),
            recent,
            states: self.history.states(path).cloned(),
            context: self.context(path, settings),
            errors: self
                .errors
                .get(path)
                .map_or_else(Vec::new, |errors| errors.within(document)),
            elsewhere: None,
            rejected: self
                .rejected
                .iter()
                .filter(|rejection| rejection.path == path)
                .cloned()
                .collect(),
        })
    }

    /// The document and the recent changes, if a prediction may be made at its cursor.
    pub(crate) fn check(&self, path: &str) -> Result<(&Document, Recent), Skip> {
        let document = self
            .known(path)
            .map_err(|unknown| Skip::Path(unknown.to_string()))?;
        if guard::excluded(path) {
            return Err(Skip::Excluded(path.to_owned()));
        }
        let recent = self.history.recent(path);
        if recent.changes.is_empty() && recent.newest.is_none() {
            return Err(Skip::NoEditYet);
        }
        guard::check(document)?;
        Ok((document, recent))
    }

    /// What a prediction is computed from in another document, where the newest change gave something a
    /// new name: the one visited last of those that still have the old name, and of which one has the
    /// other's file name in its text, as imports do. Without that, a name of the two is rarely the
    /// same thing.
    pub fn elsewhere(&self, path: &str, settings: &Settings) -> Option<Snapshot> {
        let here = self.documents.get(path)?.text();
        let others = self.visited.iter().filter(|visited| *visited != path);
        let left = others.take(OTHERS).filter(|other| {
            self.documents.get(*other).is_some_and(|document| {
                let text = document.text();
                let rename = rename(&self.history.recent(other), other, text);
                let is_left = |rename: Rename| -> bool { rename.leftovers(text).next().is_some() };
                (mentions(text, path) || mentions(here, other)) && rename.is_some_and(is_left)
            })
        });
        left.filter_map(|other| self.snapshot(other, settings).ok())
            .next()
    }

    /// Excerpts of the documents that were visited last, other than `path`.
    fn context(&self, path: &str, settings: &Settings) -> Vec<ContextFile> {
        let others = self
            .visited
            .iter()
            .filter(|visited| *visited != path && !guard::excluded(visited));
        let excerpts = others.filter_map(|path| {
            let document = self.documents.get(path)?;
            guard::check(document).ok()?;
            let text = document.around_cursor(settings.context_lines).into_owned();
            (!text.trim().is_empty()).then(|| ContextFile {
                path: path.clone(),
                text,
            })
        });
        excerpts.take(settings.context_documents).collect()
    }

    fn visit(&mut self, path: &str) {
        if self.visited.first().is_none_or(|last| last != path) {
            self.visited.retain(|visited| visited != path);
            self.visited.insert(0, path.to_owned());
        }
    }
}

impl Rejection {
    pub(crate) fn new(path: &str, text: &str, range: std::ops::Range<usize>, insert: &str) -> Self {
        let before = edit::slice(text, 0..range.start);
        let line = before.rfind('\n').map_or(0, |end| end + 1);
        Self {
            path: path.to_owned(),
            line_start: edit::slice(before, line..before.len()).to_owned(),
            old: edit::slice(text, range).to_owned(),
            new: edit::Eol::normalize(insert).into_owned(),
        }
    }
}

/// Whether a text has the name of a file, without its folders and its endings.
fn mentions(text: &str, path: &str) -> bool {
    let name = path.rsplit(['/', '\\']).next().unwrap_or(path);
    let stem = name.split('.').next().unwrap_or(name);
    !stem.is_empty() && whole(text, stem).next().is_some()
}
