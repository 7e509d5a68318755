use super::{GradWeight, GradWeightBias};
use crate::plan::{Edit, Graph};
use crate::shared::Sum;

/// The gradients of weight and bias are sums over the same pixels.
pub fn grad_weight_bias(graph: &Graph, at: usize) -> Option<Edit> {
    let &GradWeight(shape) = graph.kernel(at)?;
    let step = graph.step(at);
    let &[x, dy] = &step.reads[..] else { return None };
    let sum = graph.readers(dy).into_iter().find(|&reader| graph.kernel::<Sum>(reader).is_some())?;
    let dbias = graph.step(sum).writes[0];
    let fused = GradWeightBias(shape);
    Some(Edit::default().put(graph, at, fused, [x, dy], [step.writes[0], dbias]).drop(sum))
}
