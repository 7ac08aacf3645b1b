//! Giving the thread back to the page or the worker, and the time.

use js_sys::{Promise, Reflect};
use wasm_bindgen::{JsCast as _, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{MessageChannel, Performance};

/// The worker's event loop and clock.
pub(crate) struct EventLoop {
    channel: MessageChannel,
    performance: Performance,
}

impl EventLoop {
    pub(crate) fn new() -> Result<Self, JsValue> {
        let performance = Reflect::get(&js_sys::global(), &JsValue::from_str("performance"))?;
        Ok(Self {
            channel: MessageChannel::new()?,
            performance: performance.unchecked_into(),
        })
    }

    /// Milliseconds since the worker started.
    pub(crate) fn now(&self) -> f64 {
        self.performance.now()
    }

    /// Returns when the tasks that wait by now have run: messages that have arrived are delivered.
    ///
    /// A message to ourselves, because nested timers wait at least 4 ms. One caller at a time: a
    /// second one takes the first one's place.
    pub(crate) async fn turn(&self) -> Result<(), JsValue> {
        let port = self.channel.port1();
        let promise = Promise::new(&mut |resolve, _reject| port.set_onmessage(Some(&resolve)));
        self.channel.port2().post_message(&JsValue::UNDEFINED)?;
        let result = JsFuture::from(promise).await;
        // A port that listens keeps a server's process alive.
        self.channel.port1().set_onmessage(None);
        result.map(drop)
    }
}
