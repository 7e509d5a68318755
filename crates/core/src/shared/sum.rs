use super::ALONE;
use crate::device::fast::{Scratch, channel_sums};
use crate::plan::{At, Constants, Grid, Kernel, Real};

/// Sums of groups: the input read as row-major `[runs, groups, run]` and added over the outer axes.
/// The gradient of a bias is such a sum of the gradients of the output.
#[derive(Clone, Debug)]
pub struct Sum {
    /// Times that the groups repeat.
    pub runs: usize,
    /// Number of groups.
    pub groups: usize,
    /// Neighbouring elements of one group.
    pub run: usize,
}

/// Reads x; writes one sum per group.
impl Kernel<1, 1> for Sum {
    const NAME: &'static str = "shared/sum";
    const WGSL: &'static [&'static str] = &[wgsl!("sum.wgsl"), wgsl!("reduce.wgsl"), ALONE];

    fn constants(&self) -> Constants {
        vec![("RUNS", self.runs as f64), ("GROUPS", self.groups as f64), ("RUN", self.run as f64)]
    }

    fn grid(&self) -> Grid {
        Grid::groups(self.groups)
    }

    fn reference<T: Real>(&self, _at: &At, [x]: [&[T]; 1], [sums]: [&mut [T]; 1]) {
        sums.fill(T::of(0.0));
        for repeat in x.chunks_exact(self.groups * self.run) {
            for (sum, run) in sums.iter_mut().zip(repeat.chunks_exact(self.run)) {
                let part = run.iter().fold(T::of(0.0), |part, &x| part + x);
                *sum += part;
            }
        }
    }
    fn fast(&self, _at: &At, [x]: [&[f32]; 1], [sums]: [&mut [f32]; 1], _scratch: &mut Scratch) -> bool {
        channel_sums(x, self.groups, self.run, sums);
        true
    }
}
