use super::Kind;
use crate::device::fast::Scratch;
use crate::plan::{At, Constants, Grid, Kernel, Real};

/// `y = f(x)`.
#[derive(Clone, Debug)]
pub struct Forward {
    /// The function f.
    pub kind: Kind,
    /// Elements.
    pub len: usize,
}

/// `dx = f′(x) · dy`.
#[derive(Clone, Debug)]
pub struct Backward {
    /// The function f.
    pub kind: Kind,
    /// Elements.
    pub len: usize,
}

fn constants(kind: Kind, len: usize) -> Constants {
    let mut all = Kind::constants(Some(kind));
    all.push(("LEN", len as f64));
    all
}

/// Reads x; writes y.
impl Kernel<1, 1> for Forward {
    const NAME: &'static str = "activation/forward";
    const WGSL: &'static [&'static str] = &[wgsl!("functions.wgsl"), wgsl!("forward.wgsl")];

    fn constants(&self) -> Constants {
        constants(self.kind, self.len)
    }

    fn grid(&self) -> Grid {
        Grid::cover(self.len, 64)
    }

    fn reference<T: Real>(&self, _at: &At, [x]: [&[T]; 1], [y]: [&mut [T]; 1]) {
        for (y, &x) in y.iter_mut().zip(x) {
            *y = self.kind.value(x);
        }
    }

    fn fast(&self, _at: &At, [x]: [&[f32]; 1], [y]: [&mut [f32]; 1], _scratch: &mut Scratch) -> bool {
        self.kind.fast().forward(x, y);
        true
    }
}

/// Reads x and dy; writes dx.
impl Kernel<2, 1> for Backward {
    const NAME: &'static str = "activation/backward";
    const WGSL: &'static [&'static str] = &[wgsl!("functions.wgsl"), wgsl!("backward.wgsl")];

    fn constants(&self) -> Constants {
        constants(self.kind, self.len)
    }

    fn grid(&self) -> Grid {
        Grid::cover(self.len, 64)
    }

    fn reference<T: Real>(&self, _at: &At, [x, dy]: [&[T]; 2], [dx]: [&mut [T]; 1]) {
        for ((dx, &x), &dy) in dx.iter_mut().zip(x).zip(dy) {
            *dx = self.kind.derivative(x) * dy;
        }
    }

    fn fast(&self, _at: &At, [x, dy]: [&[f32]; 2], [dx]: [&mut [f32]; 1], _scratch: &mut Scratch) -> bool {
        self.kind.fast().backward(x, dy, dx);
        true
    }
}
