//! The statistics of a convolution's output, taken image by image while it is near: on one core a batch
//! of maps does not fit into the near caches. Where there are many, each takes its part of a batch, and
//! nobody knows all of it; so there is no WGSL.

use super::Moments;
use super::fused::MomentsRunning;
use crate::device::fast::{Scratch, conv_forward_moments};
use crate::layers::ConvForward;
use crate::plan::{At, Constants, Edit, Graph, Grid, Kernel, Real};

/// A convolution and the [`MomentsRunning`] of its output.
#[derive(Clone, Debug)]
pub struct ConvMoments {
    /// The convolution.
    pub conv: ConvForward,
    /// The statistics.
    pub moments: MomentsRunning,
}

/// Reads x, weight, bias; writes y, stats `[C, 2]` and updates running mean and running variance `[C]`.
impl Kernel<3, 4> for ConvMoments {
    const NAME: &'static str = "norm/conv_moments";
    const WGSL: &'static [&'static str] = &[];

    fn constants(&self) -> Constants {
        [self.conv.constants(), self.moments.constants()].concat()
    }

    fn grid(&self) -> Grid {
        Grid::groups(1)
    }

    fn products(&self) -> usize {
        self.conv.products()
    }

    fn reference<T: Real>(&self, at: &At, reads: [&[T]; 3], [y, stats, mean, var]: [&mut [T]; 4]) {
        self.conv.reference(at, reads, [y]);
        self.moments.reference(at, [y], [stats, mean, var]);
    }

    fn fast(
        &self,
        at: &At,
        [x, weight, bias]: [&[f32]; 3],
        [y, stats, mean, var]: [&mut [f32]; 4],
        scratch: &mut Scratch,
    ) -> bool {
        conv_forward_moments(&self.conv.0, x, weight, Some(bias), y, stats, scratch);
        self.moments.running.reference(at, [stats], [mean, var]);
        true
    }
}

/// Statistics over the batch are taken where their maps are made.
pub fn nearby(graph: &Graph, at: usize) -> Option<Edit> {
    let moments: &MomentsRunning = graph.kernel(at)?;
    let step = graph.step(at);
    let &[y] = &step.reads[..] else { return None };
    let &[stats, mean, var] = &step.writes[..] else { return None };
    let before = graph.writer(y)?;
    let conv: &ConvForward = graph.kernel(before)?;
    let Moments { view } = moments.moments;
    if (view.groups, view.run) != (conv.0.oc, conv.0.oh() * conv.0.ow()) {
        return None;
    }
    let &[x, weight, bias] = &graph.step(before).reads[..] else { return None };
    let both = ConvMoments { conv: conv.clone(), moments: moments.clone() };
    Some(Edit::default().put(graph, before, both, [x, weight, bias], [y, stats, mean, var]).drop(at))
}
