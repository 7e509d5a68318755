//! Functions of one number at a time.

mod function;
mod fuse;
mod kernels;

pub use function::Kind;
pub use fuse::read_output;
pub use kernels::{Backward, Forward};

use super::Layer;
use crate::plan::{Builder, Pullback, Shape, Value};
use crate::text::network as text;

/// `y = f(x)`, element by element.
#[derive(Clone, Debug)]
pub struct Activation {
    /// The function f.
    pub kind: Kind,
}

impl Layer for Activation {
    fn kind(&self) -> &'static str {
        "activation"
    }

    fn title(&self) -> String {
        match self.kind {
            Kind::Relu => text::RELU,
            Kind::LeakyRelu { .. } => text::LEAKY_RELU,
            Kind::Sigmoid => text::SIGMOID,
            Kind::Tanh => text::TANH,
            Kind::Gelu => text::GELU,
            Kind::GeluTanh => text::GELU_TANH,
            Kind::Silu => text::SILU,
        }
        .to_owned()
    }

    fn output(&self, x: Shape) -> Result<Shape, String> {
        Ok(x)
    }

    fn bounds(&self) -> Option<(f64, f64)> {
        match self.kind {
            Kind::Sigmoid => Some((0.0, 1.0)),
            Kind::Tanh => Some((-1.0, 1.0)),
            _ => None,
        }
    }

    fn forward(&self, plan: &mut Builder, x: Value) -> (Value, Pullback) {
        let (kind, len) = (self.kind, x.shape.len());
        let y = plan.output("y", x.shape, x, &[]);
        plan.run(Forward { kind, len }, [x], [y]);

        let back = Pullback::new(move |plan, dy| {
            if !x.tracked {
                return None;
            }
            let dx = plan.value("dx", x.shape);
            plan.run(Backward { kind, len }, [x, dy], [dx]);
            Some(dx)
        });
        (y, back)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::layers::testing::{close, run};

    /// f and f′ of `x`.
    fn at(kind: Kind, x: &[f32]) -> (Vec<f32>, Vec<f32>) {
        let ran = run(&Activation { kind }, Shape::vector(x.len()), x, &[], &vec![1.0; x.len()]);
        (ran.y, ran.dx)
    }

    #[test]
    fn kinks_are_pytorchs() {
        let x = [-2.0, 0.0, 3.0];
        assert_eq!(at(Kind::Relu, &x), (vec![0.0, 0.0, 3.0], vec![0.0, 0.0, 1.0]));
        let leaky = Kind::LeakyRelu { slope: 0.25 };
        assert_eq!(at(leaky, &x), (vec![-0.5, 0.0, 3.0], vec![0.25, 0.25, 1.0]));
    }

    #[test]
    fn smooth_functions_at_known_points() {
        // torch.nn.functional at -1, 0 and 2, with the gradients of autograd.
        for (kind, y, slope) in [
            (Kind::Sigmoid, [0.268_941_4, 0.5, 0.880_797], [0.196_611_9, 0.25, 0.104_993_6]),
            (Kind::Tanh, [-0.761_594_2, 0.0, 0.964_027_6], [0.419_974_3, 1.0, 0.070_650_8]),
            (Kind::Gelu, [-0.158_655_3, 0.0, 1.954_499_7], [-0.083_315_5, 0.5, 1.085_231_8]),
            (Kind::GeluTanh, [-0.158_808, 0.0, 1.954_597_7], [-0.082_963_5, 0.5, 1.086_099_3]),
            (Kind::Silu, [-0.268_941_4, 0.0, 1.761_594_2], [0.072_329_5, 0.5, 1.090_784_2]),
        ] {
            let (got_y, got_slope) = at(kind, &[-1.0, 0.0, 2.0]);
            close(&got_y, &y);
            close(&got_slope, &slope);
        }
    }

    #[test]
    fn gains_give_kaimings_deviations() {
        // torch.nn.init.kaiming_normal_ on [16, 6, 5, 5], fan_in = 150.
        for (kind, std) in [
            (Kind::Relu, 0.115_470_053_837_925_16),
            (Kind::LeakyRelu { slope: 0.2 }, 0.113_227_703_414_459_58),
            (Kind::Tanh, 0.136_082_763_487_954_34),
            (Kind::Sigmoid, 0.081_649_658_092_772_61),
        ] {
            assert!((kind.gain() / 150f64.sqrt() - std).abs() < 1e-12, "{kind:?}");
        }
    }

    #[test]
    fn nothing_overflows() {
        let far = [-3e38, -1e30, -100.0, 100.0, 1e30, 3e38];
        for kind in [Kind::Sigmoid, Kind::Tanh, Kind::Gelu, Kind::GeluTanh, Kind::Silu] {
            let (y, slope) = at(kind, &far);
            assert!(y.iter().chain(&slope).all(|v| v.is_finite()), "{kind:?}: {y:?} {slope:?}");
        }
    }

    #[test]
    fn a_broken_number_is_not_hidden() {
        assert!(at(Kind::Relu, &[f32::NAN]).0[0].is_nan());
    }
}
