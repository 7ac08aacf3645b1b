//! The grammars, which JavaScript has.

use std::ops::Range;

use js_sys::{Function, Uint32Array};
use suggest::Syntax;
use wasm_bindgen::{JsCast as _, JsValue};

/// Asks a function `(language: string, text: string) => Uint32Array | undefined`: beginning and end of
/// each error in turn, in UTF-16 code units.
pub(crate) struct JsSyntax(pub(crate) Function);

impl Syntax for JsSyntax {
    fn errors(&self, language: &str, text: &str) -> Option<Vec<Range<usize>>> {
        // A parser that fails has nothing to say.
        let result = self.0.call2(&JsValue::NULL, &language.into(), &text.into());
        let ends = result.ok()?.dyn_into::<Uint32Array>().ok()?.to_vec();
        let ends: Vec<_> = ends.into_iter().map(|end| end as usize).collect();
        let bytes = edit::utf16::all_to_bytes(text, &ends);
        let pairs = bytes.chunks_exact(2).map(|pair| pair[0]..pair[1]);
        Some(pairs.collect())
    }
}
