//! When to ask the model.

use serde::Serialize;

use crate::debounce::Debounce;
use crate::{Document, EditKind, TextChange, UnknownDocument, UserEvent, Workspace};

/// A cursor move only asks while the user is editing: this long after the last edit that asked, in ms
/// (Copilot's number).
const MOVE_AFTER_EDIT: f64 = 10_000.0;
/// After a dismissal nothing is asked for this long, in ms, but after an accepted edit (Copilot's number).
const COOLDOWN: f64 = 5_000.0;
/// An edit of this many characters or new lines is a bulk edit: pasted code, a reformatted file
/// (Sweep's numbers).
const BULK_CHARACTERS: usize = 200;
const BULK_LINES: usize = 8;

/// Decides which of the user's steps lead to a request, and when. One for all documents.
///
/// It reads no clock: events carry their times, in milliseconds from any start, and whoever keeps a
/// timer looks at what is [`due`](Trigger::due) after each of them.
#[derive(Debug, Clone)]
pub struct Trigger {
    debounce: Debounce,
    loaded: bool,
    /// The document that the user is in.
    place: Option<String>,
    /// The document in which an input method composes.
    composing: Option<String>,
    last_edit: f64,
    dismissed: f64,
    due: Option<Due>,
}

/// A request that is to be made.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Due {
    /// Path of the document.
    pub document: String,
    /// When, in milliseconds.
    pub time: f64,
    /// The user asked for it, and wants to know if there is nothing, and why.
    #[serde(skip)]
    explicit: bool,
}

impl Default for Trigger {
    fn default() -> Self {
        Self {
            debounce: Debounce::default(),
            loaded: false,
            place: None,
            composing: None,
            last_edit: f64::NEG_INFINITY,
            dismissed: f64::NEG_INFINITY,
            due: None,
        }
    }
}

impl Trigger {
    /// Nothing has happened, and no model is loaded.
    pub fn new() -> Self {
        Self::default()
    }

    /// Changes the longest wait after typing, in ms. Default 300.
    pub fn set_longest(&mut self, longest: f64) {
        self.debounce.longest = longest;
    }

    /// Takes up what the user did in the document at `path`, in the workspace too.
    ///
    /// # Errors
    /// If the document is not open.
    pub fn take_up(
        &mut self,
        workspace: &mut Workspace,
        path: &str,
        event: &UserEvent,
        time: f64,
    ) -> Result<(), UnknownDocument> {
        let wait = match event {
            UserEvent::Entered { cursor } => {
                workspace.set_cursor(path, *cursor)?;
                self.after_move(workspace.known(path)?, time)
            }
            UserEvent::Moved {
                cursor,
                plain,
                offered,
            } => {
                let document = workspace.known(path)?;
                let row = document.row(document.cursor());
                workspace.set_cursor(path, *cursor)?;
                let document = workspace.known(path)?;
                if !plain || *offered || document.row(document.cursor()) == row {
                    return Ok(());
                }
                self.after_move(document, time)
            }
            UserEvent::Edited {
                kind,
                changes,
                cursor,
            } => {
                workspace.change(path, changes, *cursor, time)?;
                // Somebody else's edit says nothing about what the user's last one leads to.
                if *kind == EditKind::Other && !is_bulk(changes) {
                    return Ok(());
                }
                self.after_edit(*kind, changes, workspace.known(path)?, time)
            }
            UserEvent::Composing { active } => {
                let document = workspace.known(path)?;
                self.composing = active.then(|| path.to_owned());
                self.after_move(document, time)
            }
            UserEvent::Dismissed { suggestion } => {
                workspace.reject(path, suggestion)?;
                self.last_edit = f64::NEG_INFINITY;
                self.dismissed = time;
                None
            }
            UserEvent::Asked => Some(0.0),
            UserEvent::Left => {
                self.left(path);
                return Ok(());
            }
        };
        // What is dismissed may be for another document.
        let elsewhere = matches!(
            event,
            UserEvent::Dismissed { .. }
                | UserEvent::Edited {
                    kind: EditKind::Other,
                    ..
                }
        );
        if !elsewhere {
            self.place = Some(path.to_owned());
        }
        self.schedule(path, wait, time, *event == UserEvent::Asked);
        Ok(())
    }

    /// No editor shows the document any more.
    pub fn left(&mut self, path: &str) {
        self.place.take_if(|place| place == path);
        self.composing.take_if(|composing| composing == path);
        self.due.take_if(|due| due.document == path);
    }

    /// A model was loaded: it is asked where the user is editing.
    pub fn loaded(&mut self, workspace: &Workspace, time: f64) {
        self.loaded = true;
        let place = self.place.clone();
        if let Some(path) = place
            && let Some(document) = workspace.document(&path)
        {
            self.schedule(&path, self.after_move(document, time), time, false);
        }
    }

    /// The model was asked, and took that long, in ms.
    pub fn answered(&mut self, response: f64) {
        self.debounce.answered(response);
    }

    /// The request to make next.
    pub fn due(&self) -> Option<&Due> {
        self.due.as_ref()
    }

    /// Whether that time has come.
    pub fn is_due(&self, time: f64) -> bool {
        self.due.as_ref().is_some_and(|due| due.time <= time)
    }

    /// The document to ask about now. `None` before something is due, and where only the user asking for
    /// it would lead to a request: the document must not be asked about.
    pub fn take(&mut self, workspace: &Workspace, time: f64) -> Option<String> {
        let due = self.due.take_if(|due| due.time <= time)?;
        (due.explicit || workspace.check(&due.document).is_ok()).then_some(due.document)
    }

    /// Asks about the document so many ms after `time`, or not at all. There is one user, so what was due
    /// in another document gives way.
    fn schedule(&mut self, path: &str, wait: Option<f64>, time: f64, explicit: bool) {
        let wait = wait.filter(|_| self.loaded && self.composing.is_none());
        match wait {
            Some(wait) => {
                self.due = Some(Due {
                    document: path.to_owned(),
                    time: time + wait,
                    explicit,
                });
            }
            None => {
                self.due.take_if(|due| due.document == path);
            }
        }
    }

    /// The wait after an edit.
    fn after_edit(
        &mut self,
        kind: EditKind,
        changes: &[TextChange],
        document: &Document,
        time: f64,
    ) -> Option<f64> {
        let asks = match kind {
            EditKind::Typed => !is_bulk(changes),
            EditKind::Accepted => true,
            EditKind::Undo | EditKind::Other => false,
        };
        self.last_edit = if asks { time } else { f64::NEG_INFINITY };
        if !asks {
            return None;
        }
        if kind == EditKind::Accepted {
            self.dismissed = f64::NEG_INFINITY;
            return Some(0.0);
        }
        self.debounce.typed(time);
        Some(self.wait(document, time))
    }

    /// The wait after a move to where the cursor is.
    fn after_move(&self, document: &Document, time: f64) -> Option<f64> {
        (time - self.last_edit < MOVE_AFTER_EDIT).then(|| self.wait(document, time))
    }

    /// The debounce, prolonged to the end of the cooldown.
    fn wait(&self, document: &Document, time: f64) -> f64 {
        let debounce = self.debounce.wait(document);
        debounce.max(self.dismissed + COOLDOWN - time)
    }
}

/// Too large to be typed; nothing is predicted from it.
fn is_bulk(changes: &[TextChange]) -> bool {
    let characters = |change: &TextChange| {
        let removed = change.to.saturating_sub(change.from);
        removed + change.insert.encode_utf16().count()
    };
    let lines = |change: &TextChange| change.insert.matches('\n').count();
    changes.iter().map(characters).sum::<usize>() >= BULK_CHARACTERS
        || changes.iter().map(lines).sum::<usize>() >= BULK_LINES
}
