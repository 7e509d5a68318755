//! Dense layers (`torch.nn.Linear`): three matrix products.

use super::Scratch;
use super::elementwise::channel_sums;
use super::gemm::{Size, product};

/// Sizes of a dense layer: x `[n, inputs]`, weight `[outputs, inputs]`, y `[n, outputs]`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct DenseShape {
    /// Images.
    pub n: usize,
    /// Features of the input.
    pub inputs: usize,
    /// Features of the output.
    pub outputs: usize,
}

impl DenseShape {
    /// Products of one pass in any direction.
    pub fn products(&self) -> usize {
        self.n * self.inputs * self.outputs
    }
    fn check(&self, x: &[f32], weight: &[f32], y: &[f32]) {
        assert_eq!(x.len(), self.n * self.inputs, "{self:?}");
        assert_eq!(weight.len(), self.outputs * self.inputs, "{self:?}");
        assert_eq!(y.len(), self.n * self.outputs, "{self:?}");
    }
}

/// y = x · weightᵀ + bias.
pub fn dense_forward(
    s: &DenseShape,
    x: &[f32],
    weight: &[f32],
    bias: Option<&[f32]>,
    y: &mut [f32],
    scratch: &mut Scratch,
) {
    s.check(x, weight, y);
    let size = Size { rows: s.n, columns: s.outputs, depth: s.inputs };
    product(size, (x, (s.inputs, 1)), (weight, (1, s.inputs)), bias, y, scratch);
}

/// dx = dy · weight.
pub fn dense_grad_input(s: &DenseShape, weight: &[f32], dy: &[f32], dx: &mut [f32], scratch: &mut Scratch) {
    s.check(dx, weight, dy);
    let size = Size { rows: s.n, columns: s.inputs, depth: s.outputs };
    product(size, (dy, (s.outputs, 1)), (weight, (s.inputs, 1)), None, dx, scratch);
}

/// dweight = dyᵀ · x, dbias = Σ dy over the images.
pub fn dense_grad_weight(
    s: &DenseShape,
    x: &[f32],
    dy: &[f32],
    dweight: &mut [f32],
    dbias: Option<&mut [f32]>,
    scratch: &mut Scratch,
) {
    s.check(x, dweight, dy);
    let size = Size { rows: s.outputs, columns: s.inputs, depth: s.n };
    product(size, (dy, (1, s.outputs)), (x, (s.inputs, 1)), None, dweight, scratch);
    if let Some(dbias) = dbias {
        channel_sums(dy, s.outputs, 1, dbias);
    }
}
