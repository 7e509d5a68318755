//! How wrong the network is.

mod cross_entropy;

pub use cross_entropy::{CrossEntropy, Softmax};
