use super::fused::{Rectified, RectifiedAverageBackward, RectifiedMaxBackward, RectifiedMaxForward};
use super::{AverageBackward, MaxBackward, MaxForward};
use crate::layers::{ActivationBackward, ActivationForward};
use crate::plan::{Edit, Graph};

/// A rectifier and the max pool behind it, there and back: what lies between is not stored.
pub fn rectified_max(graph: &Graph, at: usize) -> Option<Edit> {
    let kind = graph.kernel::<ActivationForward>(at)?.kind;
    kind.rectifier()?;
    let step = graph.step(at);
    let (x, between) = (step.reads[0], step.writes[0]);
    let readers = graph.readers(between);
    let forward = *readers.iter().find(|&&reader| graph.kernel::<MaxForward>(reader).is_some())?;
    let &MaxForward(shape) = graph.kernel(forward)?;
    let fused = Rectified { shape, kind };
    let y = graph.step(forward).writes[0];
    let edit = Edit::default().drop(at).put(graph, forward, RectifiedMaxForward(fused), [x], [y]);
    let Some(&pool) = readers.iter().find(|&&reader| graph.kernel::<MaxBackward>(reader).is_some()) else {
        return graph.seen_only_by(between, &[forward]).then_some(edit);
    };
    let last = graph.only_reader(graph.step(pool).writes[0])?;
    graph.kernel::<ActivationBackward>(last)?;
    if !graph.seen_only_by(between, &[forward, pool, last]) || graph.step(last).reads[0] != between {
        return None;
    }
    let (dy, dx) = (graph.step(pool).reads[1], graph.step(last).writes[0]);
    Some(edit.drop(pool).put(graph, last, RectifiedMaxBackward(fused), [x, dy], [dx]))
}

/// The way back through an average pool, and through the rectifier before it.
pub fn rectified_average(graph: &Graph, at: usize) -> Option<Edit> {
    let &AverageBackward(averages) = graph.kernel(at)?;
    let step = graph.step(at);
    let next = graph.only_reader(step.writes[0])?;
    let kind = graph.kernel::<ActivationBackward>(next)?.kind;
    kind.rectifier()?;
    let (y, dx) = (graph.step(next).reads[0], graph.step(next).writes[0]);
    let fused = RectifiedAverageBackward { averages, kind };
    Some(Edit::default().drop(at).put(graph, next, fused, [step.reads[0], y], [dx]))
}
