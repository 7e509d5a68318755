//! The pool of a convolution's output, image by image while it is near, as in `norm/nearby.rs`.

use super::RectifiedMaxForward;
use crate::device::fast::{Scratch, conv_forward_pooled};
use crate::layers::ConvForward;
use crate::plan::{At, Constants, Edit, Graph, Grid, Kernel, Real};

/// A convolution, and the rectified max pool of its output.
#[derive(Clone, Debug)]
pub struct ConvRectifiedMax {
    /// The convolution.
    pub conv: ConvForward,
    /// Rectifier and pool.
    pub pool: RectifiedMaxForward,
}

/// Reads x, weight, bias; writes what the convolution makes and what the pool makes of it.
impl Kernel<3, 2> for ConvRectifiedMax {
    const NAME: &'static str = "pool/conv_rectified_max";
    const WGSL: &'static [&'static str] = &[];

    fn constants(&self) -> Constants {
        self.conv.constants()
    }

    fn grid(&self) -> Grid {
        Grid::groups(1)
    }

    fn products(&self) -> usize {
        self.conv.products()
    }

    fn reference<T: Real>(&self, at: &At, reads: [&[T]; 3], [y, pooled]: [&mut [T]; 2]) {
        self.conv.reference(at, reads, [y]);
        self.pool.reference(at, [y], [pooled]);
    }

    fn fast(
        &self,
        _at: &At,
        [x, weight, bias]: [&[f32]; 3],
        [y, pooled]: [&mut [f32]; 2],
        scratch: &mut Scratch,
    ) -> bool {
        let Some(pool) = self.pool.0.fast() else { return false };
        conv_forward_pooled(&self.conv.0, &pool, x, (weight, Some(bias)), y, pooled, scratch);
        true
    }
}

/// A rectified max pool is taken where its maps are made.
pub fn nearby(graph: &Graph, at: usize) -> Option<Edit> {
    let pool: &RectifiedMaxForward = graph.kernel(at)?;
    let step = graph.step(at);
    let (y, pooled) = (step.reads[0], step.writes[0]);
    let before = graph.writer(y)?;
    let conv: &ConvForward = graph.kernel(before)?;
    let &[x, weight, bias] = &graph.step(before).reads[..] else { return None };
    let both = ConvRectifiedMax { conv: conv.clone(), pool: pool.clone() };
    Some(Edit::default().put(graph, before, both, [x, weight, bias], [y, pooled]).drop(at))
}
