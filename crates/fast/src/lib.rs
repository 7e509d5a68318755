//! The fast forms of the kernels on the CPU: safe functions over slices in `[N, C, H, W]`.
//!
//! Which variant runs is a function of the shape alone, every sum has a fixed order, and all
//! arithmetic is that of [`V`](crate::simd::V) or plain IEEE: the bits of a result
//! depend on its inputs and on nothing else, on every machine. After the first call with a
//! shape nothing is allocated.

mod activation;
mod conv;
mod dense;
mod direct;
mod dot;
mod elementwise;
mod epilogue;
mod exp;
mod gemm;
mod grad_weight;
mod implicit;
mod norm;
mod optimizer;
mod outer;
mod pad;
mod pool;
mod rectified_pool;
mod scratch;
mod shape;
pub mod simd;
mod three;
mod view;
mod winograd;
mod yardstick;

pub use activation::{Activation, Rectifier};
pub use conv::{conv_forward, conv_grad_input};
pub use dense::{DenseShape, dense_forward, dense_grad_input, dense_grad_weight};
pub use elementwise::{add, add_backward, channel_sums, standardize, sum_of_squares};
pub use epilogue::{conv_forward_moments, conv_forward_pooled};
pub use exp::exp;
pub use grad_weight::conv_grad_weight;
pub use norm::{Norm, moments};
pub use optimizer::{AdamStep, Penalties, RmsPropStep, SgdStep, adam, rms_prop, sgd};
pub use pool::{average_pool_backward, average_pool_forward, max_pool_backward, max_pool_forward};
pub use rectified_pool::{RectifiedPool, rectified_average_backward};
pub use scratch::Scratch;
pub use shape::ConvShape;
pub use view::View;
pub use yardstick::Yardstick;

#[cfg(test)]
mod tests;
