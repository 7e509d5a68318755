//! The whole way back through a dense layer in one dispatch.

use super::fused::GradWeightBias;
use super::{GradInput, GradWeight};
use crate::device::fast::{DenseShape, Scratch};
use crate::plan::{At, Constants, Grid, Kernel, Real, Resources};

fn grid(s: &DenseShape) -> Grid {
    Grid::cover(s.outputs * (s.inputs + 1) + s.n * s.inputs, 64)
}

/// The gradients of weight, bias and input.
#[derive(Clone, Debug)]
pub struct Backward(pub DenseShape);

/// Reads x `[N, inputs]`, dy `[N, outputs]`, weight `[outputs, inputs]`; writes dweight, dbias, dx.
impl Kernel<3, 3> for Backward {
    const NAME: &'static str = "dense/backward";
    const WGSL: &'static [&'static str] = &[wgsl!("backward_plain.wgsl"), wgsl!("backward.wgsl")];

    fn constants(&self) -> Constants {
        GradWeight(self.0).constants()
    }

    fn grid(&self) -> Grid {
        grid(&self.0)
    }

    fn products(&self) -> usize {
        2 * self.0.products()
    }

    fn reference<T: Real>(&self, at: &At, [x, dy, weight]: [&[T]; 3], [dweight, dbias, dx]: [&mut [T]; 3]) {
        GradWeightBias(self.0).reference(at, [x, dy], [dweight, dbias]);
        GradInput(self.0).reference(at, [weight, dy], [dx]);
    }

    fn fast(
        &self,
        at: &At,
        [x, dy, weight]: [&[f32]; 3],
        [dweight, dbias, dx]: [&mut [f32]; 3],
        scratch: &mut Scratch,
    ) -> bool {
        GradWeightBias(self.0).fast(at, [x, dy], [dweight, dbias], scratch)
            && GradInput(self.0).fast(at, [weight, dy], [dx], scratch)
    }
}

/// The same, with the way back through the dropout before the layer.
#[derive(Clone, Debug)]
pub struct BackwardDropped(pub DenseShape);

/// Reads x `[N, inputs]`, dy `[N, outputs]`, weight `[outputs, inputs]`, mask `[N, inputs]`; writes
/// dweight, dbias, dx.
impl Kernel<4, 3> for BackwardDropped {
    const NAME: &'static str = "dense/backward_dropped";
    const WGSL: &'static [&'static str] =
        &[wgsl!("../../shared/record.wgsl"), wgsl!("backward_dropped.wgsl"), wgsl!("backward.wgsl")];
    const RESOURCES: Resources = Resources::Record;

    fn constants(&self) -> Constants {
        GradWeight(self.0).constants()
    }

    fn grid(&self) -> Grid {
        grid(&self.0)
    }

    fn products(&self) -> usize {
        2 * self.0.products()
    }

    fn reference<T: Real>(
        &self,
        at: &At,
        [x, dy, weight, mask]: [&[T]; 4],
        [dweight, dbias, dx]: [&mut [T]; 3],
    ) {
        GradWeightBias(self.0).reference(at, [x, dy], [dweight, dbias]);
        GradInput(self.0).reference(at, [weight, dy], [dx]);
        drop_out(dx, mask, T::of(f64::from(at.record.keep_scale)));
    }

    fn fast(
        &self,
        at: &At,
        [x, dy, weight, mask]: [&[f32]; 4],
        [dweight, dbias, dx]: [&mut [f32]; 3],
        scratch: &mut Scratch,
    ) -> bool {
        let fast = GradWeightBias(self.0).fast(at, [x, dy], [dweight, dbias], scratch)
            && GradInput(self.0).fast(at, [weight, dy], [dx], scratch);
        if fast && at.record.drop_below > 0 {
            drop_out(dx, mask, at.record.keep_scale);
        }
        fast
    }
}

fn drop_out<T: Real>(dx: &mut [T], mask: &[T], scale: T) {
    for (dx, &keep) in dx.iter_mut().zip(mask) {
        *dx = *dx * keep * scale;
    }
}
