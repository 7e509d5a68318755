use crate::device::fast::{self, Scratch, View};
use crate::plan::{At, Constants, Grid, Kernel, Real};
use crate::shared::ALONE;

/// Mean and biased variance of every group.
#[derive(Clone, Debug)]
pub struct Moments {
    /// Who shares them.
    pub view: View,
}

/// Reads x; writes stats `[G, 2]`: mean, variance.
impl Kernel<1, 1> for Moments {
    const NAME: &'static str = "norm/moments";
    const WGSL: &'static [&'static str] =
        &[wgsl!("moments.wgsl"), wgsl!("moments_finish.wgsl"), wgsl!("../../shared/reduce.wgsl"), ALONE];

    fn constants(&self) -> Constants {
        over(self.view)
    }

    fn grid(&self) -> Grid {
        Grid::groups(self.view.groups)
    }

    fn reference<T: Real>(&self, _at: &At, [x]: [&[T]; 1], [stats]: [&mut [T]; 1]) {
        let count = self.view.count() as f64;
        for g in 0..self.view.groups {
            let each = || self.view.elements(g).map(|i| x[i].to_f64());
            let mean = each().sum::<f64>() / count;
            let variance = each().map(|v| (v - mean) * (v - mean)).sum::<f64>() / count;
            (stats[2 * g], stats[2 * g + 1]) = (T::of(mean), T::of(variance));
        }
    }

    fn fast(&self, _at: &At, [x]: [&[f32]; 1], [stats]: [&mut [f32]; 1], _scratch: &mut Scratch) -> bool {
        fast::moments(self.view, x, stats);
        true
    }
}

/// Running statistics follow the batch: `running = (1−m)·running + m·new`, with the unbiased
/// variance (n/(n−1)), as `nn.BatchNorm2d`.
#[derive(Clone, Debug)]
pub struct Running {
    /// Channels.
    pub groups: usize,
    /// Elements behind each statistic.
    pub count: usize,
    /// Share of the new ones.
    pub momentum: f64,
}

/// Reads stats `[C, 2]`; updates running mean and running variance `[C]`.
impl Kernel<1, 2> for Running {
    const NAME: &'static str = "norm/running";
    const WGSL: &'static [&'static str] = &[wgsl!("running.wgsl")];

    fn constants(&self) -> Constants {
        vec![("GROUPS", self.groups as f64), ("COUNT", self.count as f64), ("MOMENTUM", self.momentum)]
    }

    fn grid(&self) -> Grid {
        Grid::cover(self.groups, 64)
    }

    fn reference<T: Real>(&self, _at: &At, [stats]: [&[T]; 1], [mean, var]: [&mut [T]; 2]) {
        let unbiased = T::of(self.count as f64 / (self.count - 1).max(1) as f64);
        let (new, old) = (T::of(self.momentum), T::of(1.0 - self.momentum));
        for g in 0..self.groups {
            mean[g] = old * mean[g] + new * stats[2 * g];
            var[g] = old * var[g] + new * stats[2 * g + 1] * unbiased;
        }
    }
}

/// The running statistics in the form of a batch's.
#[derive(Clone, Debug)]
pub struct Stored {
    /// Channels.
    pub groups: usize,
}

/// Reads running mean and running variance `[C]`; writes stats `[C, 2]`.
impl Kernel<2, 1> for Stored {
    const NAME: &'static str = "norm/stored";
    const WGSL: &'static [&'static str] = &[wgsl!("stored.wgsl")];

    fn constants(&self) -> Constants {
        vec![("GROUPS", self.groups as f64)]
    }

    fn grid(&self) -> Grid {
        Grid::cover(self.groups, 64)
    }

    fn reference<T: Real>(&self, _at: &At, [mean, var]: [&[T]; 2], [stats]: [&mut [T]; 1]) {
        for g in 0..self.groups {
            (stats[2 * g], stats[2 * g + 1]) = (mean[g], var[g]);
        }
    }
}

/// Mean and reciprocal deviation of group g.
pub(super) fn moments<T: Real>(stats: &[T], g: usize, eps: f64) -> (T, T) {
    (stats[2 * g], T::of(1.0) / (stats[2 * g + 1] + T::of(eps)).sqrt())
}

/// The fast form without a bias: the way back needs none.
fn norm<'a>(view: View, affine: View, eps: f64, stats: &'a [f32], weight: &'a [f32]) -> fast::Norm<'a> {
    fast::Norm { view, affine, stats, eps: eps as f32, weight: Some(weight), bias: None, rectifier: None }
}

/// The `override` constants of the view that numbers are reduced over.
fn over(view: View) -> Constants {
    vec![("RUNS", view.runs as f64), ("GROUPS", view.groups as f64), ("RUN", view.run as f64)]
}

/// The `override` constants of the view that shares a weight and a bias.
fn per(affine: View) -> Constants {
    vec![("AFFINE_GROUPS", affine.groups as f64), ("AFFINE_RUN", affine.run as f64)]
}

pub(super) fn constants(view: View, affine: View, eps: f64) -> Constants {
    let mut all = over(view);
    all.extend(per(affine));
    all.push(("EPS", eps));
    all
}

/// `y = weight · xhat + bias`, `xhat = (x − mean) · rstd`.
#[derive(Clone, Debug)]
pub struct Normalize {
    /// Who shares a mean.
    pub view: View,
    /// Who shares a weight.
    pub affine: View,
    /// Added to the variance.
    pub eps: f64,
}

/// Reads x, stats, weight, bias; writes y.
impl Kernel<4, 1> for Normalize {
    const NAME: &'static str = "norm/normalize";
    const WGSL: &'static [&'static str] = &[wgsl!("normalize.wgsl")];

    fn constants(&self) -> Constants {
        constants(self.view, self.affine, self.eps)
    }

    fn grid(&self) -> Grid {
        Grid::cover(self.view.count() * self.view.groups, 64)
    }

    fn reference<T: Real>(&self, _at: &At, [x, stats, weight, bias]: [&[T]; 4], [y]: [&mut [T]; 1]) {
        for i in 0..x.len() {
            let (mean, rstd) = moments(stats, self.view.group(i), self.eps);
            let a = self.affine.group(i);
            y[i] = weight[a] * ((x[i] - mean) * rstd) + bias[a];
        }
    }

    fn fast(
        &self,
        _at: &At,
        [x, stats, weight, bias]: [&[f32]; 4],
        [y]: [&mut [f32]; 1],
        _scratch: &mut Scratch,
    ) -> bool {
        let norm = norm(self.view, self.affine, self.eps, stats, weight);
        fast::Norm { bias: Some(bias), ..norm }.forward(x, y);
        true
    }
}

/// Σ d and Σ d·xhat over the groups of `over`, where d is dy, or dy·weight if weighted.
/// Unweighted over the affine groups these are the gradients of bias and weight.
#[derive(Clone, Debug)]
pub struct GradSums {
    /// What is summed together.
    pub over: View,
    /// Who shares a mean.
    pub view: View,
    /// Who shares a weight.
    pub affine: View,
    /// Added to the variance.
    pub eps: f64,
    /// Whether dy is multiplied by the weight first.
    pub weighted: bool,
}

/// Reads x, stats, weight, dy; writes Σ d and Σ d·xhat.
impl Kernel<4, 2> for GradSums {
    const NAME: &'static str = "norm/grad_sums";
    const WGSL: &'static [&'static str] =
        &[wgsl!("grad_sums.wgsl"), wgsl!("../../shared/reduce.wgsl"), ALONE];

    fn constants(&self) -> Constants {
        let mut all = over(self.over);
        all.extend([("STATS_GROUPS", self.view.groups as f64), ("STATS_RUN", self.view.run as f64)]);
        all.extend(per(self.affine));
        all.extend([("EPS", self.eps), ("WEIGHTED", f64::from(u8::from(self.weighted)))]);
        all
    }

    fn grid(&self) -> Grid {
        Grid::groups(self.over.groups)
    }

    fn reference<T: Real>(
        &self,
        _at: &At,
        [x, stats, weight, dy]: [&[T]; 4],
        [sum_d, sum_dx]: [&mut [T]; 2],
    ) {
        for g in 0..self.over.groups {
            let (mut plain, mut with_xhat) = (0.0, 0.0);
            for i in self.over.elements(g) {
                let (mean, rstd) = moments(stats, self.view.group(i), self.eps);
                let d = if self.weighted { dy[i] * weight[self.affine.group(i)] } else { dy[i] };
                plain += d.to_f64();
                with_xhat += (d * ((x[i] - mean) * rstd)).to_f64();
            }
            (sum_d[g], sum_dx[g]) = (T::of(plain), T::of(with_xhat));
        }
    }

    fn fast(
        &self,
        _at: &At,
        [x, stats, weight, dy]: [&[f32]; 4],
        [sum_d, sum_dx]: [&mut [f32]; 2],
        _scratch: &mut Scratch,
    ) -> bool {
        let norm = norm(self.view, self.affine, self.eps, stats, weight);
        norm.grad_sums(self.over, self.weighted, x, dy, sum_d, sum_dx);
        true
    }
}

/// `dx = rstd · (d − (Σ d + xhat · Σ d·xhat) / M)`, d = dy · weight, sums over the M elements of the
/// statistics' group.
#[derive(Clone, Debug)]
pub struct GradInput {
    /// Who shares a mean.
    pub view: View,
    /// Who shares a weight.
    pub affine: View,
    /// Added to the variance.
    pub eps: f64,
}

/// Reads x, stats, weight, dy, Σ d, Σ d·xhat; writes dx.
impl Kernel<6, 1> for GradInput {
    const NAME: &'static str = "norm/grad_input";
    const WGSL: &'static [&'static str] = &[wgsl!("grad_input.wgsl")];

    fn constants(&self) -> Constants {
        constants(self.view, self.affine, self.eps)
    }

    fn grid(&self) -> Grid {
        Grid::cover(self.view.count() * self.view.groups, 64)
    }

    fn reference<T: Real>(
        &self,
        _at: &At,
        [x, stats, weight, dy, sum_d, sum_dx]: [&[T]; 6],
        [dx]: [&mut [T]; 1],
    ) {
        let share = T::of(1.0 / self.view.count() as f64);
        for i in 0..x.len() {
            let g = self.view.group(i);
            let (mean, rstd) = moments(stats, g, self.eps);
            let xhat = (x[i] - mean) * rstd;
            let d = dy[i] * weight[self.affine.group(i)];
            dx[i] = rstd * (d - share * (sum_d[g] + xhat * sum_dx[g]));
        }
    }

    fn fast(
        &self,
        _at: &At,
        [x, stats, weight, dy, sum_d, sum_dx]: [&[f32]; 6],
        [dx]: [&mut [f32]; 1],
        _scratch: &mut Scratch,
    ) -> bool {
        norm(self.view, self.affine, self.eps, stats, weight).grad_input(x, dy, sum_d, sum_dx, dx);
        true
    }
}

/// `dx = dy · weight · rstd`: the way back where the statistics are fixed numbers.
#[derive(Clone, Debug)]
pub struct GradScale {
    /// Who shares a mean.
    pub view: View,
    /// Who shares a weight.
    pub affine: View,
    /// Added to the variance.
    pub eps: f64,
}

/// Reads stats, weight, dy; writes dx.
impl Kernel<3, 1> for GradScale {
    const NAME: &'static str = "norm/grad_scale";
    const WGSL: &'static [&'static str] = &[wgsl!("grad_scale.wgsl")];

    fn constants(&self) -> Constants {
        constants(self.view, self.affine, self.eps)
    }

    fn grid(&self) -> Grid {
        Grid::cover(self.view.count() * self.view.groups, 64)
    }

    fn reference<T: Real>(&self, _at: &At, [stats, weight, dy]: [&[T]; 3], [dx]: [&mut [T]; 1]) {
        for i in 0..dy.len() {
            let (_, rstd) = moments(stats, self.view.group(i), self.eps);
            dx[i] = dy[i] * weight[self.affine.group(i)] * rstd;
        }
    }

    fn fast(
        &self,
        _at: &At,
        [stats, weight, dy]: [&[f32]; 3],
        [dx]: [&mut [f32]; 1],
        _scratch: &mut Scratch,
    ) -> bool {
        norm(self.view, self.affine, self.eps, stats, weight).grad_scale(dy, dx);
        true
    }
}
