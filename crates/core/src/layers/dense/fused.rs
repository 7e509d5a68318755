//! Dense layers that do their neighbours' work on the way back.

use super::{GradInput, GradWeight};
use crate::device::fast::{DenseShape, Scratch, dense_grad_input, dense_grad_weight};
use crate::plan::{At, Constants, Grid, Kernel, Real, Resources};
use crate::shared::Sum;

/// `dweight = dyᵀ · x` and `dbias = Σ dy`.
#[derive(Clone, Debug)]
pub struct GradWeightBias(pub DenseShape);

/// Reads x `[N, inputs]`, dy `[N, outputs]`; writes dweight `[outputs, inputs]`, dbias `[outputs]`.
impl Kernel<2, 2> for GradWeightBias {
    const NAME: &'static str = "dense/grad_weight_bias";
    const WGSL: &'static [&'static str] = &[include_str!("grad_weight_bias.wgsl")];

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

/// `dx = dy · weight · mask · keep_scale`: the way back through the dropout before the layer, too.
#[derive(Clone, Debug)]
pub struct GradInputDropped(pub DenseShape);

/// Reads weight `[outputs, inputs]`, dy `[N, outputs]`, mask `[N, inputs]`; writes dx `[N, inputs]`.
impl Kernel<3, 1> for GradInputDropped {
    const NAME: &'static str = "dense/grad_input_dropped";
    const WGSL: &'static [&'static str] =
        &[include_str!("../../shared/record.wgsl"), include_str!("grad_input_dropped.wgsl")];
    const RESOURCES: Resources = Resources::Record;

    fn constants(&self) -> Constants {
        GradInput(self.0).constants()
    }

    fn grid(&self) -> Grid {
        GradInput(self.0).grid()
    }

    fn products(&self) -> usize {
        self.0.products()
    }

    fn reference<T: Real>(&self, at: &At, [weight, dy, mask]: [&[T]; 3], [dx]: [&mut [T]; 1]) {
        GradInput(self.0).reference(at, [weight, dy], [dx]);
        drop_out(dx, mask, T::of(f64::from(at.record.keep_scale)));
    }

    fn fast(
        &self,
        at: &At,
        [weight, dy, mask]: [&[f32]; 3],
        [dx]: [&mut [f32]; 1],
        scratch: &mut Scratch,
    ) -> bool {
        dense_grad_input(&self.0, weight, dy, dx, scratch);
        if at.record.drop_below > 0 {
            drop_out(dx, mask, at.record.keep_scale);
        }
        true
    }
}

fn drop_out<T: Real>(dx: &mut [T], mask: &[T], scale: T) {
    for (dx, &keep) in dx.iter_mut().zip(mask) {
        *dx = *dx * keep * scale;
    }
}
