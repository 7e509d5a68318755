//! Dense layers that do their neighbours' work on the way back.

use super::GradWeight;
use crate::device::fast::{DenseShape, Scratch, dense_grad_weight};
use crate::plan::{At, Constants, Grid, Kernel, Real};
use crate::shared::Sum;

/// `dweight = dyᵀ · x` and `dbias = Σ dy`.
#[derive(Clone, Debug)]
pub struct GradWeightBias(pub DenseShape);

/// Reads x `[N, inputs]`, dy `[N, outputs]`; writes dweight `[outputs, inputs]`, dbias `[outputs]`.
impl Kernel<2, 2> for GradWeightBias {
    const NAME: &'static str = "dense/grad_weight_bias";
    const WGSL: &'static [&'static str] = &[wgsl!("grad_weight_bias.wgsl")];

    fn constants(&self) -> Constants {
        GradWeight(self.0).constants()
    }

    fn grid(&self) -> Grid {
        Grid::cover(self.0.outputs * (self.0.inputs + 1), 64)
    }

    fn products(&self) -> usize {
        self.0.products()
    }

    fn reference<T: Real>(&self, at: &At, [x, dy]: [&[T]; 2], [dweight, dbias]: [&mut [T]; 2]) {
        GradWeight(self.0).reference(at, [x, dy], [dweight]);
        Sum { runs: self.0.n, groups: self.0.outputs, run: 1 }.reference(at, [dy], [dbias]);
    }

    fn fast(
        &self,
        _at: &At,
        [x, dy]: [&[f32]; 2],
        [dweight, dbias]: [&mut [f32]; 2],
        scratch: &mut Scratch,
    ) -> bool {
        dense_grad_weight(&self.0, x, dy, dweight, Some(dbias), scratch);
        true
    }
}
