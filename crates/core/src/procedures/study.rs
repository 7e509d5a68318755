use serde::Serialize;

use super::{Procedure, SharedLab, stage};
use crate::data::Split;
use crate::session::{Evaluation, Session, SessionError};
use crate::shared::sort;
use crate::spec::{Experiment, Study};
use crate::text::verdicts as text;

/// Steps that every arm makes before the next arm has its turn.
const TOGETHER: u32 = 16;

/// One step of all arms with one seed.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct StudyRow {
    /// The seed.
    pub seed: u32,
    /// Updates made.
    pub step: u32,
    /// Training loss of each arm; none where it has ended or diverged.
    pub loss: Vec<Option<f64>>,
    /// Training accuracy of each arm.
    pub accuracy: Vec<Option<f64>>,
}

/// Training loss of one arm at one step over the seeds.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Band {
    /// Updates made.
    pub step: u32,
    /// Smallest.
    pub min: f64,
    /// Median.
    pub median: f64,
    /// Largest.
    pub max: f64,
}

/// What became of one run.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct RunOutcome {
    /// Its seed.
    pub seed: u32,
    /// Its validation images at the end; none after a divergence.
    pub validation: Option<Evaluation>,
    /// Its test images, looked at once, at the end.
    pub test: Option<Evaluation>,
    /// The step whose loss was no usable number.
    pub diverged: Option<u32>,
}

/// What became of one arm.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ArmOutcome {
    /// Its name.
    pub name: String,
    /// What became of it with each seed.
    pub runs: Vec<RunOutcome>,
    /// Training loss over the seeds, step by step.
    pub band: Vec<Band>,
}

/// What became of a study.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct StudyOutcome {
    /// In the order of the study.
    pub arms: Vec<ArmOutcome>,
    /// Whether every arm saw the same images at the same steps.
    pub same_batches: bool,
    /// One sentence that compares them.
    pub sentence: String,
}

/// Trains all arms of a study in lock-step, seed after seed. Batches and masks are functions of seed and
/// step, so arms that agree on data and batch size learn from the same ones.
///
/// # Errors
/// Every reason why an arm cannot run, before anything runs.
pub fn study(lab: SharedLab, study: &Study) -> Result<Procedure<StudyRow, StudyOutcome>, SessionError> {
    let names: Vec<String> = study.arms.iter().map(|arm| arm.title()).collect();
    let rounds: Vec<(u32, Vec<Experiment>)> = study
        .seeds
        .iter()
        .map(|&seed| (seed, study.arms.iter().map(|arm| study.experiment(arm, seed)).collect()))
        .collect();
    for (name, experiment) in rounds.iter().flat_map(|(_, round)| names.iter().zip(round)) {
        lab.setup(experiment).map_err(|why| match why {
            SessionError::Problems(_) => SessionError::Refused(format!("{name}: {why}")),
            other => other,
        })?;
    }
    let same_batches = same_batches(&rounds[0].1);
    let base = study.base.clone();
    let arms = rounds.iter().flat_map(|(_, round)| round).map(|experiment| experiment.steps).sum::<u32>();
    let steps = arms + stage::steps(&base) * rounds.len() as u32;
    Ok(Procedure::new(steps, async move |desk| {
        let mut arms: Vec<ArmOutcome> =
            names.into_iter().map(|name| ArmOutcome { name, runs: Vec::new(), band: Vec::new() }).collect();
        let mut losses: Vec<Vec<Vec<f64>>> = vec![Vec::new(); arms.len()];
        for (seed, round) in rounds {
            // One first stage a seed: every arm begins with its weights.
            let lab = stage::behind(&desk, &lab, &Experiment { seed, ..base.clone() }).await?;
            let mut sessions = Vec::new();
            for experiment in &round {
                sessions.push((lab.open(experiment)?, None));
            }
            let longest = round.iter().map(|experiment| experiment.steps).max().unwrap_or_default();
            for from in (0..longest).step_by(TOGETHER as usize) {
                let nothing = || vec![None; round.len()];
                let mut rows: Vec<StudyRow> = (from + 1..=longest.min(from + TOGETHER))
                    .map(|step| StudyRow { seed, step, loss: nothing(), accuracy: nothing() })
                    .collect();
                for (arm, (session, diverged)) in sessions.iter_mut().enumerate() {
                    if diverged.is_some() {
                        continue;
                    }
                    let until = round[arm].steps.min(from + TOGETHER);
                    let together = |row: &crate::session::Row| {
                        let aligned = &mut rows[(row.step - from - 1) as usize];
                        (aligned.loss[arm], aligned.accuracy[arm]) = (Some(row.loss), Some(row.accuracy));
                        keep(&mut losses[arm], row.step, row.loss);
                    };
                    *diverged = desk.train(session, until, together).await?;
                    if diverged.is_some() {
                        desk.count(round[arm].steps - until);
                    }
                }
                rows.into_iter().for_each(|row| desk.row(row));
                desk.rest().await;
            }
            for ((arm, experiment), (session, diverged)) in arms.iter_mut().zip(&round).zip(&mut sessions) {
                arm.runs.push(ended(session, experiment, *diverged).await?);
                desk.rest().await;
            }
        }
        for (arm, losses) in arms.iter_mut().zip(losses) {
            arm.band = losses.into_iter().zip(1..).map(|(losses, step)| band(step, losses)).collect();
        }
        let sentence = sentence(&arms);
        Ok(StudyOutcome { arms, same_batches, sentence })
    }))
}

async fn ended(
    session: &mut Session,
    experiment: &Experiment,
    diverged: Option<u32>,
) -> Result<RunOutcome, SessionError> {
    let mut run = RunOutcome { seed: experiment.seed, validation: None, test: None, diverged };
    if diverged.is_none() {
        let views = experiment.tta as usize;
        run.validation = Some(session.evaluate_averaged(Split::Val, None, views).await?);
        run.test = Some(session.evaluate_averaged(Split::Test, None, views).await?);
    }
    Ok(run)
}

fn keep(losses: &mut Vec<Vec<f64>>, step: u32, loss: f64) {
    losses.resize((step as usize).max(losses.len()), Vec::new());
    losses[step as usize - 1].push(loss);
}

/// Arms that draw the same images for every step of a seed.
fn same_batches(arms: &[Experiment]) -> bool {
    arms.iter().all(|arm| arm.batch == arms[0].batch && arm.same_images(&arms[0]))
}

fn band(step: u32, mut losses: Vec<f64>) -> Band {
    sort::by(&mut losses, f64::total_cmp);
    Band { step, min: losses[0], median: median(&losses), max: losses[losses.len() - 1] }
}

/// The middle of sorted numbers, at least one.
pub(super) fn median(sorted: &[f64]) -> f64 {
    let half = sorted.len() / 2;
    if sorted.len() % 2 == 1 { sorted[half] } else { 0.5 * (sorted[half - 1] + sorted[half]) }
}

impl ArmOutcome {
    /// Median validation accuracy of the runs that ended.
    fn accuracy(&self) -> Option<f64> {
        let mut ended: Vec<f64> =
            self.runs.iter().filter_map(|run| Some(run.validation?.judged().accuracy)).collect();
        sort::by(&mut ended, f64::total_cmp);
        (!ended.is_empty()).then(|| median(&ended))
    }
}

fn sentence(arms: &[ArmOutcome]) -> String {
    let mut order: Vec<(&ArmOutcome, f64)> =
        arms.iter().filter_map(|arm| Some((arm, arm.accuracy()?))).collect();
    sort::by(&mut order, |a, b| b.1.total_cmp(&a.1));
    match order[..] {
        [] => text::ALL_DIVERGED.to_owned(),
        [(only, accuracy)] if arms.len() == 1 => text::only_arm(&only.name, &text::percent(accuracy)),
        [(only, accuracy)] => text::only_one_left(&only.name, &text::percent(accuracy)),
        [(first, best), (second, next), ..] if text::percent(best) == text::percent(next) => {
            text::level(&first.name, &second.name, &text::percent(best))
        }
        [(first, best), (second, next), ..] => {
            let pairs = first.runs.iter().zip(&second.runs);
            let wins = pairs.filter(|(a, b)| match (a.validation, b.validation) {
                (Some(a), Some(b)) => a.judged().accuracy > b.judged().accuracy,
                (ended, _) => ended.is_some(),
            });
            let (a, b) = (&first.name, &second.name);
            let said = text::ahead(a, b, &text::percent(best), &text::percent(next));
            match first.runs.len() {
                1 => text::by_one_seed(&said),
                seeds => text::by_seeds(&said, wins.count(), seeds),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn arm(name: &str, accuracies: &[f64]) -> ArmOutcome {
        let run = |&accuracy: &f64| {
            let ended = accuracy >= 0.0;
            let validation = ended.then_some(Evaluation { loss: 1.0, accuracy, count: 10, tta: None });
            RunOutcome { seed: 1, validation, test: validation, diverged: (!ended).then_some(3) }
        };
        ArmOutcome { name: name.to_owned(), runs: accuracies.iter().map(run).collect(), band: Vec::new() }
    }

    #[test]
    fn the_sentence_compares_medians_and_counts_seeds() {
        let arms = [arm("a", &[0.8, 0.9, 0.7]), arm("b", &[0.9, 0.85, 0.95]), arm("c", &[-1.0; 3])];
        assert_eq!(
            sentence(&arms),
            "b is ahead of a: 90.0 % against 80.0 % on the validation images, better with 2 of 3 seeds."
        );
        assert_eq!(sentence(&arms[2..]), "Every run diverged.");
        assert_eq!(sentence(&arms[1..]), "Only b did not diverge: 90.0 %.");
        let once = [arm("a", &[0.8]), arm("b", &[0.9])];
        assert_eq!(
            sentence(&once),
            "b is ahead of a: 90.0 % against 80.0 % on the validation images. With one seed that may be chance."
        );
        let close = [arm("a", &[0.8861]), arm("b", &[0.8864])];
        assert_eq!(sentence(&close), "b and a are level: 88.6 % on the validation images.");
    }

    #[test]
    fn arms_see_the_same_batches_unless_images_or_batch_differ() {
        let same = |words: &[(&str, &str)]| {
            let (other, problems) = Experiment::default().with(words);
            assert_eq!(problems, []);
            same_batches(&[Experiment::default(), other])
        };
        assert!(same(&[("lr", "0.1"), ("rotate", "10")]));
        for word in [("batch", "32"), ("classes", "0-1"), ("noise", "0.2"), ("turn", "40")] {
            assert!(!same(&[word]), "{word:?}");
        }
    }

    #[test]
    fn a_band_is_the_spread_over_the_seeds() {
        assert_eq!(band(7, vec![3.0, 1.0, 2.0]), Band { step: 7, min: 1.0, median: 2.0, max: 3.0 });
        assert_eq!(band(7, vec![3.0, 1.0]).median, 2.0);
    }
}
