//! Views: what is drawn, a crop by hand, and that a label stays with its image.

use std::rc::Rc;

use convlab_core::augment::{Apply, Draw, Strengths, View};
use convlab_core::data::{Batches, DataSet, Images, Labels, Pixels, Sizes, Standardize};
use convlab_core::plan::{Builder, Mode, Operand, Shape, StepRecord};

use super::{close, demand, run};
use crate::wrong::Bench;

const N: usize = 400;
const ROWS: usize = 12;
const COLUMNS: usize = 20;

/// The views of the images of one step.
fn drawn(bench: &mut Bench, seed: u32, step: u32) -> Vec<View<f32>> {
    let mut augment = Strengths { rotate: 30.0, ..Strengths::default() };
    augment.set_flips(0.25, 0.0);
    augment.set_sides(0.1, 0.5);
    let mut plan = Builder::new(Mode::Train { frozen: vec![] }, N);
    let views = plan.value("views", Shape::new(N, View::<f32>::LEN, 1, 1));
    plan.run(Draw { n: N, h: ROWS, w: COLUMNS }, [] as [Operand; 0], [views]);
    let record = StepRecord { seed, step, augment, ..StepRecord::default() };
    let seen = run(bench, (&plan.finish(), Rc::new(DataSet::default())), &[], &[record], &[views.at]);
    seen[0][0].as_chunks().0.iter().map(|&numbers| View::of(numbers)).collect()
}

/// A quarter is mirrored, moves and turns go both ways alike, squares lie inside: within five standard
/// errors.
pub fn shares(bench: &mut Bench) -> Result<(), String> {
    let views = drawn(bench, 3, 5);
    let share = |of: &dyn Fn(&View<f32>) -> f32| views.iter().map(of).sum::<f32>() / N as f32;
    for (what, found, wanted, deviation) in [
        ("mirrored left to right", share(&|view| view.flip), 0.25, 0.44),
        ("mirrored top to bottom", share(&|view| view.vflip), 0.0, 1e-6),
        ("moved to the right", share(&|view| view.dx), 0.0, 1.2),
        ("moved down", share(&|view| view.dy), 0.0, 0.8),
        ("turned", share(&|view| view.degrees / 30.0), 0.0, 0.58),
    ] {
        let near = (found - wanted).abs() < 5.0 * deviation / (N as f32).sqrt();
        demand(near, || format!("{found} are {what}, not {wanted}"))?;
    }
    let inside = |view: &View<f32>| {
        view.size == 6.0 && view.left + view.size <= COLUMNS as f32 && view.top + view.size <= ROWS as f32
    };
    demand(views.iter().all(inside), || "a square does not lie inside".to_owned())
}

pub fn differ(bench: &mut Bench) -> Result<(), String> {
    let views = drawn(bench, 3, 5);
    demand(views[0] != views[1], || "two images are seen alike".to_owned())?;
    demand(drawn(bench, 3, 6) != views, || "two steps see alike".to_owned())?;
    demand(drawn(bench, 4, 5) != views, || "two seeds see alike".to_owned())
}

/// Twelve images of 4×4 pixels whose values are number + column + 4·row.
fn ramps() -> Rc<DataSet> {
    let image = |n: usize| (0..16).map(move |i| (n + i) as f32);
    let images = Images {
        shape: [1, 4, 4],
        names: (0..12).map(|k: usize| k.to_string()).collect(),
        pixels: Pixels::Floats((0..12).flat_map(image).collect()),
        labels: (0..12).collect(),
        tests: 0,
    };
    let sizes = Sizes { train: 12, val: 0, test: 0 };
    Rc::new(DataSet::new(images, sizes, 3, &Standardize::None).unwrap())
}

/// Pixels and labels of the first batch through one view.
fn seen(bench: &mut Bench, view: View<f32>) -> (Vec<f32>, Vec<f32>) {
    let data = ramps();
    let mut plan = Builder::new(Mode::Train { frozen: vec![] }, 12);
    let [x, labels] = [plan.value("x", Shape::new(12, 1, 4, 4)), plan.value("labels", Shape::vector(12))];
    let (standard, views) = (plan.constant(data.affine()), plan.constant(view.numbers().repeat(12)));
    plan.run(Apply { n: 12, c: 1, h: 4, w: 4, floats: true }, [standard, views], [x]);
    plan.run(Labels { n: 12 }, [] as [Operand; 0], [labels]);
    let mut record = StepRecord { seed: 1, ..StepRecord::default() };
    Batches::training(&data, 12).unwrap().point(&mut record, 0);
    let mut seen = run(bench, (&plan.finish(), data), &[], &[record], &[x.at, labels.at]).swap_remove(0);
    let labels = seen.swap_remove(1);
    (seen.swap_remove(0), labels)
}

pub fn labels_stay(bench: &mut Bench) -> Result<(), String> {
    let (pixels, labels) = seen(bench, View { flip: 1.0, ..View::default() });
    let ends: Vec<f32> = pixels.chunks_exact(16).map(|image| image[3]).collect();
    demand(ends == labels, || format!("the images {ends:?} have the labels {labels:?}"))
}

/// The upper left quarter of the area, twice as large: pixel 1 shows the place 0.25, pixel 2 0.75.
pub fn crop(bench: &mut Bench) -> Result<(), String> {
    let quarter = View { cut: 0.75, crop_x: -1.0, crop_y: -1.0, ..View::default() };
    let (pixels, labels) = seen(bench, quarter);
    for (image, label) in pixels.chunks_exact(16).zip(labels) {
        for (at, wanted) in [(5, 0.25 + 4.0 * 0.25), (6, 0.75 + 4.0 * 0.25), (10, 0.75 + 4.0 * 0.75)] {
            close(image[at] - label, wanted)?;
        }
    }
    Ok(())
}
