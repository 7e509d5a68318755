//! What an experiment means: layers with shapes, a loss and an optimiser.

mod build;
mod describe;
mod limits;
mod repair;

pub use describe::{Counts, Description, LayerDescription, describe};
pub use limits::{MOST_BYTES, MOST_BYTES_OF_A_VALUE};
pub use repair::repair;

use crate::layers::Chain;
use crate::optimizer::Optimizer;
use crate::plan::Shape;
use crate::spec::{Experiment, Live, Opt, Problem};

/// A network and how it is trained.
#[derive(Clone, Debug)]
pub struct Network {
    /// The layers, classifier included.
    pub chain: Chain,
    /// One image, `[1, C, H, W]`.
    pub input: Shape,
    /// Number of classes.
    pub classes: usize,
    /// What a gradient does to a weight.
    pub optimizer: Optimizer,
    /// Training shortens gradients whose norm is above that of the step record.
    pub clip: bool,
    /// Training looks at its images through random views.
    pub augment: bool,
}

impl Network {
    /// The network of an experiment, for images `input` (`[1, C, H, W]`) of so many classes.
    ///
    /// # Errors
    /// What cannot be: a layer that its input does not fit, groups that do not divide the channels,
    /// a frozen layer that is not there, more memory than a page should take.
    pub fn new(experiment: &Experiment, input: Shape, classes: usize) -> Result<Self, Vec<Problem>> {
        let one = |problem| vec![problem];
        let chain = build::chain(experiment, input, classes).map_err(one)?;
        let optimizer = match experiment.opt {
            Opt::Sgd => Optimizer::Sgd { nesterov: false },
            Opt::Nesterov => Optimizer::Sgd { nesterov: true },
            Opt::RmsProp => Optimizer::RmsProp { alpha: 0.99, eps: 1e-8 },
            Opt::Adam => Optimizer::Adam { betas: [0.9, 0.999], eps: 1e-8, decoupled: false },
            Opt::AdamW => Optimizer::Adam { betas: [0.9, 0.999], eps: 1e-8, decoupled: true },
        };
        let live = Live::of(experiment);
        let (clip, augment) = (live.clips(&experiment.log), live.augments(&experiment.log));
        let network = Self { chain, input, classes, optimizer, clip, augment };
        limits::check(&network, experiment).map_err(one)?;
        let absent = network.absent("freeze", &experiment.freeze);
        if absent.is_empty() { Ok(network) } else { Err(absent) }
    }

    /// Problems of addresses that the network does not have; `field` is what names them.
    pub fn absent(&self, field: &str, layers: &[String]) -> Vec<Problem> {
        build::absent(self, field, layers)
    }
}
