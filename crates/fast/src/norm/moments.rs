//! Mean and variance.

use super::{CHUNK, length, total};
use crate::View;
use crate::elementwise::sum;
use crate::simd::V;

/// Runs of fewer numbers are put together before they are summed.
pub(in super::super) const SHORT: usize = 64;

/// Mean and biased variance of every group of x, as pairs `[groups, 2]`.
pub fn moments(view: View, x: &[f32], stats: &mut [f32]) {
    assert_eq!(x.len(), length(view), "{view:?}");
    assert_eq!(stats.len(), 2 * view.groups, "{view:?}");
    let mut buffer = [0.0; CHUNK];
    for group in 0..view.groups {
        let mut all = Moments::default();
        let runs = (0..view.runs).map(|run| &x[(run * view.groups + group) * view.run..][..view.run]);
        if view.run >= SHORT {
            runs.for_each(|run| all.take_run(run));
        } else {
            let mut filled = 0;
            for run in runs {
                if filled + view.run > CHUNK {
                    all.take(&buffer[..filled]);
                    filled = 0;
                }
                buffer[filled..filled + view.run].copy_from_slice(run);
                filled += view.run;
            }
            all.take(&buffer[..filled]);
        }
        stats[2 * group..][..2].copy_from_slice(&all.stats());
    }
}

/// Count, sum and sum of squares of the deviations from the mean of the first numbers: a large
/// mean costs no digits of the variance.
#[derive(Clone, Debug, Default)]
pub(in super::super) struct Moments {
    center: f32,
    count: f64,
    sum: f64,
    squares: f64,
}

impl Moments {
    /// A run that is not [`SHORT`].
    pub fn take_run(&mut self, run: &[f32]) {
        run.chunks(CHUNK).for_each(|chunk| self.take(chunk));
    }

    /// Mean and variance.
    pub fn stats(&self) -> [f32; 2] {
        let shift = self.sum / self.count;
        let mean = f64::from(self.center) + shift;
        [mean as f32, (self.squares / self.count - shift * shift).max(0.0) as f32]
    }

    fn take(&mut self, chunk: &[f32]) {
        if self.count == 0.0 {
            self.center = sum(chunk) / chunk.len() as f32;
        }
        let center = V::set(self.center);
        let (mut sums, mut squares) = ([V::zero(); 4], [V::zero(); 4]);
        let (blocks, rest) = chunk.as_chunks::<16>();
        for block in blocks {
            for j in 0..4 {
                // SAFETY: a block has sixteen numbers.
                let d = unsafe { V::load(block.as_ptr().add(4 * j)) }.sub(center);
                sums[j] = sums[j].add(d);
                squares[j] = squares[j].mul_add(d, d);
            }
        }
        let (mut sum, mut square) = (total(sums), total(squares));
        for x in rest {
            let d = x - self.center;
            sum += d;
            square += d * d;
        }
        self.count += chunk.len() as f64;
        self.sum += f64::from(sum);
        self.squares += f64::from(square);
    }
}
