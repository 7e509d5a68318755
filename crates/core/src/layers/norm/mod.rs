//! Normalisation: batch, layer, instance and group in one view.

mod fuse;
mod fused;
mod kernels;
mod nearby;
mod pooled;

pub use fuse::{activate, add, batch, pooled, running};
pub use kernels::{GradInput, GradScale, GradSums, Moments, Normalize, Running, Stored};
pub use nearby::nearby;

use super::Layer;
use crate::device::fast::View;
use crate::plan::{Builder, Parameter, Pullback, Shape, Value};
use crate::state::Fill;
use crate::text;

/// Which elements share a mean and a variance.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Over {
    /// A channel over all images of the batch (Ioffe and Szegedy 2015; `nn.BatchNorm2d`).
    Batch,
    /// An image over all channels, with one weight per channel (`nn.GroupNorm(1, C)`).
    Layer,
    /// An image over all channels, with one weight per element (`nn.LayerNorm([C, H, W])`).
    LayerElement,
    /// A channel of an image (`nn.InstanceNorm2d`).
    Instance,
    /// So many groups of channels of an image (Wu and He 2018; `nn.GroupNorm`).
    Group(usize),
}

impl Over {
    fn view(self, x: Shape) -> View {
        match self {
            Over::Batch => channels(x),
            Over::Layer | Over::LayerElement => parts(x, 1),
            Over::Instance => parts(x, x.c),
            Over::Group(groups) => parts(x, groups),
        }
    }

    fn affine(self, x: Shape) -> View {
        if self == Over::LayerElement { View { runs: x.n, groups: x.image(), run: 1 } } else { channels(x) }
    }
}

/// One number per channel over the batch.
fn channels(x: Shape) -> View {
    View { runs: x.n, groups: x.c, run: x.plane() }
}

/// One number per `parts` of each image.
fn parts(x: Shape, parts: usize) -> View {
    View { runs: 1, groups: x.n * parts, run: x.image() / parts }
}

/// `y = weight · (x − mean) / √(variance + eps) + bias`.
#[derive(Clone, Debug)]
pub struct Norm {
    /// Which elements share a mean and a variance.
    pub over: Over,
    /// Whether there are a weight and a bias to learn.
    pub affine: bool,
    /// What the weight starts as, 1 as in PyTorch.
    pub weight: f64,
    /// Added to the variance, 1e-5 as in PyTorch.
    pub eps: f64,
    /// Share of the new statistics in the running ones, 0.1 as in PyTorch; batch norm only.
    pub momentum: f64,
}

impl Norm {
    /// PyTorch's defaults.
    pub fn new(over: Over) -> Self {
        Self { over, affine: true, weight: 1.0, eps: 1e-5, momentum: 0.1 }
    }

    /// Weight and bias; without an affine part constants stand in for them.
    fn parameters(&self, plan: &mut Builder, groups: usize) -> [Parameter; 2] {
        if self.affine {
            let weight = plan.parameter("weight", &[groups], Fill::Constant(self.weight));
            let bias = plan.parameter("bias", &[groups], Fill::Constant(0.0));
            return [weight, bias];
        }
        [1.0, 0.0].map(|c| Parameter { value: plan.constant(vec![c; groups]), gradient: None })
    }

    /// Mean and variance of each group, `[G, 2]`: of this batch, or the running ones.
    fn statistics(&self, plan: &mut Builder, view: View, x: Value) -> (Value, bool) {
        let stats = plan.value("stats", Shape::pairs(view.groups));
        if self.over != Over::Batch {
            plan.run(Moments { view }, [x], [stats]);
            return (stats, true);
        }
        let mean = plan.statistic("running_mean", view.groups, Fill::Constant(0.0));
        let var = plan.statistic("running_var", view.groups, Fill::Constant(1.0));
        let of_batch = plan.uses_batch_statistics();
        if of_batch {
            plan.run(Moments { view }, [x], [stats]);
            if plan.updates_statistics() {
                let running = Running { groups: view.groups, count: view.count(), momentum: self.momentum };
                plan.run(running, [stats], [mean, var]);
            }
        } else {
            plan.run(Stored { groups: view.groups }, [mean, var], [stats]);
        }
        (stats, of_batch)
    }
}

impl Layer for Norm {
    fn kind(&self) -> &'static str {
        "norm"
    }

    fn title(&self) -> String {
        match self.over {
            Over::Batch => text::network::BATCH.to_owned(),
            Over::Layer | Over::LayerElement => text::network::LAYER.to_owned(),
            Over::Instance => text::network::INSTANCE.to_owned(),
            Over::Group(groups) => text::network::group(groups),
        }
    }

    fn output(&self, x: Shape) -> Result<Shape, String> {
        match self.over {
            Over::Group(0) => Err(text::network::NO_GROUP.to_owned()),
            Over::Group(groups) if !x.c.is_multiple_of(groups) => Err(groups_do_not_fit(x.c, groups)),
            Over::Group(groups) if x.c / groups * x.plane() == 1 => {
                Err(text::network::ONE_VALUE_PER_GROUP.to_owned())
            }
            Over::Instance if x.plane() == 1 => Err(text::network::ONE_VALUE_PER_CHANNEL.to_owned()),
            _ => Ok(x),
        }
    }

    fn forward(&self, plan: &mut Builder, x: Value) -> (Value, Pullback) {
        let view = self.over.view(x.shape); // who shares a mean
        let affine = self.over.affine(x.shape); // who shares a weight and a bias
        let eps = self.eps;
        let [weight, bias] = self.parameters(plan, affine.groups);
        let (stats, of_batch) = self.statistics(plan, view, x);
        let y = plan.output("y", x.shape, x, &[weight, bias]);
        plan.run(Normalize { view, affine, eps }, [x, stats, weight.value, bias.value], [y]);

        let back = Pullback::new(move |plan, dy| {
            if let (Some(dweight), Some(dbias)) = (weight.gradient, bias.gradient) {
                let sums = GradSums { over: affine, view, affine, eps, weighted: false };
                plan.run(sums, [x, stats, weight.value, dy], [dbias, dweight]);
            }
            if !x.tracked {
                return None;
            }
            let dx = plan.value("dx", x.shape);
            if of_batch {
                let sums = [
                    plan.value("sum_d", Shape::vector(view.groups)),
                    plan.value("sum_dx", Shape::vector(view.groups)),
                ];
                plan.run(
                    GradSums { over: view, view, affine, eps, weighted: true },
                    [x, stats, weight.value, dy],
                    sums,
                );
                let grad = GradInput { view, affine, eps };
                plan.run(grad, [x, stats, weight.value, dy, sums[0], sums[1]], [dx]);
            } else {
                plan.run(GradScale { view, affine, eps }, [stats, weight.value, dy], [dx]);
            }
            Some(dx)
        });
        (y, back)
    }
}

fn groups_do_not_fit(channels: usize, groups: usize) -> String {
    let fits = |g: &usize| channels.is_multiple_of(*g);
    let below = (1..groups.min(channels + 1)).rev().find(fits);
    let above = (groups + 1..=channels).find(fits);
    let nearest: Vec<String> = [below, above].into_iter().flatten().map(|g| g.to_string()).collect();
    text::network::groups_do_not_fit(channels, groups, &text::either(&nearest))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::layers::testing::run;

    #[test]
    fn groups_that_do_not_fit_are_explained() {
        let why = Norm::new(Over::Group(5)).output(Shape::new(1, 16, 4, 4)).unwrap_err();
        assert_eq!(why, "16 channels cannot be split into 5 equal groups. Nearest that can: 4 or 8.");
    }

    #[test]
    fn every_norm_sets_mean_and_deviation_and_passes_no_gradient_to_them() {
        let every = [Over::Batch, Over::Layer, Over::LayerElement, Over::Instance, Over::Group(2)];
        for shape in [Shape::new(3, 4, 2, 2), Shape::new(2, 6, 3, 5), Shape::new(5, 4, 1, 1)] {
            for over in every {
                let (view, affine) = (over.view(shape), over.affine(shape));
                if view.count() < 4 {
                    continue;
                }
                let wave = |scale: f32| (0..shape.len()).map(move |i| (i as f32 * scale).sin()).collect();
                let (x, dy): (Vec<f32>, Vec<f32>) = (wave(1.7), wave(0.9));
                let weights = [vec![2.0; affine.groups], vec![3.0; affine.groups]];
                let ran = run(&Norm::new(over), shape, &x, &[&weights[0], &weights[1]], &dy);
                for g in 0..view.groups {
                    let sum = |values: &[f32]| view.elements(g).map(|i| values[i]).sum::<f32>();
                    let mean = sum(&ran.y) / view.count() as f32;
                    let squares: Vec<f32> = ran.y.iter().map(|y| (y - mean).powi(2)).collect();
                    let deviation = (sum(&squares) / view.count() as f32).sqrt();
                    assert!(
                        (mean - 3.0).abs() < 1e-5 && (deviation - 2.0).abs() < 1e-3,
                        "{over:?} {shape:?}"
                    );
                    assert!(sum(&ran.dx).abs() < 1e-5, "{over:?} {shape:?}");
                }
            }
        }
    }
}
