//! What several parts share: random numbers and reductions, with their WGSL twins beside them, and JSON.

pub mod decimal;
pub mod json;
mod lanes;
mod parts;
pub mod random;
pub mod sort;
mod sum;

pub use lanes::{ALONE, by_subgroups};
pub use parts::{AddParts, Sums};
pub use sum::Sum;
