//! Requests of a session: what each is for, which of them still count, and who listens.

use std::ops::ControlFlow;

use js_sys::Function;
use predictor::{Event, Observer, Outcome, Prediction, Skip, Snapshot, Ticket};
use serde::Serialize;
use wasm_bindgen::prelude::{JsError, JsValue};

use crate::session::Session;

/// A request that was made before the user accepted a suggestion: for that document as it will be then.
pub(crate) struct Ahead {
    pub(crate) path: String,
    pub(crate) document: predictor::Document,
    pub(crate) ticket: Ticket,
}

/// A request that has been made, with the state of the document that it was made for.
pub(crate) struct Asked {
    snapshot: Result<Snapshot, Skip>,
    pub(crate) version: u64,
    cursor: usize,
    pub(crate) ticket: Ticket,
}

/// A request that the trigger led to, which is being computed.
pub(crate) struct Running {
    pub(crate) path: String,
    pub(crate) version: u64,
    pub(crate) ticket: Ticket,
}

/// A document for which an answer may still come, for this version of it or a later one.
#[derive(Serialize)]
pub(crate) struct Awaited<'a> {
    pub(crate) document: &'a str,
    pub(crate) version: u64,
}

impl Session {
    /// A request about the document at its cursor, or also about another document. What it is for is fixed now, however long it waits for
    /// the model.
    pub(crate) fn ask(&self, path: &str, elsewhere: bool) -> Asked {
        let workspace = self.workspace.borrow();
        let document = workspace.document(path);
        self.contradict(path, document);
        let ahead = self.ahead.take().map(|ahead| ahead.ticket);
        let ahead = ahead.filter(Ticket::is_newest);
        Asked {
            snapshot: self.snapshot(&workspace, path, elsewhere),
            version: document.map_or(0, predictor::Document::version),
            cursor: document.map_or(0, |document| document.utf16(document.cursor())),
            ticket: ahead.unwrap_or_else(|| self.tickets.next()),
        }
    }

    /// What comes of a request.
    pub(crate) async fn answer(
        &self,
        asked: Asked,
        on_event: Function,
    ) -> Result<Prediction, JsError> {
        let Asked {
            snapshot,
            version,
            cursor,
            ticket,
        } = asked;
        let snapshot = match snapshot {
            Ok(snapshot) => snapshot,
            Err(skip) => {
                return Ok(Prediction {
                    version,
                    ..Prediction::skipped(&skip, cursor)
                });
            }
        };
        let mut model = self.model.lock().await;
        if !ticket.is_newest() {
            return Ok(Prediction {
                version,
                ..Prediction::unasked(Outcome::Cancelled, cursor)
            });
        }
        let model = model
            .as_mut()
            .ok_or_else(|| JsError::new("no model is loaded"))?;
        let mut listener = Listener {
            ticket,
            session: self,
            on_event: Some(on_event),
        };
        model.predict(&snapshot, &self.syntax, &mut listener).await
    }

    /// Ends what the trigger has asked about the document, and what was asked ahead of an accept in it.
    pub(crate) fn give_up(&self, path: &str) {
        self.contradict(path, None);
        let running = self
            .running
            .borrow_mut()
            .take_if(|running| running.path == path);
        if running.is_some_and(|running| running.ticket.is_newest()) {
            self.tickets.next();
        }
    }

    /// Ends a request ahead of an accept, unless the document at `path` is what it was made for.
    /// So the model is free again by the time that the next request comes.
    pub(crate) fn contradict(&self, path: &str, document: Option<&predictor::Document>) {
        let ahead = self
            .ahead
            .borrow_mut()
            .take_if(|ahead| ahead.path != path || Some(&ahead.document) != document);
        if ahead.is_some_and(|ahead| ahead.ticket.is_newest()) {
            self.tickets.next();
        }
    }
}

/// Hands events to JavaScript, and ends a prediction that is not the newest any more.
pub(crate) struct Listener<'a> {
    pub(crate) ticket: Ticket,
    pub(crate) session: &'a Session,
    /// Nobody listens to a prediction ahead of an accept.
    pub(crate) on_event: Option<Function>,
}

impl Observer for Listener<'_> {
    fn now(&self) -> f64 {
        self.session.event_loop.now()
    }

    fn event(&mut self, event: Event) {
        if let Some(on_event) = &self.on_event
            && let Ok(event) = serde_wasm_bindgen::to_value(&event)
        {
            // What a listener throws is not the prediction's failure.
            let _ = on_event.call1(&JsValue::NULL, &event);
        }
    }

    async fn turn(&mut self) -> ControlFlow<()> {
        // Newer requests are messages: they can only arrive while the event loop runs.
        let turned = self.session.event_loop.turn().await;
        // The timer of one that is due may fire only after the next pass.
        let overtaken = self.session.trigger.borrow().is_due(self.now());
        if turned.is_ok() && self.ticket.is_newest() && !overtaken {
            ControlFlow::Continue(())
        } else {
            ControlFlow::Break(())
        }
    }
}
