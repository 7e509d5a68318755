//! Blocks with a shortcut.

mod fuse;
mod kernels;

pub use fuse::add_backward;
pub use kernels::{Add, AddBackward};

use super::{Activation, Chain, Layer, Window};
use crate::plan::{Builder, Mode, Pullback, Shape, Value};
use crate::text::network as text;

/// `y = activation(body(x) + shortcut(x))` (K. He et al. 2015). The gradient reaches x on both ways,
/// so a deep network still learns in its first layers.
#[derive(Clone, Debug)]
pub struct Residual {
    /// The layers that learn what to add.
    pub body: Chain,
    /// A projection where the body changes the shape; empty for the identity.
    pub shortcut: Chain,
    /// What follows the sum.
    pub activation: Option<Activation>,
}

impl Layer for Residual {
    fn kind(&self) -> &'static str {
        "residual"
    }

    fn title(&self) -> String {
        text::RESIDUAL.to_owned()
    }

    fn output(&self, x: Shape) -> Result<Shape, String> {
        let body = self.body.output(x).map_err(|(_, why)| why)?;
        let shortcut = self.shortcut.output(x).map_err(|(_, why)| why)?;
        if body != shortcut {
            let maps = |s: Shape| text::maps(s.c, s.h, s.w);
            return Err(text::sides_of_block(&maps(body), &maps(shortcut)));
        }
        Ok(body)
    }

    fn macs(&self, x: Shape) -> u64 {
        self.body.macs(x) + self.shortcut.macs(x)
    }

    fn window(&self, x: Shape) -> Window {
        self.body.window(x)
    }

    fn forward(&self, plan: &mut Builder, x: Value) -> (Value, Pullback) {
        let observed = *plan.mode() == Mode::Observe;
        let (a, body) = plan.scope("body", |plan| self.body.forward(plan, x, observed));
        let (b, shortcut) = plan.scope("shortcut", |plan| self.shortcut.forward(plan, x, observed));
        let len = a.shape.len();
        let sum = Value { tracked: a.tracked || b.tracked, ..plan.value("sum", a.shape) };
        plan.run(Add { len }, [a, b], [sum]);
        let (y, activation) = match &self.activation {
            Some(activation) => plan.scope("activation", |plan| activation.forward(plan, sum)),
            None => (sum, Pullback::reshape(sum)),
        };

        let back = Pullback::new(move |plan, dy| {
            let dsum = plan.scope("activation", |plan| activation.run(plan, dy))?;
            let da = plan.scope("body", |plan| body.run(plan, dsum));
            let db = plan.scope("shortcut", |plan| shortcut.run(plan, dsum));
            if !x.tracked {
                return None;
            }
            let (da, db) = (da?, db?);
            let dx = plan.value("dx", x.shape);
            plan.run(Add { len: x.shape.len() }, [da, db], [dx]);
            Some(dx)
        });
        (y, back)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::init::{Init, InitKind};
    use crate::layers::testing::{counting, run};
    use crate::layers::{Conv, Kind};

    fn conv(filters: usize, stride: usize) -> Chain {
        let init = Init { kind: InitKind::Zeros, gain: 1.0, fan_out: false };
        Chain(vec![Arc::new(Conv { filters, kernel: (1, 1), stride, padding: 0, bias: false, init })])
    }

    fn block(body: Chain, shortcut: Chain, activation: Option<Kind>) -> Residual {
        Residual { body, shortcut, activation: activation.map(|kind| Activation { kind }) }
    }

    #[test]
    fn the_identity_adds_the_input() {
        let block = block(conv(1, 1), Chain::default(), Some(Kind::Relu));
        let ran = run(&block, Shape::new(1, 1, 1, 3), &[1.0, -2.0, 3.0], &[&[2.0]], &counting(3));
        assert_eq!(ran.y, [3.0, 0.0, 9.0]);
        assert_eq!(ran.dx, [3.0, 0.0, 9.0]);
        assert_eq!(ran.gradients, [[10.0]]);
    }

    #[test]
    fn a_projection_has_weights_of_its_own() {
        let block = block(conv(1, 2), conv(1, 2), None);
        let ran = run(&block, Shape::new(1, 1, 1, 3), &counting(3), &[&[10.0], &[1.0]], &[1.0, 2.0]);
        assert_eq!(ran.y, [11.0, 33.0]);
        assert_eq!(ran.dx, [11.0, 0.0, 22.0]);
        assert_eq!(ran.gradients, [[7.0], [7.0]]);
    }

    #[test]
    fn a_block_of_nothing_doubles() {
        let ran = run(
            &block(Chain::default(), Chain::default(), None),
            Shape::vector(2),
            &[1.0, 2.0],
            &[],
            &[3.0, 4.0],
        );
        assert_eq!((ran.y, ran.dx), (vec![2.0, 4.0], vec![6.0, 8.0]));
    }

    #[test]
    fn weights_are_named_by_branch_and_nothing_flows_to_an_untracked_input() {
        let mut plan = Builder::new(Mode::Train { frozen: vec!["0.shortcut".to_owned()] }, 1);
        let x = plan.value("x", Shape::new(1, 1, 1, 1));
        let block = block(conv(1, 1), conv(1, 1), Some(Kind::Relu));
        let (y, back) = plan.scope("0", |plan| block.forward(plan, x));
        assert!(y.tracked);
        let dy = plan.value("dy", y.shape);
        assert_eq!(plan.scope("0", |plan| back.run(plan, dy)), None);
        let plan = plan.finish();
        let names: Vec<&str> = plan.layout.parameters.iter().map(|s| s.name.as_str()).collect();
        assert_eq!(names, ["0.body.0.weight", "0.shortcut.0.weight"]);
        assert_eq!(plan.gradients.len(), 1);
    }

    #[test]
    fn branches_that_differ_are_explained() {
        let why = block(conv(4, 2), Chain::default(), None).output(Shape::new(1, 1, 8, 8)).unwrap_err();
        assert_eq!(why, "The block makes 4 maps of 4×4, its shortcut 1 maps of 8×8: they cannot be added.");
    }
}
