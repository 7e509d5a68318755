//! What a gradient does to a weight.

mod adam;
mod clip;
mod last;
mod rms_prop;
mod schedule;
mod sgd;

pub use adam::Adam;
pub use clip::{Clip, SquareSum, clip};
pub use rms_prop::RmsProp;
pub use schedule::Schedule;
pub use sgd::Sgd;

use crate::device::fast::Penalties;
use crate::plan::{Buffer, Builder, Operand, Real, StepRecord};

/// A gradient with the penalties on its weight: `g + λ·w + l1·sign(w)`, the subgradient of
/// `loss + λ/2·‖w‖² + l1·‖w‖₁` that is 0 at 0. The rules take it behind any clipping, as PyTorch's
/// `weight_decay`.
fn penalized<T: Real>(record: &StepRecord, g: T, w: T) -> T {
    let [decay, l1] = [record.weight_decay, record.l1].map(|x| T::of(f64::from(x)));
    let zero = T::of(0.0);
    let sign = if w > zero {
        l1
    } else if w < zero {
        zero - l1
    } else {
        zero
    };
    g + decay * w + sign
}

/// The penalties of a step, for the fast forms.
fn penalties(record: &StepRecord) -> Penalties {
    Penalties { weight_decay: record.weight_decay, l1: record.l1 }
}

/// The rule. Learning rate, momentum, weight decay and L1 come from the step record.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Optimizer {
    /// `torch.optim.SGD`.
    Sgd {
        /// Nesterov's momentum.
        nesterov: bool,
    },
    /// `torch.optim.RMSprop`.
    RmsProp {
        /// Decay of the mean square, 0.99 in PyTorch.
        alpha: f64,
        /// Added to the root, 1e-8 in PyTorch.
        eps: f64,
    },
    /// `torch.optim.Adam`, or `AdamW`.
    Adam {
        /// Decay of the two means, 0.9 and 0.999 in PyTorch.
        betas: [f64; 2],
        /// Added to the root, 1e-8 in PyTorch.
        eps: f64,
        /// Weight decay as in AdamW.
        decoupled: bool,
    },
}

impl Optimizer {
    /// Numbers kept per weight.
    pub fn slots(&self) -> u8 {
        match self {
            Optimizer::Sgd { .. } => 1,
            Optimizer::RmsProp { .. } | Optimizer::Adam { .. } => 2,
        }
    }

    /// Writes what the rule needs of its own into the record of a step, in f64 until the last
    /// rounding.
    pub fn point(&self, record: &mut StepRecord) {
        if let Optimizer::Adam { betas: [beta1, beta2], .. } = *self {
            let updates = f64::from(record.step) + 1.0;
            let forgotten = |beta: f64| 1.0 - libm::pow(beta, updates);
            record.corrections = [forgotten(beta1) as f32, libm::sqrt(forgotten(beta2)) as f32];
        }
    }

    /// Plans the update of one range of the parameter arena.
    pub fn update(&self, plan: &mut Builder, range: Operand) {
        let within = |buffer| Operand { buffer, ..range };
        let (len, gradient) = (range.len, [within(Buffer::Gradients)]);
        let slots = [range, within(Buffer::Slot(0)), within(Buffer::Slot(1))];
        match *self {
            Optimizer::Sgd { nesterov } => plan.run(Sgd { len, nesterov }, gradient, [slots[0], slots[1]]),
            Optimizer::RmsProp { alpha, eps } => plan.run(RmsProp { len, alpha, eps }, gradient, slots),
            Optimizer::Adam { betas, eps, decoupled } => {
                plan.run(Adam { len, betas, eps, decoupled }, gradient, slots);
            }
        }
    }
}
