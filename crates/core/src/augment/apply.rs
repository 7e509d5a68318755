use super::View;
use crate::data::{Pixels, batches};
use crate::plan::{At, Constants, Grid, Kernel, Real, Resources};

/// Collects the batch that the step record points at, each image through its view, standardised.
#[derive(Clone, Debug)]
pub struct Apply {
    /// Images of the batch.
    pub n: usize,
    /// Channels.
    pub c: usize,
    /// Rows of an image.
    pub h: usize,
    /// Columns of an image.
    pub w: usize,
    /// The data set holds floats, not bytes.
    pub floats: bool,
}

/// Reads centre and factor of each channel `[C, 2]` and views `[N, 14]`; writes images
/// `[N, C, H, W]`; their labels come from [`crate::data::Labels`].
impl Kernel<2, 1> for Apply {
    const NAME: &'static str = "augment/apply";
    const WGSL: &'static [&'static str] = &[
        wgsl!("../shared/record.wgsl"),
        wgsl!("../shared/random.wgsl"),
        wgsl!("../data/image.wgsl"),
        wgsl!("../data/pixels.wgsl"),
        wgsl!("apply.wgsl"),
    ];
    const RESOURCES: Resources = Resources::Data;

    fn constants(&self) -> Constants {
        vec![
            ("N", self.n as f64),
            ("C", self.c as f64),
            ("H", self.h as f64),
            ("W", self.w as f64),
            ("FLOATS", f64::from(u8::from(self.floats))),
        ]
    }

    fn grid(&self) -> Grid {
        Grid::groups(self.n)
    }

    fn reference<T: Real>(&self, at: &At, [affine, views]: [&[T]; 2], [x]: [&mut [T]; 1]) {
        let shape = [self.c, self.h, self.w];
        let (plane, len) = (self.h * self.w, self.c * self.h * self.w);
        let (views, _) = views.as_chunks::<{ View::<f32>::LEN }>();
        for (n, (row, view)) in x.chunks_exact_mut(len).zip(views).enumerate() {
            if n >= at.record.live as usize {
                row.fill(T::of(0.0));
                continue;
            }
            let image = batches::image(at.record, at.data, n as u32) as usize;
            let own = image * len..(image + 1) * len;
            let put = |at: usize, v: T| {
                let c = at / plane;
                row[at] = (v - affine[2 * c]) * affine[2 * c + 1];
            };
            match &at.data.pixels {
                Pixels::Bytes(v) => {
                    let v = &v[own];
                    View::of(*view).render(shape, T::of(255.0), |at| T::of(f64::from(v[at])), put);
                }
                Pixels::Floats(v) => {
                    let v = &v[own];
                    View::of(*view).render(shape, T::of(1.0), |at| T::of(f64::from(v[at])), put);
                }
            }
        }
    }
}
