//! Which images a step sees.

use std::rc::Rc;

use convlab_core::data::{Batches, DataSet, Gather, Images, Pixels, Sizes, Standardize};
use convlab_core::plan::{Builder, Mode, Plan, Shape, StepRecord, Value};

use super::{demand, run};
use crate::wrong::Bench;

const COUNT: usize = 24;
const BATCH: usize = 4;

/// Two channels of two pixels: in the first the image's number, in the second something wider.
fn data(standardize: &Standardize) -> Rc<DataSet> {
    let image = |i: usize| [i as f32, i as f32, (i * i) as f32, 50.0 - i as f32];
    let images = Images {
        shape: [2, 1, 2],
        names: (0..COUNT).map(|k| k.to_string()).collect(),
        pixels: Pixels::Floats((0..COUNT).flat_map(image).collect()),
        labels: (0..COUNT as u32).collect(),
        tests: 0,
    };
    let sizes = Sizes { train: COUNT, val: 0, test: 0 };
    Rc::new(DataSet::new(images, sizes, 3, standardize).unwrap())
}

fn plan(data: &DataSet) -> (Plan, [Value; 2]) {
    let mut plan = Builder::new(Mode::Train { frozen: vec![] }, BATCH);
    let x = plan.value("x", Shape::new(BATCH, 2, 1, 2));
    let labels = plan.value("labels", Shape::vector(BATCH));
    let standard = plan.constant(data.affine());
    plan.run(Gather { n: BATCH, c: 2, plane: 2, floats: true }, [standard], [x, labels]);
    (plan.finish(), [x, labels])
}

/// Pixels and labels of the batches of one epoch.
fn epoch(bench: &mut Bench, standardize: &Standardize, seed: u32, epoch: u32) -> (Vec<f32>, Vec<u32>) {
    let data = data(standardize);
    let (plan, [x, labels]) = plan(&data);
    let batches = Batches::training(&data, BATCH).unwrap();
    let steps = batches.per_epoch();
    let record = |step| {
        let mut record = StepRecord { seed, step, ..StepRecord::default() };
        batches.point(&mut record, step);
        record
    };
    let records: Vec<StepRecord> = (steps * epoch..steps * (epoch + 1)).map(record).collect();
    let seen = run(bench, (&plan, data), &[], &records, &[x.at, labels.at]);
    let pixels = seen.iter().flat_map(|batch| batch[0].clone()).collect();
    let labels = seen.iter().flat_map(|batch| batch[1].iter().map(|&label| label as u32)).collect();
    (pixels, labels)
}

fn order(bench: &mut Bench, seed: u32, number: u32) -> Vec<u32> {
    epoch(bench, &Standardize::None, seed, number).1
}

pub fn every_image_once(bench: &mut Bench) -> Result<(), String> {
    let seen = order(bench, 1, 0);
    let mut sorted = seen.clone();
    sorted.sort_unstable();
    demand(sorted.iter().copied().eq(0..COUNT as u32), || format!("it shows {seen:?}"))
}

pub fn labels_follow(bench: &mut Bench) -> Result<(), String> {
    let (pixels, labels) = epoch(bench, &Standardize::None, 1, 0);
    let images: Vec<u32> = pixels.iter().step_by(4).map(|&pixel| pixel as u32).collect();
    demand(images == labels, || format!("the images {images:?} have the labels {labels:?}"))
}

pub fn epochs_differ(bench: &mut Bench) -> Result<(), String> {
    let [first, second] = [0, 1].map(|number| order(bench, 1, number));
    demand(first != second, || format!("both show {first:?}"))
}

pub fn seeds_differ(bench: &mut Bench) -> Result<(), String> {
    let [first, second] = [1, 2].map(|seed| order(bench, seed, 0));
    demand(first != second, || format!("both show {first:?}"))
}

pub fn standardised(bench: &mut Bench) -> Result<(), String> {
    let (pixels, _) = epoch(bench, &Standardize::Auto, 1, 0);
    for channel in 0..2 {
        let own: Vec<f64> =
            pixels.iter().enumerate().filter(|(i, _)| i / 2 % 2 == channel).map(|(_, &v)| v.into()).collect();
        let count = own.len() as f64;
        let mean = own.iter().sum::<f64>() / count;
        let deviation = (own.iter().map(|v| (v - mean).powi(2)).sum::<f64>() / count).sqrt();
        demand(mean.abs() < 1e-5 && (deviation - 1.0).abs() < 1e-5, || {
            format!("channel {channel} has mean {mean} and deviation {deviation}")
        })?;
    }
    Ok(())
}
