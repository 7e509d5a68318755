use super::histogram::Histogram;
use super::view::{Filters, LayerView, Maps, NormView};
use super::{MapsQuery, Query};
use crate::plan::{Buffer, Operand, Plan, Tap};
use crate::state::Segment;

/// State as it was read.
pub(super) struct Arenas<'a>(pub &'a [(Buffer, Vec<f32>)]);

impl<'a> Arenas<'a> {
    /// One arena.
    pub(super) fn of(&self, buffer: Buffer) -> &'a [f32] {
        let found = self.0.iter().find(|(name, _)| *name == buffer);
        &found.expect("every arena of the layout was read").1
    }
}

/// The numbers that the figures are made of.
pub(super) struct Figures<'a> {
    pub plan: &'a Plan,
    /// Of each entry of the plan's gradients; none where the backward pass was not run.
    pub gradients: &'a [Vec<f32>],
    pub arenas: Arenas<'a>,
    /// Parameters that the last step trained, where its gradients are still there.
    pub trained: Option<Vec<usize>>,
    /// What the last step subtracted from each weight.
    pub update: Option<Vec<f64>>,
    /// The weights that the run began with.
    pub start: &'a [f32],
    pub frozen: Vec<String>,
}

/// Share of a function's range that counts as its ends.
const END: f64 = 0.025;

impl Figures<'_> {
    /// One layer: `output` `[N, C, H, W]`, `statistics` `[groups, 2]` of a normalisation.
    pub fn view(&self, tap: &Tap, output: &[f32], statistics: Option<&Vec<f32>>, query: &Query) -> LayerView {
        let count = output.len() as f64;
        let mean = output.iter().map(|&v| f64::from(v)).sum::<f64>() / count;
        let variance =
            output.iter().map(|&v| (f64::from(v) - mean) * (f64::from(v) - mean)).sum::<f64>() / count;
        let weights = self.weights(tap);
        let parameters = self.arenas.of(Buffer::Parameters);
        let sum = |of: &dyn Fn(usize, &Segment) -> Option<f64>| -> Option<f64> {
            let squares = weights.iter().map(|&number| of(number, &self.plan.layout.parameters[number]));
            squares
                .collect::<Option<Vec<f64>>>()
                .filter(|all| !all.is_empty())
                .map(|all| all.iter().sum::<f64>().sqrt())
        };
        let weight = sum(&|_, s| Some(squares(part(parameters, s.at))));
        let gradient = sum(&|number, _| {
            let place = self.plan.gradients.iter().position(|(of, _)| *of == number)?;
            self.gradients.get(place).map(|gradient| squares(gradient))
        });
        let batch_gradient = sum(&|number, s| {
            let trained = self.trained.as_ref()?.contains(&number);
            trained.then(|| squares(part(self.arenas.of(Buffer::Gradients), s.at)))
        });
        let frozen = is_frozen(&tap.layer, &self.frozen);
        let update = sum(&|_, s| {
            if frozen {
                return Some(0.0);
            }
            let range = s.at.offset..s.at.offset + s.at.len;
            Some(self.update.as_ref()?[range].iter().map(|u| u * u).sum())
        });
        let drift = sum(&|_, s| Some(apart(part(parameters, s.at), part(self.start, s.at))));
        let start = sum(&|_, s| Some(squares(part(self.start, s.at))));
        LayerView {
            name: tap.layer.clone(),
            mean,
            deviation: variance.sqrt(),
            dead: (tap.kind == "activation").then(|| never_above_zero(output, tap.output.shape.n)),
            saturated: tap.bounds.map(|bounds| near_an_end(output, bounds)),
            gradient,
            batch_gradient,
            weight,
            update: over(update, weight),
            drift: over(drift, start),
            frozen,
            activations: query.histogram.as_ref().map(|query| Histogram::of(output, query.bins)),
            weights: query.histogram.as_ref().and_then(|query| {
                let all: Vec<f32> = weights
                    .iter()
                    .flat_map(|&number| part(parameters, self.plan.layout.parameters[number].at))
                    .copied()
                    .collect();
                (!all.is_empty()).then(|| Histogram::of(&all, query.bins))
            }),
            maps: query.maps.as_ref().and_then(|query| maps_of(tap, output, query)),
            filters: (query.filters && tap.kind == "conv").then(|| self.filters(tap)).flatten(),
            norm: statistics.filter(|_| query.norms).map(|statistics| self.norm(tap, statistics)),
        }
    }

    /// Numbers of the weights of a layer; of a block those inside it.
    fn weights(&self, tap: &Tap) -> Vec<usize> {
        let prefix = format!("{}.", tap.layer);
        let inside = |s: &Segment| s.name.starts_with(&prefix) && s.name.ends_with("weight");
        (0..self.plan.layout.parameters.len()).filter(|&n| inside(&self.plan.layout.parameters[n])).collect()
    }

    fn filters(&self, tap: &Tap) -> Option<Filters> {
        let name = format!("{}.weight", tap.layer);
        let segment = self.plan.layout.parameters.iter().find(|s| s.name == name)?;
        let data = part(self.arenas.of(Buffer::Parameters), segment.at).to_vec();
        let [low, high] = range(&data);
        Some(Filters { shape: segment.shape.clone().try_into().ok()?, data, low, high })
    }

    fn norm(&self, tap: &Tap, statistics: &[f32]) -> NormView {
        let layout = &self.plan.layout;
        let named = |segments: &[Segment], buffer: Buffer, name: &str| {
            let name = format!("{}.{name}", tap.layer);
            let segment = segments.iter().find(|s| s.name == name)?;
            Some(part(self.arenas.of(buffer), segment.at).to_vec())
        };
        let learned = |name| named(&layout.parameters, Buffer::Parameters, name);
        let running = |name| named(&layout.statistics, Buffer::Statistics, name);
        NormView {
            mean: statistics.iter().copied().step_by(2).collect(),
            variance: statistics.iter().copied().skip(1).step_by(2).collect(),
            running_mean: running("running_mean"),
            running_variance: running("running_var"),
            weight: learned("weight"),
            bias: learned("bias"),
        }
    }
}

fn part(arena: &[f32], at: Operand) -> &[f32] {
    &arena[at.offset..at.offset + at.len]
}

fn squares(numbers: &[f32]) -> f64 {
    numbers.iter().map(|&v| f64::from(v) * f64::from(v)).sum()
}

fn apart(a: &[f32], b: &[f32]) -> f64 {
    a.iter().zip(b).map(|(&a, &b)| (f64::from(a) - f64::from(b)).powi(2)).sum()
}

fn over(above: Option<f64>, below: Option<f64>) -> Option<f64> {
    below.filter(|&below| below > 0.0).and_then(|below| Some(above? / below))
}

fn range(numbers: &[f32]) -> [f32; 2] {
    let low = numbers.iter().copied().fold(f32::INFINITY, f32::min);
    [low, numbers.iter().copied().fold(f32::NEG_INFINITY, f32::max)]
}

/// Whether a layer, or a block around it, is frozen.
fn is_frozen(layer: &str, frozen: &[String]) -> bool {
    frozen.iter().any(|f| layer == f || layer.starts_with(&format!("{f}.")))
}

/// Share of the units of a layer, `[N, units]`, that no image lifts above 0.
fn never_above_zero(output: &[f32], n: usize) -> f64 {
    let units = output.len() / n;
    let dead = (0..units).filter(|&u| (0..n).all(|i| output[i * units + u] <= 0.0)).count();
    dead as f64 / units as f64
}

/// Share of numbers at the ends of a range.
fn near_an_end(output: &[f32], (low, high): (f64, f64)) -> f64 {
    let end = END * (high - low);
    let near = |v: &&f32| f64::from(**v) < low + end || f64::from(**v) > high - end;
    output.iter().filter(near).count() as f64 / output.len() as f64
}

fn maps_of(tap: &Tap, output: &[f32], query: &MapsQuery) -> Option<Maps> {
    if query.layers.as_ref().is_some_and(|layers| !layers.contains(&tap.layer)) {
        return None;
    }
    let shape = tap.output.shape;
    let channels = if shape.plane() == 1 { shape.c } else { query.channels.min(shape.c) };
    let start = query.image * shape.image();
    let data = output[start..start + channels * shape.plane()].to_vec();
    let [low, high] = range(&data);
    Some(Maps { channels, height: shape.h, width: shape.w, data, low, high })
}
