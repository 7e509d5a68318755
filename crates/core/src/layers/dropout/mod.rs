//! Units that are left out at random while training.

mod fuse;
mod kernels;
mod masked;

pub use fuse::drop;
pub use kernels::{Apply, Drop, Mask};
pub use masked::Masked;

use super::Layer;
use crate::plan::{Builder, Pullback, Shape, Value};
use crate::text::network as text;

/// Inverted dropout (N. Srivastava et al. 2014): in training each unit is set to 0 with probability p
/// and the others are multiplied by 1/(1−p); otherwise nothing happens. The probability is in the
/// step record, so it may change while a run goes on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dropout {
    /// Every number by itself (`nn.Dropout`).
    Units,
    /// Whole channels of an image, because the pixels of a map tell much the same (J. Tompson et al.
    /// 2015; `nn.Dropout2d`).
    Channels,
}

impl Dropout {
    /// Numbers that stay or go together.
    fn run(self, x: Shape) -> usize {
        match self {
            Dropout::Units => 1,
            Dropout::Channels => x.plane(),
        }
    }
}

impl Layer for Dropout {
    fn kind(&self) -> &'static str {
        "dropout"
    }

    fn title(&self) -> String {
        match self {
            Dropout::Units => text::DROPOUT.to_owned(),
            Dropout::Channels => text::DROPOUT_2D.to_owned(),
        }
    }

    fn output(&self, x: Shape) -> Result<Shape, String> {
        Ok(x)
    }

    fn forward(&self, plan: &mut Builder, x: Value) -> (Value, Pullback) {
        if !plan.drops() {
            return (x, Pullback::reshape(x));
        }
        let len = x.shape.len();
        let mask = plan.value("mask", x.shape);
        let y = plan.output("y", x.shape, x, &[]);
        let nothing: [Value; 0] = [];
        plan.run(Mask { len, run: self.run(x.shape), address: number(&plan.address()) }, nothing, [mask]);
        plan.run(Apply { len }, [x, mask], [y]);

        let back = Pullback::new(move |plan, dy| {
            if !x.tracked {
                return None;
            }
            let dx = plan.value("dx", x.shape);
            plan.run(Apply { len }, [dy, mask], [dx]);
            Some(dx)
        });
        (y, back)
    }
}

/// A layer's address as the number that keeps its draws apart from those of other layers (FNV-1a).
fn number(address: &str) -> u32 {
    address.bytes().fold(0x811C_9DC5, |hash, byte| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::layers::testing::{counting, run_at};
    use crate::plan::{Mode, StepRecord};
    use crate::shared::random::{Stream, word};

    fn at(p: f64, step: u32, seed: u32) -> (Vec<f32>, Vec<f32>) {
        drop(Dropout::Units, p, step, seed)
    }

    fn drop(layer: Dropout, p: f64, step: u32, seed: u32) -> (Vec<f32>, Vec<f32>) {
        let mut record = StepRecord { step, seed, ..StepRecord::default() };
        record.set_dropout(p);
        let shape = Shape::new(10, 10, 10, 10);
        let ones = vec![1.0; shape.len()];
        let ran = run_at(&record, &layer, shape, &ones, &[], &ones);
        (ran.y, ran.dx)
    }

    #[test]
    fn the_share_and_the_mean_are_kept() {
        let (y, dx) = at(0.2, 3, 7);
        let dropped = y.iter().filter(|&&v| v == 0.0).count();
        // Five standard deviations of 10,000 draws with p = 0.2.
        assert!(dropped.abs_diff(2000) < 200, "{dropped}");
        assert!(y.iter().all(|&v| v == 0.0 || v == 1.25));
        assert_eq!(dx, y);
    }

    #[test]
    fn channels_go_as_a_whole_and_their_share_is_kept() {
        let mut dropped = 0;
        for step in 0..100 {
            let (y, dx) = drop(Dropout::Channels, 0.2, step, 7);
            assert_eq!(dx, y);
            for map in y.chunks(100) {
                assert!(map.iter().all(|&v| v == map[0]) && [0.0, 1.25].contains(&map[0]));
                dropped += usize::from(map[0] == 0.0);
            }
        }
        // Five standard deviations of 10,000 draws with p = 0.2.
        assert!(dropped.abs_diff(2000) < 200, "{dropped}");
        assert_eq!(drop(Dropout::Channels, 0.0, 0, 1).0, vec![1.0; 10_000]);
        assert_eq!(drop(Dropout::Channels, 1.0, 0, 1).0, vec![0.0; 10_000]);
    }

    #[test]
    fn a_million_steps_draw_a_million_masks() {
        // 128 fair draws agree by chance once in 2¹²⁸ pairs.
        let mask = |step: u32| -> Vec<u32> {
            let word = |i| word(1, Stream::Dropout, step, number("3"), i) >> 31;
            (0..128).map(word).collect()
        };
        for step in [0, 1, 65_535, (1 << 24) - 1, 1 << 24, 1_000_000, u32::MAX - 1] {
            for other in [0, 1, 65_536, (1 << 24) + 1, 999_999, u32::MAX] {
                assert!(step == other || mask(step) != mask(other), "{step}, {other}");
            }
        }
    }

    #[test]
    fn the_ends_are_exact() {
        assert_eq!(at(0.0, 0, 1).0, vec![1.0; 10_000]);
        assert_eq!(at(1.0, 0, 1).0, vec![0.0; 10_000]);
    }

    #[test]
    fn draws_depend_on_seed_step_and_layer() {
        assert_eq!(at(0.5, 3, 7), at(0.5, 3, 7));
        assert_ne!(at(0.5, 3, 7), at(0.5, 4, 7));
        assert_ne!(at(0.5, 3, 7), at(0.5, 3, 8));
        assert_ne!(number("3"), number("3.body.1"));
    }

    #[test]
    fn evaluation_and_frozen_layers_drop_nothing() {
        for mode in
            [Mode::Evaluate, Mode::Predict, Mode::Observe, Mode::Train { frozen: vec!["2".to_owned()] }]
        {
            let mut plan = Builder::new(mode, 1);
            let x = plan.value("x", Shape::vector(4));
            let (y, _) = plan.scope("2", |plan| Dropout::Units.forward(plan, x));
            assert_eq!(y, x);
            assert!(plan.finish().steps.is_empty());
        }
    }

    #[test]
    fn kept_numbers_are_scaled() {
        let mut record = StepRecord::default();
        record.set_dropout(0.5);
        let ran = run_at(&record, &Dropout::Units, Shape::vector(8), &counting(8), &[], &[1.0; 8]);
        for (i, (y, dx)) in ran.y.iter().zip(&ran.dx).enumerate() {
            assert_eq!(*y, (i + 1) as f32 * dx);
        }
    }
}
