use super::fused::{BatchGradInput, BatchSums, MomentsRunning, NormalizeActivate, NormalizeAdd, Normed};
use super::pooled::{Pooled, PooledBackward, PooledForward};
use super::{GradInput, GradSums, Moments, Normalize, Running};
use crate::layers::{
    ActivationBackward, ActivationForward, Add, Kind, RectifiedMaxBackward, RectifiedMaxForward,
};
use crate::plan::{Edit, Graph, Operand};

/// The running statistics are updated where the batch's are found.
pub fn running(graph: &Graph, at: usize) -> Option<Edit> {
    let moments = graph.kernel::<Moments>(at)?.clone();
    let step = graph.step(at);
    let (x, stats) = (step.reads[0], step.writes[0]);
    let follower =
        graph.readers(stats).into_iter().find(|&reader| graph.kernel::<Running>(reader).is_some())?;
    let running = graph.kernel::<Running>(follower)?.clone();
    let &[mean, var] = &graph.step(follower).writes[..] else { return None };
    let fused = MomentsRunning { moments, running };
    Some(Edit::default().put(graph, at, fused, [x], [stats, mean, var]).drop(follower))
}

/// `f(normalised)` in one, where f is a rectifier and nobody else sees the normalised numbers.
pub fn activate(graph: &Graph, at: usize) -> Option<Edit> {
    let (normed, reads, z) = normalize(graph, at)?;
    let next = graph.only_reader(z)?;
    let kind = graph.kernel::<ActivationForward>(next)?.kind;
    kind.rectifier()?;
    let fused = NormalizeActivate(Normed { kind: Some(kind), ..normed });
    Some(Edit::default().drop(at).put(graph, next, fused, reads, [graph.step(next).writes[0]]))
}

/// A norm before a max pool with a rectifier: pooled while it is normalised, there and back.
pub fn pooled(graph: &Graph, at: usize) -> Option<Edit> {
    let (normed, [x, stats, weight, bias], z) = normalize(graph, at)?;
    let readers = graph.readers(z);
    let &forward = readers.first()?;
    let &RectifiedMaxForward(pool) = graph.kernel(forward)?;
    if !Pooled::fits(&normed, &pool.shape) || !graph.seen_only_by(z, &readers) {
        return None;
    }
    let fused = Pooled { normed, pool };
    let y = graph.step(forward).writes[0];
    let edit = Edit::default().drop(at);
    let edit = edit.put(graph, forward, PooledForward(fused), [x, stats, weight, bias], [y]);
    match readers[1..] {
        [] => Some(edit),
        [back] => {
            graph.kernel::<RectifiedMaxBackward>(back)?;
            let (dy, dz) = (graph.step(back).reads[1], graph.step(back).writes[0]);
            Some(edit.put(graph, back, PooledBackward(fused), [x, stats, weight, bias, dy], [dz]))
        }
        _ => None,
    }
}

/// `normalised + shortcut`, and what a rectifier makes of it, in one.
pub fn add(graph: &Graph, at: usize) -> Option<Edit> {
    let (normed, [x, stats, weight, bias], z) = normalize(graph, at)?;
    let add = graph.only_reader(z)?;
    graph.kernel::<Add>(add)?;
    let other = *graph.step(add).reads.iter().find(|&&read| read != z)?;
    let sum = graph.step(add).writes[0];
    let reads = [x, stats, weight, bias, other];
    let edit = Edit::default().drop(at);
    let rectifier = graph.only_reader(sum).and_then(|next| {
        let kind = graph.kernel::<ActivationForward>(next)?.kind;
        kind.rectifier().map(|_| (next, kind))
    });
    Some(match rectifier {
        Some((next, kind)) => {
            let fused = NormalizeAdd(Normed { kind: Some(kind), ..normed });
            edit.drop(add).put(graph, next, fused, reads, [graph.step(next).writes[0]])
        }
        None => edit.put(graph, add, NormalizeAdd(normed), reads, [sum]),
    })
}

/// What a plain normalisation reads, and its output.
pub(super) fn normalize(graph: &Graph, at: usize) -> Option<(Normed, [Operand; 4], Operand)> {
    let &Normalize { view, affine, eps } = graph.kernel(at)?;
    let step = graph.step(at);
    let reads = step.reads[..].try_into().ok()?;
    Some((Normed { view, affine, eps, kind: None }, reads, step.writes[0]))
}

/// The way back through a batch norm: the gradients of bias and weight are the sums that the
/// gradient of the input needs, and a rectifier behind the norm is computed again where dy is read.
pub fn batch(graph: &Graph, at: usize) -> Option<Edit> {
    let &GradInput { view, affine, eps } = graph.kernel(at)?;
    let &[x, stats, weight, dy, sum_d, _] = &graph.step(at).reads[..] else { return None };
    let weighted = graph.writer(sum_d)?;
    let unweighted = graph.readers(dy).into_iter().find(|&reader| {
        graph.kernel::<GradSums>(reader).is_some_and(|sums| !sums.weighted)
            && graph.step(reader).reads[..3] == [x, stats, weight]
    })?;
    if view != affine {
        return None;
    }
    let forward = graph.readers(x).into_iter().find(|&reader| {
        graph.step(reader).reads.len() >= 4
            && graph.step(reader).reads[1..3] == [stats, weight]
            && reader < unweighted
    })?;
    let bias = graph.step(forward).reads[3];
    let mut normed = Normed { view, affine, eps, kind: None };
    let (mut edit, mut dy) = (Edit::default(), dy);
    if let Some((behind, kind)) = rectifier_behind(graph, forward, dy)
        && graph.seen_only_by(dy, &[unweighted, weighted, at])
    {
        normed.kind = Some(kind);
        dy = graph.step(behind).reads[1];
        edit = edit.drop(behind);
    }
    let &[dbias, dweight] = &graph.step(unweighted).writes[..] else { return None };
    let dx = graph.step(at).writes[0];
    Some(
        edit.put(graph, unweighted, BatchSums(normed), [x, stats, weight, bias, dy], [dbias, dweight])
            .drop(weighted)
            .put(graph, at, BatchGradInput(normed), [x, stats, weight, bias, dy, dbias, dweight], [dx]),
    )
}

/// The step that takes `dy` back through the rectifier of a [`NormalizeActivate`], and which it is.
fn rectifier_behind(graph: &Graph, forward: usize, dy: Operand) -> Option<(usize, Kind)> {
    let kind = graph.kernel::<NormalizeActivate>(forward)?.0.kind?;
    let behind = graph.writer(dy)?;
    graph.kernel::<ActivationBackward>(behind)?;
    let reads_output = graph.step(behind).reads[0] == graph.step(forward).writes[0];
    reads_output.then_some((behind, kind))
}
