//! The one object that a worker makes.

use std::cell::{Cell, RefCell};

use futures_util::lock::Mutex;
use js_sys::Function;
use predictor::{
    Outcome, Repetition, Settings, Skip, Snapshot, Statistics, Tickets, Trigger, UserEvent,
    Workspace,
};
use serde::de::DeserializeOwned;
use wasm_bindgen::prelude::{JsError, JsValue, wasm_bindgen};

use crate::asked_model::AskedModel;
use crate::choices::Choices;
use crate::edge::EdgeConnection;
use crate::event_loop::EventLoop;
use crate::load::{Options, Origin};
use crate::loaded::Loaded;
use crate::request::{Ahead, Awaited, Listener, Running};
use crate::source::JsSource;
use crate::syntax::JsSyntax;

/// The open documents, their history, and a model. One per worker.
#[wasm_bindgen]
pub struct Session {
    pub(crate) workspace: RefCell<Workspace>,
    pub(crate) trigger: RefCell<Trigger>,
    pub(crate) running: RefCell<Option<Running>>,
    /// Held by the prediction that runs; the next one waits for it to notice that it is obsolete.
    pub(crate) model: Mutex<Option<AskedModel>>,
    /// The number of the load that it is of.
    loaded: Cell<u32>,
    pub(crate) tickets: Tickets,
    pub(crate) ahead: RefCell<Option<Ahead>>,
    pub(crate) settings: Settings,
    pub(crate) syntax: JsSyntax,
    pub(crate) event_loop: EventLoop,
}

#[wasm_bindgen]
impl Session {
    /// A session without documents and without a model. `errors` parses a text: it gives beginning and
    /// end of each syntax error in turn, and nothing without a grammar for the language. `nodes` gives
    /// kind, field, beginning and end of each node that holds a range, the innermost first.
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
            unchecked_param_type = "(language: string, text: string, from: number, to: number) => (string | number)[] | undefined"
        )]
        nodes: Function,
    ) -> Result<Self, JsValue> {
        Ok(Self {
            workspace: RefCell::default(),
            trigger: RefCell::default(),
            running: RefCell::default(),
            model: Mutex::new(None),
            loaded: Cell::default(),
            tickets: Tickets::new(),
            ahead: RefCell::default(),
            settings: Settings::default(),
            syntax: JsSyntax { errors, nodes },
            event_loop: EventLoop::new()?,
        })
    }

    /// Loads a model from a GGUF file of `size` bytes through `read`: first the header, then the
    /// tensors by range. The model takes the place of the one before; when loading fails that one stays.
    /// Loads are numbered as they were asked for: where a later one was quicker, nothing is changed and nothing handed
    /// back.
    /// Where it goes to the CPU, `startTeam` promises the threads that compute it too, or nothing, or
    /// rejects with why there are none.
    /// All three are kept: where a prediction finds that the GPU or a thread is lost, the model is loaded
    /// again, onto a new GPU, onto the CPU, onto this thread.
    ///
    /// # Errors
    /// With what is wrong with the file or the device, and where.
    #[wasm_bindgen(unchecked_return_type = "ModelStatus | undefined")]
    pub async fn load(
        &self,
        number: u32,
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
        let choices = from_js::<Choices>(options.clone())?;
        let options = from_js::<Options>(options)?;
        let origin = Origin {
            source: JsSource {
                read,
                size: size as u64,
            },
            options,
            on_event,
            start_team,
        };
        let (model, status) = Loaded::new(origin, choices.settings()).await?;
        let model = AskedModel::Here(Box::new(model));
        if !self.ask_from_now_on(number, model, &choices).await {
            return Ok(JsValue::UNDEFINED);
        }
        to_js(&status)
    }

    /// Asks a model at the edge, in place of the one before; after the rules, where those are chosen. Tells whether no
    /// [later one](Session::load) was quicker.
    ///
    /// # Errors
    /// If an option is none.
    pub async fn connect(
        &self,
        number: u32,
        edge: EdgeConnection,
        #[wasm_bindgen(unchecked_param_type = "LoadOptions")] options: JsValue,
    ) -> Result<bool, JsError> {
        let choices = from_js::<Choices>(options)?;
        let rule = choices.rule();
        let edge = AskedModel::Edge {
            connection: edge,
            rule,
        };
        Ok(self.ask_from_now_on(number, edge, &choices).await)
    }

    /// Asks no model, but the rules: in place of the one before, or until one is loaded. Tells whether no
    /// [later one](Session::load) was quicker.
    ///
    /// # Errors
    /// If an option is none.
    #[wasm_bindgen(js_name = askRule)]
    pub async fn ask_rule(
        &self,
        number: u32,
        #[wasm_bindgen(unchecked_param_type = "LoadOptions")] options: JsValue,
    ) -> Result<bool, JsError> {
        let choices = from_js::<Choices>(options)?;
        let rule = AskedModel::Rule(Repetition::new(choices.settings()));
        Ok(self.ask_from_now_on(number, rule, &choices).await)
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

    /// Takes up what the user does in an editor that shows the document; some of it leads to a request.
    /// `time` is in milliseconds, of the worker's clock.
    ///
    /// # Errors
    /// If the document is not open.
    pub fn user(
        &self,
        document: &str,
        #[wasm_bindgen(unchecked_param_type = "UserEvent")] event: JsValue,
        time: f64,
    ) -> Result<(), JsError> {
        let event: UserEvent = from_js(event)?;
        let mut workspace = self.workspace.borrow_mut();
        self.trigger
            .borrow_mut()
            .take_up(&mut workspace, document, &event, time)?;
        if event.ends_request() {
            self.give_up(document);
        } else if let UserEvent::Edited { .. } = event {
            self.contradict(document, workspace.document(document));
        }
        Ok(())
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
        self.trigger.borrow_mut().left(document);
        self.give_up(document);
    }

    /// Forgets what was changed and what was not wanted; the documents stay open.
    pub fn forget(&self) {
        self.workspace.borrow_mut().forget();
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
        elsewhere: bool,
        #[wasm_bindgen(
            js_name = "onEvent",
            unchecked_param_type = "(event: PredictEvent) => void"
        )]
        on_event: Function,
    ) -> Result<JsValue, JsError> {
        self.workspace
            .borrow_mut()
            .set_cursor(&document, cursor as usize)?;
        let asked = self.ask(&document, elsewhere);
        to_js(&self.answer(asked, on_event).await?)
    }

    /// The request that what the user does has led to: about which document, and at what time of the
    /// worker's clock it is to be made.
    ///
    /// # Errors
    /// Only by a defect.
    #[wasm_bindgen(unchecked_return_type = "Due | undefined")]
    pub fn due(&self) -> Result<JsValue, JsError> {
        to_js(&self.trigger.borrow().due())
    }

    /// Makes the request that is due, as [`predict`](Session::predict) does. Nothing where none is due, or
    /// where the document must not be asked about.
    ///
    /// # Errors
    /// If the model fails.
    #[wasm_bindgen(
        js_name = "predictDue",
        unchecked_return_type = "Prediction | undefined"
    )]
    pub async fn predict_due(
        &self,
        elsewhere: bool,
        #[wasm_bindgen(
            js_name = "onEvent",
            unchecked_param_type = "(event: PredictEvent) => void"
        )]
        on_event: Function,
    ) -> Result<JsValue, JsError> {
        let now = self.event_loop.now();
        let due = self
            .trigger
            .borrow_mut()
            .take(&self.workspace.borrow(), now);
        let Some(path) = due else {
            return Ok(JsValue::UNDEFINED);
        };
        let asked = self.ask(&path, elsewhere);
        let ticket = asked.ticket.clone();
        self.running.replace(Some(Running {
            path,
            version: asked.version,
            ticket: ticket.clone(),
        }));
        let prediction = self.answer(asked, on_event).await;
        if ticket.is_newest() {
            self.running.take();
        }
        let prediction = prediction?;
        let Statistics {
            prompt_tokens,
            cached_tokens,
            total_ms,
            ..
        } = prediction.statistics;
        if prediction.outcome != Outcome::Cancelled && prompt_tokens > cached_tokens {
            self.trigger.borrow_mut().answered(total_ms);
        }
        to_js(&prediction)
    }

    /// The documents for which an answer is due or being computed.
    ///
    /// # Errors
    /// Only by a defect.
    #[wasm_bindgen(unchecked_return_type = "Awaited[]")]
    pub fn awaited(&self) -> Result<JsValue, JsError> {
        let (running, trigger) = (self.running.borrow(), self.trigger.borrow());
        let workspace = self.workspace.borrow();
        let running = running
            .as_ref()
            .filter(|running| running.ticket.is_newest())
            .map(|running| (running.path.as_str(), running.version));
        let due = trigger.due().and_then(|due| {
            let document = workspace.document(&due.document)?;
            Some((due.document.as_str(), document.version()))
        });
        let awaited: Vec<_> = running
            .into_iter()
            .chain(due)
            .map(|(document, version)| Awaited { document, version })
            .collect();
        to_js(&awaited)
    }

    /// Predicts what follows once the user accepts this suggestion, so that the answer is known when it
    /// is asked for. Does nothing where the document is closed or not that `version` any more, or the model
    /// is at work, and ends with the next edit that is another one.
    ///
    /// # Errors
    /// If the model fails.
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
        let Ok(workspace) = self.workspace.borrow().accepting(&document, &suggestion) else {
            return Ok(());
        };
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
            session: self,
            on_event: None,
        };
        model
            .predict(&snapshot, &self.syntax, &mut listener)
            .await?;
        Ok(())
    }
}

impl Session {
    /// Tells whether it is: where one was loaded that was asked for later, that stays.
    async fn ask_from_now_on(&self, number: u32, model: AskedModel, choices: &Choices) -> bool {
        let is_late = || number < self.loaded.get();
        if is_late() {
            return false;
        }
        self.loaded.set(number);
        // A prediction that runs on the model before is not worth waiting for.
        self.tickets.next();
        let mut asked = self.model.lock().await;
        if is_late() {
            return false;
        }
        *asked = Some(model);
        let mut trigger = self.trigger.borrow_mut();
        if let Some(longest) = choices.debounce {
            trigger.set_longest(longest);
        }
        trigger.loaded(&self.workspace.borrow(), self.event_loop.now());
        true
    }

    /// What a prediction in a document is computed from, or also one in another document.
    pub(crate) fn snapshot(
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
}

fn from_js<T: DeserializeOwned>(value: JsValue) -> Result<T, JsError> {
    Ok(serde_wasm_bindgen::from_value(value)?)
}

fn to_js(value: &impl serde::Serialize) -> Result<JsValue, JsError> {
    Ok(serde_wasm_bindgen::to_value(value)?)
}
