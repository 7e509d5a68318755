use super::{penalized, penalties};
use crate::device::fast::{self, AdamStep, Penalties, Scratch};
use crate::plan::{At, Constants, Grid, Kernel, Real, Resources, StepRecord};

/// Adam (D. Kingma and J. Ba 2015), as `torch.optim.Adam` and `torch.optim.AdamW`:
/// `m = β₁·m + (1−β₁)·g`, `v = β₂·v + (1−β₂)·g²`, `w −= lr · m/c₁ / (√v/c₂ + ε)` with the
/// corrections `c₁ = 1−β₁ᵗ` and `c₂ = √(1−β₂ᵗ)` of step t.
#[derive(Clone, Debug)]
pub struct Adam {
    /// Weights updated.
    pub len: usize,
    /// Decay of the two means.
    pub betas: [f64; 2],
    /// Added to the root.
    pub eps: f64,
    /// Weight decay shrinks the weight itself instead of joining the gradient (I. Loshchilov and
    /// F. Hutter 2019).
    pub decoupled: bool,
}

/// Reads gradients; updates weights, means and mean squares.
impl Kernel<1, 3> for Adam {
    const NAME: &'static str = "optimizer/adam";
    const WGSL: &'static [&'static str] = &[wgsl!("../shared/record.wgsl"), wgsl!("adam.wgsl")];
    const RESOURCES: Resources = Resources::Record;

    fn constants(&self) -> Constants {
        let [beta1, beta2] = self.betas;
        vec![
            ("LEN", self.len as f64),
            ("BETA1", beta1),
            ("NEW1", 1.0 - beta1),
            ("BETA2", beta2),
            ("NEW2", 1.0 - beta2),
            ("EPSILON", self.eps),
            ("DECOUPLED", f64::from(u8::from(self.decoupled))),
        ]
    }

    fn grid(&self) -> Grid {
        Grid::cover(self.len, 64)
    }

    fn reference<T: Real>(&self, at: &At, [g]: [&[T]; 1], [w, m, v]: [&mut [T]; 3]) {
        let of = |x: f32| T::of(f64::from(x));
        let (lr, decay) = (of(at.record.lr), of(at.record.weight_decay));
        let coupled = StepRecord {
            weight_decay: if self.decoupled { 0.0 } else { at.record.weight_decay },
            ..*at.record
        };
        let [correction1, correction2] = at.record.corrections.map(of);
        let [beta1, beta2] = self.betas.map(T::of);
        // In f32, 1 − 0.999 would be wrong in the fifth digit.
        let [new1, new2] = self.betas.map(|beta| T::of(1.0 - beta));
        let eps = T::of(self.eps);
        for i in 0..self.len {
            let g = penalized(&coupled, g[i], w[i]);
            if self.decoupled {
                w[i] -= lr * decay * w[i];
            }
            m[i] = beta1 * m[i] + new1 * g;
            v[i] = beta2 * v[i] + new2 * g * g;
            w[i] -= lr * (m[i] / correction1) / (v[i].sqrt() / correction2 + eps);
        }
    }

    fn fast(
        &self,
        at: &At,
        [gradient]: [&[f32]; 1],
        [weight, mean, square]: [&mut [f32]; 3],
        _scratch: &mut Scratch,
    ) -> bool {
        let StepRecord { lr, corrections, .. } = *at.record;
        let all = penalties(at.record);
        let (penalties, decoupled) = match self.decoupled {
            true => (Penalties { weight_decay: 0.0, ..all }, all.weight_decay),
            false => (all, 0.0),
        };
        let shares = |beta: f64| [beta, 1.0 - beta].map(f32::of);
        let [of_mean, of_square] = self.betas.map(shares);
        let eps = f32::of(self.eps);
        let step = AdamStep { lr, penalties, decoupled, mean: of_mean, square: of_square, corrections, eps };
        fast::adam(&step, gradient, mean, square, weight);
        true
    }
}
