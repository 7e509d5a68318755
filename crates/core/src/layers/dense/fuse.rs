use super::backward::{Backward, BackwardDropped};
use super::fused::GradWeightBias;
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

/// The whole way back in one dispatch, through the dropout before the layer, too: both sums read the
/// gradients of the output.
pub fn backward(graph: &Graph, at: usize) -> Option<Edit> {
    let &GradWeightBias(size) = graph.kernel(at)?;
    let (&[x, dy], &[dweight, dbias]) = (&graph.step(at).reads[..], &graph.step(at).writes[..]) else {
        return None;
    };
    let input = graph.readers(dy).into_iter().find(|&reader| graph.kernel::<GradInput>(reader).is_some())?;
    let (weight, dx) = (graph.step(input).reads[0], graph.step(input).writes[0]);
    let edit = Edit::default().drop(input);
    let dropout = graph.only_reader(dx).filter(|&reader| graph.kernel::<DropoutApply>(reader).is_some());
    let Some(dropout) = dropout else {
        return Some(edit.put(graph, at, Backward(size), [x, dy, weight], [dweight, dbias, dx]));
    };
    let (mask, dx) = (graph.step(dropout).reads[1], graph.step(dropout).writes[0]);
    let kernel = BackwardDropped(size);
    Some(edit.drop(dropout).put(graph, at, kernel, [x, dy, weight, mask], [dweight, dbias, dx]))
}
