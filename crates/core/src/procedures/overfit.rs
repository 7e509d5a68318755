use serde::Serialize;

use super::{Desk, Grade, Lab, Procedure, SharedLab, Verdict, stage};
use crate::data::Split;
use crate::session::SessionError;
use crate::spec::{Experiment, Group, Setting, settings};
use crate::text::verdicts as text;

/// Learned by heart: the loss of sure and right answers.
const BY_HEART: f64 = 0.01;
/// Still above this share of its first value, the loss has not begun to fall.
const STUCK: f64 = 0.7;

/// Whether a few images can be learned by heart.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Overfit {
    /// Images that were to be learned.
    pub images: u32,
    /// The step whose loss was below 0.01 first.
    pub reached: Option<u32>,
    /// Last training loss.
    pub loss: f64,
    /// What was switched off for this check: `Dropout p (was 0.25)`.
    pub off: Vec<String>,
    /// The words that make the experiment this one.
    pub words: Vec<(&'static str, String)>,
    /// What it means.
    pub verdict: Verdict,
}

/// Tries to learn `images` training images by heart within `steps` steps, with everything switched off
/// that hinders it. A network that cannot do that cannot learn.
pub fn overfit(lab: SharedLab, experiment: Experiment, images: u32, steps: u32) -> Procedure<(), Overfit> {
    Procedure::new(stage::steps(&experiment) + steps, async move |desk| {
        let lab = stage::behind(&desk, &lab, &experiment).await?;
        measure(&desk, &*lab, &experiment, images, steps).await
    })
}

pub(super) async fn measure<R>(
    desk: &Desk<R>,
    lab: &dyn Lab,
    experiment: &Experiment,
    images: u32,
    steps: u32,
) -> Result<Overfit, SessionError> {
    let (few, off, words) = few(experiment, images);
    let mut session = lab.open(&few)?;
    let images = images.min(session.setup().data.entries(Split::Train).len() as u32);
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
        (Some(step), _) => Verdict::good(text::learned(&named(images), step)),
        (None, Some(step)) => Verdict::diverged(step),
        _ if last > STUCK * first => {
            let reason = text::not_learned(&named(images), steps, last, first);
            Verdict::new(Grade::Bad, reason, &["lr", "init", "norm", "act", "net"])
        }
        _ => {
            let reason = text::half_learned(&named(images), steps, last, BY_HEART);
            Verdict::new(Grade::Doubtful, reason, &["lr", "opt"])
        }
    };
    Ok(Overfit { images, reached, loss: last, off, words, verdict })
}

fn named(images: u32) -> String {
    if images == 1 { text::ONE_IMAGE.to_owned() } else { text::some_images(images) }
}

/// The word that switches a setting off which makes learning by heart harder.
fn off(setting: &Setting) -> Option<String> {
    match setting.group {
        Group::Regularize => Some("0".to_owned()),
        // What acts in tests alone hinders no training.
        Group::Augment if setting.live => Some(setting.usual()),
        _ => (setting.key == "schedule").then(|| "constant".to_owned()),
    }
}

/// The experiment on so few images, what was switched off, and the words for both.
fn few(experiment: &Experiment, images: u32) -> (Experiment, Vec<String>, Vec<(&'static str, String)>) {
    let on = |setting: &Setting| {
        let off = off(setting)?;
        let now = experiment.word(setting.key).filter(|now| *now != off)?;
        Some((text::was(setting.label, &now), (setting.key, off)))
    };
    let (off, mut words): (Vec<_>, Vec<_>) = settings().iter().filter_map(on).unzip();
    words.push(("train", images.to_string()));
    words.push(("batch", images.to_string()));
    let (mut few, _) = experiment.with(&words);
    few.log.clear();
    (few, off, words)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_hinders_is_switched_off_and_named() {
        let hindered = [
            ("flip", "0.5"),
            ("crop", "0.8"),
            ("schedule", "cosine"),
            ("p", "0.5"),
            ("wd", "0.01"),
            ("l1", "0.001"),
            ("smooth", "0.1"),
        ];
        let others = [("lr", "0.03"), ("tta", "5")];
        let (experiment, problems) = Experiment::resolve(&[&hindered[..], &others].concat());
        assert_eq!(problems, []);
        let (few, off, words) = few(&experiment, 10);
        assert_eq!((few.lr, few.tta, few.train, few.batch), (0.03, 5, 10, 10));
        let (free, _) = Experiment::resolve(&[&others[..], &[("p", "0"), ("train", "10")]].concat());
        assert_eq!(few.words(), free.words());
        let label = |key| settings().iter().find(|known| known.key == key).map_or("", |known| known.label);
        assert_eq!(off, hindered.map(|(key, word)| format!("{} (was {word})", label(key))));
        let words: Vec<_> = words.iter().map(|(key, word)| (*key, word.as_str())).collect();
        assert_eq!(experiment.with(&words).0.words(), few.words());
    }
}
