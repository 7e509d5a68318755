use super::{Point, Record};

/// What the rules read off the curves.
pub(super) struct Curves {
    /// Loss of guessing, ln(classes).
    pub guessing: f64,
    /// Accuracy of guessing.
    pub chance: f64,
    /// Running loss of the first step, before anything was learned.
    pub first: f64,
    /// Largest running loss after the first step.
    pub peak: f64,
    /// Mean running loss of the last quarter.
    pub last: f64,
    /// Mean running loss of the quarter before.
    pub before: f64,
    /// Mean running accuracy of the last quarter.
    pub last_accuracy: f64,
    /// The end of the clean training curve.
    pub clean: Point,
    /// The end of the validation curve, averaged over its last three points.
    pub val: Point,
    /// The validation point of lowest loss.
    pub best: Point,
    /// Highest validation accuracy.
    pub best_accuracy: f64,
    /// Typical jump of the validation accuracy from one point to the next, in the last half.
    pub jitter: f64,
    /// How far clean training accuracy stays below validation accuracy at its worst, in the second half.
    pub below: f64,
    /// Last step.
    pub end: u32,
}

const NOTHING: Point = Point { step: 0, loss: f64::NAN, accuracy: f64::NAN };

impl Curves {
    pub fn of(record: &Record) -> Self {
        let train = &record.train;
        let quarter = (train.len() / 4).max(1);
        let tail = &train[train.len().saturating_sub(quarter)..];
        let earlier = &train[train.len().saturating_sub(2 * quarter)..train.len().saturating_sub(quarter)];
        let half = record.val.len() / 2;
        let val = &record.val;
        let late = &val[half..];
        let jumps: Vec<f64> =
            late.windows(2).map(|pair| (pair[1].accuracy - pair[0].accuracy).abs()).collect();
        let gaps = record.clean.iter().zip(val).skip(half).map(|(clean, val)| val.accuracy - clean.accuracy);
        // One point may be off by chance; the mean of the second half is not.
        let below = mean(gaps);
        let guessing = libm::log(record.classes.max(2) as f64);
        Self {
            guessing,
            chance: 1.0 / record.classes.max(2) as f64,
            first: train.first().map_or(f64::NAN, |p| p.loss),
            peak: train.iter().skip(1).map(|p| p.loss).fold(f64::NEG_INFINITY, f64::max),
            last: mean(tail.iter().map(|p| p.loss)),
            before: mean(earlier.iter().map(|p| p.loss)),
            last_accuracy: mean(tail.iter().map(|p| p.accuracy)),
            clean: averaged(&record.clean),
            val: averaged(val),
            best: val.iter().copied().min_by(|a, b| a.loss.total_cmp(&b.loss)).unwrap_or(NOTHING),
            best_accuracy: val.iter().map(|p| p.accuracy).fold(f64::NEG_INFINITY, f64::max),
            jitter: mean(jumps.into_iter()),
            below,
            end: train.last().map_or(0, |p| p.step),
        }
    }
}

fn averaged(curve: &[Point]) -> Point {
    let tail = &curve[curve.len().saturating_sub(3)..];
    Point {
        step: tail.last().map_or(0, |p| p.step),
        loss: mean(tail.iter().map(|p| p.loss)),
        accuracy: mean(tail.iter().map(|p| p.accuracy)),
    }
}

/// NaN of nothing: no comparison with it holds, so no rule rests on it.
fn mean(numbers: impl Iterator<Item = f64>) -> f64 {
    let (sum, count) = numbers.fold((0.0, 0.0), |(sum, count), x| (sum + x, count + 1.0));
    sum / count
}
