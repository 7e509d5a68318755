use crate::device::fast::{DenseShape, Scratch, dense_forward, dense_grad_input, dense_grad_weight};
use crate::plan::{At, Constants, Grid, Kernel, Real};

fn constants(s: &DenseShape) -> Constants {
    vec![("N", s.n as f64), ("INPUTS", s.inputs as f64), ("OUTPUTS", s.outputs as f64)]
}

/// `y = x · weightᵀ + bias`.
#[derive(Clone, Debug)]
pub struct Forward(pub DenseShape);

/// Reads x `[N, inputs]`, weight `[outputs, inputs]`, bias `[outputs]`; writes y `[N, outputs]`.
impl Kernel<3, 1> for Forward {
    const NAME: &'static str = "dense/forward";
    const WGSL: &'static [&'static str] = &[wgsl!("forward.wgsl")];

    fn constants(&self) -> Constants {
        constants(&self.0)
    }

    fn grid(&self) -> Grid {
        Grid::groups(self.0.n.div_ceil(4) * self.0.outputs.div_ceil(4))
    }

    fn products(&self) -> usize {
        self.0.products()
    }

    fn reference<T: Real>(&self, _at: &At, [x, weight, bias]: [&[T]; 3], [y]: [&mut [T]; 1]) {
        let DenseShape { inputs, outputs, .. } = self.0;
        for (x, y) in x.chunks_exact(inputs).zip(y.chunks_exact_mut(outputs)) {
            for (u, w) in weight.chunks_exact(inputs).enumerate() {
                y[u] = x.iter().zip(w).fold(bias[u], |sum, (&x, &w)| sum + x * w);
            }
        }
    }

    fn fast(
        &self,
        _at: &At,
        [x, weight, bias]: [&[f32]; 3],
        [y]: [&mut [f32]; 1],
        scratch: &mut Scratch,
    ) -> bool {
        dense_forward(&self.0, x, weight, Some(bias), y, scratch);
        true
    }
}

/// `dx = dy · weight`.
#[derive(Clone, Debug)]
pub struct GradInput(pub DenseShape);

/// Reads weight `[outputs, inputs]`, dy `[N, outputs]`; writes dx `[N, inputs]`.
impl Kernel<2, 1> for GradInput {
    const NAME: &'static str = "dense/grad_input";
    const WGSL: &'static [&'static str] = &[wgsl!("grad_input.wgsl")];

    fn constants(&self) -> Constants {
        constants(&self.0)
    }

    fn grid(&self) -> Grid {
        Grid::cover(self.0.n * self.0.inputs, 64)
    }

    fn products(&self) -> usize {
        self.0.products()
    }

    fn reference<T: Real>(&self, _at: &At, [weight, dy]: [&[T]; 2], [dx]: [&mut [T]; 1]) {
        let DenseShape { inputs, outputs, .. } = self.0;
        dx.fill(T::of(0.0));
        for (dx, dy) in dx.chunks_exact_mut(inputs).zip(dy.chunks_exact(outputs)) {
            for (&d, w) in dy.iter().zip(weight.chunks_exact(inputs)) {
                for (dx, &w) in dx.iter_mut().zip(w) {
                    *dx += d * w;
                }
            }
        }
    }

    fn fast(
        &self,
        _at: &At,
        [weight, dy]: [&[f32]; 2],
        [dx]: [&mut [f32]; 1],
        scratch: &mut Scratch,
    ) -> bool {
        dense_grad_input(&self.0, weight, dy, dx, scratch);
        true
    }
}

/// `dweight = dyᵀ · x`.
#[derive(Clone, Debug)]
pub struct GradWeight(pub DenseShape);

/// Reads x `[N, inputs]`, dy `[N, outputs]`; writes dweight `[outputs, inputs]`.
impl Kernel<2, 1> for GradWeight {
    const NAME: &'static str = "dense/grad_weight";
    const WGSL: &'static [&'static str] = &[wgsl!("grad_weight.wgsl")];

    fn constants(&self) -> Constants {
        constants(&self.0)
    }

    fn grid(&self) -> Grid {
        Grid::cover(self.0.outputs * self.0.inputs, 64)
    }

    fn products(&self) -> usize {
        self.0.products()
    }

    fn reference<T: Real>(&self, _at: &At, [x, dy]: [&[T]; 2], [dweight]: [&mut [T]; 1]) {
        let DenseShape { inputs, outputs, .. } = self.0;
        dweight.fill(T::of(0.0));
        for (x, dy) in x.chunks_exact(inputs).zip(dy.chunks_exact(outputs)) {
            for (&d, dw) in dy.iter().zip(dweight.chunks_exact_mut(inputs)) {
                for (dw, &x) in dw.iter_mut().zip(x) {
                    *dw += d * x;
                }
            }
        }
    }

    fn fast(
        &self,
        _at: &At,
        [x, dy]: [&[f32]; 2],
        [dweight]: [&mut [f32]; 1],
        scratch: &mut Scratch,
    ) -> bool {
        dense_grad_weight(&self.0, x, dy, dweight, None, scratch);
        true
    }
}
