//! The one object that a worker makes.

use std::cell::RefCell;
use std::ops::ControlFlow;

use futures_util::lock::Mutex;
use js_sys::Function;
use predictor::{
    Dropped, Event, Observer, Outcome, Prediction, Settings, Skip, Snapshot, Statistics, Ticket,
    Tickets, Workspace,
};
use serde::de::DeserializeOwned;
use wasm_bindgen::prelude::{JsError, JsValue, wasm_bindgen};

use crate::event_loop::EventLoop;
use crate::load::{Options, Origin};
use crate::loaded::Loaded;
use crate::source::JsSource;
use crate::syntax::JsSyntax;

/// A request that was made before the user accepted a suggestion: for that document as it will be then.
struct Ahead {
    path: String,
    document: predictor::Document,
    ticket: Ticket,
}

/// The open documents, their history, and a model. One per worker.
#[wasm_bindgen]
pub struct Session {
    workspace: RefCell<Workspace>,
    /// Held by the prediction that runs; the next one waits for it to notice that it is obsolete.
    model: Mutex<Option<Loaded>>,
    tickets: Tickets,
    ahead: RefCell<Option<Ahead>>,
    settings: Settings,
    syntax: JsSyntax,
    event_loop: EventLoop,
}

#[wasm_bindgen]
impl Session {
    /// A session without documents and without a model. `errors` parses a text: it gives beginning and
    /// end of each syntax error in turn, and nothing without a grammar for the language; `kinds` gives the kinds of the nodes that hold a range,
    /// the innermost first.
    ///
    /// # Errors
    /// Where there is no `MessageChannel` or `performance`.
    #[wasm_bindgen(constructor)]
    pub fn new(
        #[wasm_bindgen(
            unchecked_param_type = "(language: string, text: string) => Uint32Array | undefined"
        )]
        errors: Function,
        #[wasm_bindgen(
            unchecked_param_type = "(language: string, text: string, from: number, to: number) => string[] | undefined"
        )]
        kinds: Function,
    ) -> Result<Self, JsValue> {
        Ok(Self {
            workspace: RefCell::default(),
            model: Mutex::new(None),
            tickets: Tickets::new(),
            ahead: RefCell::default(),
            settings: Settings::default(),
            syntax: JsSyntax { errors, kinds },
            event_loop: EventLoop::new()?,
        })
    }

    /// Loads a model from a GGUF file of `size` bytes through `read`: first the header, then the
    /// tensors by range. The model takes the place of the one before; when loading fails that one stays.
    /// Where it goes to the CPU, `startTeam` promises the threads that compute it too, or nothing, or
    /// rejects with why there are none.
    /// All three are kept: where a prediction finds that the GPU or a thread is lost, the model is loaded
    /// again, onto a new GPU, onto the CPU, onto this thread.
    ///
    /// # Errors
    /// With what is wrong with the file or the device, and where.
    #[wasm_bindgen(unchecked_return_type = "ModelStatus")]
    pub async fn load(
        &self,
        #[wasm_bindgen(
            unchecked_param_type = "(offset: number, length: number) => Promise<Uint8Array>"
        )]
        read: Function,
        size: f64,
        #[wasm_bindgen(unchecked_param_type = "LoadOptions")] options: JsValue,
        #[wasm_bindgen(
            js_name = "onEvent",
            unchecked_param_type = "(event: LoadEvent) => void"
        )]
        on_event: Function,
        #[wasm_bindgen(
            js_name = "startTeam",
            unchecked_param_type = "() => Promise<Team | undefined>"
        )]
        start_team: Function,
    ) -> Result<JsValue, JsError> {
        let origin = Origin {
            source: JsSource {
                read,
                size: size as u64,
            },
            options: from_js::<Options>(options)?,
            on_event,
            start_team,
        };
        let (model, status) = Loaded::new(origin, self.settings.clone()).await?;
        // A prediction that runs on the model before is not worth waiting for.
        self.tickets.next();
        *self.model.lock().await = Some(model);
        to_js(&status)
    }

    /// Opens a document, or replaces the text of an open one as a whole.
    pub fn open(&self, document: &str, text: &str) {
        self.workspace.borrow_mut().open(document, text);
    }

    /// Takes up one change event. The changes' offsets are in the text before it, the cursor's is in
    /// the text after it; `time` is in milliseconds, of the clock of all calls.
    ///
    /// # Errors
    /// If the document is not open.
    pub fn change(
        &self,
        document: &str,
        #[wasm_bindgen(unchecked_param_type = "TextChange[]")] changes: JsValue,
        cursor: f64,
        time: f64,
    ) -> Result<(), JsError> {
        let changes: Vec<predictor::TextChange> = from_js(changes)?;
        let mut workspace = self.workspace.borrow_mut();
        workspace.change(document, &changes, cursor as usize, time)?;
        self.contradict(document, workspace.document(document));
        Ok(())
    }

    /// Notes where the cursor is.
    ///
    /// # Errors
    /// If the document is not open.
    pub fn cursor(&self, document: &str, cursor: f64) -> Result<(), JsError> {
        Ok(self
            .workspace
            .borrow_mut()
            .set_cursor(document, cursor as usize)?)
    }

    /// Takes up what the editor marks in a document, as its text is now, in the place of what it marked
    /// before. Of this the first 50 errors count.
    ///
    /// # Errors
    /// If the document is not open.
    pub fn diagnostics(
        &self,
        document: &str,
        #[wasm_bindgen(unchecked_param_type = "Diagnostic[]")] diagnostics: JsValue,
    ) -> Result<(), JsError> {
        let diagnostics: Vec<predictor::Diagnostic> = from_js(diagnostics)?;
        let mut workspace = self.workspace.borrow_mut();
        Ok(workspace.set_diagnostics(document, &diagnostics)?)
    }

    /// Closes a document. What was changed in it stays part of the history.
    pub fn close(&self, document: &str) {
        self.workspace.borrow_mut().close(document);
    }

    /// Remembers that a suggestion was not wanted.
    ///
    /// # Errors
    /// If the document is not open.
    pub fn reject(
        &self,
        document: &str,
        #[wasm_bindgen(unchecked_param_type = "Suggestion")] suggestion: JsValue,
    ) -> Result<(), JsError> {
        let suggestion: predictor::Suggestion = from_js(suggestion)?;
        self.contradict(document, None);
        Ok(self.workspace.borrow_mut().reject(document, &suggestion)?)
    }

    /// Predicts the next edit. The newest request wins: one that runs stops between two forward
    /// passes and resolves as cancelled. Where the same is being computed ahead of an accept, this
    /// waits for it. With `elsewhere` the suggestions may be for another document.
    ///
    /// # Errors
    /// If the document is not open, no model is loaded, or the model fails.
    #[wasm_bindgen(unchecked_return_type = "Prediction")]
    pub async fn predict(
        &self,
        document: String,
        cursor: f64,
        #[wasm_bindgen(js_name = "now")] _now: f64,
        elsewhere: bool,
        #[wasm_bindgen(
            js_name = "onEvent",
            unchecked_param_type = "(event: PredictEvent) => void"
        )]
        on_event: Function,
    ) -> Result<JsValue, JsError> {
        let began = self.event_loop.now();
        // What the prediction is for is fixed now, however long it waits for the model.
        let (snapshot, version, ticket) = {
            let mut workspace = self.workspace.borrow_mut();
            workspace.set_cursor(&document, cursor as usize)?;
            let now = workspace.document(&document);
            self.contradict(&document, now);
            let ahead = self.ahead.take().map(|ahead| ahead.ticket);
            let ahead = ahead.filter(Ticket::is_newest);
            let ticket = ahead.unwrap_or_else(|| self.tickets.next());
            let version = now.map_or(0, predictor::Document::version);
            let snapshot = self.snapshot(&workspace, &document, elsewhere);
            (snapshot, version, ticket)
        };
        let unasked = |outcome: Outcome, dropped: Vec<Dropped>| Prediction {
            outcome,
            suggestions: Vec::new(),
            dropped,
            document: None,
            version,
            statistics: Statistics {
                total_ms: self.event_loop.now() - began,
                ..Statistics::default()
            },
        };
        let snapshot = match snapshot {
            Ok(snapshot) => snapshot,
            Err(skip) => {
                return to_js(&unasked(
                    Outcome::Skipped,
                    vec![dropped(&skip, cursor as usize)],
                ));
            }
        };
        let mut model = self.model.lock().await;
        if !ticket.is_newest() {
            return to_js(&unasked(Outcome::Cancelled, Vec::new()));
        }
        let model = model
            .as_mut()
            .ok_or_else(|| JsError::new("no model is loaded"))?;
        let mut listener = Listener {
            ticket,
            event_loop: &self.event_loop,
            on_event: Some(on_event),
        };
        to_js(
            &model
                .predict(&snapshot, &self.syntax, &mut listener)
                .await?,
        )
    }

    /// Predicts what follows once the user accepts this suggestion, so that the answer is known when it
    /// is asked for. Does nothing where the document is not that `version` any more or the model is at
    /// work, and ends with the next edit that is another one.
    ///
    /// # Errors
    /// If the document is not open, or the model fails.
    #[wasm_bindgen(js_name = "predictAhead")]
    pub async fn predict_ahead(
        &self,
        document: String,
        #[wasm_bindgen(unchecked_param_type = "Suggestion")] suggestion: JsValue,
        version: f64,
        elsewhere: bool,
    ) -> Result<(), JsError> {
        let suggestion: predictor::Suggestion = from_js(suggestion)?;
        let Some(mut model) = self.model.try_lock() else {
            return Ok(());
        };
        let Some(model) = model.as_mut() else {
            return Ok(());
        };
        let workspace = self.workspace.borrow().accepting(&document, &suggestion)?;
        let (Some(ahead), Ok(snapshot)) = (
            workspace.document(&document),
            self.snapshot(&workspace, &document, elsewhere),
        ) else {
            return Ok(());
        };
        if ahead.version() != version as u64 + 1 {
            return Ok(());
        }
        let ticket = self.tickets.next();
        self.ahead.replace(Some(Ahead {
            path: document,
            document: ahead.clone(),
            ticket: ticket.clone(),
        }));
        let mut listener = Listener {
            ticket,
            event_loop: &self.event_loop,
            on_event: None,
        };
        model
            .predict(&snapshot, &self.syntax, &mut listener)
            .await?;
        Ok(())
    }
}

impl Session {
    /// What a prediction in a document is computed from, or also one in another document.
    fn snapshot(
        &self,
        workspace: &Workspace,
        document: &str,
        elsewhere: bool,
    ) -> Result<Snapshot, Skip> {
        let mut snapshot = workspace.snapshot(document, &self.settings)?;
        if elsewhere {
            let other = workspace.elsewhere(document, &self.settings);
            snapshot.elsewhere = other.map(Box::new);
        }
        Ok(snapshot)
    }

    /// Ends a request ahead of an accept, unless the document at `path` is what it was made for.
    /// So the model is free again by the time that the next request comes.
    fn contradict(&self, path: &str, document: Option<&predictor::Document>) {
        let ahead = self
            .ahead
            .borrow_mut()
            .take_if(|ahead| ahead.path != path || Some(&ahead.document) != document);
        if ahead.is_some_and(|ahead| ahead.ticket.is_newest()) {
            self.tickets.next();
        }
    }
}

fn dropped(skip: &Skip, cursor: usize) -> Dropped {
    Dropped {
        reason: skip.code().to_owned(),
        message: skip.to_string(),
        from: cursor,
        to: cursor,
        document: None,
    }
}

/// Hands events to JavaScript, and ends a prediction that is not the newest any more.
struct Listener<'a> {
    ticket: Ticket,
    event_loop: &'a EventLoop,
    /// Nobody listens to a prediction ahead of an accept.
    on_event: Option<Function>,
}

impl Observer for Listener<'_> {
    fn now(&self) -> f64 {
        self.event_loop.now()
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
        let turned = self.event_loop.turn().await;
        if turned.is_ok() && self.ticket.is_newest() {
            ControlFlow::Continue(())
        } else {
            ControlFlow::Break(())
        }
    }
}

fn from_js<T: DeserializeOwned>(value: JsValue) -> Result<T, JsError> {
    Ok(serde_wasm_bindgen::from_value(value)?)
}

fn to_js(value: &impl serde::Serialize) -> Result<JsValue, JsError> {
    Ok(serde_wasm_bindgen::to_value(value)?)
}
