use std::process::ExitCode;

use convlab_core::procedures::{self, ArmOutcome};
use serde_json::{Value, json};

use crate::args::Train;
use crate::lab::{Bench, finish};
use crate::{Done, say};

/// Trains every arm with every seed, in lock-step, and compares them.
///
/// # Errors
/// Why one of them cannot run.
pub fn run(options: &Train) -> Done {
    let (bench, study) = Bench::open(options)?;
    let procedure = procedures::study(bench, &study).map_err(|why| why.to_string())?;
    let outcome = finish(procedure, options.json, |_| Ok(()))?;
    if options.json {
        for arm in &outcome.arms {
            rows(arm).into_iter().try_for_each(say)?;
            say(Summary::of(arm).json(arm))?;
        }
        say(json!({ "same_batches": outcome.same_batches, "sentence": outcome.sentence }))?;
        return Ok(ExitCode::SUCCESS);
    }
    say(format!("{:24} {:>8} {:>17} {:>8} {:>8}  {}", "arm", "accuracy", "range", "loss", "test", "runs"))?;
    for arm in &outcome.arms {
        say(Summary::of(arm).line(arm))?;
    }
    say(outcome.sentence)?;
    if !outcome.same_batches {
        say("The arms differ in their images or batch size, so they did not see the same batches.")?;
    }
    Ok(ExitCode::SUCCESS)
}

/// One line a run of an arm, and its band: the spread of the training loss over the seeds.
fn rows(arm: &ArmOutcome) -> Vec<Value> {
    let runs = arm.runs.iter().map(|run| match run.diverged {
        None => json!({ "arm": arm.name, "seed": run.seed, "validation": run.validation, "test": run.test }),
        Some(step) => json!({ "arm": arm.name, "seed": run.seed, "diverged": step }),
    });
    let band = arm.band.iter().map(|band| json!({ "arm": arm.name, "band": band }));
    runs.chain(band).collect()
}

/// Several runs of one arm.
struct Summary {
    accuracies: Vec<f64>,
    losses: Vec<f64>,
    tests: Vec<f64>,
    diverged: usize,
}

impl Summary {
    fn of(arm: &ArmOutcome) -> Self {
        let mut summary = Self { accuracies: Vec::new(), losses: Vec::new(), tests: Vec::new(), diverged: 0 };
        for run in &arm.runs {
            match run.validation {
                Some(validation) => {
                    summary.accuracies.push(validation.judged().accuracy);
                    summary.losses.push(validation.judged().loss);
                    summary.tests.extend(run.test.map(|test| test.judged().accuracy));
                }
                None => summary.diverged += 1,
            }
        }
        summary.accuracies.sort_by(f64::total_cmp);
        summary.losses.sort_by(f64::total_cmp);
        summary.tests.sort_by(f64::total_cmp);
        summary
    }

    fn line(&self, arm: &ArmOutcome) -> String {
        let runs = self.accuracies.len() + self.diverged;
        let note = if self.diverged == 0 { String::new() } else { format!(", {} diverged", self.diverged) };
        let percent =
            |share: Option<f64>| share.map_or("-".to_owned(), |share| format!("{:.1} %", 100.0 * share));
        let [low, middle, high] = spread(&self.accuracies).map(percent);
        let test = percent(spread(&self.tests)[1]);
        let loss = spread(&self.losses)[1].map_or_else(|| "-".to_owned(), |loss| format!("{loss:.4}"));
        let range = if self.accuracies.is_empty() { low } else { format!("{low} to {high}") };
        format!("{:24} {middle:>8} {range:>17} {loss:>8} {test:>8}  {runs}{note}", arm.name)
    }

    fn json(&self, arm: &ArmOutcome) -> Value {
        let of = |numbers: &[f64]| {
            let [min, median, max] = spread(numbers);
            json!({ "median": median, "min": min, "max": max })
        };
        json!({
            "arm": arm.name,
            "runs": self.accuracies.len() + self.diverged,
            "diverged": self.diverged,
            "accuracy": of(&self.accuracies),
            "loss": of(&self.losses),
            "test": of(&self.tests),
        })
    }
}

/// Smallest, median and largest of sorted numbers.
fn spread(sorted: &[f64]) -> [Option<f64>; 3] {
    let half = sorted.len() / 2;
    let median = match sorted.len() {
        0 => None,
        len if len % 2 == 1 => Some(sorted[half]),
        _ => Some(0.5 * (sorted[half - 1] + sorted[half])),
    };
    [sorted.first().copied(), median, sorted.last().copied()]
}

#[cfg(test)]
mod tests {
    use convlab_core::procedures::RunOutcome;
    use convlab_core::session::Evaluation;

    use super::*;

    #[test]
    fn the_median_of_an_even_number_lies_between() {
        assert_eq!(spread(&[]), [None; 3]);
        assert_eq!(spread(&[1.0, 2.0, 4.0]), [Some(1.0), Some(2.0), Some(4.0)]);
        assert_eq!(spread(&[1.0, 2.0, 4.0, 9.0]), [Some(1.0), Some(3.0), Some(9.0)]);
    }

    #[test]
    fn a_run_that_diverged_is_counted_and_not_averaged() {
        let validation = Some(Evaluation { loss: 0.5, accuracy: 0.9, count: 10, tta: None });
        let fine = RunOutcome { seed: 1, validation, test: validation, diverged: None };
        let lost = RunOutcome { seed: 2, validation: None, test: None, diverged: Some(12) };
        let arm = ArmOutcome { name: "a".to_owned(), runs: vec![fine, lost], band: Vec::new() };
        let line = Summary::of(&arm).line(&arm);
        assert!(line.contains("90.0 %") && line.ends_with("2, 1 diverged"), "{line}");
    }
}
