use super::{Builder, Value};

/// The way back through one layer: given the gradient of its output, it plans the gradients of its
/// parameters and of its input. Saved values are the closure's captures; it runs only while planning.
pub struct Pullback(Box<Back>);

type Back = dyn FnOnce(&mut Builder, Value) -> Option<Value>;

impl Pullback {
    /// Wraps the way back; it returns the input's gradient, or `None` where nobody wants it.
    pub fn new(back: impl FnOnce(&mut Builder, Value) -> Option<Value> + 'static) -> Self {
        Self(Box::new(back))
    }

    /// A layer whose gradient passes through unchanged but for its shape (flatten, identity).
    pub fn reshape(input: Value) -> Self {
        Self::new(move |_, dy| input.tracked.then_some(Value { at: dy.at, ..input }))
    }

    /// Plans the backward pass from the gradient of the output.
    pub fn run(self, plan: &mut Builder, dy: Value) -> Option<Value> {
        (self.0)(plan, dy)
    }
}
