//! Pools that do the work of the rectifier before them.

use super::{AverageBackward, Averages, MaxBackward, MaxForward};
use crate::device::fast::{ConvShape, RectifiedPool, Rectifier, Scratch, rectified_average_backward};
use crate::layers::Kind;
use crate::plan::{At, Constants, Grid, Kernel, Real};

/// A max pool behind a function that is a [`Kind::rectifier`].
#[derive(Clone, Copy, Debug)]
pub struct Rectified {
    /// The windows.
    pub shape: ConvShape,
    /// The function.
    pub kind: Kind,
}

impl Rectified {
    fn constants(&self) -> Constants {
        let mut all = MaxForward(self.shape).constants();
        all.extend(Kind::constants(Some(self.kind)));
        all
    }

    pub(super) fn fast(&self) -> Option<RectifiedPool<'_>> {
        Some(RectifiedPool { shape: self.shape, rectifier: self.kind.rectifier()?, norm: None })
    }
}

/// `y` = the largest number of each window of f(x).
#[derive(Clone, Debug)]
pub struct RectifiedMaxForward(pub Rectified);

/// Reads x; writes y.
impl Kernel<1, 1> for RectifiedMaxForward {
    const NAME: &'static str = "pool/rectified_max_forward";
    const WGSL: &'static [&'static str] = &[
        wgsl!("../activation/functions.wgsl"),
        wgsl!("max_rectified.wgsl"),
        wgsl!("max.wgsl"),
        wgsl!("max_forward.wgsl"),
    ];

    fn constants(&self) -> Constants {
        self.0.constants()
    }

    fn grid(&self) -> Grid {
        MaxForward(self.0.shape).grid()
    }

    fn reference<T: Real>(&self, at: &At, [x]: [&[T]; 1], [y]: [&mut [T]; 1]) {
        let between: Vec<T> = x.iter().map(|&x| self.0.kind.value(x)).collect();
        MaxForward(self.0.shape).reference(at, [&between], [y]);
    }

    fn fast(&self, _at: &At, [x]: [&[f32]; 1], [y]: [&mut [f32]; 1], scratch: &mut Scratch) -> bool {
        self.0.fast().map(|pool| pool.forward(x, y, scratch)).is_some()
    }
}

/// The way back to x through the pool and f.
#[derive(Clone, Debug)]
pub struct RectifiedMaxBackward(pub Rectified);

/// Reads x and dy; writes dx.
impl Kernel<2, 1> for RectifiedMaxBackward {
    const NAME: &'static str = "pool/rectified_max_backward";
    const WGSL: &'static [&'static str] = &[
        wgsl!("../activation/functions.wgsl"),
        wgsl!("max_rectified.wgsl"),
        wgsl!("max.wgsl"),
        wgsl!("max_backward.wgsl"),
    ];

    fn constants(&self) -> Constants {
        self.0.constants()
    }

    fn grid(&self) -> Grid {
        MaxBackward(self.0.shape).grid()
    }

    fn reference<T: Real>(&self, at: &At, [x, dy]: [&[T]; 2], [dx]: [&mut [T]; 1]) {
        let between: Vec<T> = x.iter().map(|&x| self.0.kind.value(x)).collect();
        MaxBackward(self.0.shape).reference(at, [&between, dy], [dx]);
        for (dx, &x) in dx.iter_mut().zip(x) {
            *dx = self.0.kind.derivative(x) * *dx;
        }
    }

    fn fast(&self, _at: &At, [x, dy]: [&[f32]; 2], [dx]: [&mut [f32]; 1], scratch: &mut Scratch) -> bool {
        self.0.fast().map(|pool| pool.backward(x, dy, dx, scratch)).is_some()
    }
}

/// The way back through an average pool and the function before it, which is a
/// [`Kind::rectifier`].
#[derive(Clone, Debug)]
pub struct RectifiedAverageBackward {
    /// What was averaged.
    pub averages: Averages,
    /// The function.
    pub kind: Kind,
}

/// Reads dy and what the function made; writes the gradient of what it was made of.
impl Kernel<2, 1> for RectifiedAverageBackward {
    const NAME: &'static str = "pool/rectified_average_backward";
    const WGSL: &'static [&'static str] = &[
        wgsl!("../activation/functions.wgsl"),
        wgsl!("average_rectified.wgsl"),
        wgsl!("average.wgsl"),
        wgsl!("average_backward.wgsl"),
    ];

    fn constants(&self) -> Constants {
        let mut all = AverageBackward(self.averages).constants();
        all.extend(Kind::constants(Some(self.kind)));
        all
    }

    fn grid(&self) -> Grid {
        AverageBackward(self.averages).grid()
    }

    fn reference<T: Real>(&self, at: &At, [dy, y]: [&[T]; 2], [dx]: [&mut [T]; 1]) {
        AverageBackward(self.averages).reference(at, [dy], [dx]);
        for (dx, &y) in dx.iter_mut().zip(y) {
            *dx = self.kind.derivative(y) * *dx;
        }
    }

    fn fast(&self, _at: &At, [dy, y]: [&[f32]; 2], [dx]: [&mut [f32]; 1], _: &mut Scratch) -> bool {
        let Averages { shape, count_include_pad } = &self.averages;
        let back = |rectifier: Rectifier| {
            rectified_average_backward(shape, *count_include_pad, rectifier, dy, y, dx);
        };
        self.kind.rectifier().map(back).is_some()
    }
}
