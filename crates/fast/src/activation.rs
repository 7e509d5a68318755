//! Activations and their gradients, from the input x in both directions.

use super::exp::{exp, polynomial};
use crate::simd::V;

/// An activation, named as in PyTorch.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Activation {
    /// max(x, 0); gradient 0 at 0.
    Relu,
    /// x, or slope·x for x <= 0.
    LeakyRelu {
        /// `negative_slope`
        slope: f32,
    },
    /// 1 / (1 + e^-x)
    Sigmoid,
    /// (e^x - e^-x) / (e^x + e^-x)
    Tanh,
    /// x · Φ(x) with the error function (`approximate="none"`)
    Gelu,
    /// x · (1 + tanh(√(2/π) · (x + 0.044715 x³))) / 2 (`approximate="tanh"`)
    GeluTanh,
    /// x · sigmoid(x)
    Silu,
}

impl Activation {
    /// y = f(x).
    pub fn forward(self, x: &[f32], y: &mut [f32]) {
        match self {
            Activation::Relu => map(x, y, |x| Rectifier::Relu.value(x)),
            Activation::LeakyRelu { slope } => map(x, y, |x| Rectifier::Leaky { slope }.value(x)),
            Activation::Sigmoid => map(x, y, |x| sigmoid(x).0),
            Activation::Tanh => map(x, y, |x| tanh(x).0),
            Activation::Gelu => map(x, y, |x| gelu(x).0),
            Activation::GeluTanh => map(x, y, |x| gelu_tanh(x).0),
            Activation::Silu => map(x, y, |x| silu(x).0),
        }
    }

    /// dx = f'(x) · dy.
    pub fn backward(self, x: &[f32], dy: &[f32], dx: &mut [f32]) {
        match self {
            Activation::Relu => map2(x, dy, dx, |x, dy| Rectifier::Relu.back(x, dy)),
            Activation::LeakyRelu { slope } => {
                map2(x, dy, dx, |x, dy| Rectifier::Leaky { slope }.back(x, dy));
            }
            Activation::Sigmoid => map2(x, dy, dx, |x, dy| {
                let (s, rest) = sigmoid(x);
                dy.mul(s.mul(rest))
            }),
            Activation::Tanh => map2(x, dy, dx, |x, dy| dy.mul(tanh(x).1)),
            Activation::Gelu => map2(x, dy, dx, |x, dy| dy.mul(gelu(x).1)),
            Activation::GeluTanh => map2(x, dy, dx, |x, dy| dy.mul(gelu_tanh(x).1)),
            Activation::Silu => map2(x, dy, dx, |x, dy| dy.mul(silu(x).1)),
        }
    }
}

/// An activation that leaves signs as they are: what it does to a gradient can be told from its
/// output as well as from its input, so nobody has to keep the input.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Rectifier {
    /// max(x, 0)
    Relu,
    /// x, or slope·x for x <= 0, with a slope that is not negative.
    Leaky {
        /// `negative_slope`
        slope: f32,
    },
}

impl Rectifier {
    /// f(x), as [`Activation::forward`].
    #[inline(always)]
    pub(super) fn value(self, x: V) -> V {
        match self {
            Rectifier::Relu => x.relu(),
            Rectifier::Leaky { slope } => leaky(x, slope).mul(x),
        }
    }

    /// f'(x) · dy from x or f(x), as [`Activation::backward`].
    #[inline(always)]
    pub(super) fn back(self, y: V, dy: V) -> V {
        match self {
            Rectifier::Relu => dy.and(y.gt(V::zero())),
            Rectifier::Leaky { slope } => leaky(y, slope).mul(dy),
        }
    }
}

/// y[i] = f(x[i]).
#[inline(always)]
pub(super) fn map(x: &[f32], y: &mut [f32], f: impl Fn(V) -> V) {
    assert_eq!(x.len(), y.len());
    map2(x, x, y, |x, _| f(x));
}

/// y[i] = f(a[i], b[i]).
#[inline(always)]
pub(super) fn map2(a: &[f32], b: &[f32], y: &mut [f32], f: impl Fn(V, V) -> V) {
    assert!(a.len() == y.len() && b.len() == y.len());
    let whole = y.len() / 4 * 4;
    for i in (0..whole).step_by(4) {
        // SAFETY: i + 4 <= the length of all three.
        unsafe { f(V::load(a.as_ptr().add(i)), V::load(b.as_ptr().add(i))).store(y.as_mut_ptr().add(i)) };
    }
    for i in whole..y.len() {
        y[i] = f(V::set(a[i]), V::set(b[i])).lanes()[0];
    }
}

/// The slope at x.
#[inline(always)]
fn leaky(x: V, slope: f32) -> V {
    x.gt(V::zero()).select(V::set(1.0), V::set(slope))
}

/// The sign of `sign` on a magnitude that is not negative.
#[inline(always)]
fn with_sign(magnitude: V, sign: V) -> V {
    magnitude.or(sign.and(V::set(-0.0)))
}

/// 0 for what is so near to 0 that beside a 1 it cannot be seen, 2^-60. Of numbers that are much smaller
/// products are subnormal: a GPU takes those for 0, and a processor a hundred times as long.
#[inline(always)]
fn without_tail(x: V) -> V {
    x.and_not(V::set(8.673_617e-19).gt(x))
}

/// sigmoid(x) and 1 - sigmoid(x).
#[inline(always)]
fn sigmoid(x: V) -> (V, V) {
    let one = V::set(1.0);
    let e = exp(V::zero().sub(x));
    let s = one.div(one.add(e));
    (without_tail(s), without_tail(e.mul(s)))
}

/// tanh(x) and its derivative 1 - tanh(x)².
#[inline(always)]
fn tanh(x: V) -> (V, V) {
    let one = V::set(1.0);
    let e = without_tail(exp(x.abs().mul(V::set(-2.0))));
    let sum = one.add(e);
    (with_sign(one.sub(e).div(sum), x), e.mul(V::set(4.0)).div(sum.mul(sum)))
}

/// silu and its derivative.
#[inline(always)]
fn silu(x: V) -> (V, V) {
    let (s, rest) = sigmoid(x);
    // Beyond ±120 the product is 0 or x, and infinity times a tiny number must not arise.
    let inside = V::set(-120.0).max(x);
    let bend = V::set(120.0).min(inside).mul(s.mul(rest));
    (inside.mul(s), s.add(bend))
}

/// gelu and its derivative.
#[inline(always)]
fn gelu(x: V) -> (V, V) {
    /// erfc(z) · e^(z²) / t at t = 1 / (1 + C·z), a Chebyshev fit with error 4e-8 for z <= 9.5.
    const FIT: [f32; 9] = [
        -3.573_442e-5,
        -0.142_779_68,
        0.503_819_2,
        -0.418_210_99,
        0.464_512_55,
        0.019_494_59,
        0.207_687_93,
        0.180_439_95,
        0.185_072_15,
    ];
    const C: f32 = 0.327_591_1 * std::f32::consts::FRAC_1_SQRT_2;
    /// 1 / √(2π)
    const DENSITY: f32 = 0.398_942_3;

    let one = V::set(1.0);
    let size = V::set(13.5).min(x.abs());
    let e = without_tail(exp(size.mul(size).mul(V::set(-0.5))));
    let t = one.div(one.add(size.mul(V::set(C))));
    let tail = e.mul(V::set(0.5)).mul(t.mul(polynomial(&FIT, t)));
    let phi = x.gt(V::zero()).select(one.sub(tail), tail);
    // Beyond 13.5 the product below is 0 in f32, and infinity times 0 must not arise.
    let inside = V::set(-13.5).max(x);
    (inside.mul(phi), phi.add(V::set(13.5).min(inside).mul(e.mul(V::set(DENSITY)))))
}

/// gelu in its tanh form and the derivative.
#[inline(always)]
fn gelu_tanh(x: V) -> (V, V) {
    /// √(2/π)
    const A: f32 = 0.797_884_6;
    const B: f32 = 0.044_715;
    let (one, half) = (V::set(1.0), V::set(0.5));
    // Beyond ±13.5 tanh is ±1; the bound keeps x³ finite.
    let bounded = V::set(13.5).min(V::set(-13.5).max(x));
    let square = bounded.mul(bounded);
    let (t, dt) = tanh(bounded.mul(V::set(A)).mul(one.mul_add(V::set(B), square)));
    let phi = half.mul(one.add(t));
    let slope = V::set(A).mul(one.mul_add(V::set(3.0 * B), square));
    let bend = half.mul(bounded).mul(dt).mul(slope);
    (V::set(-13.5).max(x).mul(phi), phi.add(bend))
}
