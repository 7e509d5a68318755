//! Which units dropout drops.

use std::rc::Rc;

use convlab_core::data::DataSet;
use convlab_core::layers::{Dropout, Layer};
use convlab_core::plan::{Builder, Mode, Operand, Shape, Stage, StepRecord, Value};
use convlab_core::shared::random::{Stream, word};

use super::{demand, run};
use crate::wrong::Bench;

const LEN: usize = 4096;
const P: f64 = 0.25;

/// What the layer `address` makes of ones, forwards and backwards.
fn drop(bench: &mut Bench, address: &str, seed: u32, step: u32) -> [Vec<f32>; 2] {
    let mut plan = Builder::new(Mode::Train { frozen: vec![] }, 1);
    let x = Value { tracked: true, ..plan.value("x", Shape::vector(LEN)) };
    let (y, back) = plan.scope(address, |plan| Dropout::Units.forward(plan, x));
    plan.stage(Stage::Backward);
    let dy = plan.value("dy", x.shape);
    let dx = plan.scope(address, |plan| back.run(plan, dy)).unwrap();
    let mut record = StepRecord { seed, step, ..StepRecord::default() };
    record.set_dropout(P);
    let ones = |value: Value| -> (Operand, Vec<f32>) { (value.at, vec![1.0; LEN]) };
    let data = Rc::new(DataSet::default());
    let mut seen = run(bench, (&plan.finish(), data), &[ones(x), ones(dy)], &[record], &[y.at, dx.at]);
    let dx = seen[0].swap_remove(1);
    [seen[0].swap_remove(0), dx]
}

fn kept(numbers: &[f32]) -> Vec<bool> {
    numbers.iter().map(|&y| y != 0.0).collect()
}

pub fn bits(bench: &mut Bench) -> Result<(), String> {
    // FNV-1a of the address "3".
    let address = (0x811C_9DC5u32 ^ u32::from(b'3')).wrapping_mul(0x0100_0193);
    let [y, _] = drop(bench, "3", 7, 5);
    let below = (P * f64::from(1 << 24)) as u32;
    let want: Vec<bool> =
        (0..LEN as u32).map(|i| word(7, Stream::Dropout, 5, address, i) >> 8 >= below).collect();
    let off = kept(&y).iter().zip(&want).position(|(got, want)| got != want);
    demand(off.is_none(), || format!("unit {} differs", off.unwrap_or_default()))
}

pub fn masks_differ(bench: &mut Bench) -> Result<(), String> {
    let [first, _] = drop(bench, "3", 7, 5);
    for (what, address, seed, step) in [("step", "3", 7, 6), ("seed", "3", 8, 5), ("layer", "4", 7, 5)] {
        let [other, _] = drop(bench, address, seed, step);
        demand(kept(&first) != kept(&other), || format!("another {what} has the same mask"))?;
    }
    Ok(())
}

pub fn share_and_mean(bench: &mut Bench) -> Result<(), String> {
    let [y, dx] = drop(bench, "3", 7, 5);
    let share = kept(&y).iter().filter(|kept| !**kept).count() as f64 / LEN as f64;
    // Five standard deviations of 4,096 draws.
    demand((share - P).abs() < 5.0 * (P * (1.0 - P) / LEN as f64).sqrt(), || format!("{share} are dropped"))?;
    let scale = (1.0 / (1.0 - P)) as f32;
    let right = |numbers: &[f32]| numbers.iter().all(|&y| y == 0.0 || y == scale);
    demand(right(&y), || format!("a kept unit is not {scale}"))?;
    demand(right(&dx), || format!("the gradient of a kept unit is not {scale}"))
}

pub fn one_mask(bench: &mut Bench) -> Result<(), String> {
    let [y, dx] = drop(bench, "3", 7, 5);
    demand(kept(&y) == kept(&dx), || "they differ".to_owned())
}
