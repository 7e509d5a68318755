//! Judges kernels: every device against the f64 references, those against finite differences, and their
//! speed against what the machine can do.

mod case;
mod compare;
mod exact;
mod gradients;
mod networks;
mod stopwatch;

pub use case::{Case, Single};
pub use compare::{Difference, first_difference};
pub use exact::Exact;
pub use gradients::{GradientError, gradient_errors};
pub use networks::{NETWORKS, noise};
pub use stopwatch::{Timed, Times, time};
