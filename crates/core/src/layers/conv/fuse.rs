use super::{Forward, ForwardActivate, GradWeight, GradWeightBias};
use crate::layers::ActivationForward;
use crate::plan::{Edit, Graph, Parts, Step};
use crate::shared::Sum;

/// `f(convolved)` in one, where f is a rectifier and nobody else sees the sums.
pub fn activate(graph: &Graph, at: usize) -> Option<Edit> {
    let conv: &Forward = graph.kernel(at)?;
    let &[x, weight, bias] = &graph.step(at).reads[..] else { return None };
    let next = graph.only_reader(graph.step(at).writes[0])?;
    let kind = graph.kernel::<ActivationForward>(next)?.kind;
    kind.rectifier()?;
    let fused = ForwardActivate { conv: conv.clone(), kind };
    Some(Edit::default().drop(at).put(graph, next, fused, [x, weight, bias], [graph.step(next).writes[0]]))
}

/// The gradients of weight and bias are sums over the same pixels.
pub fn grad_weight_bias(graph: &Graph, at: usize) -> Option<Edit> {
    let kernel: &GradWeight = graph.kernel(at)?;
    let step = graph.step(at);
    let &[x, dy] = &step.reads[..] else { return None };
    let sum = graph.readers(dy).into_iter().find(|&reader| graph.kernel::<Sum>(reader).is_some())?;
    let dbias = graph.step(sum).writes[0];
    let fused = GradWeightBias(kernel.clone());
    Some(Edit::default().put(graph, at, fused, [x, dy], [step.writes[0], dbias]).drop(sum))
}

/// Cuts the sums over a batch where a GPU has more cores than there are weights.
pub fn in_parts(step: &Step, parts: &mut Parts) -> Option<Step> {
    let divided = |kernel: &GradWeight| {
        let count = GradWeight::parts(&kernel.shape);
        (count > 1).then_some(GradWeight { parts: count, ..*kernel })
    };
    if let Some(kernel) = step.kernel() {
        let kernel = divided(kernel)?;
        return Some(parts.step(step, kernel.parts, kernel));
    }
    let GradWeightBias(kernel) = step.kernel()?;
    let kernel = divided(kernel)?;
    Some(parts.step(step, kernel.parts, GradWeightBias(kernel)))
}
