//! Normalisation, rectifier and max pool in one.

use super::fused::Normed;
use crate::device::fast::{self, ConvShape, RectifiedPool, Scratch};
use crate::layers::{Rectified, RectifiedMaxBackward, RectifiedMaxForward};
use crate::plan::{At, Constants, Grid, Kernel, Real};

/// What is pooled, and how. Each map has one mean and one weight.
#[derive(Clone, Copy, Debug)]
pub struct Pooled {
    /// The normalisation, without the rectifier.
    pub normed: Normed,
    /// Rectifier and pool.
    pub pool: Rectified,
}

impl Pooled {
    /// Whether each map of `shape` has one mean and one weight.
    pub fn fits(normed: &Normed, shape: &ConvShape) -> bool {
        [normed.view, normed.affine].iter().all(|view| view.run.is_multiple_of(shape.h * shape.w))
    }

    fn constants(&self) -> Constants {
        let mut all = RectifiedMaxForward(self.pool).constants();
        all.extend(self.normed.constants().into_iter().filter(|(name, _)| !["KIND", "SLOPE"].contains(name)));
        all
    }

    /// The normalised numbers.
    fn between<T: Real>(&self, reads: [&[T]; 4]) -> Vec<T> {
        (0..reads[0].len()).map(|i| self.normed.z(reads, i)).collect()
    }

    fn fast<'a>(
        &self,
        stats: &'a [f32],
        weight: &'a [f32],
        bias: &'a [f32],
    ) -> Option<fast::RectifiedPool<'a>> {
        let rectifier = self.pool.kind.rectifier()?;
        let norm = Some(self.normed.fast(stats, weight, bias));
        Some(RectifiedPool { shape: self.pool.shape, rectifier, norm })
    }
}

/// `y` = the largest number of each window of `f(weight · xhat + bias)`.
#[derive(Clone, Debug)]
pub struct PooledForward(pub Pooled);

/// Reads x, stats, weight, bias; writes y.
impl Kernel<4, 1> for PooledForward {
    const NAME: &'static str = "norm/pooled_forward";
    const WGSL: &'static [&'static str] = &[
        wgsl!("../activation/functions.wgsl"),
        wgsl!("normalized.wgsl"),
        wgsl!("pooled.wgsl"),
        wgsl!("../pool/max.wgsl"),
        wgsl!("../pool/max_forward.wgsl"),
    ];

    fn constants(&self) -> Constants {
        self.0.constants()
    }

    fn grid(&self) -> Grid {
        RectifiedMaxForward(self.0.pool).grid()
    }

    fn reference<T: Real>(&self, at: &At, reads: [&[T]; 4], writes: [&mut [T]; 1]) {
        RectifiedMaxForward(self.0.pool).reference(at, [&self.0.between(reads)], writes);
    }

    fn fast(
        &self,
        _at: &At,
        [x, stats, weight, bias]: [&[f32]; 4],
        [y]: [&mut [f32]; 1],
        scratch: &mut Scratch,
    ) -> bool {
        self.0.fast(stats, weight, bias).map(|pool| pool.forward(x, y, scratch)).is_some()
    }
}

/// The way back through pool and rectifier, to the normalised numbers.
#[derive(Clone, Debug)]
pub struct PooledBackward(pub Pooled);

/// Reads x, stats, weight, bias, dy; writes the gradient of `weight · xhat + bias`.
impl Kernel<5, 1> for PooledBackward {
    const NAME: &'static str = "norm/pooled_backward";
    const WGSL: &'static [&'static str] = &[
        wgsl!("../activation/functions.wgsl"),
        wgsl!("normalized.wgsl"),
        wgsl!("pooled.wgsl"),
        wgsl!("../pool/max.wgsl"),
        wgsl!("../pool/max_backward.wgsl"),
    ];

    fn constants(&self) -> Constants {
        self.0.constants()
    }

    fn grid(&self) -> Grid {
        RectifiedMaxBackward(self.0.pool).grid()
    }

    fn reference<T: Real>(&self, at: &At, [x, stats, weight, bias, dy]: [&[T]; 5], writes: [&mut [T]; 1]) {
        let between = self.0.between([x, stats, weight, bias]);
        RectifiedMaxBackward(self.0.pool).reference(at, [&between, dy], writes);
    }

    fn fast(
        &self,
        _at: &At,
        [x, stats, weight, bias, dy]: [&[f32]; 5],
        [dx]: [&mut [f32]; 1],
        scratch: &mut Scratch,
    ) -> bool {
        self.0.fast(stats, weight, bias).map(|pool| pool.backward(x, dy, dx, scratch)).is_some()
    }
}
