use super::{penalized, penalties};
use crate::device::fast::{self, RmsPropStep, Scratch};
use crate::plan::{At, Constants, Grid, Kernel, Real, Resources, StepRecord};

/// RMSProp (T. Tieleman and G. Hinton 2012) with momentum, as `torch.optim.RMSprop`:
/// `s = α·s + (1−α)·g²`, `v = μ·v + g/(√s + ε)`, `w −= lr·v`; the penalties join the
/// gradient.
#[derive(Clone, Debug)]
pub struct RmsProp {
    /// Weights updated.
    pub len: usize,
    /// Decay of the mean square.
    pub alpha: f64,
    /// Added to the root.
    pub eps: f64,
}

/// Reads gradients; updates weights, mean squares and velocities.
impl Kernel<1, 3> for RmsProp {
    const NAME: &'static str = "optimizer/rms_prop";
    const WGSL: &'static [&'static str] = &[wgsl!("../shared/record.wgsl"), wgsl!("rms_prop.wgsl")];
    const RESOURCES: Resources = Resources::Record;

    fn constants(&self) -> Constants {
        vec![
            ("LEN", self.len as f64),
            ("ALPHA", self.alpha),
            ("NEW", 1.0 - self.alpha),
            ("EPSILON", self.eps),
        ]
    }

    fn grid(&self) -> Grid {
        Grid::cover(self.len, 64)
    }

    fn reference<T: Real>(&self, at: &At, [g]: [&[T]; 1], [w, s, v]: [&mut [T]; 3]) {
        let of = |x: f32| T::of(f64::from(x));
        let (lr, momentum) = (of(at.record.lr), of(at.record.momentum));
        let (alpha, new, eps) = (T::of(self.alpha), T::of(1.0 - self.alpha), T::of(self.eps));
        for i in 0..self.len {
            let g = penalized(at.record, g[i], w[i]);
            s[i] = alpha * s[i] + new * g * g;
            v[i] = momentum * v[i] + g / (s[i].sqrt() + eps);
            w[i] -= lr * v[i];
        }
    }

    fn fast(
        &self,
        at: &At,
        [gradient]: [&[f32]; 1],
        [weight, square, velocity]: [&mut [f32]; 3],
        _scratch: &mut Scratch,
    ) -> bool {
        let StepRecord { lr, momentum, .. } = *at.record;
        let shares = [self.alpha, 1.0 - self.alpha].map(f32::of);
        let (penalties, eps) = (penalties(at.record), f32::of(self.eps));
        let step = RmsPropStep { lr, momentum, penalties, shares, eps };
        fast::rms_prop(&step, gradient, square, velocity, weight);
        true
    }
}
