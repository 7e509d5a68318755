use super::{Case, Exact, Single};
use crate::data::DataSet;
use crate::layers::Layer;
use crate::plan::{Mode, Operand, Shape, Stage, StepRecord};

/// How far a gradient is from the central differences.
#[derive(Clone, Debug, PartialEq)]
pub struct GradientError {
    /// `x`, or the weight's address.
    pub of: String,
    /// Largest distance, relative to the largest difference quotient.
    pub relative: f64,
}

/// Half of the distance between the two points of a difference quotient.
const STEP: f64 = 1e-5;

/// Most elements of one gradient that are checked, evenly spaced.
const MOST: usize = 200;

/// Compares the gradients that a layer plans with central differences of `Σ y·dy`, in f64: the
/// gradient of its input, and of every weight that has one in this mode.
///
/// # Panics
/// When the layer cannot be planned on its own.
pub fn gradient_errors(
    layer: &dyn Layer,
    shape: Shape,
    mode: Mode,
    record: StepRecord,
) -> Vec<GradientError> {
    let single = Single::new(layer, shape, mode);
    let plan = &single.plan;
    let mut wanted = vec![("x".to_owned(), single.x.at, single.dx.at)];
    for &(number, gradient) in &plan.gradients {
        let segment = &plan.layout.parameters[number];
        wanted.push((segment.name.clone(), segment.at, gradient.at));
    }
    let case = Case::new(plan.clone(), DataSet::default(), record);
    let start = Exact::new(&case);
    let mut done = start.clone();
    done.run(&case, Stage::Backward);
    let loss = |at: Operand, i: usize, shift: f64| {
        let mut exact = start.clone();
        exact.get_mut(at)[i] += shift;
        exact.run(&case, Stage::Forward);
        let terms = exact.get(single.y.at).iter().zip(exact.get(single.dy.at));
        terms.map(|(y, dy)| y * dy).sum::<f64>()
    };
    let error = |(of, at, gradient): (String, Operand, Operand)| {
        let (mut off, mut scale) = (0.0f64, 1e-3f64);
        for (i, planned) in done.get(gradient).iter().enumerate().step_by(gradient.len.div_ceil(MOST)) {
            let quotient = (loss(at, i, STEP) - loss(at, i, -STEP)) / (2.0 * STEP);
            let distance = (planned - quotient).abs();
            off = if distance.is_nan() { f64::INFINITY } else { off.max(distance) };
            scale = scale.max(quotient.abs());
        }
        GradientError { of, relative: off / scale }
    };
    wanted.into_iter().map(error).collect()
}
