//! Every kernel on every device against the f64 references, those against finite differences, and
//! the judge against kernels that are wrong on purpose.

#![allow(clippy::unwrap_used, reason = "these are tests, helpers included")]

mod augment;
mod bits;
mod catalogue;
mod devices;
mod fused;
mod golden;
mod gpu;
mod gradients;
mod random;
mod subgroups;
mod wgsl;
mod wrong;
