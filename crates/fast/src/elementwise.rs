//! Sums, and functions of one element at a time.

use super::activation::Rectifier;
use crate::simd::V;

/// Σ x, in sixteen partial sums.
pub(super) fn sum(x: &[f32]) -> f32 {
    sum_of(x, |v| v)
}

/// Σ f(x), in sixteen partial sums.
#[inline(always)]
pub(super) fn sum_of(x: &[f32], f: impl Fn(V) -> V) -> f32 {
    let mut sums = [V::zero(); 4];
    let blocks = x.chunks_exact(16);
    let rest = blocks.remainder();
    for block in blocks {
        for (j, sum) in sums.iter_mut().enumerate() {
            // SAFETY: a block has sixteen numbers.
            *sum = sum.add(f(unsafe { V::load(block.as_ptr().add(4 * j)) }));
        }
    }
    let [a, b, c, d] = sums;
    let mut total = a.add(b).add(c.add(d)).sum();
    for &x in rest {
        total += f(V::set(x)).lanes()[0];
    }
    total
}

/// Sum over images and pixels for each of the channels of `[n, channels, pixels]`.
pub fn channel_sums(x: &[f32], channels: usize, pixels: usize, sums: &mut [f32]) {
    assert!(sums.len() == channels && x.len().is_multiple_of(channels * pixels));
    for (channel, to) in sums.iter_mut().enumerate() {
        let planes = x.chunks_exact(pixels).skip(channel).step_by(channels);
        *to = planes.map(|plane| f64::from(sum(plane))).sum::<f64>() as f32;
    }
}

/// Σ x². Partial sums of 1024 numbers in f32, their sum in f64.
pub fn sum_of_squares(x: &[f32]) -> f64 {
    x.chunks(1024).map(|x| f64::from(sum_of(x, |v| v.mul(v)))).sum()
}

/// y = a + b.
pub fn add(a: &[f32], b: &[f32], y: &mut [f32]) {
    assert!(a.len() == y.len() && b.len() == y.len());
    for ((y, a), b) in y.iter_mut().zip(a).zip(b) {
        *y = a + b;
    }
}

/// d = f'(y) · (a + b), where y is what the rectifier f made.
pub fn add_backward(rectifier: Rectifier, a: &[f32], b: &[f32], y: &[f32], d: &mut [f32]) {
    match rectifier {
        Rectifier::Relu => map3(a, b, y, d, |a, b, y| Rectifier::Relu.back(y, a.add(b))),
        Rectifier::Leaky { slope } => {
            map3(a, b, y, d, |a, b, y| Rectifier::Leaky { slope }.back(y, a.add(b)));
        }
    }
}

/// d[i] = f(a[i], b[i], c[i]).
#[inline(always)]
fn map3(a: &[f32], b: &[f32], c: &[f32], d: &mut [f32], f: impl Fn(V, V, V) -> V) {
    assert!(a.len() == d.len() && b.len() == d.len() && c.len() == d.len());
    let whole = d.len() / 4 * 4;
    for i in (0..whole).step_by(4) {
        // SAFETY: i + 4 <= the length of all four.
        unsafe {
            let [a, b, c] = [a, b, c].map(|from| V::load(from.as_ptr().add(i)));
            f(a, b, c).store(d.as_mut_ptr().add(i));
        }
    }
    for i in whole..d.len() {
        d[i] = f(V::set(a[i]), V::set(b[i]), V::set(c[i])).lanes()[0];
    }
}

/// y = (x − centre) · factor.
pub fn standardize<T: Copy + Into<f32>>(x: &[T], centre: f32, factor: f32, y: &mut [f32]) {
    assert!(x.len() == y.len());
    for (y, &x) in y.iter_mut().zip(x) {
        *y = (x.into() - centre) * factor;
    }
}
