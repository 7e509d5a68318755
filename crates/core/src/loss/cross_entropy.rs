use crate::plan::{At, Constants, Grid, Kernel, RING, Real, Resources};
use crate::shared::ALONE;

/// Softmax and cross-entropy with label smoothing ε, as `torch.nn.functional.cross_entropy`:
/// the target is `(1−ε)·onehot + ε/K`, the loss the mean over the live rows. ε is in the step record.
#[derive(Clone, Debug)]
pub struct CrossEntropy {
    /// Images.
    pub n: usize,
    /// Classes.
    pub classes: usize,
}

/// Reads logits `[N, K]` and labels `[N]`; writes probabilities `[N, K]`, rows `[N, 2]` (loss, hit),
/// the gradient of the mean loss `[N, K]`, and row `record.row` of the ring (mean loss, accuracy).
impl Kernel<2, 4> for CrossEntropy {
    const NAME: &'static str = "loss/cross_entropy";
    const WGSL: &'static [&'static str] =
        &[wgsl!("../shared/record.wgsl"), wgsl!("cross_entropy.wgsl"), wgsl!("../shared/reduce.wgsl"), ALONE];
    const RESOURCES: Resources = Resources::Record;

    fn constants(&self) -> Constants {
        vec![("N", self.n as f64), ("CLASSES", self.classes as f64)]
    }

    fn grid(&self) -> Grid {
        Grid::groups(1)
    }

    fn reference<T: Real>(
        &self,
        at: &At,
        [logits, labels]: [&[T]; 2],
        [probabilities, rows, gradient, ring]: [&mut [T]; 4],
    ) {
        let k = self.classes;
        let live = at.record.live as usize;
        let smoothing = T::of(f64::from(at.record.smoothing));
        let (hit_target, other_target) =
            (T::of(1.0) - smoothing + smoothing / T::count(k), smoothing / T::count(k));
        let (mut loss_sum, mut hits) = (T::of(0.0), T::of(0.0));
        for n in 0..self.n {
            let row = n * k..(n + 1) * k;
            let (z, p, dz) = (&logits[row.clone()], &mut probabilities[row.clone()], &mut gradient[row]);
            let label = labels[n].to_f64() as usize;
            let (top, log_sum) = softmax(z, p);
            let best = (1..k).fold(0, |best, j| if z[j] > z[best] { j } else { best });
            let mut loss = T::of(0.0);
            for j in 0..k {
                let target = if j == label { hit_target } else { other_target };
                loss += target * (log_sum - (z[j] - top));
                dz[j] = if n < live { (p[j] - target) / T::count(live) } else { T::of(0.0) };
            }
            let hit = if best == label { T::of(1.0) } else { T::of(0.0) };
            (rows[2 * n], rows[2 * n + 1]) = (loss, hit);
            if n < live {
                loss_sum += loss;
                hits += hit;
            }
        }
        let slot = 2 * (at.record.row as usize % RING);
        ring[slot] = loss_sum / T::count(live);
        ring[slot + 1] = hits / T::count(live);
    }
}

/// Class probabilities of logits.
#[derive(Clone, Debug)]
pub struct Softmax {
    /// Images.
    pub n: usize,
    /// Classes.
    pub classes: usize,
}

/// Reads logits `[N, K]`; writes probabilities `[N, K]`.
impl Kernel<1, 1> for Softmax {
    const NAME: &'static str = "loss/softmax";
    const WGSL: &'static [&'static str] = &[wgsl!("softmax.wgsl")];

    fn constants(&self) -> Constants {
        vec![("N", self.n as f64), ("CLASSES", self.classes as f64)]
    }

    fn grid(&self) -> Grid {
        Grid::cover(self.n, 64)
    }

    fn reference<T: Real>(&self, _at: &At, [logits]: [&[T]; 1], [probabilities]: [&mut [T]; 1]) {
        for (z, p) in logits.chunks_exact(self.classes).zip(probabilities.chunks_exact_mut(self.classes)) {
            softmax(z, p);
        }
    }
}

/// Writes the softmax of `z`; returns the largest logit and log Σ exp(z − largest). Taking the
/// largest out keeps exp from overflowing, and logits of 10,000 keep their digits.
fn softmax<T: Real>(z: &[T], p: &mut [T]) -> (T, T) {
    let top = z.iter().fold(z[0], |top, &x| top.larger(x));
    let mut sum = T::of(0.0);
    for (p, &z) in p.iter_mut().zip(z) {
        *p = (z - top).exp();
        sum += *p;
    }
    for p in p.iter_mut() {
        *p = *p / sum;
    }
    (top, sum.ln())
}
