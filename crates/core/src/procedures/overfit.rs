use serde::Serialize;

use super::{Desk, Grade, Lab, Procedure, SharedLab, Verdict};
use crate::session::SessionError;
use crate::spec::Experiment;

/// Learned by heart: the loss of sure and right answers.
const BY_HEART: f64 = 0.01;
/// Still above this share of its first value, the loss has not begun to fall.
const STUCK: f64 = 0.7;

/// Settings that make learning by heart harder, and the words that switch them off.
const HINDRANCES: [(&str, &str); 5] =
    [("p", "0"), ("wd", "0"), ("l1", "0"), ("smooth", "0"), ("schedule", "constant")];

/// Whether a few images can be learned by heart.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Overfit {
    /// Images that were to be learned.
    pub images: u32,
    /// The step whose loss was below 0.01 first.
    pub reached: Option<u32>,
    /// Last training loss.
    pub loss: f64,
    /// What was switched off for this check: `p=0.25`.
    pub off: Vec<String>,
    /// What it means.
    pub verdict: Verdict,
}

/// Tries to learn `images` training images by heart within `steps` steps, with everything switched off
/// that hinders it. A network that cannot do that cannot learn.
pub fn overfit(lab: SharedLab, experiment: Experiment, images: u32, steps: u32) -> Procedure<(), Overfit> {
    Procedure::new(steps, async move |desk| measure(&desk, &*lab, &experiment, images, steps).await)
}

pub(super) async fn measure<R>(
    desk: &Desk<R>,
    lab: &dyn Lab,
    experiment: &Experiment,
    images: u32,
    steps: u32,
) -> Result<Overfit, SessionError> {
    let (few, off) = few(experiment, images);
    let mut session = lab.open(&few)?;
    let (mut reached, mut first, mut last) = (None, f64::NAN, f64::NAN);
    let (mut until, mut diverged) = (0, None);
    while until < steps && reached.is_none() && diverged.is_none() {
        until = steps.min(until + 10);
        diverged = desk
            .train(&mut session, until, |row| {
                if row.step == 1 {
                    first = row.loss;
                }
                last = row.loss;
                if row.loss < BY_HEART {
                    reached = reached.or(Some(row.step));
                }
            })
            .await?;
    }
    desk.count(steps - until);
    let verdict = match (reached, diverged) {
        (Some(step), _) => Verdict::good(format!("{} learned by heart at step {step}.", named(images))),
        (None, Some(step)) => Verdict::diverged(step),
        _ if last > STUCK * first => {
            let reason = format!(
                "{} not learned: after {steps} steps the loss is {last:.2}, and it began at {first:.2}. \
                 Something stands between the images and the loss.",
                named(images),
            );
            Verdict::new(Grade::Bad, reason, &["lr", "init", "norm", "act", "net"])
        }
        _ => {
            let reason = format!(
                "{} half learned: after {steps} steps the loss is {last:.3}, not below {BY_HEART}. Try a higher \
                 learning rate.",
                named(images),
            );
            Verdict::new(Grade::Doubtful, reason, &["lr", "opt"])
        }
    };
    Ok(Overfit { images, reached, loss: last, off, verdict })
}

fn named(images: u32) -> String {
    if images == 1 { "One image was".to_owned() } else { format!("{images} images were") }
}

/// The experiment on so few images, and what was switched off.
fn few(experiment: &Experiment, images: u32) -> (Experiment, Vec<String>) {
    let on = |&(key, word): &(&'static str, &str)| {
        let now = experiment.word(key).filter(|now| now != word)?;
        Some((format!("{key}={now}"), (key, word.to_owned())))
    };
    let (off, mut words): (Vec<_>, Vec<_>) = HINDRANCES.iter().filter_map(on).unzip();
    words.push(("train", images.to_string()));
    words.push(("batch", images.to_string()));
    let (mut few, _) = experiment.with(&words);
    few.log.clear();
    (few, off)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_hinders_is_switched_off_and_named() {
        let (experiment, _) = Experiment::resolve(&[("p", "0.5"), ("wd", "0.01"), ("lr", "0.03")]);
        let (few, off) = few(&experiment, 10);
        assert_eq!((few.p, few.wd, few.lr, few.train, few.batch), (0.0, 0.0, 0.03, 10, 10));
        assert_eq!(off, ["p=0.5", "wd=0.01"]);
    }
}
