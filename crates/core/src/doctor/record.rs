use serde::{Deserialize, Serialize};

use crate::spec::Experiment;

/// Loss and accuracy at a step.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Point {
    /// Updates made.
    pub step: u32,
    /// Mean loss.
    pub loss: f64,
    /// Share classified rightly.
    pub accuracy: f64,
}

/// Figures of a layer on the probe images.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct LayerFigures {
    /// Address.
    pub name: String,
    /// Whether it is an activation.
    pub activation: bool,
    /// Standard deviation of its output.
    pub deviation: f64,
    /// Share of units that no probe image lifts above 0; of activations.
    pub dead: Option<f64>,
    /// Norm of its weights' gradient, where it has weights.
    pub gradient: Option<f64>,
}

/// The layers at a step.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Look {
    /// Updates made.
    pub step: u32,
    /// In order.
    pub layers: Vec<LayerFigures>,
}

/// What a run left behind.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Record {
    /// What was trained.
    pub experiment: Experiment,
    /// Number of classes.
    pub classes: usize,
    /// Training and validation images.
    pub images: [usize; 2],
    /// Training mode, each step: dropout, augmentation and batch statistics included.
    pub train: Vec<Point>,
    /// Evaluation mode on training images, now and then.
    pub clean: Vec<Point>,
    /// Evaluation mode on validation images, at the same steps.
    pub val: Vec<Point>,
    /// The layers, where somebody looked.
    pub looks: Vec<Look>,
    /// The step whose loss was no usable number.
    pub diverged: Option<u32>,
}
