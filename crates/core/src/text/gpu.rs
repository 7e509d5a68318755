//! What is said of graphics devices. What begins in the middle follows a colon.

use crate::plan::Buffer;

pub const ONLY_ADAPTER: &str = "the only adapter";
pub const BROWSER: &str = "browser";
pub const MACHINE: &str = "machine";
pub const NO_REASON: &str = "no reason was given";
pub const NOT_READ: &str = "numbers could not be read back";

sentences! {
    imitation(name: &str) = "{name} imitates a GPU on the processor, where the CPU backend is faster";
    #[cfg(not(target_arch = "wasm32"))]
    no_such_adapter(wanted: &str, adapters: &str) = "no adapter is called `{wanted}`; there are: {adapters}";
    no_adapter(place: &str) = "this {place} offers no WebGPU adapter";
    no_buffer(buffer: Buffer) = "there is no {buffer:?}";
}
