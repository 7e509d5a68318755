//! Times of the kernels in a browser.

use convlab_core::device::cpu::Cpu;
use convlab_core::judge::{self, Case, NETWORKS};
use wasm_bindgen::prelude::*;

use crate::convert::error;

#[wasm_bindgen]
extern "C" {
    /// Milliseconds since the page was opened.
    #[wasm_bindgen(js_namespace = performance)]
    fn now() -> f64;
}

/// Images of one run of a kernel: so few that other programs seldom interrupt it.
const FEW: usize = 16;

/// Much longer than the steps of the clock of an isolated page, and short enough to be seldom disturbed.
const WINDOW: f64 = 0.0005;
const ROUNDS: usize = 30;

/// A table of the kernels of each reference network on the CPU, compared with their references first.
///
/// # Errors
/// One sentence: the first kernel that differs.
#[wasm_bindgen]
pub async fn kernels() -> Result<String, JsValue> {
    let seconds = || now() / 1000.0;
    let mut tables = Vec::new();
    for (net, shape) in NETWORKS {
        let setup = judge::noise(net, shape, FEW).map_err(error)?;
        let case = Case::of(&setup, false).map_err(error)?;
        let times = judge::time(&mut Cpu::default(), &case, ROUNDS, WINDOW, &seconds).await;
        tables.push(format!("{net}, batch {FEW}, {}", times.map_err(error)?));
    }
    Ok(tables.join("\n\n"))
}
