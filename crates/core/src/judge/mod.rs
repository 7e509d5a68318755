//! Judges kernels: every device against the f64 references, and those against finite differences.

mod case;
mod compare;
mod exact;
mod gradients;

pub use case::{Case, Single};
pub use compare::{Difference, first_difference};
pub use exact::Exact;
pub use gradients::{GradientError, gradient_errors};
