use std::sync::Arc;

use super::Apply;
use crate::layers::{Layer, Window};
use crate::plan::{Builder, Pullback, Shape, Value};

/// A layer whose units are set to 0 by a mask that the host writes (`Ports::mask`, shaped as the
/// layer's output); the others are multiplied by the record's `keep_scale`. For knock-out curves, in
/// evaluation.
#[derive(Clone, Debug)]
pub struct Masked(pub Arc<dyn Layer>);

impl Layer for Masked {
    fn kind(&self) -> &'static str {
        self.0.kind()
    }

    fn title(&self) -> String {
        self.0.title()
    }

    fn output(&self, x: Shape) -> Result<Shape, String> {
        self.0.output(x)
    }

    fn macs(&self, x: Shape) -> u64 {
        self.0.macs(x)
    }

    fn window(&self, x: Shape) -> Window {
        self.0.window(x)
    }

    fn forward(&self, plan: &mut Builder, x: Value) -> (Value, Pullback) {
        let (whole, back) = self.0.forward(plan, x);
        let mask = plan.value("mask", whole.shape);
        plan.ports().mask = Some(mask);
        let y = plan.output("masked", whole.shape, whole, &[]);
        plan.run(Apply { len: whole.shape.len() }, [whole, mask], [y]);
        (y, back)
    }
}
