use super::fused::{GradInputDropped, GradWeightBias};
use super::{GradInput, GradWeight};
use crate::layers::DropoutApply;
use crate::plan::{Edit, Graph};
use crate::shared::Sum;

/// The gradients of weight and bias are sums over the same images.
pub fn grad_weight_bias(graph: &Graph, at: usize) -> Option<Edit> {
    let &GradWeight(size) = graph.kernel(at)?;
    let step = graph.step(at);
    let &[x, dy] = &step.reads[..] else { return None };
    let sum = graph.readers(dy).into_iter().find(|&reader| graph.kernel::<Sum>(reader).is_some())?;
    let dbias = graph.step(sum).writes[0];
    let fused = GradWeightBias(size);
    Some(Edit::default().put(graph, at, fused, [x, dy], [step.writes[0], dbias]).drop(sum))
}

/// The way back through the layer and the dropout before it.
pub fn grad_input_dropped(graph: &Graph, at: usize) -> Option<Edit> {
    let &GradInput(size) = graph.kernel(at)?;
    let step = graph.step(at);
    let &[weight, dy] = &step.reads[..] else { return None };
    let apply = graph.only_reader(step.writes[0])?;
    graph.kernel::<DropoutApply>(apply)?;
    let (mask, dx) = (graph.step(apply).reads[1], graph.step(apply).writes[0]);
    let fused = GradInputDropped(size);
    Some(Edit::default().drop(at).put(graph, apply, fused, [weight, dy, mask], [dx]))
}
