use super::{penalized, penalties};
use crate::device::fast::{self, Scratch, SgdStep};
use crate::plan::{At, Constants, Grid, Kernel, Real, Resources, StepRecord};

/// Stochastic gradient descent with momentum, as `torch.optim.SGD`:
/// `v = μ·v + g`, `w −= lr·v`; Nesterov: `w −= lr·(g + μ·v)`; g includes the penalties
/// [`penalized`].
#[derive(Clone, Debug)]
pub struct Sgd {
    /// Weights updated.
    pub len: usize,
    /// Nesterov's form.
    pub nesterov: bool,
}

/// Reads gradients; updates weights and velocities.
impl Kernel<1, 2> for Sgd {
    const NAME: &'static str = "optimizer/sgd";
    const WGSL: &'static [&'static str] = &[wgsl!("../shared/record.wgsl"), wgsl!("sgd.wgsl")];
    const RESOURCES: Resources = Resources::Record;

    fn constants(&self) -> Constants {
        vec![("LEN", self.len as f64), ("NESTEROV", f64::from(u8::from(self.nesterov)))]
    }

    fn grid(&self) -> Grid {
        Grid::cover(self.len, 64)
    }

    fn reference<T: Real>(&self, at: &At, [g]: [&[T]; 1], [w, v]: [&mut [T]; 2]) {
        let of = |x: f32| T::of(f64::from(x));
        let (lr, momentum) = (of(at.record.lr), of(at.record.momentum));
        for i in 0..self.len {
            let g = penalized(at.record, g[i], w[i]);
            v[i] = momentum * v[i] + g;
            let step = if self.nesterov { g + momentum * v[i] } else { v[i] };
            w[i] -= lr * step;
        }
    }

    fn fast(
        &self,
        at: &At,
        [gradient]: [&[f32]; 1],
        [weight, velocity]: [&mut [f32]; 2],
        _scratch: &mut Scratch,
    ) -> bool {
        let StepRecord { lr, momentum, .. } = *at.record;
        let step = SgdStep { lr, momentum, penalties: penalties(at.record), nesterov: self.nesterov };
        fast::sgd(&step, gradient, velocity, weight);
        true
    }
}
