//! What JavaScript sees: one [`Session`] a worker.
//!
//! The shapes of the objects that cross the border are in a file of `web/client`, which exports them
//! to its users; here they become part of the generated declarations. Offsets are UTF-16 code units in
//! the editor's own text.

#[cfg(feature = "bench")]
mod bench;
#[cfg(feature = "compare")]
mod compare;
mod event_loop;
mod load;
mod loaded;
mod panic;
mod session;
mod source;
mod status;

#[cfg(feature = "compare")]
pub use compare::compare_with_cpu;
pub use session::Session;

use wasm_bindgen::prelude::wasm_bindgen;

#[wasm_bindgen(typescript_custom_section)]
const TYPES: &str = include_str!("../../../web/client/src/session-types.ts");

/// Runs when the module is instantiated.
#[wasm_bindgen(start)]
fn start() {
    panic::install();
}
