use serde::Serialize;

use super::{Desk, Grade, Lab, Procedure, SharedLab, Verdict, stage};
use crate::session::{Session, SessionError};
use crate::spec::Experiment;
use crate::text::verdicts as text;

/// Batches that are averaged: one of 64 images alone may be off by several percent.
const BATCHES: u32 = 4;
/// A healthy first loss is within this share of that of guessing.
const NEAR: f64 = 0.1;
/// Beyond this share the first steps only undo the start.
const FAR: f64 = 0.5;

/// The loss before anything was learned.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct FirstLoss {
    /// Mean training loss of the initial weights.
    pub loss: f64,
    /// That of guessing, ln(classes).
    pub guessing: f64,
    /// Whether they agree.
    pub verdict: Verdict,
}

/// Compares the loss of the initial weights with that of guessing, ln(classes).
pub fn first_loss(lab: SharedLab, experiment: Experiment) -> Procedure<(), FirstLoss> {
    Procedure::new(stage::steps(&experiment) + BATCHES, async move |desk| {
        let lab = stage::behind(&desk, &lab, &experiment).await?;
        measure(&desk, &*lab, &experiment).await
    })
}

pub(super) async fn measure<R>(
    desk: &Desk<R>,
    lab: &dyn Lab,
    experiment: &Experiment,
) -> Result<FirstLoss, SessionError> {
    let mut setup = lab.setup(experiment)?;
    // With a learning rate of 0 every step sees the initial weights.
    setup.live.lr = 0.0;
    setup.log.clear();
    let classes = setup.network.classes;
    let mut session = Session::open(lab.device(), setup)?;
    let mut losses = Vec::new();
    let diverged = desk.train(&mut session, BATCHES, |row| losses.push(row.loss)).await?;
    let loss = match diverged {
        Some(_) => f64::INFINITY,
        None => losses.iter().sum::<f64>() / losses.len() as f64,
    };
    let guessing = libm::log(classes as f64);
    let judge = if experiment.start.is_some() { judge_trained } else { judge };
    Ok(FirstLoss { loss, guessing, verdict: judge(loss, guessing, classes) })
}

fn both(loss: f64, guessing: f64, classes: usize) -> String {
    text::first_loss(loss, guessing, classes)
}

/// Weights that were trained before may begin far below guessing.
fn judge_trained(loss: f64, guessing: f64, classes: usize) -> Verdict {
    if !loss.is_finite() || classes < 2 {
        return judge(loss, guessing, classes);
    }
    let both = both(loss, guessing, classes);
    match loss / guessing {
        ratio if ratio < 1.0 - NEAR => Verdict::good(text::start_helps(&both)),
        ratio if ratio <= 1.0 + NEAR => Verdict::good(text::start_knows_nothing(&both)),
        _ => {
            let reason = text::start_is_wrong(&both);
            Verdict::new(Grade::Doubtful, reason, &["start", "data"])
        }
    }
}

fn judge(loss: f64, guessing: f64, classes: usize) -> Verdict {
    let (touch, ratio) = (["init", "norm"], loss / guessing);
    if !loss.is_finite() {
        let reason = text::FIRST_LOSS_NO_NUMBER;
        return Verdict::new(Grade::Bad, reason, &touch);
    }
    let both = both(loss, guessing, classes);
    match ratio {
        _ if classes < 2 => Verdict::new(Grade::Bad, text::NOTHING_TO_LEARN, &["classes"]),
        _ if (ratio - 1.0).abs() <= NEAR => Verdict::good(both),
        _ if ratio < 1.0 => {
            let reason = text::less_than_guessing(&both);
            Verdict::new(Grade::Doubtful, reason, &["data"])
        }
        _ if ratio - 1.0 <= FAR => {
            let reason = text::start_a_little_sure(&both);
            Verdict::new(Grade::Doubtful, reason, &touch)
        }
        _ => {
            let reason = text::start_sure(&both);
            Verdict::new(Grade::Bad, reason, &touch)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_band_decides() {
        let ten = 10f64.ln();
        for (loss, grade) in [
            (2.31, Grade::Good),
            (2.5, Grade::Good),
            (2.6, Grade::Doubtful),
            (1.9, Grade::Doubtful),
            (3.6, Grade::Bad),
            (f64::INFINITY, Grade::Bad),
        ] {
            assert_eq!(judge(loss, ten, 10).grade, grade, "{loss}");
        }
        assert_eq!(judge(0.0, 0.0, 1).grade, Grade::Bad);
        for (loss, grade, word) in [
            (0.1, Grade::Good, "help"),
            (2.31, Grade::Good, "nothing"),
            (4.0, Grade::Doubtful, "others"),
            (f64::NAN, Grade::Bad, "no usable number"),
        ] {
            let verdict = judge_trained(loss, ten, 10);
            assert_eq!((verdict.grade, verdict.reason.contains(word)), (grade, true), "{loss}");
        }
    }
}
