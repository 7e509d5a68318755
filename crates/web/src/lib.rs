//! The engine as a JavaScript module: `Engine` opens experiments, a `Run` is one of them.
//!
//! The page talks to it in a worker (`www/src/engine`); the package documents the promises.

mod convert;
mod device;
mod engine;
mod given;
#[cfg(feature = "golden")]
mod golden;
#[cfg(feature = "golden")]
mod kernels;
mod look;
mod procedure;
mod reading;
mod run;

use wasm_bindgen::prelude::*;

/// Keeps the text of a panic where the worker finds it: afterwards nothing in here can be asked.
#[wasm_bindgen(start)]
pub fn start() {
    std::panic::set_hook(Box::new(|info| {
        console_error_panic_hook::hook(info);
        let text = JsValue::from_str(&info.to_string());
        // Nothing is left to do with a failure here.
        let _ = js_sys::Reflect::set(&js_sys::global(), &JsValue::from_str("convlabPanic"), &text);
    }));
}
