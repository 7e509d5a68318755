//! Every unit sees the whole input.

mod backward;
mod fuse;
mod fused;
mod kernels;

pub use fuse::{backward, grad_weight_bias};
pub use kernels::{Forward, GradInput, GradWeight};

use super::Layer;
use crate::device::fast::DenseShape;
use crate::init::Init;
use crate::plan::{Builder, Parameter, Pullback, Shape, Value};
use crate::shared::Sum;
use crate::text::network as text;

/// `y = x · weightᵀ + bias` (`nn.Linear`): x `[N, inputs]`, weight `[units, inputs]`, bias `[units]`.
#[derive(Clone, Debug)]
pub struct Dense {
    /// Numbers in the output.
    pub units: usize,
    /// Whether there is a bias.
    pub bias: bool,
    /// How the weights start.
    pub init: Init,
}

impl Layer for Dense {
    fn kind(&self) -> &'static str {
        "dense"
    }

    fn title(&self) -> String {
        text::DENSE.to_owned()
    }

    fn output(&self, x: Shape) -> Result<Shape, String> {
        if self.units == 0 {
            return Err(text::NO_UNIT.to_owned());
        }
        if x.plane() != 1 {
            return Err(text::dense_reads_vectors(x.h, x.w));
        }
        Ok(Shape::new(x.n, self.units, 1, 1))
    }

    fn macs(&self, x: Shape) -> u64 {
        x.image() as u64 * self.units as u64
    }

    fn forward(&self, plan: &mut Builder, x: Value) -> (Value, Pullback) {
        let size = DenseShape { n: x.shape.n, inputs: x.shape.image(), outputs: self.units };
        let weight = plan.parameter(
            "weight",
            &[size.outputs, size.inputs],
            self.init.weight(size.inputs, size.outputs),
        );
        let bias = if self.bias {
            plan.parameter("bias", &[size.outputs], self.init.bias(size.inputs))
        } else {
            Parameter { value: plan.constant(vec![0.0; size.outputs]), gradient: None }
        };
        let y = plan.output("y", Shape::new(size.n, size.outputs, 1, 1), x, &[weight, bias]);
        plan.run(Forward(size), [x, weight.value, bias.value], [y]);

        let back = Pullback::new(move |plan, dy| {
            if let Some(dweight) = weight.gradient {
                plan.run(GradWeight(size), [x, dy], [dweight]);
            }
            if let Some(dbias) = bias.gradient {
                plan.run(Sum { runs: size.n, groups: size.outputs, run: 1 }, [dy], [dbias]);
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
    use crate::layers::testing::run;

    fn dense(units: usize, bias: bool) -> Dense {
        Dense { units, bias, init: Init { kind: InitKind::Zeros, gain: 1.0, fan_out: false } }
    }

    #[test]
    fn two_images_by_hand() {
        let x = [1.0, 2.0, 3.0, -1.0, 0.0, 1.0];
        let weight = [1.0, 0.0, 2.0, -1.0, 1.0, 0.5];
        let dy = [1.0, 2.0, -1.0, 3.0];
        let ran = run(&dense(2, true), Shape::new(2, 3, 1, 1), &x, &[&weight, &[10.0, 20.0]], &dy);
        assert_eq!(ran.y, [17.0, 22.5, 11.0, 21.5]);
        assert_eq!(ran.dx, [-1.0, 2.0, 3.0, -4.0, 3.0, -0.5]);
        assert_eq!(ran.gradients[0], [2.0, 2.0, 2.0, -1.0, 4.0, 9.0]);
        assert_eq!(ran.gradients[1], [0.0, 5.0]);
    }

    #[test]
    fn a_bias_can_be_left_out() {
        let ran = run(&dense(1, false), Shape::new(1, 2, 1, 1), &[3.0, 4.0], &[&[1.0, 2.0]], &[2.0]);
        assert_eq!((ran.y, ran.dx), (vec![11.0], vec![2.0, 4.0]));
        assert_eq!(ran.gradients, [[6.0, 8.0]]);
    }

    #[test]
    fn maps_are_refused() {
        let why = dense(10, true).output(Shape::new(1, 8, 7, 7)).unwrap_err();
        assert_eq!(why, "A dense layer reads a vector, not 7×7 maps: flatten or average them first.");
    }
}
