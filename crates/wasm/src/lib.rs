//! What JavaScript sees: one [`Session`] a worker, and a [`Follower`] in each further thread of it; for a server
//! a [`LocalModel`], [`predict_by_rule`], or [`predict_remotely`].
//!
//! The shapes of the objects that cross the border are in a file of `web/client`, which exports them
//! to its users; here they become part of the generated declarations. Offsets are UTF-16 code units in
//! the editor's own text.

mod asked_model;
#[cfg(feature = "bench")]
mod bench;
mod choices;
#[cfg(feature = "compare")]
mod compare;
mod edge;
mod event_loop;
mod exchange;
mod follower;
mod inspect;
mod load;
mod loaded;
mod panic;
mod placed;
mod request;
mod server;
mod session;
mod source;
mod status;
mod syntax;
mod team;

#[cfg(feature = "compare")]
pub use compare::{compare_models_with_cpu, compare_with_cpu, random_model};
pub use exchange::{abandon_exchange, exchange_bytes};
pub use follower::Follower;
pub use inspect::inspect;
pub use server::{LocalModel, predict_by_rule, predict_remotely};
pub use session::Session;

use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;

#[wasm_bindgen(typescript_custom_section)]
const TYPES: &str = include_str!("../../../web/client/src/session-types.ts");

/// The name of the grammar for a document, by the ending of its path; none where it is unknown.
#[wasm_bindgen(js_name = languageOf)]
pub fn language_of(path: &str) -> Option<String> {
    suggest::language(path).map(Into::into)
}

/// Runs when the module is instantiated.
#[wasm_bindgen(start)]
fn start() {
    panic::install();
}

/// The CPU kernels that do not compute on this machine what the others do, by name: none, unless a
/// browser's relaxed SIMD is not as specified. The module without relaxed SIMD is to be used then.
#[wasm_bindgen(js_name = kernelsThatDiffer)]
pub fn kernels_that_differ() -> Vec<String> {
    cpu::kernels_that_differ()
        .into_iter()
        .map(Into::into)
        .collect()
}

/// The compiled module that this is, a `WebAssembly.Module`: for further threads.
#[wasm_bindgen(js_name = compiledModule, unchecked_return_type = "WebAssembly.Module")]
pub fn compiled_module() -> JsValue {
    wasm_bindgen::module()
}

/// What was measured on GPUs so far, as text for `rememberMeasured` in a later session; empty where nothing was.
#[wasm_bindgen]
pub fn measured() -> String {
    gpu::measured()
}

/// Takes up what `measured` gave in an earlier session, so that it is not measured again; ignores what is broken or
/// of another version.
#[wasm_bindgen(js_name = rememberMeasured)]
pub fn remember_measured(text: &str) {
    gpu::remember(text);
}
