//! Normalisations that do their neighbours' work.

use super::kernels::{constants, moments};
use super::{Moments, Running};
use crate::device::fast::{self, Scratch, View};
use crate::layers::Kind;
use crate::plan::{At, Constants, Grid, Kernel, Real};
use crate::shared::ALONE;

/// [`Moments`] and [`Running`] in one.
#[derive(Clone, Debug)]
pub struct MomentsRunning {
    /// The statistics of the batch.
    pub moments: Moments,
    /// Those that follow them.
    pub running: Running,
}

/// Reads x; writes stats `[C, 2]` and updates running mean and running variance `[C]`.
impl Kernel<1, 3> for MomentsRunning {
    const NAME: &'static str = "norm/moments_running";
    const WGSL: &'static [&'static str] =
        &[wgsl!("moments.wgsl"), wgsl!("moments_running.wgsl"), wgsl!("../../shared/reduce.wgsl"), ALONE];

    fn constants(&self) -> Constants {
        let mut all = self.moments.constants();
        all.extend(self.running.constants().into_iter().filter(|(name, _)| *name != "GROUPS"));
        all
    }

    fn grid(&self) -> Grid {
        self.moments.grid()
    }

    fn reference<T: Real>(&self, at: &At, [x]: [&[T]; 1], [stats, mean, var]: [&mut [T]; 3]) {
        self.moments.reference(at, [x], [stats]);
        self.running.reference(at, [stats], [mean, var]);
    }

    fn fast(&self, at: &At, [x]: [&[f32]; 1], [stats, mean, var]: [&mut [f32]; 3], _: &mut Scratch) -> bool {
        fast::moments(self.moments.view, x, stats);
        self.running.reference(at, [stats], [mean, var]);
        true
    }
}

/// A normalisation and the rectifier behind it, as the fused kernels compute it again where they
/// need it.
#[derive(Clone, Copy, Debug)]
pub struct Normed {
    /// Who shares a mean.
    pub view: View,
    /// Who shares a weight.
    pub affine: View,
    /// Added to the variance.
    pub eps: f64,
    /// The function that follows: one that is a [`Kind::rectifier`].
    pub kind: Option<Kind>,
}

impl Normed {
    pub(super) fn constants(&self) -> Constants {
        let mut all = constants(self.view, self.affine, self.eps);
        all.extend(Kind::constants(self.kind));
        all
    }

    fn each(&self) -> Grid {
        Grid::cover(self.view.count() * self.view.groups, 64)
    }

    /// xhat and rstd of element i.
    fn xhat<T: Real>(&self, x: &[T], stats: &[T], i: usize) -> (T, T) {
        let (mean, rstd) = moments(stats, self.view.group(i), self.eps);
        ((x[i] - mean) * rstd, rstd)
    }

    /// Element i before the function.
    pub(super) fn z<T: Real>(&self, [x, stats, weight, bias]: [&[T]; 4], i: usize) -> T {
        let a = self.affine.group(i);
        weight[a] * self.xhat(x, stats, i).0 + bias[a]
    }

    /// The function.
    pub(super) fn value<T: Real>(&self, z: T) -> T {
        self.kind.map_or(z, |kind| kind.value(z))
    }

    fn slope<T: Real>(&self, z: T) -> T {
        self.kind.map_or(T::of(1.0), |kind| kind.derivative(z))
    }

    pub(super) fn fast<'a>(&self, stats: &'a [f32], weight: &'a [f32], bias: &'a [f32]) -> fast::Norm<'a> {
        fast::Norm {
            view: self.view,
            affine: self.affine,
            stats,
            eps: self.eps as f32,
            weight: Some(weight),
            bias: Some(bias),
            rectifier: self.kind.and_then(Kind::rectifier),
        }
    }
}

/// `y = f(weight · xhat + bias)`.
#[derive(Clone, Debug)]
pub struct NormalizeActivate(pub Normed);

/// Reads x, stats, weight, bias; writes y.
impl Kernel<4, 1> for NormalizeActivate {
    const NAME: &'static str = "norm/normalize_activate";
    const WGSL: &'static [&'static str] =
        &[wgsl!("../activation/functions.wgsl"), wgsl!("normalized.wgsl"), wgsl!("normalize_activate.wgsl")];

    fn constants(&self) -> Constants {
        self.0.constants()
    }

    fn grid(&self) -> Grid {
        self.0.each()
    }

    fn reference<T: Real>(&self, _at: &At, reads: [&[T]; 4], [y]: [&mut [T]; 1]) {
        for (i, y) in y.iter_mut().enumerate() {
            *y = self.0.value(self.0.z(reads, i));
        }
    }

    fn fast(
        &self,
        _at: &At,
        [x, stats, weight, bias]: [&[f32]; 4],
        [y]: [&mut [f32]; 1],
        _scratch: &mut Scratch,
    ) -> bool {
        self.0.fast(stats, weight, bias).forward(x, y);
        true
    }
}

/// `y = f(weight · xhat + bias + other)`: the end of a residual block.
#[derive(Clone, Debug)]
pub struct NormalizeAdd(pub Normed);

/// Reads x, stats, weight, bias, other; writes y.
impl Kernel<5, 1> for NormalizeAdd {
    const NAME: &'static str = "norm/normalize_add";
    const WGSL: &'static [&'static str] =
        &[wgsl!("../activation/functions.wgsl"), wgsl!("normalized.wgsl"), wgsl!("normalize_add.wgsl")];

    fn constants(&self) -> Constants {
        self.0.constants()
    }

    fn grid(&self) -> Grid {
        self.0.each()
    }

    fn reference<T: Real>(&self, _at: &At, [x, stats, weight, bias, other]: [&[T]; 5], [y]: [&mut [T]; 1]) {
        for (i, y) in y.iter_mut().enumerate() {
            *y = self.0.value(self.0.z([x, stats, weight, bias], i) + other[i]);
        }
    }

    fn fast(
        &self,
        _at: &At,
        [x, stats, weight, bias, other]: [&[f32]; 5],
        [y]: [&mut [f32]; 1],
        _scratch: &mut Scratch,
    ) -> bool {
        self.0.fast(stats, weight, bias).forward_add(x, other, y);
        true
    }
}

/// Σ d and Σ d·xhat over the batch, `d = f′(weight · xhat + bias) · dy`: the gradients of bias and
/// weight, and all that the gradient of the input needs to know of the batch.
#[derive(Clone, Debug)]
pub struct BatchSums(pub Normed);

/// Reads x, stats, weight, bias, dy; writes dbias and dweight.
impl Kernel<5, 2> for BatchSums {
    const NAME: &'static str = "norm/batch_sums";
    const WGSL: &'static [&'static str] = &[
        wgsl!("../activation/functions.wgsl"),
        wgsl!("normalized.wgsl"),
        wgsl!("batch_sums.wgsl"),
        wgsl!("../../shared/reduce.wgsl"),
        ALONE,
    ];

    fn constants(&self) -> Constants {
        self.0.constants()
    }

    fn grid(&self) -> Grid {
        Grid::groups(self.0.view.groups)
    }

    fn reference<T: Real>(
        &self,
        _at: &At,
        [x, stats, weight, bias, dy]: [&[T]; 5],
        [dbias, dweight]: [&mut [T]; 2],
    ) {
        for g in 0..self.0.view.groups {
            let (mut plain, mut with_xhat) = (0.0, 0.0);
            for i in self.0.view.elements(g) {
                let d = self.0.slope(self.0.z([x, stats, weight, bias], i)) * dy[i];
                plain += d.to_f64();
                with_xhat += (d * self.0.xhat(x, stats, i).0).to_f64();
            }
            (dbias[g], dweight[g]) = (T::of(plain), T::of(with_xhat));
        }
    }

    fn fast(
        &self,
        _at: &At,
        [x, stats, weight, bias, dy]: [&[f32]; 5],
        [dbias, dweight]: [&mut [f32]; 2],
        _scratch: &mut Scratch,
    ) -> bool {
        self.0.fast(stats, weight, bias).grad_sums(self.0.view, false, x, dy, dbias, dweight);
        true
    }
}

/// `dx = weight · rstd · (d − (dbias + xhat · dweight) / M)`, d as in [`BatchSums`], M the elements
/// of a channel.
#[derive(Clone, Debug)]
pub struct BatchGradInput(pub Normed);

/// Reads x, stats, weight, bias, dy, dbias, dweight; writes dx.
impl Kernel<7, 1> for BatchGradInput {
    const NAME: &'static str = "norm/batch_grad_input";
    const WGSL: &'static [&'static str] =
        &[wgsl!("../activation/functions.wgsl"), wgsl!("normalized.wgsl"), wgsl!("batch_grad_input.wgsl")];

    fn constants(&self) -> Constants {
        self.0.constants()
    }

    fn grid(&self) -> Grid {
        self.0.each()
    }

    fn reference<T: Real>(
        &self,
        _at: &At,
        [x, stats, weight, bias, dy, dbias, dweight]: [&[T]; 7],
        [dx]: [&mut [T]; 1],
    ) {
        let share = T::of(1.0 / self.0.view.count() as f64);
        for i in 0..x.len() {
            let g = self.0.view.group(i);
            let (xhat, rstd) = self.0.xhat(x, stats, i);
            let d = self.0.slope(self.0.z([x, stats, weight, bias], i)) * dy[i];
            dx[i] = weight[g] * rstd * (d - share * (dbias[g] + xhat * dweight[g]));
        }
    }

    fn fast(
        &self,
        _at: &At,
        [x, stats, weight, bias, dy, dbias, dweight]: [&[f32]; 7],
        [dx]: [&mut [f32]; 1],
        _scratch: &mut Scratch,
    ) -> bool {
        self.0.fast(stats, weight, bias).grad_input_shared(x, dy, dbias, dweight, dx);
        true
    }
}
