//! A panic becomes a JavaScript error with its message, instead of "unreachable executed".

use std::panic::{PanicHookInfo, set_hook};

/// Installs the hook. A synchronous call then throws; in an asynchronous one the error reaches the
/// worker's `error` event.
pub(crate) fn install() {
    set_hook(Box::new(|info: &PanicHookInfo<'_>| {
        wasm_bindgen::throw_str(&format!("Foretab has a defect: {info}"));
    }));
}
