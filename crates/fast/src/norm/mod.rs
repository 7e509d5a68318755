//! Normalisation: one view gives batch, layer, instance and group norm.

mod moments;
mod part;
mod sums;

pub use moments::moments;
pub(super) use moments::{Moments, SHORT};

use crate::View;
use crate::activation::Rectifier;
use crate::simd::V;
use part::{Part, Share, Stats, by_four, load, store};

/// Elements summed in f32; partial sums of more are added in f64.
const CHUNK: usize = 1024;

/// Elements in a row that belong to one group, or to groups in a row.
fn stretch(view: View) -> usize {
    if view.run == 1 { view.groups } else { view.run }
}

fn length(view: View) -> usize {
    view.count() * view.groups
}

/// y = weight · xhat + bias with xhat = (x - mean) / √(variance + eps), and what a rectifier
/// makes of it.
#[derive(Clone, Copy, Debug)]
pub struct Norm<'a> {
    /// Who shares a mean.
    pub view: View,
    /// Who shares a weight and a bias.
    pub affine: View,
    /// Mean and variance of each group of `view`, as pairs.
    pub stats: &'a [f32],
    /// Added to the variance.
    pub eps: f32,
    /// 1 where absent.
    pub weight: Option<&'a [f32]>,
    /// 0 where absent.
    pub bias: Option<&'a [f32]>,
    /// The rectifier that follows.
    pub rectifier: Option<Rectifier>,
}

impl Norm<'_> {
    fn check(&self, x: &[f32], y: &[f32]) {
        assert_eq!(x.len(), length(self.view), "{:?}", self.view);
        assert_eq!(x.len(), length(self.affine), "{:?}", self.affine);
        assert_eq!(x.len(), y.len());
        assert_eq!(self.stats.len(), 2 * self.view.groups);
        for values in [self.weight, self.bias].into_iter().flatten() {
            assert_eq!(values.len(), self.affine.groups);
        }
    }

    /// Whether some parameter differs from element to element.
    fn each(&self) -> bool {
        self.view.run == 1 || self.affine.run == 1
    }

    /// Length of parts that no group's end divides.
    fn stretch(&self) -> usize {
        gcd(stretch(self.view), stretch(self.affine))
    }

    fn part<'a>(&'a self, x: &'a [f32], dy: &'a [f32], start: usize, length: usize) -> Part<'a> {
        let affine = self.affine.group(start);
        Part {
            x: &x[start..start + length],
            dy: &dy[start..start + length],
            stats: Stats::new(self.stats, self.eps, self.view.group(start), self.view),
            weight: Share::or(self.weight, 1.0, affine, self.affine),
            bias: Share::or(self.bias, 0.0, affine, self.affine),
            rectifier: self.rectifier,
        }
    }

    /// What becomes of the elements of a map that starts at `start`, before the rectifier. A map
    /// has one mean and one weight.
    pub(super) fn of_plane(&self, start: usize) -> impl Fn(V) -> V + Copy {
        let affine = self.affine.group(start);
        let (mean, rstd) = Stats::new(self.stats, self.eps, self.view.group(start), self.view).all;
        let weight = Share::or(self.weight, 1.0, affine, self.affine).all;
        let bias = Share::or(self.bias, 0.0, affine, self.affine).all;
        move |x| bias.mul_add(weight, x.sub(mean).mul(rstd))
    }

    /// y from x.
    pub fn forward(&self, x: &[f32], y: &mut [f32]) {
        self.check(x, y);
        if self.each() { self.forward_as::<true>(x, None, y) } else { self.forward_as::<false>(x, None, y) }
    }

    /// y from x, where `other` is added before the rectifier: the end of a residual block.
    pub fn forward_add(&self, x: &[f32], other: &[f32], y: &mut [f32]) {
        self.check(x, y);
        assert_eq!(x.len(), other.len());
        let other = Some(other);
        if self.each() { self.forward_as::<true>(x, other, y) } else { self.forward_as::<false>(x, other, y) }
    }

    fn forward_as<const EACH: bool>(&self, x: &[f32], other: Option<&[f32]>, y: &mut [f32]) {
        let stretch = self.stretch();
        for (k, y) in y.chunks_exact_mut(stretch).enumerate() {
            let part = self.part(x, x, k * stretch, stretch);
            if let Some(other) = other {
                let other = &other[k * stretch..][..stretch];
                by_four!(stretch, |i, WHOLE| {
                    let v = part.y::<WHOLE, EACH>(i, part.xhat::<WHOLE, EACH>(i));
                    store::<WHOLE>(part.rectified(v.add(load::<WHOLE>(other, i))), y, i);
                });
            } else {
                by_four!(stretch, |i, WHOLE| {
                    let v = part.y::<WHOLE, EACH>(i, part.xhat::<WHOLE, EACH>(i));
                    store::<WHOLE>(part.rectified(v), y, i);
                });
            }
        }
    }

    /// dx from the weighted sums over `view`.
    pub fn grad_input(&self, x: &[f32], dy: &[f32], sum_dz: &[f32], sum_dz_xhat: &[f32], dx: &mut [f32]) {
        self.check(x, dy);
        assert_eq!(x.len(), dx.len());
        assert!(sum_dz.len() == self.view.groups && sum_dz_xhat.len() == self.view.groups);
        if self.each() {
            self.grad_input_as::<true>(x, dy, [sum_dz, sum_dz_xhat], dx);
        } else {
            self.grad_input_as::<false>(x, dy, [sum_dz, sum_dz_xhat], dx);
        }
    }

    fn grad_input_as<const EACH: bool>(&self, x: &[f32], dy: &[f32], sums: [&[f32]; 2], dx: &mut [f32]) {
        let share = V::set(1.0 / self.view.count() as f32);
        let stretch = self.stretch();
        for (k, dx) in dx.chunks_exact_mut(stretch).enumerate() {
            let start = k * stretch;
            let part = self.part(x, dy, start, stretch);
            let [sum, sum_xhat] = sums.map(|sums| Share::new(sums, self.view.group(start), self.view));
            by_four!(stretch, |i, WHOLE| {
                let xhat = part.xhat::<WHOLE, EACH>(i);
                let g = part.dz::<WHOLE, EACH>(i, xhat).mul(part.weight.at::<WHOLE, EACH>(i));
                let common = sum.at::<WHOLE, EACH>(i).mul_add(xhat, sum_xhat.at::<WHOLE, EACH>(i));
                let (_, rstd) = part.stats.at::<WHOLE, EACH>(i);
                store::<WHOLE>(g.sub(common.mul(share)).mul(rstd), dx, i);
            });
        }
    }

    /// dx from the sums over `view`, which is also `affine`, without the weight: dbias and dweight.
    pub fn grad_input_shared(&self, x: &[f32], dy: &[f32], dbias: &[f32], dweight: &[f32], dx: &mut [f32]) {
        self.check(x, dy);
        assert_eq!(x.len(), dx.len());
        assert_eq!(self.view, self.affine, "who shares a mean shares a weight");
        assert!(dbias.len() == self.view.groups && dweight.len() == self.view.groups);
        if self.each() {
            self.grad_input_shared_as::<true>(x, dy, [dbias, dweight], dx);
        } else {
            self.grad_input_shared_as::<false>(x, dy, [dbias, dweight], dx);
        }
    }

    fn grad_input_shared_as<const EACH: bool>(
        &self,
        x: &[f32],
        dy: &[f32],
        sums: [&[f32]; 2],
        dx: &mut [f32],
    ) {
        let share = V::set(1.0 / self.view.count() as f32);
        let stretch = self.stretch();
        for (k, dx) in dx.chunks_exact_mut(stretch).enumerate() {
            let start = k * stretch;
            let part = self.part(x, dy, start, stretch);
            let [sum, sum_xhat] = sums.map(|sums| Share::new(sums, self.view.group(start), self.view));
            by_four!(stretch, |i, WHOLE| {
                let xhat = part.xhat::<WHOLE, EACH>(i);
                let common = sum.at::<WHOLE, EACH>(i).mul_add(xhat, sum_xhat.at::<WHOLE, EACH>(i));
                let own = part.dz::<WHOLE, EACH>(i, xhat).sub(common.mul(share));
                let (_, rstd) = part.stats.at::<WHOLE, EACH>(i);
                store::<WHOLE>(own.mul(part.weight.at::<WHOLE, EACH>(i).mul(rstd)), dx, i);
            });
        }
    }

    /// dx = dy · weight · rstd, where the statistics do not depend on x. No rectifier.
    pub fn grad_scale(&self, dy: &[f32], dx: &mut [f32]) {
        self.check(dy, dx);
        assert!(self.rectifier.is_none(), "the mask of a rectifier needs x");
        if self.each() { self.grad_scale_as::<true>(dy, dx) } else { self.grad_scale_as::<false>(dy, dx) }
    }

    fn grad_scale_as<const EACH: bool>(&self, dy: &[f32], dx: &mut [f32]) {
        let stretch = self.stretch();
        for (k, dx) in dx.chunks_exact_mut(stretch).enumerate() {
            let part = self.part(dy, dy, k * stretch, stretch);
            by_four!(stretch, |i, WHOLE| {
                let (_, rstd) = part.stats.at::<WHOLE, EACH>(i);
                let d = load::<WHOLE>(part.dy, i).mul(part.weight.at::<WHOLE, EACH>(i));
                store::<WHOLE>(d.mul(rstd), dx, i);
            });
        }
    }
}

/// ((0 + 1) + (2 + 3)) of the vectors, then their lanes.
fn total([a, b, c, d]: [V; 4]) -> f32 {
    a.add(b).add(c.add(d)).sum()
}

fn gcd(a: usize, b: usize) -> usize {
    if b == 0 { a } else { gcd(b, a % b) }
}
