//! Random numbers are the same bits on every device.

use convlab_core::data::DataSet;
use convlab_core::judge::{Case, first_difference};
use convlab_core::plan::{At, Builder, Constants, Grid, Kernel, Mode, Operand, Real, Shape, StepRecord};
use convlab_core::shared::random::{Stream, permute, word};
use pollster::block_on;

use crate::gpu;

#[derive(Clone, Debug)]
struct Draws {
    len: u32,
    seed: u32,
    step: u32,
}

impl Kernel<0, 1> for Draws {
    const NAME: &'static str = "test/draws";
    const WGSL: &'static [&'static str] =
        &[include_str!("../../crates/core/src/shared/random.wgsl"), include_str!("random.wgsl")];

    fn constants(&self) -> Constants {
        vec![("LEN", self.len.into()), ("SEED", self.seed.into()), ("STEP", self.step.into())]
    }

    fn grid(&self) -> Grid {
        Grid::cover(self.len as usize, 64)
    }

    fn reference<T: Real>(&self, _at: &At, []: [&[T]; 0], [y]: [&mut [T]; 1]) {
        for (i, y) in (0..).zip(y.chunks_exact_mut(4)) {
            let word = word(self.seed, Stream::Dropout, self.step, 7, i);
            let place = permute(self.seed, self.step, i, self.len);
            let halves = [word >> 16, word & 0xffff, place >> 16, place & 0xffff];
            y.copy_from_slice(&halves.map(|half| T::count(half as usize)));
        }
    }
}

#[test]
fn words_and_shuffles_have_the_same_bits_on_the_gpu() {
    let Some(mut gpu) = gpu::open() else { return };
    for (len, seed, step) in [(1, 0, 0), (2, 1, 1), (1000, 7, 3), (4097, u32::MAX, u32::MAX)] {
        let mut plan = Builder::new(Mode::Evaluate, 1);
        let y = plan.value("y", Shape::vector(4 * len as usize));
        plan.run(Draws { len, seed, step }, [] as [Operand; 0], [y]);
        let case = Case::new(plan.finish(), DataSet::default(), StepRecord::default());
        assert_eq!(block_on(first_difference(&mut gpu, &case, 0.0)), Ok(None));
    }
}
