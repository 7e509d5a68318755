use super::{Apply, Drop, Mask};
use crate::plan::{Edit, Graph};

/// The mask is drawn where it is first applied; the way back reads it.
pub fn drop(graph: &Graph, at: usize) -> Option<Edit> {
    let mask = graph.kernel::<Mask>(at)?.clone();
    let drawn = graph.step(at).writes[0];
    let apply = *graph.readers(drawn).first()?;
    graph.kernel::<Apply>(apply)?;
    let (x, y) = (graph.step(apply).reads[0], graph.step(apply).writes[0]);
    Some(Edit::default().drop(at).put(graph, apply, Drop(mask), [x], [drawn, y]))
}
