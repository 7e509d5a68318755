//! Dropout costs training loss and saves validation loss where labels are wrong.

use convlab_core::data::Split;
use pollster::block_on;

use crate::Claim;
use crate::school::{School, each, higher, mean, spread};

const SEEDS: [u32; 8] = [1, 2, 3, 4, 5, 6, 7, 8];

struct Ended {
    clean: f64,
    val: f64,
    accuracy: f64,
}

fn arm(p: f64) -> Vec<Ended> {
    each(&SEEDS, |seed| {
        let words =
            format!("net=dense256&norm=none&train=1000&p={p}&lr=0.05&steps=800&noise=0.2&seed={seed}");
        let mut run = School::new().train(&words);
        let clean = block_on(run.session.evaluate(Split::Train, None)).unwrap();
        let val = block_on(run.session.evaluate(Split::Val, None)).unwrap();
        Ended { clean: clean.loss, val: val.loss, accuracy: val.accuracy }
    })
}

pub fn claims() -> Vec<Claim> {
    let (without, with) = (arm(0.0), arm(0.5));
    let pairs = || without.iter().zip(&with);
    let cost: Vec<f64> = pairs().map(|(a, b)| b.clean - a.clean).collect();
    let gain: Vec<f64> = pairs().map(|(a, b)| a.val - b.val).collect();
    let points: Vec<f64> = pairs().map(|(a, b)| 100.0 * (b.accuracy - a.accuracy)).collect();
    let seven =
        |numbers: &[f64]| (format!("{} of 8, {}", higher(numbers), spread(numbers)), higher(numbers) >= 7);
    let (cost_text, cost_holds) = seven(&cost);
    let (gain_text, gain_holds) = seven(&gain);
    vec![
        Claim::new("20 % wrong labels: p = 0.5 raises the clean training loss", cost_text, cost_holds),
        Claim::new("and lowers the validation loss in at least 7 of 8 seeds", gain_text, gain_holds),
        Claim::new(
            "and gains 2 points of validation accuracy",
            format!("{:.1} points on average, {}", mean(&points), spread(&points)),
            mean(&points) >= 2.0,
        ),
    ]
}
