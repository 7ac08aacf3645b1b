//! The grammars, which JavaScript has.

use std::ops::Range;

use js_sys::{Array, Function, Uint32Array};
use suggest::{Node, Syntax};
use wasm_bindgen::{JsCast as _, JsValue};

/// Asks two functions; offsets are UTF-16 code units.
pub(crate) struct JsSyntax {
    /// `(language: string, text: string) => Uint32Array | undefined`: beginning and end of each error in
    /// turn.
    pub(crate) errors: Function,
    /// `(language: string, text: string, from: number, to: number) => (string | number)[] | undefined`: of
    /// each node that holds the range, the innermost first, kind, field, beginning and end in turn.
    pub(crate) nodes: Function,
}

impl Syntax for JsSyntax {
    fn errors(&self, language: &str, text: &str) -> Option<Vec<Range<usize>>> {
        // A parser that fails has nothing to say.
        let result = self
            .errors
            .call2(&JsValue::NULL, &language.into(), &text.into());
        let ends = result.ok()?.dyn_into::<Uint32Array>().ok()?.to_vec();
        let ends: Vec<_> = ends.into_iter().map(|end| end as usize).collect();
        let bytes = edit::utf16::all_to_bytes(text, &ends);
        let pairs = bytes.chunks_exact(2).map(|pair| pair[0]..pair[1]);
        Some(pairs.collect())
    }

    fn nodes(&self, language: &str, text: &str, range: Range<usize>) -> Option<Vec<Node>> {
        let [from, to] = [range.start, range.end].map(|at| edit::utf16::from_bytes(text, at));
        let arguments = [language.into(), text.into(), from.into(), to.into()];
        let arguments = Array::from_iter::<[JsValue; 4]>(arguments);
        let result = self.nodes.apply(&JsValue::NULL, &arguments).ok()?;
        let values = result.dyn_into::<Array>().ok()?.to_vec();
        let ends = values.iter().filter_map(JsValue::as_f64);
        let ends: Vec<_> = ends.map(|end| end as usize).collect();
        let names: Vec<_> = values.iter().filter_map(JsValue::as_string).collect();
        let bytes = edit::utf16::all_to_bytes(text, &ends);
        let nodes = names.chunks_exact(2).zip(bytes.chunks_exact(2));
        let nodes = nodes.map(|(names, ends)| Node {
            kind: names[0].clone(),
            field: names[1].clone(),
            range: ends[0]..ends[1],
        });
        Some(nodes.collect())
    }
}
