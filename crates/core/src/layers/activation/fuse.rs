use super::{Backward, Forward};
use crate::plan::{Edit, Graph};

/// The way back through a rectifier reads its output, so that nobody has to keep the input.
pub fn read_output(graph: &Graph, at: usize) -> Option<Edit> {
    let backward = graph.kernel::<Backward>(at)?;
    backward.kind.rectifier()?;
    let step = graph.step(at);
    let &[x, dy] = &step.reads[..] else { return None };
    let forward = |&reader: &usize| graph.kernel::<Forward>(reader).is_some_and(|f| f.kind == backward.kind);
    let forward = graph.readers(x).into_iter().find(forward)?;
    let y = graph.step(forward).writes[0];
    Some(Edit::default().put(graph, at, backward.clone(), [y, dy], [step.writes[0]]))
}
