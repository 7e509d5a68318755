//! What several kernels share: random numbers and reductions, with their WGSL twins beside them.

pub mod random;
mod sum;

pub use sum::Sum;
