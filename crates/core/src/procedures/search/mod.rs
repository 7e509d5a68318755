//! Search over named settings: a grid, or trials at random (J. Bergstra and Y. Bengio, "Random search
//! for hyper-parameter optimization", 2012).

mod axis;

pub use axis::Axis;

use std::collections::BTreeSet;

use serde::Serialize;

use super::study::median;
use super::{Desk, Procedure, SharedLab, stage};
use crate::data::Split;
use crate::session::{Evaluation, Session, SessionError};
use crate::shared::sort;
use crate::spec::{Experiment, settings};
use crate::text::verdicts as text;

/// Most runs of one search.
const MOST: usize = 1000;
/// Parts of a run after which a hopeless one is stopped.
const LOOKS: [u32; 2] = [4, 2];
/// Runs that must have come as far before one is compared with their median.
const COMPANY: usize = 4;

/// Which points are tried.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trials {
    /// Every combination of so many values an axis.
    Grid(usize),
    /// So many draws, by the experiment's seed.
    Random(usize),
}

/// How a trial ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum End {
    /// It made all its steps.
    Finished,
    /// Its validation loss was above the median of the trials before it at the same step.
    Stopped,
    /// Its loss became no usable number.
    Diverged,
    /// Its settings cannot be together.
    Refused,
}

/// One trial.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct SearchRow {
    /// Counted from 1.
    pub trial: usize,
    /// Key and word of each axis.
    pub values: Vec<(&'static str, String)>,
    /// Updates made; of one that diverged the step whose loss was no usable number.
    pub step: u32,
    /// How it ended.
    pub end: End,
    /// Validation where it ended.
    pub validation: Option<Evaluation>,
}

/// What a search found.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Search {
    /// The finished trial with the highest validation accuracy, the lower loss where they are equal.
    pub best: Option<SearchRow>,
    /// Its test images, looked at once.
    pub test: Option<Evaluation>,
    /// Different values tried on each axis.
    pub distinct: Vec<(&'static str, usize)>,
    /// All trials.
    pub trials: Vec<SearchRow>,
    /// The same in words.
    pub sentence: String,
}

/// Tries points one after the other. A trial is stopped after a quarter or half of its steps when its
/// validation loss is above the median of the trials that came as far (the median rule of D. Golovin et
/// al., "Google Vizier", 2017). The winner is chosen by validation and tested once.
///
/// # Errors
/// One sentence when there is no trial, or there are too many.
pub fn search(
    lab: SharedLab,
    experiment: Experiment,
    axes: Vec<Axis>,
    trials: Trials,
) -> Result<Procedure<SearchRow, Search>, String> {
    let points = points(&axes, trials, experiment.seed);
    if points.is_empty() || points.len() > MOST {
        return Err(text::too_many_trials(points.len(), MOST));
    }
    let runs: Vec<_> = points.into_iter().map(|values| trial(&experiment, values)).collect();
    let steps: u32 = runs.iter().map(|(_, run)| run.as_ref().map_or(0, |run| run.steps)).sum();
    Ok(Procedure::new(stage::steps(&experiment) + steps, async move |desk| {
        let lab = stage::behind(&desk, &lab, &experiment).await?;
        let mut looks: [Vec<f64>; LOOKS.len()] = Default::default();
        let mut trials: Vec<SearchRow> = Vec::new();
        let mut best: Option<Best> = None;
        for (number, (values, run)) in runs.into_iter().enumerate() {
            let mut row =
                SearchRow { trial: number + 1, values, step: 0, end: End::Refused, validation: None };
            match run.as_ref().map(|run| (run, lab.open(run))) {
                Some((run, Ok(mut session))) => {
                    (row.end, row.step, row.validation) =
                        try_out(&desk, &mut session, run, &mut looks).await?;
                    if let (End::Finished, Some(seen)) = (row.end, row.validation)
                        && best.as_ref().is_none_or(|best| better(&seen, &best.seen))
                    {
                        best = Some(Best { number, views: run.tta as usize, seen, session });
                    }
                }
                Some((_, Err(why @ SessionError::Device(_)))) => return Err(why),
                Some((run, Err(_))) => desk.count(run.steps),
                None => {}
            }
            desk.row(row.clone());
            trials.push(row);
            desk.rest().await;
        }
        let test = match &mut best {
            Some(best) => Some(best.session.evaluate_averaged(Split::Test, None, best.views).await?),
            None => None,
        };
        let best = best.map(|best| trials[best.number].clone());
        let sentence = sentence(best.as_ref(), test.as_ref(), trials.len());
        Ok(Search { best, test, distinct: distinct(&axes, &trials), trials, sentence })
    }))
}

/// The best trial so far.
struct Best {
    number: usize,
    views: usize,
    seen: Evaluation,
    session: Session,
}

/// Trains a trial as far as it is worth it: how it ended, at which step, and its validation there.
async fn try_out(
    desk: &Desk<SearchRow>,
    session: &mut Session,
    &Experiment { steps, tta, .. }: &Experiment,
    looks: &mut [Vec<f64>; LOOKS.len()],
) -> Result<(End, u32, Option<Evaluation>), SessionError> {
    for (before, part) in looks.iter_mut().zip(LOOKS) {
        let until = steps / part;
        if let Some(step) = desk.train(session, until, |_| {}).await? {
            desk.count(steps - until);
            return Ok((End::Diverged, step, None));
        }
        let seen = session.evaluate(Split::Val, None).await?;
        if hopeless(before, seen.loss) {
            desk.count(steps - until);
            return Ok((End::Stopped, until, Some(seen)));
        }
    }
    Ok(match desk.train(session, steps, |_| {}).await? {
        Some(step) => (End::Diverged, step, None),
        None => {
            let seen = session.evaluate_averaged(Split::Val, None, tta as usize).await?;
            (End::Finished, steps, Some(seen))
        }
    })
}

/// The words of every trial, one an axis.
fn points(axes: &[Axis], trials: Trials, seed: u32) -> Vec<Vec<(&'static str, String)>> {
    match trials {
        Trials::Random(count) => (0..count.min(MOST + 1) as u32)
            .map(|trial| {
                axes.iter()
                    .zip(0..)
                    .map(|(axis, number)| (axis.key, axis.draw(seed, trial, number)))
                    .collect()
            })
            .collect(),
        Trials::Grid(points) => axes.iter().fold(vec![Vec::new()], |lines, axis| {
            let values = axis.grid(points.min(MOST));
            // One more than allowed is enough to be refused.
            lines
                .iter()
                .flat_map(|line| {
                    values.iter().map(move |word| [&line[..], &[(axis.key, word.clone())]].concat())
                })
                .take(MOST + 1)
                .collect()
        }),
    }
}

type Values = Vec<(&'static str, String)>;

/// The experiment of a trial; none where its words cannot be together.
fn trial(base: &Experiment, values: Values) -> (Values, Option<Experiment>) {
    let (mut experiment, problems) = base.with(&values);
    experiment.log.clear();
    let fits = problems.iter().all(|problem| values.iter().all(|(key, _)| problem.field != *key));
    (values, fits.then_some(experiment))
}

/// Whether a loss is above the median of those before it; it joins them.
fn hopeless(before: &mut Vec<f64>, loss: f64) -> bool {
    let mut sorted = before.clone();
    sort::by(&mut sorted, f64::total_cmp);
    before.push(loss);
    sorted.len() >= COMPANY && loss > median(&sorted)
}

fn better(a: &Evaluation, b: &Evaluation) -> bool {
    let of = |seen: &Evaluation| (seen.judged().accuracy, -seen.judged().loss);
    of(a) > of(b)
}

fn distinct(axes: &[Axis], trials: &[SearchRow]) -> Vec<(&'static str, usize)> {
    let words = |key| trials.iter().flat_map(|row| &row.values).filter(move |(k, _)| *k == key);
    axes.iter().map(|axis| (axis.key, words(axis.key).collect::<BTreeSet<_>>().len())).collect()
}

fn sentence(best: Option<&SearchRow>, test: Option<&Evaluation>, trials: usize) -> String {
    let (Some(SearchRow { values, validation: Some(seen), .. }), Some(test)) = (best, test) else {
        return text::no_trial(trials);
    };
    let label = |key: &str| settings().iter().find(|known| known.key == key).map_or("", |known| known.label);
    let words: Vec<String> = values.iter().map(|(key, word)| format!("{} {word}", label(key))).collect();
    text::best_trial(
        trials,
        &words.join(", "),
        100.0 * seen.judged().accuracy,
        100.0 * test.judged().accuracy,
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_grid_is_every_combination_and_random_trials_repeat_nothing() {
        let axes = Axis::read("lr=0.01..1,wd=1e-5..1e-3").unwrap();
        let grid = points(&axes, Trials::Grid(3), 1);
        assert_eq!(grid.len(), 9);
        assert_eq!(grid[5], [("lr", "0.1".to_owned()), ("wd", "0.001".to_owned())]);
        let random = points(&axes, Trials::Random(9), 1);
        let rates: BTreeSet<&String> = random.iter().map(|point| &point[0].1).collect();
        assert_eq!(rates.len(), 9);
        assert_eq!(points(&axes, Trials::Grid(100), 1).len(), MOST + 1);
    }

    #[test]
    fn a_trial_is_compared_with_those_that_came_as_far() {
        let mut before = Vec::new();
        let stopped: Vec<bool> =
            [3.0, 2.0, 1.0, 2.5, 2.4, 2.1].iter().map(|&loss| hopeless(&mut before, loss)).collect();
        assert_eq!(stopped, [false, false, false, false, true, false]);
    }

    #[test]
    fn of_equal_accuracies_the_lower_loss_wins() {
        let of = |accuracy, loss| Evaluation { loss, accuracy, count: 10, tta: None };
        assert!(better(&of(0.9, 0.5), &of(0.8, 0.1)) && better(&of(0.9, 0.4), &of(0.9, 0.5)));
        assert!(!better(&of(0.9, 0.5), &of(0.9, 0.5)));
    }
}
