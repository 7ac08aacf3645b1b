//! A model at the edge, which the session asks instead of one in the page.

use futures_util::future::{Either, select};
use js_sys::Promise;
use predictor::{Observer, Outcome, Prediction, Situation, Snapshot};
use suggest::Syntax;
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::{JsError, wasm_bindgen};
use wasm_bindgen_futures::JsFuture;

use crate::source::message;

#[wasm_bindgen(typescript_custom_section)]
const TYPES: &str = r#"
/** A request to an edge. */
export interface EdgeRequest {
  answer: Promise<Prediction>;
  /** Nobody waits for the answer any more. */
  cancel(): void;
}

/** The way to an edge. */
export interface EdgeConnection {
  ask(situation: Situation): EdgeRequest;
  /** Resolves after some milliseconds: the time in which a request that is not wanted any more is noticed. */
  tick(): Promise<void>;
}
"#;

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(typescript_type = "EdgeConnection")]
    pub type EdgeConnection;
    #[wasm_bindgen(method)]
    fn ask(this: &EdgeConnection, situation: JsValue) -> EdgeRequest;
    #[wasm_bindgen(method)]
    fn tick(this: &EdgeConnection) -> Promise;

    type EdgeRequest;
    #[wasm_bindgen(method, getter)]
    fn answer(this: &EdgeRequest) -> Promise;
    #[wasm_bindgen(method)]
    fn cancel(this: &EdgeRequest);
}

/// Asks the edge what it predicts; a newer request ends this one. The edge has no grammars, so what breaks code that
/// parses is held back here.
pub(crate) async fn predict(
    edge: &EdgeConnection,
    snapshot: &Snapshot,
    syntax: &dyn Syntax,
    observer: &mut impl Observer,
) -> Result<Prediction, JsError> {
    let began = observer.now();
    let situation = Situation::from(snapshot);
    let request = edge.ask(serde_wasm_bindgen::to_value(&situation)?);
    let mut answer = JsFuture::from(request.answer());
    let answer = loop {
        match select(answer, JsFuture::from(edge.tick())).await {
            Either::Left((answered, _)) => break answered,
            Either::Right((_, waiting)) => answer = waiting,
        }
        if observer.turn().await.is_break() {
            request.cancel();
            return Ok(Prediction::unasked(Outcome::Cancelled, situation.cursor));
        }
    };
    let answer = answer.map_err(|cause| JsError::new(&message(&cause)))?;
    let prediction: Prediction = serde_wasm_bindgen::from_value(answer)?;
    let mut prediction = prediction.checked(snapshot, syntax);
    let elsewhere = snapshot.elsewhere.as_deref();
    let about = elsewhere.filter(|other| prediction.document.as_ref() == Some(&other.path));
    // The edge does not count versions, and has another clock.
    prediction.version = about.unwrap_or(snapshot).document.version();
    prediction.statistics.total_ms = observer.now() - began;
    prediction.statistics.backend = "edge";
    Ok(prediction)
}
