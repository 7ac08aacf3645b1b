//! Predictions for whoever has no session here: a server's, of which each request brings what led to it.

use std::ops::ControlFlow;

use cpu::Cpu;
use decode::Ended;
use js_sys::{AsyncIterator, Date, Function, Promise, Reflect};
use model::{LoadOptions, Model};
use predictor::{
    Completion, Completions, Device, Event, Observer, Prediction, Predictor, Remote, Repetition,
    Said, Settings, Situation, Snapshot,
};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use wasm_bindgen::prelude::{JsError, wasm_bindgen};
use wasm_bindgen::{JsCast as _, JsValue};
use wasm_bindgen_futures::JsFuture;

use crate::load::adapter;
use crate::placed::Placed;
use crate::source::JsSource;

#[wasm_bindgen(typescript_custom_section)]
const TYPES: &str = r#"
/** What a serving engine is asked with. */
export interface Completion {
  /** Control tokens stand in it by their names, and user text spells none. */
  readonly prompt: string;
  /** What ends the answer and is not part of it. */
  readonly stop: string[];
  readonly maxTokens: number;
  /** What the answer is likeliest to be. */
  readonly expected: string;
}

/** What a serving engine says: more of the answer, and at last why there is no more. */
export type Said = { text: string } | { ended: "stop" | "length" };
"#;

/// The model that a server computes itself. One request at a time.
#[wasm_bindgen]
pub struct LocalModel {
    predictor: Predictor<Placed>,
}

#[wasm_bindgen]
impl LocalModel {
    /// Loads a GGUF file of `size` bytes through `read`, with room for `context` tokens: onto the GPU, even one
    /// that the CPU plays, or onto the CPU. `repeat` is as in [`Settings::repeat`].
    ///
    /// # Errors
    /// With what is wrong with the file or the device.
    pub async fn load(
        #[wasm_bindgen(
            unchecked_param_type = "(offset: number, length: number) => Promise<Uint8Array>"
        )]
        read: Function,
        size: f64,
        #[wasm_bindgen(unchecked_param_type = "\"gpu\" | \"cpu\"")] backend: &str,
        context: Option<usize>,
        repeat: Option<bool>,
    ) -> Result<LocalModel, JsError> {
        let mut source = JsSource {
            read,
            size: size as u64,
        };
        let options = LoadOptions { context };
        let device = if backend == "gpu" {
            let gpu = adapter().await?;
            Device::Gpu(Model::load(&mut source, gpu, &options, |_, _| {}).await?)
        } else {
            Device::Cpu(Model::load(&mut source, Cpu::new(), &options, |_, _| {}).await?)
        };
        let settings = Settings {
            repeat,
            ..Settings::default()
        };
        Ok(Self {
            predictor: Predictor::new(Placed::alone(device), settings),
        })
    }

    /// The model's name in its file.
    #[wasm_bindgen(getter)]
    pub fn name(&self) -> String {
        self.predictor.engine().device.name().to_owned()
    }

    /// Predicts. `turn` is called between two forward passes, and promises whether the answer is still
    /// wanted.
    ///
    /// # Errors
    /// If the situation is none, or the model fails.
    #[wasm_bindgen(unchecked_return_type = "Prediction")]
    pub async fn predict(
        &mut self,
        #[wasm_bindgen(unchecked_param_type = "Situation")] situation: JsValue,
        #[wasm_bindgen(unchecked_param_type = "() => Promise<boolean>")] turn: Function,
    ) -> Result<JsValue, JsError> {
        let snapshot = match snapshot(situation)? {
            Ok(snapshot) => snapshot,
            Err(prediction) => return prediction,
        };
        let mut listener = Listener { turn: Some(turn) };
        let prediction = self.predictor.predict(&snapshot, &(), &mut listener).await;
        to_js(&prediction?)
    }
}

/// Makes the newest change of a situation again, by rule and without a model.
///
/// # Errors
/// If the situation is none.
#[wasm_bindgen(js_name = predictByRule, unchecked_return_type = "Prediction")]
pub async fn predict_by_rule(
    #[wasm_bindgen(unchecked_param_type = "Situation")] situation: JsValue,
) -> Result<JsValue, JsError> {
    let snapshot = match snapshot(situation)? {
        Ok(snapshot) => snapshot,
        Err(prediction) => return prediction,
    };
    let mut rule = Repetition::new(Settings::default());
    let mut listener = Listener { turn: None };
    to_js(&rule.predict(&snapshot, &(), &mut listener).await)
}

/// Predicts with a model that a serving engine computes, which has room for `context` tokens.
/// `complete` asks it and iterates over what it says; the iterator's `return` gives the answer up.
///
/// # Errors
/// If the situation is none; and what `complete` throws.
#[wasm_bindgen(js_name = predictRemotely, unchecked_return_type = "Prediction")]
pub async fn predict_remotely(
    #[wasm_bindgen(unchecked_param_type = "Situation")] situation: JsValue,
    #[wasm_bindgen(unchecked_param_type = "Dialect")] dialect: &str,
    context: usize,
    #[wasm_bindgen(
        unchecked_param_type = "(completion: Completion) => AsyncIterableIterator<Said>"
    )]
    complete: Function,
) -> Result<JsValue, JsValue> {
    let snapshot = match snapshot(situation)? {
        Ok(snapshot) => snapshot,
        Err(prediction) => return Ok(prediction?),
    };
    let unknown = || JsError::new(&format!("no dialect {dialect:?}"));
    let dialect = prompt::Dialect::named(dialect).ok_or_else(unknown)?;
    let settings = Settings {
        dialect: Some(dialect),
        ..Settings::default()
    };
    let completions = JsCompletions {
        complete,
        answer: None,
    };
    let mut remote = Remote::new(completions, settings, context);
    let mut listener = Listener { turn: None };
    let prediction = remote.predict(&snapshot, &(), &mut listener).await?;
    Ok(to_js(&prediction)?)
}

/// What is to be predicted from, or the prediction of nothing where the model is not to be asked.
fn snapshot(situation: JsValue) -> Result<Result<Snapshot, Result<JsValue, JsError>>, JsError> {
    let situation: Situation = from_js(situation)?;
    let nothing = |skip| to_js(&Prediction::skipped(&skip, situation.cursor));
    Ok(situation.checked().map_err(nothing))
}

/// A server's clock, and who may lose interest.
struct Listener {
    turn: Option<Function>,
}

impl Observer for Listener {
    fn now(&self) -> f64 {
        Date::now()
    }

    /// Nobody is told: what a prompt or an answer says is the user's.
    fn event(&mut self, _event: Event) {}

    async fn turn(&mut self) -> ControlFlow<()> {
        let Some(turn) = &self.turn else {
            return ControlFlow::Continue(());
        };
        let wanted = match turn.call0(&JsValue::NULL) {
            Ok(promise) => JsFuture::from(Promise::resolve(&promise)).await,
            Err(cause) => Err(cause),
        };
        match wanted {
            Ok(wanted) if wanted.is_truthy() => ControlFlow::Continue(()),
            _ => ControlFlow::Break(()),
        }
    }
}

/// An engine that JavaScript asks, and what it is saying.
struct JsCompletions {
    complete: Function,
    answer: Option<AsyncIterator>,
}

/// `Said` of the declarations.
#[derive(Deserialize)]
#[serde(rename_all = "lowercase")]
enum JsSaid {
    Text(String),
    Ended(JsEnded),
}

#[derive(Deserialize)]
#[serde(rename_all = "lowercase")]
enum JsEnded {
    Stop,
    Length,
}

impl Completions for JsCompletions {
    type Error = JsValue;

    async fn ask(&mut self, completion: &Completion) -> Result<(), JsValue> {
        self.stop().await;
        let completion = serde_wasm_bindgen::to_value(completion)?;
        let answer = self.complete.call1(&JsValue::NULL, &completion)?;
        self.answer = Some(answer.unchecked_into());
        Ok(())
    }

    async fn next(&mut self) -> Result<Said, JsValue> {
        let cut_off = || JsValue::from(js_sys::Error::new("the answer was cut off"));
        let answer = self.answer.as_ref().ok_or_else(cut_off)?;
        let next = JsFuture::from(answer.next()?).await?;
        let said = Reflect::get(&next, &"value".into())?;
        if said.is_undefined() {
            return Err(cut_off());
        }
        Ok(match serde_wasm_bindgen::from_value(said)? {
            JsSaid::Text(text) => Said::Text(text),
            JsSaid::Ended(JsEnded::Stop) => Said::Ended(Ended::Stop),
            JsSaid::Ended(JsEnded::Length) => Said::Ended(Ended::Length),
        })
    }

    async fn stop(&mut self) {
        let Some(answer) = self.answer.take() else {
            return;
        };
        let stop = Reflect::get(&answer, &"return".into());
        let Ok(Ok(stop)) = stop.map(wasm_bindgen::JsCast::dyn_into::<Function>) else {
            return;
        };
        if let Ok(promise) = stop.call0(&answer) {
            // The answer that it had is not wanted, nor why it could not be ended.
            let _ = JsFuture::from(Promise::resolve(&promise)).await;
        }
    }
}

fn from_js<T: DeserializeOwned>(value: JsValue) -> Result<T, JsError> {
    Ok(serde_wasm_bindgen::from_value(value)?)
}

fn to_js(value: &Prediction) -> Result<JsValue, JsError> {
    Ok(serde_wasm_bindgen::to_value(value)?)
}
