//! A model file that JavaScript reads by range.

use js_sys::{Function, Promise, Uint8Array};
use model::{Error, Source};
use wasm_bindgen::{JsCast as _, JsValue};
use wasm_bindgen_futures::JsFuture;

/// `read(offset, length)` of JavaScript, which promises a `Uint8Array`.
pub(crate) struct JsSource {
    pub(crate) read: Function,
    pub(crate) size: u64,
}

impl Source for JsSource {
    fn size(&self) -> u64 {
        self.size
    }

    async fn read(&mut self, offset: u64, length: usize) -> Result<Vec<u8>, Error> {
        let failed = |cause: JsValue| {
            Error::Source(format!("{length} bytes at {offset}: {}", message(&cause)))
        };
        let promise = self
            .read
            .call2(
                &JsValue::NULL,
                &JsValue::from(offset as f64),
                &JsValue::from(length as f64),
            )
            .map_err(failed)?;
        let bytes = JsFuture::from(Promise::resolve(&promise))
            .await
            .map_err(failed)?;
        let bytes: Uint8Array = bytes
            .dyn_into()
            .map_err(|_| Error::Source("not a Uint8Array".to_owned()))?;
        if bytes.length() as usize != length {
            let found = bytes.length();
            return Err(Error::Source(format!(
                "{found} of {length} bytes at {offset}"
            )));
        }
        Ok(bytes.to_vec())
    }
}

/// What a thrown value says.
pub(crate) fn message(cause: &JsValue) -> String {
    let error = cause
        .dyn_ref::<js_sys::Error>()
        .map(|error| error.message());
    error
        .or_else(|| Some(js_sys::JsString::from(cause.as_string()?)))
        .map_or_else(|| format!("{cause:?}"), String::from)
}
