use std::process::ExitCode;

use convlab_core::session::{Evaluation, Session, Setup};
use convlab_core::spec::{Arm, link};
use serde_json::{Value, json};

use crate::args::Train;
use crate::open::{self, Shelf};
use crate::train::{bar, last_looks, until};
use crate::{Done, say};

/// What became of one run: its validation and its test, or the step it diverged at.
type Outcome = Result<[Evaluation; 2], u32>;

/// Trains every arm with every seed and compares them.
///
/// # Errors
/// Why one of them cannot run.
pub fn run(options: &Train) -> Done {
    let mut shelf = Shelf::new(options.data.clone());
    let study = shelf.study(&options.link, options.steps)?;
    let (device, device_name) = open::device(options.backend.unwrap_or(study.backend))?;
    let mut runs: Vec<_> = study.runs().collect();
    if !options.json {
        say(format!("#{}", link::format(&study)))?;
        say(device_name)?;
    }
    // Whatever cannot run is said before the first step of the first run.
    let mut setups = Vec::new();
    for (arm, seed, experiment) in &mut runs {
        let data = shelf.data(experiment)?;
        let setup = Setup::of(experiment, data).map_err(|why| format!("{}: {why}", title(arm)))?;
        setups.push((*arm, *seed, setup, experiment.steps));
    }
    let bar = bar(setups.iter().map(|(.., steps)| steps).sum(), options.json);
    let mut outcomes: Vec<(&Arm, Outcome)> = Vec::new();
    for (arm, seed, setup, steps) in setups {
        bar.set_message(format!("{}, seed {seed}", title(arm)));
        let mut session = Session::open(device.clone(), setup).map_err(|why| why.to_string())?;
        let diverged = until(&mut session, steps, |rows| {
            bar.inc(rows.len() as u64);
            Ok(())
        })?;
        let outcome = match diverged {
            Some(step) => Err(step),
            None => Ok(last_looks(&mut session)?),
        };
        if options.json {
            say(row(arm, seed, steps, &outcome))?;
        }
        outcomes.push((arm, outcome));
    }
    bar.finish_and_clear();
    if !options.json {
        say(format!(
            "{:24} {:>8} {:>17} {:>8} {:>8}  {}",
            "arm", "accuracy", "range", "loss", "test", "runs"
        ))?;
    }
    for arm in &study.arms {
        let of_arm = outcomes.iter().filter(|(of, _)| std::ptr::eq(*of, arm));
        let summary = Summary::of(of_arm.map(|(_, outcome)| outcome));
        say(if options.json { summary.json(arm).to_string() } else { summary.line(arm) })?;
    }
    Ok(ExitCode::SUCCESS)
}

/// What an arm is called; one without a name by what it sets.
fn title(arm: &Arm) -> String {
    let words = || arm.changes.iter().map(|c| format!("{}={}", c.key, c.word)).collect::<Vec<_>>().join(" ");
    match () {
        () if !arm.name.is_empty() => arm.name.clone(),
        () if !arm.changes.is_empty() => words(),
        () => "base".to_owned(),
    }
}

fn row(arm: &Arm, seed: u32, steps: u32, outcome: &Outcome) -> Value {
    match outcome {
        Ok([validation, test]) => {
            json!({ "arm": title(arm), "seed": seed, "step": steps, "validation": validation, "test": test })
        }
        Err(step) => json!({ "arm": title(arm), "seed": seed, "diverged": step }),
    }
}

/// Several runs of one arm.
struct Summary {
    accuracies: Vec<f64>,
    losses: Vec<f64>,
    tests: Vec<f64>,
    diverged: usize,
}

impl Summary {
    fn of<'o>(outcomes: impl Iterator<Item = &'o Outcome>) -> Self {
        let mut summary = Self { accuracies: Vec::new(), losses: Vec::new(), tests: Vec::new(), diverged: 0 };
        for outcome in outcomes {
            match outcome {
                Ok([validation, test]) => {
                    summary.accuracies.push(validation.accuracy);
                    summary.losses.push(validation.loss);
                    summary.tests.push(test.accuracy);
                }
                Err(_) => summary.diverged += 1,
            }
        }
        summary.accuracies.sort_by(f64::total_cmp);
        summary.losses.sort_by(f64::total_cmp);
        summary.tests.sort_by(f64::total_cmp);
        summary
    }

    fn line(&self, arm: &Arm) -> String {
        let runs = self.accuracies.len() + self.diverged;
        let note = if self.diverged == 0 { String::new() } else { format!(", {} diverged", self.diverged) };
        let percent =
            |share: Option<f64>| share.map_or("-".to_owned(), |share| format!("{:.1} %", 100.0 * share));
        let [low, middle, high] = spread(&self.accuracies).map(percent);
        let test = percent(spread(&self.tests)[1]);
        let loss = spread(&self.losses)[1].map_or_else(|| "-".to_owned(), |loss| format!("{loss:.4}"));
        let range = if self.accuracies.is_empty() { low } else { format!("{low} to {high}") };
        format!("{:24} {middle:>8} {range:>17} {loss:>8} {test:>8}  {runs}{note}", title(arm))
    }

    fn json(&self, arm: &Arm) -> Value {
        let of = |numbers: &[f64]| {
            let [min, median, max] = spread(numbers);
            json!({ "median": median, "min": min, "max": max })
        };
        json!({
            "arm": title(arm),
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
    use super::*;

    #[test]
    fn the_median_of_an_even_number_lies_between() {
        assert_eq!(spread(&[]), [None; 3]);
        assert_eq!(spread(&[1.0, 2.0, 4.0]), [Some(1.0), Some(2.0), Some(4.0)]);
        assert_eq!(spread(&[1.0, 2.0, 4.0, 9.0]), [Some(1.0), Some(3.0), Some(9.0)]);
    }

    #[test]
    fn a_run_that_diverged_is_counted_and_not_averaged() {
        let fine = Ok([Evaluation { loss: 0.5, accuracy: 0.9, count: 10 }; 2]);
        let summary = Summary::of([fine, Err(12)].iter());
        let line = summary.line(&Arm::default());
        assert!(line.contains("90.0 %") && line.ends_with("2, 1 diverged"), "{line}");
    }
}
