use crate::device::fast::{
    ConvShape, Scratch, average_pool_backward, average_pool_forward, max_pool_backward, max_pool_forward,
};
use crate::plan::{At, Constants, Grid, Kernel, Real};

fn constants(s: &ConvShape) -> Constants {
    [
        ("MAPS", s.n * s.ic),
        ("H", s.h),
        ("W", s.w),
        ("OH", s.oh()),
        ("OW", s.ow()),
        ("KH", s.kh),
        ("KW", s.kw),
        ("STRIDE", s.stride),
        ("PADDING", s.padding),
    ]
    .map(|(name, size)| (name, size as f64))
    .to_vec()
}

/// The pixels of window (y, x) that are not padding, as places in the plane, in row-major order.
fn window(s: &ConvShape, y: usize, x: usize) -> impl Iterator<Item = usize> + Clone {
    let (width, padding) = (s.w, s.padding);
    let inside = move |at: usize, k: usize, size: usize| {
        at.saturating_sub(padding)..(at + k).saturating_sub(padding).min(size)
    };
    let columns = inside(x * s.stride, s.kw, s.w);
    inside(y * s.stride, s.kh, s.h)
        .flat_map(move |row| columns.clone().map(move |column| row * width + column))
}

/// The place of the first largest number of a window.
fn first_largest<T: Real>(x: &[T], window: impl Iterator<Item = usize>) -> usize {
    window.reduce(|best, at| if x[at] > x[best] { at } else { best }).unwrap_or(0)
}

/// `y` = the largest number of each window.
#[derive(Clone, Debug)]
pub struct MaxForward(pub ConvShape);

/// Reads x; writes y.
impl Kernel<1, 1> for MaxForward {
    const NAME: &'static str = "pool/max_forward";
    const WGSL: &'static [&'static str] =
        &[wgsl!("max_x.wgsl"), wgsl!("max.wgsl"), wgsl!("max_forward.wgsl")];

    fn constants(&self) -> Constants {
        constants(&self.0)
    }

    fn grid(&self) -> Grid {
        Grid::cover(self.0.y_len(), 64)
    }

    fn reference<T: Real>(&self, _at: &At, [x]: [&[T]; 1], [y]: [&mut [T]; 1]) {
        let s = &self.0;
        for (x, y) in x.chunks_exact(s.h * s.w).zip(y.chunks_exact_mut(s.oh() * s.ow())) {
            for (i, y) in y.iter_mut().enumerate() {
                *y = x[first_largest(x, window(s, i / s.ow(), i % s.ow()))];
            }
        }
    }

    fn fast(&self, _at: &At, [x]: [&[f32]; 1], [y]: [&mut [f32]; 1], _scratch: &mut Scratch) -> bool {
        max_pool_forward(&self.0, x, y);
        true
    }
}

/// `dx` = for each pixel the sum of `dy` over the windows whose first largest number it is.
#[derive(Clone, Debug)]
pub struct MaxBackward(pub ConvShape);

/// Reads x and dy; writes dx.
impl Kernel<2, 1> for MaxBackward {
    const NAME: &'static str = "pool/max_backward";
    const WGSL: &'static [&'static str] =
        &[wgsl!("max_x.wgsl"), wgsl!("max.wgsl"), wgsl!("max_backward.wgsl")];

    fn constants(&self) -> Constants {
        constants(&self.0)
    }

    fn grid(&self) -> Grid {
        let ConvShape { kh, kw, stride, padding, .. } = self.0;
        let side_by_side = kh == stride && kw == stride && padding == 0;
        Grid::cover(if side_by_side { self.0.y_len() } else { self.0.x_len() }, 64)
    }

    fn reference<T: Real>(&self, _at: &At, [x, dy]: [&[T]; 2], [dx]: [&mut [T]; 1]) {
        let s = &self.0;
        dx.fill(T::of(0.0));
        let maps = x.chunks_exact(s.h * s.w).zip(dy.chunks_exact(s.oh() * s.ow()));
        for ((x, dy), dx) in maps.zip(dx.chunks_exact_mut(s.h * s.w)) {
            for (i, &d) in dy.iter().enumerate() {
                dx[first_largest(x, window(s, i / s.ow(), i % s.ow()))] += d;
            }
        }
    }

    fn fast(&self, _at: &At, [x, dy]: [&[f32]; 2], [dx]: [&mut [f32]; 1], _scratch: &mut Scratch) -> bool {
        max_pool_backward(&self.0, x, dy, dx);
        true
    }
}

/// What is averaged.
#[derive(Clone, Copy, Debug)]
pub struct Averages {
    /// The windows.
    pub shape: ConvShape,
    /// Whether padding counts.
    pub count_include_pad: bool,
}

impl Averages {
    fn constants(&self) -> Constants {
        let mut all = constants(&self.shape);
        all.push(("COUNT_INCLUDE_PAD", f64::from(u8::from(self.count_include_pad))));
        all
    }

    fn divisor(&self, window: impl Iterator<Item = usize>) -> usize {
        if self.count_include_pad { self.shape.kh * self.shape.kw } else { window.count() }
    }
}

/// `y` = the mean of each window.
#[derive(Clone, Debug)]
pub struct AverageForward(pub Averages);

/// Reads x; writes y.
impl Kernel<1, 1> for AverageForward {
    const NAME: &'static str = "pool/average_forward";
    const WGSL: &'static [&'static str] = &[wgsl!("average.wgsl"), wgsl!("average_forward.wgsl")];

    fn constants(&self) -> Constants {
        self.0.constants()
    }

    fn grid(&self) -> Grid {
        Grid::cover(self.0.shape.y_len(), 64)
    }

    fn reference<T: Real>(&self, _at: &At, [x]: [&[T]; 1], [y]: [&mut [T]; 1]) {
        let s = &self.0.shape;
        for (x, y) in x.chunks_exact(s.h * s.w).zip(y.chunks_exact_mut(s.oh() * s.ow())) {
            for (i, y) in y.iter_mut().enumerate() {
                let window = window(s, i / s.ow(), i % s.ow());
                let sum = window.clone().fold(T::of(0.0), |sum, at| sum + x[at]);
                *y = sum / T::count(self.0.divisor(window));
            }
        }
    }

    fn fast(&self, _at: &At, [x]: [&[f32]; 1], [y]: [&mut [f32]; 1], _scratch: &mut Scratch) -> bool {
        average_pool_forward(&self.0.shape, self.0.count_include_pad, x, y);
        true
    }
}

/// `dx` = for each pixel the sum of `dy / divisor` over the windows that see it.
#[derive(Clone, Debug)]
pub struct AverageBackward(pub Averages);

/// Reads dy; writes dx.
impl Kernel<1, 1> for AverageBackward {
    const NAME: &'static str = "pool/average_backward";
    const WGSL: &'static [&'static str] =
        &[wgsl!("average_x.wgsl"), wgsl!("average.wgsl"), wgsl!("average_backward.wgsl")];

    fn constants(&self) -> Constants {
        self.0.constants()
    }

    fn grid(&self) -> Grid {
        Grid::cover(self.0.shape.x_len(), 64)
    }

    fn reference<T: Real>(&self, _at: &At, [dy]: [&[T]; 1], [dx]: [&mut [T]; 1]) {
        let s = &self.0.shape;
        dx.fill(T::of(0.0));
        for (dy, dx) in dy.chunks_exact(s.oh() * s.ow()).zip(dx.chunks_exact_mut(s.h * s.w)) {
            for (i, &d) in dy.iter().enumerate() {
                let window = window(s, i / s.ow(), i % s.ow());
                let share = d / T::count(self.0.divisor(window.clone()));
                window.for_each(|at| dx[at] += share);
            }
        }
    }

    fn fast(&self, _at: &At, [dy]: [&[f32]; 1], [dx]: [&mut [f32]; 1], _scratch: &mut Scratch) -> bool {
        average_pool_backward(&self.0.shape, self.0.count_include_pad, dy, dx);
        true
    }
}
