//! What several parts share: random numbers and reductions, with their WGSL twins beside them, and JSON.

pub mod json;
pub mod random;
mod sum;

pub use sum::Sum;
