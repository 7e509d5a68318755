use serde::Serialize;

use super::{Desk, Lab, Procedure, SharedLab, stage};
use crate::optimizer::Schedule;
use crate::session::{Session, SessionError};
use crate::spec::Experiment;
use crate::text::verdicts as text;

/// Weight of the past in the smoothed loss.
const MEMORY: f64 = 0.9;
/// The loss has left for good when it is this many times its lowest.
const LOST: f64 = 4.0;
/// Steps on either side over which the slope is taken.
const REACH: usize = 4;

/// One step of the test.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct RangeRow {
    /// Updates made, this one included.
    pub step: u32,
    /// Learning rate used.
    pub lr: f64,
    /// Training loss.
    pub loss: f64,
    /// Its moving average, corrected for its start at 0.
    pub smooth: f64,
}

/// What the test says.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct RangeTest {
    /// Where the smoothed loss falls most steeply over log(lr); none where it never falls.
    pub suggestion: Option<f64>,
    /// Where it is lowest.
    pub lowest: f64,
    /// From here on it only grows; none when the range ends before.
    pub diverges: Option<f64>,
    /// The same in words.
    pub sentence: String,
}

/// Raises the learning rate from `low` to `high`, by the same factor at each step, and watches the loss
/// (L. Smith, "Cyclical learning rates", 2015).
///
/// # Errors
/// One sentence when this is no range.
pub fn range_test(
    lab: SharedLab,
    experiment: Experiment,
    [low, high]: [f64; 2],
    steps: u32,
) -> Result<Procedure<RangeRow, RangeTest>, String> {
    if !(low > 0.0 && low < high && high.is_finite()) {
        return Err(text::no_range(low, high));
    }
    if (steps as usize) < 4 * REACH {
        return Err(text::too_few_steps(4 * REACH));
    }
    Ok(Procedure::new(stage::steps(&experiment) + steps, async move |desk| {
        let lab = stage::behind(&desk, &lab, &experiment).await?;
        let rows = rows(&desk, &*lab, &experiment, [low, high], steps, |row| desk.row(row)).await?;
        Ok(read(&rows, high))
    }))
}

/// The rows until the end of the range, or until the loss has left for good.
pub(super) async fn rows<R>(
    desk: &Desk<R>,
    lab: &dyn Lab,
    experiment: &Experiment,
    [low, high]: [f64; 2],
    steps: u32,
    mut told: impl FnMut(RangeRow),
) -> Result<Vec<RangeRow>, SessionError> {
    let mut setup = lab.setup(experiment)?;
    let gamma = libm::pow(high / low, 1.0 / f64::from(steps - 1));
    (setup.schedule, setup.live.lr) = (Schedule::Exponential { gamma }, low);
    setup.log.clear();
    let mut session = Session::open(lab.device(), setup)?;
    let mut rows: Vec<RangeRow> = Vec::new();
    let (mut average, mut lowest) = (0.0, f64::INFINITY);
    let (mut until, mut over) = (0, false);
    while until < steps && !over {
        until = steps.min(until + 8);
        let diverged = desk
            .train(&mut session, until, |row| {
                average = MEMORY * average + (1.0 - MEMORY) * row.loss;
                let smooth = average / (1.0 - libm::pow(MEMORY, f64::from(row.step)));
                lowest = lowest.min(smooth);
                over |= smooth > LOST * lowest;
                let row = RangeRow { step: row.step, lr: row.lr, loss: row.loss, smooth };
                told(row);
                rows.push(row);
            })
            .await?;
        over |= diverged.is_some();
    }
    desk.count(steps - until);
    Ok(rows)
}

/// Reads the curve.
pub(super) fn read(rows: &[RangeRow], high: f64) -> RangeTest {
    let best = rows.iter().enumerate().min_by(|a, b| a.1.smooth.total_cmp(&b.1.smooth));
    let Some((at, &RangeRow { lr: lowest, smooth: bottom, .. })) = best else {
        let sentence = text::RATE_NO_NUMBER.to_owned();
        return RangeTest { suggestion: None, lowest: f64::NAN, diverges: None, sentence };
    };
    let slope = |i: usize| {
        let (a, b) = (&rows[i - REACH], &rows[i + REACH]);
        (b.smooth - a.smooth) / libm::log(b.lr / a.lr)
    };
    let steepest =
        (REACH..at.min(rows.len().saturating_sub(REACH))).min_by(|&a, &b| slope(a).total_cmp(&slope(b)));
    let suggestion = steepest.filter(|&i| slope(i) < 0.0).map(|i| rows[i].lr);
    // Twice its lowest and never back: the edge. A run cut short before `high` was lost, too.
    let usable = rows.iter().rposition(|row| row.smooth <= 2.0 * bottom).unwrap_or(at);
    let cut = rows.last().is_some_and(|last| last.lr < 0.999 * high);
    let edge = rows.get(usable + 1).or(rows.last().filter(|_| cut)).map(|row| row.lr);
    let sentence = match (suggestion, edge) {
        (Some(lr), Some(edge)) => text::range_with_edge(&told(lr), &told(lowest), &told(edge)),
        (Some(lr), None) => text::range_without_edge(&told(lr), &told(lowest), &told(high)),
        _ => text::RANGE_FALLS_NOWHERE.to_owned(),
    };
    RangeTest { suggestion, lowest, diverges: edge, sentence }
}

/// A rate with the two digits that count.
pub(super) fn told(rate: f64) -> String {
    let scale = libm::pow(10.0, 1.0 - libm::floor(libm::log10(rate)));
    format!("{}", libm::round(rate * scale) / scale)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A loss that falls around lr 0.01, is lowest at 0.3 and leaves beyond 1.
    fn rows(loss: impl Fn(f64) -> f64) -> Vec<RangeRow> {
        let row = |i: u32| {
            let lr = 1e-4 * 1e5f64.powf(f64::from(i) / 100.0);
            RangeRow { step: i + 1, lr, loss: loss(lr), smooth: loss(lr) }
        };
        (0..=100).map(row).collect()
    }

    #[test]
    fn the_steepest_descent_is_suggested() {
        let found = read(&rows(|lr| 2.0 / (1.0 + lr / 0.01) + 0.3 + lr * lr), 10.0);
        let suggestion = found.suggestion.unwrap();
        assert!((0.005..0.02).contains(&suggestion), "{found:?}");
        assert!(found.diverges.unwrap() > found.lowest && found.lowest > suggestion, "{found:?}");
    }

    #[test]
    fn a_flat_or_rising_loss_suggests_nothing() {
        assert_eq!(read(&rows(|_| 2.3), 10.0).suggestion, None);
        assert_eq!(read(&rows(|lr| 2.3 + lr), 10.0).suggestion, None);
        assert_eq!(read(&[], 10.0).suggestion, None);
    }

    #[test]
    fn a_loss_that_comes_back_has_not_left() {
        let bump = |lr: f64| if (0.5..0.6).contains(&lr) { 4.0 } else { 1.0 };
        assert_eq!(read(&rows(bump), 10.0).diverges, None);
        let end = |lr: f64| bump(lr) + if lr > 3.0 { 9.0 } else { 0.0 };
        assert!(read(&rows(end), 10.0).diverges.is_some_and(|edge| edge > 3.0));
    }

    #[test]
    fn a_rate_is_told_with_two_digits() {
        assert_eq!([1e-5, 0.0134, 0.0999, 1.26, 10.0].map(told), ["0.00001", "0.013", "0.1", "1.3", "10"]);
    }
}
