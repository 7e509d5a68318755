//! From maps to a vector.

use super::Layer;
use crate::plan::{Builder, Pullback, Shape, Value};

/// `[N, C, H, W]` read as `[N, C·H·W]` (`nn.Flatten`): no number moves.
#[derive(Clone, Debug)]
pub struct Flatten;

impl Layer for Flatten {
    fn kind(&self) -> &'static str {
        "flatten"
    }

    fn title(&self) -> String {
        "Flatten".to_owned()
    }

    fn output(&self, x: Shape) -> Result<Shape, String> {
        Ok(Shape::new(x.n, x.image(), 1, 1))
    }

    fn forward(&self, _plan: &mut Builder, x: Value) -> (Value, Pullback) {
        let shape = Shape::new(x.shape.n, x.shape.image(), 1, 1);
        (Value { shape, ..x }, Pullback::reshape(x))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::layers::testing::{counting, run};

    #[test]
    fn numbers_keep_their_order() {
        let shape = Shape::new(2, 3, 2, 2);
        let (x, dy) = (counting(shape.len()), counting(shape.len()));
        let ran = run(&Flatten, shape, &x, &[], &dy);
        assert_eq!(ran.shape, Shape::new(2, 12, 1, 1));
        assert_eq!((ran.y, ran.dx), (x, dy));
    }
}
