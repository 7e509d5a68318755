//! Filters that slide over the maps.

mod fuse;
mod kernels;

pub use fuse::{activate, grad_weight_bias, in_parts};
pub use kernels::{Forward, ForwardActivate, GradInput, GradWeight, GradWeightBias};

use super::slide::slide;
use super::{Layer, Window};
use crate::device::fast::ConvShape;
use crate::init::Init;
use crate::plan::{Builder, Parameter, Pullback, Shape, Value};
use crate::shared::Sum;
use crate::text::network as text;

/// Cross-correlation with `filters` filters (`nn.Conv2d`): weight `[filters, channels, kh, kw]`,
/// bias `[filters]`, zeros as padding.
#[derive(Clone, Debug)]
pub struct Conv {
    /// Maps in the output.
    pub filters: usize,
    /// Rows and columns of a filter.
    pub kernel: (usize, usize),
    /// Pixels from one place of the filter to the next.
    pub stride: usize,
    /// Rows and columns of zeros on each side.
    pub padding: usize,
    /// Whether there is a bias.
    pub bias: bool,
    /// How the weights start.
    pub init: Init,
}

impl Conv {
    fn size(&self, x: Shape) -> ConvShape {
        let (kh, kw) = self.kernel;
        let Shape { n, c, h, w } = x;
        ConvShape { n, ic: c, h, w, oc: self.filters, kh, kw, stride: self.stride, padding: self.padding }
    }
}

impl Layer for Conv {
    fn kind(&self) -> &'static str {
        "conv"
    }

    fn title(&self) -> String {
        text::conv(self.kernel.0, self.kernel.1)
    }

    fn output(&self, x: Shape) -> Result<Shape, String> {
        if self.filters == 0 {
            return Err(text::NO_FILTER.to_owned());
        }
        let (oh, ow) = slide(text::FILTER, self.kernel, self.stride, self.padding, x)?;
        Ok(Shape::new(x.n, self.filters, oh, ow))
    }

    fn macs(&self, x: Shape) -> u64 {
        let outputs = self.output(x).map_or(0, |y| y.image());
        outputs as u64 * (x.c * self.kernel.0 * self.kernel.1) as u64
    }

    fn window(&self, _x: Shape) -> Window {
        Window { size: self.kernel.0.max(self.kernel.1), stride: self.stride, padding: self.padding }
    }

    fn forward(&self, plan: &mut Builder, x: Value) -> (Value, Pullback) {
        let size = self.size(x.shape);
        let ConvShape { n, ic, oc, kh, kw, .. } = size;
        let fan_in = ic * kh * kw;
        let weight = plan.parameter("weight", &[oc, ic, kh, kw], self.init.weight(fan_in, oc * kh * kw));
        let bias = if self.bias {
            plan.parameter("bias", &[oc], self.init.bias(fan_in))
        } else {
            Parameter { value: plan.constant(vec![0.0; oc]), gradient: None }
        };
        let y = plan.output("y", Shape::new(n, oc, size.oh(), size.ow()), x, &[weight, bias]);
        plan.run(Forward(size), [x, weight.value, bias.value], [y]);

        let back = Pullback::new(move |plan, dy| {
            if let Some(dweight) = weight.gradient {
                plan.run(GradWeight { shape: size, parts: 1 }, [x, dy], [dweight]);
            }
            if let Some(dbias) = bias.gradient {
                plan.run(Sum { runs: n, groups: oc, run: dy.shape.plane() }, [dy], [dbias]);
            }
            if !x.tracked {
                return None;
            }
            let dx = plan.value("dx", x.shape);
            plan.run(GradInput(size), [weight.value, dy], [dx]);
            Some(dx)
        });
        (y, back)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::init::InitKind;
    use crate::layers::testing::{counting, run};

    fn conv(filters: usize, kernel: (usize, usize), stride: usize, padding: usize) -> Conv {
        let init = Init { kind: InitKind::Zeros, gain: 1.0, fan_out: false };
        Conv { filters, kernel, stride, padding, bias: true, init }
    }

    #[test]
    fn it_correlates() {
        // 1 2 3
        // 4 5 6   under   1  0
        // 7 8 9           0 10
        let x = counting(9);
        let weight = [1.0, 0.0, 0.0, 10.0];
        let dy = [1.0, 0.0, 0.0, 2.0];
        let ran = run(&conv(1, (2, 2), 1, 0), Shape::new(1, 1, 3, 3), &x, &[&weight, &[100.0]], &dy);
        assert_eq!(ran.y, [151.0, 162.0, 184.0, 195.0]);
        assert_eq!(ran.dx, [1.0, 0.0, 0.0, 0.0, 12.0, 0.0, 0.0, 0.0, 20.0]);
        assert_eq!(ran.gradients[0], [11.0, 14.0, 20.0, 23.0]);
        assert_eq!(ran.gradients[1], [3.0]);
    }

    #[test]
    fn padding_is_zeros_and_a_stride_leaves_the_rest() {
        // A 1×2 filter at rows -1 and 2, columns -1 and 2; pixels that no window sees get gradient 0.
        let shape = Shape::new(1, 1, 3, 4);
        let weights: [&[f32]; 2] = [&[1.0, 10.0], &[0.0]];
        let ran = run(&conv(1, (1, 2), 3, 1), shape, &counting(12), &weights, &counting(4));
        assert_eq!(ran.shape, Shape::new(1, 1, 2, 2));
        assert_eq!(ran.y, [0.0, 0.0, 90.0, 131.0]);
        assert_eq!(ran.dx, [0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 30.0, 0.0, 4.0, 40.0]);
        assert_eq!(ran.gradients, [vec![44.0, 75.0], vec![10.0]]);
    }

    #[test]
    fn padding_may_exceed_the_filter() {
        let ran =
            run(&conv(1, (1, 1), 1, 1), Shape::new(1, 1, 1, 1), &[3.0], &[&[2.0], &[1.0]], &counting(9));
        assert_eq!(ran.y, [1.0, 1.0, 1.0, 1.0, 7.0, 1.0, 1.0, 1.0, 1.0]);
        assert_eq!(ran.dx, [10.0]);
        assert_eq!(ran.gradients, [vec![15.0], vec![45.0]]);
    }

    #[test]
    fn channels_and_images_are_told_apart() {
        // Pixels [n, c] = 1 2 | 3 4; filter 0 adds the channels, filter 1 doubles the second.
        let weight = [1.0, 1.0, 0.0, 2.0];
        let dy = [1.0, 10.0, 100.0, 1000.0];
        let ran =
            run(&conv(2, (1, 1), 1, 0), Shape::new(2, 2, 1, 1), &counting(4), &[&weight, &[0.0, 0.5]], &dy);
        assert_eq!(ran.y, [3.0, 4.5, 7.0, 8.5]);
        assert_eq!(ran.dx, [1.0, 21.0, 100.0, 2100.0]);
        assert_eq!(ran.gradients, [vec![301.0, 402.0, 3010.0, 4020.0], vec![101.0, 1010.0]]);
    }

    #[test]
    fn what_does_not_fit_is_explained() {
        let map = Shape::new(1, 1, 3, 3);
        let why = |layer: Conv| layer.output(map).unwrap_err();
        assert_eq!(why(conv(1, (5, 5), 1, 0)), "A 5×5 filter does not fit a 3×3 map without padding.");
        assert_eq!(why(conv(1, (7, 7), 1, 1)), "A 7×7 filter does not fit a 3×3 map padded by 1.");
        assert_eq!(why(conv(1, (3, 3), 0, 0)), "With a stride of 0 the filter never moves: use 1 or more.");
        assert_eq!(why(conv(0, (3, 3), 1, 0)), "A convolution needs at least one filter.");
    }
}
