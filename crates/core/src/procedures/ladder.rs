use serde::Serialize;

use super::range_test::{self, told};
use super::{Grade, Lab, Procedure, SharedLab, Verdict, first_loss, overfit, stage};
use crate::data::Split;
use crate::procedures::Desk;
use crate::session::SessionError;
use crate::spec::Experiment;
use crate::text::verdicts as text;

/// Steps of the rungs before the full run.
const FIRST: u32 = 4;
const ONE: u32 = 100;
const TEN: u32 = 200;
const RANGE: u32 = 100;
/// Rates of the coarse grid, and the share of the full run that each gets.
const GRID: [f64; 5] = [0.1, 0.3, 1.0, 3.0, 10.0];
const SHORT: u32 = 10;
/// The range that the learning rate is tested in.
const RATES: [f64; 2] = [1e-5, 10.0];
/// A gap between training and validation accuracy that calls for regularisation.
const GAP: f64 = 0.05;
/// Below this training accuracy the network is too small, or was trained too briefly.
const LEARNED: f64 = 0.9;

/// One rung of the ladder.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Rung {
    /// What was checked.
    pub name: &'static str,
    /// How it ended.
    #[serde(flatten)]
    pub verdict: Verdict,
    /// The words that make the experiment the one that was tried, or the best of those; none where it was
    /// the experiment itself.
    pub opens: Vec<(&'static str, String)>,
}

/// The debugging recipe, from the cheapest check to the full run: first loss, overfit 1 and 10 images,
/// learning-rate range test, coarse grid of short runs, full run, the gap. It stops where one of
/// the first three is red: what follows would be red for the same reason.
pub fn ladder(lab: SharedLab, experiment: Experiment) -> Procedure<Rung, Vec<Rung>> {
    let short = (experiment.steps / SHORT).max(10);
    let steps =
        stage::steps(&experiment) + FIRST + ONE + TEN + RANGE + GRID.len() as u32 * short + experiment.steps;
    Procedure::new(steps, async move |desk| {
        let lab = stage::behind(&desk, &lab, &experiment).await?;
        let mut rungs = Vec::new();
        let first = first_loss::measure(&desk, &*lab, &experiment).await?;
        if !add(&desk, &mut rungs, text::FIRST_LOSS, first.verdict, Vec::new()).await {
            return Ok(rungs);
        }
        for (name, images, steps) in [(text::OVERFIT_ONE, 1, ONE), (text::OVERFIT_TEN, 10, TEN)] {
            let found = overfit::measure(&desk, &*lab, &experiment, images, steps).await;
            let (verdict, opens) = match found {
                Ok(found) if found.off.is_empty() => (found.verdict, found.words),
                Ok(found) => {
                    let reason = text::switched_off(&found.verdict.reason, &found.off.join(", "));
                    (Verdict { reason, ..found.verdict }, found.words)
                }
                // So few images may be impossible where all of them are not: batch norm on one value.
                Err(SessionError::Problems(problems)) => {
                    desk.count(steps);
                    (Verdict::new(Grade::Doubtful, problems[0].message.clone(), &[]), Vec::new())
                }
                Err(why) => return Err(why),
            };
            if !add(&desk, &mut rungs, name, verdict, opens).await {
                return Ok(rungs);
            }
        }
        let rows = range_test::rows(&desk, &*lab, &experiment, RATES, RANGE, |_| {}).await?;
        let found = range_test::read(&rows, RATES[1]);
        let opens = found.suggestion.map(|lr| ("lr", told(lr)));
        let verdict = rate(&found, experiment.lr);
        add(&desk, &mut rungs, text::RATE_RANGE, verdict, opens.into_iter().collect()).await;
        let (best, verdict) = grid(&desk, &*lab, &experiment, short).await?;
        let opens = best.filter(|&lr| lr != experiment.lr).map(|lr| ("lr", told(lr)));
        add(&desk, &mut rungs, text::COARSE_GRID, verdict, opens.into_iter().collect()).await;
        for (name, verdict) in full(&desk, &*lab, &experiment).await? {
            add(&desk, &mut rungs, name, verdict, Vec::new()).await;
        }
        Ok(rungs)
    })
}

/// Reports a rung; whether to climb on.
async fn add(
    desk: &Desk<Rung>,
    rungs: &mut Vec<Rung>,
    name: &'static str,
    verdict: Verdict,
    opens: Vec<(&'static str, String)>,
) -> bool {
    let rung = Rung { name, verdict, opens };
    desk.row(rung.clone());
    let climb = rung.verdict.grade != Grade::Bad;
    rungs.push(rung);
    desk.rest().await;
    climb
}

fn rate(found: &range_test::RangeTest, lr: f64) -> Verdict {
    let touch = ["lr"];
    let said = &found.sentence;
    match (found.suggestion, found.diverges) {
        (None, _) => Verdict::new(Grade::Doubtful, said, &touch),
        (_, Some(edge)) if lr >= edge => Verdict::new(Grade::Bad, text::rate_beyond(said, lr), &touch),
        (Some(best), _) if lr < best / 30.0 => {
            Verdict::new(Grade::Doubtful, text::rate_crawls(said, lr), &touch)
        }
        _ => Verdict::good(text::rate_between(said, lr)),
    }
}

/// Short runs around the learning rate, and the best of them.
async fn grid<R>(
    desk: &Desk<R>,
    lab: &dyn Lab,
    experiment: &Experiment,
    steps: u32,
) -> Result<(Option<f64>, Verdict), SessionError> {
    let mut seen: Vec<(f64, f64)> = Vec::new();
    for factor in GRID {
        let lr = experiment.lr * factor;
        let mut setup = lab.setup(experiment)?;
        setup.live.lr = lr;
        setup.log.clear();
        let mut session = crate::session::Session::open(lab.device(), setup)?;
        let loss = match desk.train(&mut session, steps, |_| {}).await? {
            Some(_) => f64::INFINITY,
            None => session.evaluate(Split::Val, None).await?.loss,
        };
        seen.push((lr, loss));
    }
    let own = seen[GRID.len() / 2].1;
    let &(best, loss) = seen.iter().min_by(|a, b| a.1.total_cmp(&b.1)).expect("the grid is not empty");
    let said = text::best_rate(steps, &told(best), GRID.len(), loss);
    let verdict = match () {
        () if !loss.is_finite() => {
            Verdict::new(Grade::Bad, text::all_rates_diverged(GRID.len(), steps), &["lr"])
        }
        () if own <= 1.5 * loss => Verdict::good(text::own_loss(&said, own)),
        () if own.is_finite() => Verdict::new(Grade::Doubtful, text::own_loss(&said, own), &["lr"]),
        () => Verdict::new(Grade::Bad, text::own_diverged(&said), &["lr"]),
    };
    Ok((loss.is_finite().then_some(best), verdict))
}

/// The run itself, and what its end says.
async fn full<R>(
    desk: &Desk<R>,
    lab: &dyn Lab,
    experiment: &Experiment,
) -> Result<Vec<(&'static str, Verdict)>, SessionError> {
    let mut session = lab.open(experiment)?;
    if let Some(step) = desk.train(&mut session, experiment.steps, |_| {}).await? {
        return Ok(vec![(text::FULL_RUN, Verdict::diverged(step))]);
    }
    let validation = session.evaluate(Split::Val, None).await?;
    let training = session.evaluate(Split::Train, Some(validation.count)).await?;
    let [train, val] = [training.accuracy, validation.accuracy];
    let chance = 1.0 / session.setup().network.classes as f64;
    let said = text::full_run(&text::percent(val), experiment.steps);
    let run = if val > 2.0 * chance {
        Verdict::good(said)
    } else {
        Verdict::new(
            Grade::Bad,
            text::against_guessing(&said, &text::percent(chance)),
            &["lr", "net", "steps"],
        )
    };
    let both = text::both_accuracies(&text::percent(train), &text::percent(val));
    let gap = match () {
        () if train - val > GAP => {
            let reason = text::gap_by_heart(&both);
            Verdict::new(Grade::Doubtful, reason, &["train", "p", "wd"])
        }
        () if train < LEARNED => {
            let reason = text::gap_none(&both);
            Verdict::new(Grade::Doubtful, reason, &["steps", "net"])
        }
        () => Verdict::good(text::gap_small(&both)),
    };
    Ok(vec![(text::FULL_RUN, run), (text::GAP, gap)])
}
