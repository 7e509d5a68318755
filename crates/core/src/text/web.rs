//! What the module for JavaScript says to its callers, and why it computes where it does.

#![allow(missing_docs)] // A sentence needs none.

pub const NO_IMAGES: &str = "Images must be a Uint8Array or a Float32Array.";
pub const CHOSE_CPU: &str = "You chose the CPU.";
pub const CHOSE_WEBGPU: &str = "You chose WebGPU.";
pub const GPU_IS_THERE: &str = "A graphics card is there.";
pub const NO_WEBGPU: &str = "this browser has no WebGPU";
pub const INSECURE: &str = "WebGPU needs a secure page, with https or on localhost";
pub const REFERENCES: &str = "CPU, readable references";
pub const NO_LABELS: &str = "Labels must be a Uint8Array.";
pub const NO_SHAPE: &str = "The shape of an image is [C, H, W].";
pub const NO_IMAGES_HERE: &str = "The images are not here.";
pub const NO_FILE: &str = "A file must be a Uint8Array.";
pub const FILES_NOT_IN_LINK: &str =
    "data=own means files that a link does not hold, so the digits are used: Open files brings your own.";

sentences! {
    cannot_be_asked(key: &str, keys: &str) = "{key} cannot be asked for here, only {keys}.";
    no_backend(choice: &str) = "{choice} is not a backend: auto, webgpu or cpu.";
    no_standard(word: &str) = "standardize: {word} is none of none, auto, {{ mean, std }}.";
    no_procedure(name: &str) = "{name} is not a procedure.";
    no_number(key: &str) = "{key} is not a number.";
    no_stage(name: &str) = "{name} is not a stage: forward, loss, backward or update.";
}
