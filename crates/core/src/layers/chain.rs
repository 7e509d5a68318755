use std::sync::Arc;

use super::{Layer, Window};
use crate::plan::{Builder, Pullback, Shape, Value};

/// Layers in a row, numbered from 0 as PyTorch's `nn.Sequential` does.
#[derive(Clone, Debug, Default)]
pub struct Chain(pub Vec<Arc<dyn Layer>>);

impl Chain {
    /// Shape behind the last layer.
    ///
    /// # Errors
    /// The first layer that cannot take its input: its number and its sentence.
    pub fn output(&self, input: Shape) -> Result<Shape, (usize, String)> {
        self.0.iter().enumerate().try_fold(input, |x, (i, layer)| layer.output(x).map_err(|why| (i, why)))
    }

    /// Multiplications with addition for one image.
    pub fn macs(&self, input: Shape) -> u64 {
        let mut x = input;
        self.0
            .iter()
            .map_while(|layer| {
                let macs = layer.macs(x);
                x = layer.output(x).ok()?;
                Some(macs)
            })
            .sum()
    }

    /// How far a unit behind the last layer sees in the chain's input.
    pub fn window(&self, input: Shape) -> Window {
        let mut x = input;
        self.0.iter().fold(Window::POINT, |window, layer| {
            let next = layer.window(x);
            x = layer.output(x).unwrap_or(x);
            window.then(next)
        })
    }

    /// Plans every layer. The whole of reverse mode is the fold in here.
    ///
    /// `observed`: each layer's output becomes a tap.
    pub fn forward(&self, plan: &mut Builder, x: Value, observed: bool) -> (Value, Pullback) {
        let mut y = x;
        let mut backs = Vec::new();
        for (i, layer) in self.0.iter().enumerate() {
            let name = i.to_string();
            let back;
            (y, back) = plan.scope(&name, |plan| {
                let out = layer.forward(plan, y);
                if observed {
                    plan.tap(layer.as_ref(), out.0);
                }
                out
            });
            backs.push((name, back));
        }
        let back = Pullback::new(move |plan, dy| {
            backs
                .into_iter()
                .rev()
                .try_fold(dy, |dy, (name, back)| plan.scope(&name, |plan| back.run(plan, dy)))
        });
        (y, back)
    }
}
