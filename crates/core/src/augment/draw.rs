use super::View;
use crate::plan::{At, Constants, Grid, Kernel, Real, Resources};

/// Draws how each image of the batch is seen in this step: [`View::draw`].
#[derive(Clone, Debug)]
pub struct Draw {
    /// Images of the batch.
    pub n: usize,
    /// Rows of an image.
    pub h: usize,
    /// Columns of an image.
    pub w: usize,
}

/// Writes views `[N, 14]`.
impl Kernel<0, 1> for Draw {
    const NAME: &'static str = "augment/draw";
    const WGSL: &'static [&'static str] =
        &[wgsl!("../shared/record.wgsl"), wgsl!("../shared/random.wgsl"), wgsl!("draw.wgsl")];
    const RESOURCES: Resources = Resources::Record;

    fn constants(&self) -> Constants {
        vec![("N", self.n as f64), ("H", self.h as f64), ("W", self.w as f64)]
    }

    fn grid(&self) -> Grid {
        Grid::cover(self.n, 64)
    }

    fn reference<T: Real>(&self, at: &At, []: [&[T]; 0], [views]: [&mut [T]; 1]) {
        let (views, _) = views.as_chunks_mut::<{ View::<f32>::LEN }>();
        for (n, view) in views.iter_mut().enumerate() {
            *view = View::draw(at.record, n, self.h, self.w).numbers().map(|x| T::of(f64::from(x)));
        }
    }
}
