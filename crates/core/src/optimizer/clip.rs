use crate::plan::{At, Builder, Constants, Grid, Kernel, Operand, Real, Resources, Shape};
use crate::shared::ALONE;

/// Partial sums of each range; a range's sums fill one block of 256 bytes.
const PARTS: usize = 64;

/// Plans the clipping of all gradients together to a Euclidean norm, as
/// `torch.nn.utils.clip_grad_norm_`: `g *= min(1, max_norm/(‖g‖ + 1e-6))`. The step record has the norm.
pub fn clip(plan: &mut Builder, gradients: &[Operand]) {
    let sums = plan.value("squares", Shape::vector(PARTS * gradients.len()));
    for (i, &gradient) in gradients.iter().enumerate() {
        let part = Operand { offset: PARTS * i, len: PARTS, ..sums.at };
        plan.run(SquareSum { len: gradient.len }, [gradient], [part]);
    }
    for &gradient in gradients {
        plan.run(Clip { len: gradient.len, parts: sums.at.len }, [sums.at], [gradient]);
    }
}

/// Sum of squares in 64 parts: runs of 64 numbers go round the parts.
#[derive(Clone, Debug)]
pub struct SquareSum {
    /// Numbers summed.
    pub len: usize,
}

/// Reads numbers; writes partial sums `[64]`.
impl Kernel<1, 1> for SquareSum {
    const NAME: &'static str = "optimizer/square_sum";
    const WGSL: &'static [&'static str] = &[wgsl!("square_sum.wgsl"), wgsl!("../shared/reduce.wgsl"), ALONE];

    fn constants(&self) -> Constants {
        vec![("LEN", self.len as f64)]
    }

    fn grid(&self) -> Grid {
        Grid::groups(PARTS)
    }

    fn reference<T: Real>(&self, _at: &At, [numbers]: [&[T]; 1], [sums]: [&mut [T]; 1]) {
        sums.fill(T::of(0.0));
        for (i, run) in numbers.chunks(64).enumerate() {
            for &x in run {
                sums[i % PARTS] += x * x;
            }
        }
    }
}

/// Shortens gradients whose common norm is above the record's `max_norm`, where that is not 0.
#[derive(Clone, Debug)]
pub struct Clip {
    /// Gradients of this range.
    pub len: usize,
    /// Partial sums of all ranges.
    pub parts: usize,
}

/// Reads partial sums of squares; changes gradients.
impl Kernel<1, 1> for Clip {
    const NAME: &'static str = "optimizer/clip";
    const WGSL: &'static [&'static str] = &[wgsl!("../shared/record.wgsl"), wgsl!("clip.wgsl")];
    const RESOURCES: Resources = Resources::Record;

    fn constants(&self) -> Constants {
        vec![("LEN", self.len as f64), ("PARTS", self.parts as f64)]
    }

    fn grid(&self) -> Grid {
        Grid::cover(self.len, 64)
    }

    fn reference<T: Real>(&self, at: &At, [sums]: [&[T]; 1], [gradient]: [&mut [T]; 1]) {
        let square = sums.iter().fold(T::of(0.0), |sum, &part| sum + part);
        let max_norm = T::of(f64::from(at.record.max_norm));
        let scale = max_norm / (square.sqrt() + T::of(1e-6));
        if max_norm > T::of(0.0) && scale < T::of(1.0) {
            gradient.iter_mut().for_each(|g| *g = *g * scale);
        }
    }
}
