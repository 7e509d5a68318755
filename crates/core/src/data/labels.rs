use super::batches;
use crate::plan::{At, Constants, Grid, Kernel, Real, Resources};

/// Collects the classes of the batch that the step record points at. [`super::Gather`] does so
/// itself; who binds more beside the images has no room left for them.
#[derive(Clone, Debug)]
pub struct Labels {
    /// Images of the batch.
    pub n: usize,
}

/// Writes labels `[N]`; those behind the live rows become 0.
impl Kernel<0, 1> for Labels {
    const NAME: &'static str = "batch/labels";
    const WGSL: &'static [&'static str] = &[
        wgsl!("../shared/record.wgsl"),
        wgsl!("../shared/random.wgsl"),
        wgsl!("image.wgsl"),
        wgsl!("labels.wgsl"),
    ];
    const RESOURCES: Resources = Resources::Data;

    fn constants(&self) -> Constants {
        vec![("N", self.n as f64)]
    }

    fn grid(&self) -> Grid {
        Grid::cover(self.n, 64)
    }

    fn reference<T: Real>(&self, at: &At, []: [&[T]; 0], [labels]: [&mut [T]; 1]) {
        labels.fill(T::of(0.0));
        for (n, label) in labels.iter_mut().enumerate().take(at.record.live as usize) {
            let image = batches::image(at.record, at.data, n as u32) as usize;
            *label = T::count(at.data.labels[image] as usize);
        }
    }
}
