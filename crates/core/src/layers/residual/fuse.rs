use super::{Add, AddBackward};
use crate::layers::ActivationBackward;
use crate::plan::{Edit, Graph};

/// The gradients of both ways, and the way back through the rectifier before the block.
pub fn add_backward(graph: &Graph, at: usize) -> Option<Edit> {
    let &Add { len } = graph.kernel(at)?;
    let step = graph.step(at);
    let &[a, b] = &step.reads[..] else { return None };
    let next = graph.only_reader(step.writes[0])?;
    let kind = graph.kernel::<ActivationBackward>(next)?.kind;
    kind.rectifier()?;
    let (y, d) = (graph.step(next).reads[0], graph.step(next).writes[0]);
    Some(Edit::default().drop(at).put(graph, next, AddBackward { len, kind }, [a, b, y], [d]))
}
