//! The layers: a folder each, and one row each in this catalogue.

pub mod activation;
mod chain;
pub mod conv;
pub mod dense;
pub mod dropout;
pub mod flatten;
pub mod norm;
pub mod pool;
pub mod residual;
mod slide;
#[cfg(test)]
mod testing;

pub use activation::{Activation, Backward as ActivationBackward, Forward as ActivationForward, Kind};
pub use chain::Chain;
pub use conv::{Conv, Forward as ConvForward};
pub use dense::Dense;
pub use dropout::{Apply as DropoutApply, Dropout, Masked};
pub use flatten::Flatten;
pub use norm::{Norm, Over};
pub use pool::{AvgPool, GlobalAvgPool, MaxPool, Rectified, RectifiedMaxBackward, RectifiedMaxForward};
pub use residual::{Add, Residual};

use std::fmt::Debug;

use crate::plan::{Builder, Division, Pullback, Rewrite, Shape, Value};

/// How far a unit of a layer sees in the layer's input: for receptive fields.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Window {
    /// Rows and columns seen.
    pub size: usize,
    /// Pixels between two units.
    pub stride: usize,
    /// Rows and columns of padding on each side.
    pub padding: usize,
}

impl Window {
    /// Each unit sees its own pixel.
    pub const POINT: Window = Window { size: 1, stride: 1, padding: 0 };
}

/// How plans are fused.
pub const REWRITES: &[Rewrite] = &[
    activation::read_output,
    pool::rectified_max,
    norm::running,
    norm::pooled,
    norm::add,
    norm::activate,
    norm::batch,
    pool::rectified_average,
    residual::add_backward,
    dropout::drop,
    dense::grad_weight_bias,
    dense::backward,
    conv::activate,
    conv::grad_weight_bias,
];

/// What a device of one core does while numbers are in a near cache.
pub const NEARBY: &[Rewrite] = &[norm::nearby, pool::nearby];

/// Whose sums may be taken in parts.
pub const DIVISIONS: &[Division] = &[conv::in_parts];

/// What a network is made of.
pub trait Layer: Debug + Send + Sync {
    /// The family, as in the folder's name: `conv`, `norm`, `activation`.
    fn kind(&self) -> &'static str;

    /// What a student reads above the column: `Conv 3×3`, `Batch`, `ReLU`.
    fn title(&self) -> String;

    /// Shape of the output for one shape of the input.
    ///
    /// # Errors
    /// One sentence a student understands, when the layer cannot take such an input.
    fn output(&self, input: Shape) -> Result<Shape, String>;

    /// Multiplications with addition for one image.
    fn macs(&self, _input: Shape) -> u64 {
        0
    }

    /// What the outputs approach but never pass, where there are such limits.
    fn bounds(&self) -> Option<(f64, f64)> {
        None
    }

    /// How far a unit sees.
    fn window(&self, _input: Shape) -> Window {
        Window::POINT
    }

    /// Plans the layer and hands back the way back through it.
    fn forward(&self, plan: &mut Builder, x: Value) -> (Value, Pullback);
}
