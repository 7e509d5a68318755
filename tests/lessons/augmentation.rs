//! Augmentation helps where it keeps the label, and hurts where it does not.

use convlab_core::augment::View;
use convlab_core::data::Split;
use convlab_core::session::Session;
use pollster::block_on;

use crate::Claim;
use crate::school::{SEEDS, School, all, each, higher, spread};

const EIGHT: [u32; 8] = [1, 2, 3, 4, 5, 6, 7, 8];
const NET: &str = "net=conv8-pool-conv16-pool&p=0&lr=0.05&schedule=cosine&steps=400";
const AFFINE: &str = "aug=rotate15-shift0.1-scale0.1";
/// Pixels, of a side of 14.
const MOVED: f32 = 3.0;

pub fn claims() -> Vec<Claim> {
    let mut claims = Vec::new();
    for images in [5, 10] {
        let few = format!("train=1000&perclass={images}&batch=25");
        let plain = accuracies(&EIGHT, &few);
        let affine = gains(&plain, &accuracies(&EIGHT, &format!("{few}&{AFFINE}")));
        claims.push(Claim::new(
            format!("{images} digits of each class: turned, moved and resized is better in 7 of 8 seeds"),
            format!("{} of 8, {} points", higher(&affine), spread(&affine)),
            higher(&affine) >= 7,
        ));
        let flips = gains(&plain, &accuracies(&EIGHT, &format!("{few}&aug=flip0.5-vflip0.5")));
        claims.push(Claim::new(
            "the same digits, mirrored both ways: worse in 8 of 8",
            format!("{} points", spread(&flips)),
            all(&flips, |x| x < 0.0),
        ));
    }
    let moved = gains(&accuracies_moved(""), &accuracies_moved("&aug=shift0.2"));
    claims.push(Claim::new(
        "moved in training: on digits 3 pixels aside more than 25 points better",
        format!("{} points", spread(&moved)),
        all(&moved, |x| x > 25.0),
    ));
    claims.extend(shapes());
    claims
}

/// What each strength does on shapes, and the mean of five views: measured, not claimed.
fn shapes() -> Vec<Claim> {
    let base = "data=shapes&side=16&train=1000";
    let plain = accuracies(&SEEDS, base);
    let arms = [
        ("crop and resize", "crop0.6"),
        ("brightness and contrast", "brightness0.3-contrast0.3"),
        ("cutout", "cutout0.4"),
        ("mirrored left to right", "flip0.5"),
    ];
    let mut found: Vec<Claim> = arms
        .iter()
        .map(|(name, aug)| {
            let gain = gains(&plain, &accuracies(&SEEDS, &format!("{base}&aug={aug}")));
            Claim::found(format!("1,000 shapes, {name}"), format!("{} points", spread(&gain)))
        })
        .collect();
    let tta = each(&SEEDS, |seed| {
        let mut run = School::new().train(&format!("{NET}&{base}&seed={seed}"));
        let seen = block_on(run.session.evaluate_averaged(Split::Val, None, 5)).unwrap();
        100.0 * (seen.tta.unwrap().accuracy - seen.accuracy)
    });
    found.push(Claim::found("1,000 shapes, 5 views in the test", format!("{} points", spread(&tta))));
    found
}

/// Validation accuracy for each seed.
fn accuracies(seeds: &[u32], words: &str) -> Vec<f64> {
    each(seeds, |seed| {
        let mut run = School::new().train(&format!("{NET}&{words}&seed={seed}"));
        block_on(run.session.evaluate(Split::Val, None)).unwrap().accuracy
    })
}

/// The same on validation images that are moved: up, down, left and right.
fn accuracies_moved(words: &str) -> Vec<f64> {
    each(&EIGHT, |seed| {
        let mut run = School::new().train(&format!("{NET}&train=1000{words}&seed={seed}"));
        let aside = [(-MOVED, 0.0), (MOVED, 0.0), (0.0, -MOVED), (0.0, MOVED)];
        let seen = aside.map(|(dx, dy)| accuracy(&mut run.session, &View { dx, dy, ..View::default() }));
        seen.iter().sum::<f64>() / seen.len() as f64
    })
}

/// Accuracy on validation images through a view.
fn accuracy(session: &mut Session, view: &View<f32>) -> f64 {
    let data = session.setup().data.clone();
    let images = &data.table[data.entries(Split::Val)];
    let pixels = data.seen(&data.pixels_of(images), view).unwrap();
    let answers = block_on(session.predict(&pixels)).unwrap();
    let right = images.iter().zip(answers.chunks_exact(data.classes)).filter(|(image, answer)| {
        let label = data.labels[**image as usize] as usize;
        answer.iter().all(|&other| other <= answer[label])
    });
    right.count() as f64 / images.len() as f64
}

/// Points of accuracy that the second arm has more, seed by seed.
fn gains(base: &[f64], other: &[f64]) -> Vec<f64> {
    base.iter().zip(other).map(|(a, b)| 100.0 * (b - a)).collect()
}
