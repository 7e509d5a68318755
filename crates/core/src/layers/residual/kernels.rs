use crate::device::fast::{self, Scratch};
use crate::layers::Kind;
use crate::plan::{At, Constants, Grid, Kernel, Real};

/// `y = a + b`.
#[derive(Clone, Debug)]
pub struct Add {
    /// Elements.
    pub len: usize,
}

/// Reads a and b; writes y.
impl Kernel<2, 1> for Add {
    const NAME: &'static str = "residual/add";
    const WGSL: &'static [&'static str] = &[wgsl!("add.wgsl")];

    fn constants(&self) -> Constants {
        vec![("LEN", self.len as f64)]
    }

    fn grid(&self) -> Grid {
        Grid::cover(self.len, 64)
    }

    fn reference<T: Real>(&self, _at: &At, [a, b]: [&[T]; 2], [y]: [&mut [T]; 1]) {
        for ((y, &a), &b) in y.iter_mut().zip(a).zip(b) {
            *y = a + b;
        }
    }

    fn fast(&self, _at: &At, [a, b]: [&[f32]; 2], [y]: [&mut [f32]; 1], _scratch: &mut Scratch) -> bool {
        fast::add(a, b, y);
        true
    }
}

/// `d = f′(y) · (a + b)`: the gradients of both ways behind a function, taken back through it. The
/// function is a [`Kind::rectifier`].
#[derive(Clone, Debug)]
pub struct AddBackward {
    /// Elements.
    pub len: usize,
    /// The function.
    pub kind: Kind,
}

/// Reads a, b and what the function made; writes d.
impl Kernel<3, 1> for AddBackward {
    const NAME: &'static str = "residual/add_backward";
    const WGSL: &'static [&'static str] =
        &[wgsl!("../activation/functions.wgsl"), wgsl!("add_backward.wgsl")];

    fn constants(&self) -> Constants {
        let mut all = Kind::constants(Some(self.kind));
        all.push(("LEN", self.len as f64));
        all
    }

    fn grid(&self) -> Grid {
        Grid::cover(self.len, 64)
    }

    fn reference<T: Real>(&self, _at: &At, [a, b, y]: [&[T]; 3], [d]: [&mut [T]; 1]) {
        for (i, d) in d.iter_mut().enumerate() {
            *d = self.kind.derivative(y[i]) * (a[i] + b[i]);
        }
    }

    fn fast(&self, _at: &At, [a, b, y]: [&[f32]; 3], [d]: [&mut [f32]; 1], _: &mut Scratch) -> bool {
        self.kind.rectifier().map(|rectifier| fast::add_backward(rectifier, a, b, y, d)).is_some()
    }
}
