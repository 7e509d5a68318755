use crate::device::fast::{self, Scratch};
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
    const WGSL: &'static [&'static str] = &[include_str!("add.wgsl")];

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
