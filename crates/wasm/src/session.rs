//! The one object that a worker makes.

use std::cell::RefCell;
use std::ops::ControlFlow;

use futures_util::lock::Mutex;
use js_sys::Function;
use predictor::{
    Dropped, Event, Observer, Outcome, Prediction, Settings, Skip, Statistics, Ticket, Tickets,
    Workspace,
};
use serde::de::DeserializeOwned;
use wasm_bindgen::prelude::{JsError, JsValue, wasm_bindgen};

use crate::event_loop::EventLoop;
use crate::load::{Options, Origin};
use crate::loaded::Loaded;
use crate::source::JsSource;

/// The open documents, their history, and a model. One per worker.
#[wasm_bindgen]
pub struct Session {
    workspace: RefCell<Workspace>,
    /// Held by the prediction that runs; the next one waits for it to notice that it is obsolete.
    model: Mutex<Option<Loaded>>,
    tickets: Tickets,
    settings: Settings,
    event_loop: EventLoop,
}

#[wasm_bindgen]
impl Session {
    /// A session without documents and without a model.
    ///
    /// # Errors
    /// Where there is no `MessageChannel` or `performance`.
    #[wasm_bindgen(constructor)]
    pub fn new() -> Result<Self, JsValue> {
        Ok(Self {
            workspace: RefCell::default(),
            model: Mutex::new(None),
            tickets: Tickets::new(),
            settings: Settings::default(),
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
        Ok(self
            .workspace
            .borrow_mut()
            .change(document, &changes, cursor as usize, time)?)
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
        Ok(self.workspace.borrow_mut().reject(document, &suggestion)?)
    }

    /// Predicts the next edit. The newest request wins: one that runs stops between two forward
    /// passes and resolves as cancelled.
    ///
    /// # Errors
    /// If the document is not open, no model is loaded, or the model fails.
    #[wasm_bindgen(unchecked_return_type = "Prediction")]
    pub async fn predict(
        &self,
        document: String,
        cursor: f64,
        #[wasm_bindgen(js_name = "now")] _now: f64,
        #[wasm_bindgen(
            js_name = "onEvent",
            unchecked_param_type = "(event: PredictEvent) => void"
        )]
        on_event: Function,
    ) -> Result<JsValue, JsError> {
        let ticket = self.tickets.next();
        let began = self.event_loop.now();
        // What the prediction is for is fixed now, however long it waits for the model.
        let (snapshot, version) = {
            let mut workspace = self.workspace.borrow_mut();
            workspace.set_cursor(&document, cursor as usize)?;
            let version = workspace
                .document(&document)
                .map_or(0, predictor::Document::version);
            (workspace.snapshot(&document, &self.settings), version)
        };
        let unasked = |outcome: Outcome, dropped: Vec<Dropped>| Prediction {
            outcome,
            suggestions: Vec::new(),
            dropped,
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
            on_event,
        };
        to_js(&model.predict(&snapshot, &mut listener).await?)
    }
}

fn dropped(skip: &Skip, cursor: usize) -> Dropped {
    Dropped {
        reason: skip.code().to_owned(),
        message: skip.to_string(),
        from: cursor,
        to: cursor,
    }
}

/// Hands events to JavaScript, and ends a prediction that is not the newest any more.
struct Listener<'a> {
    ticket: Ticket,
    event_loop: &'a EventLoop,
    on_event: Function,
}

impl Observer for Listener<'_> {
    fn now(&self) -> f64 {
        self.event_loop.now()
    }

    fn event(&mut self, event: Event) {
        if let Ok(event) = serde_wasm_bindgen::to_value(&event) {
            // What a listener throws is not the prediction's failure.
            let _ = self.on_event.call1(&JsValue::NULL, &event);
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
