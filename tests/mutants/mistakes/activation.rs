use crate::wrong::{Mistake, kernel};

/// The numbers of the functions in the kernels' constants.
const RELU: usize = 0;
const LEAKY: usize = 1;
const SIGMOID: usize = 2;
const TANH: usize = 3;
const GELU: usize = 4;
const GELU_TANH: usize = 5;
const SILU: usize = 6;

/// `f(x)` of one function is got wrong.
fn value(kind: usize, name: &'static str, f: fn(f32) -> f32) -> Mistake {
    kernel("activation/forward", name, move |call, reads, writes| {
        call.right(reads, writes);
        if call.size("KIND") == kind {
            writes[0].iter_mut().zip(reads[0]).for_each(|(y, &x)| *y = f(x));
        }
    })
}

/// `f′(x)` of one function is got wrong.
fn slope(kind: usize, name: &'static str, f: fn(f32) -> f32) -> Mistake {
    kernel("activation/backward", name, move |call, reads, writes| {
        call.right(reads, writes);
        if call.size("KIND") == kind {
            let places = writes[0].iter_mut().zip(reads[0]).zip(reads[1]);
            places.for_each(|((dx, &x), &dy)| *dx = f(x) * dy);
        }
    })
}

fn sigmoid(x: f32) -> f32 {
    1.0 / (1.0 + (-x).exp())
}

const ROOT: f32 = 0.797_884_6;

fn inner(x: f32) -> f32 {
    ROOT * (x + 0.044715 * x * x * x)
}

pub fn mistakes() -> Vec<Mistake> {
    vec![
        value(RELU, "ReLU cuts above 0", |x| x.min(0.0)),
        slope(RELU, "ReLU has slope 1 at 0", |x| f32::from(x >= 0.0)),
        slope(RELU, "ReLU passes every gradient", |_| 1.0),
        value(LEAKY, "leaky ReLU does not leak", |x| x.max(0.0)),
        slope(LEAKY, "leaky ReLU leaks no gradient", |x| f32::from(x > 0.0)),
        value(SIGMOID, "sigmoid overflows far from 0", |x| x.exp() / (1.0 + x.exp())),
        slope(SIGMOID, "sigmoid's slope takes x for y", |x| x * (1.0 - x)),
        value(TANH, "tanh overflows far from 0", |x| (x.exp() - (-x).exp()) / (x.exp() + (-x).exp())),
        slope(TANH, "tanh's slope takes x for y", |x| 1.0 - x * x),
        value(GELU, "GELU is its tanh form", |x| 0.5 * x * (1.0 + inner(x).clamp(-15.0, 15.0).tanh())),
        slope(GELU_TANH, "GELU's slope forgets what is inside", |x| {
            0.5 * (1.0 + inner(x).clamp(-15.0, 15.0).tanh())
        }),
        slope(SILU, "SiLU's slope is a sigmoid", sigmoid),
        value(SILU, "SiLU is a sigmoid", sigmoid),
    ]
}
