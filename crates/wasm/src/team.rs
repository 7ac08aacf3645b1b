//! The threads that compute a model together with this one.

use js_sys::{Function, Promise, SharedArrayBuffer};
use model::Error;
use wasm_bindgen::prelude::wasm_bindgen;
use wasm_bindgen::{JsCast as _, JsValue};
use wasm_bindgen_futures::JsFuture;

use crate::exchange::Shared;
use crate::source::message;

#[wasm_bindgen(typescript_custom_section)]
const TYPES: &str = r#"
/** Other threads, each with a `Follower` that has a share of the model; this one has share 0. */
export interface Team {
  /** Threads, with this one. */
  readonly count: number;
  /** Of `exchangeBytes()`. */
  readonly buffer: SharedArrayBuffer;
  /** Resolves when they have loaded their shares, rejects when one cannot. */
  loaded(): Promise<void>;
  /** They run this pass, too. */
  forward(position: number, tokens: Uint32Array, rows: number): void;
  end(): void;
}
"#;

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(typescript_type = "Team")]
    type JsTeam;
    #[wasm_bindgen(method, getter)]
    fn count(this: &JsTeam) -> usize;
    #[wasm_bindgen(method, getter)]
    fn buffer(this: &JsTeam) -> SharedArrayBuffer;
    #[wasm_bindgen(method, catch)]
    async fn loaded(this: &JsTeam) -> Result<(), JsValue>;
    #[wasm_bindgen(method)]
    fn forward(this: &JsTeam, position: usize, tokens: Vec<u32>, rows: usize);
    #[wasm_bindgen(method)]
    fn end(this: &JsTeam);
}

/// Other threads; they end with it.
pub(crate) struct Team(JsTeam);

impl Team {
    /// Calls `start`, which promises a team, or nothing where one thread is meant to compute alone.
    pub(crate) async fn start(start: &Function) -> Result<Option<Self>, Error> {
        let started = match start.call0(&JsValue::NULL) {
            Ok(promise) => JsFuture::from(Promise::resolve(&promise)).await,
            Err(cause) => Err(cause),
        };
        let team = started.map_err(failed)?;
        Ok((!team.is_undefined()).then(|| Self(team.unchecked_into())))
    }

    /// This thread's way to the others.
    pub(crate) fn exchange(&self) -> Shared {
        Shared::new(&self.0.buffer(), 0, self.0.count())
    }

    /// Returns when all have loaded their shares.
    pub(crate) async fn loaded(&self) -> Result<(), Error> {
        self.0.loaded().await.map_err(failed)
    }

    /// Tells them to run a pass, in which this thread is to meet them.
    pub(crate) fn forward(&self, position: usize, tokens: &[u32], rows: usize) {
        // Not a view of this module's memory: a message with it would carry all of that memory.
        self.0.forward(position, tokens.to_vec(), rows);
    }
}

impl Drop for Team {
    fn drop(&mut self) {
        self.0.end();
    }
}

fn failed(cause: JsValue) -> Error {
    Error::Device(message(&cause))
}
