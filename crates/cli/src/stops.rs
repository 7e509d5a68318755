//! What ends a run before its last step, as on the page: `stop=seconds.60,accuracy.0.95,patience.5`.

use std::time::Duration;

use convlab_core::session::Evaluation;

/// Limits of a run; 0 is none.
#[derive(Debug, Default, PartialEq)]
pub struct Stops {
    /// Seconds of training.
    seconds: f64,
    /// Validation accuracy.
    accuracy: f64,
    /// Evaluations without a smaller validation loss.
    patience: f64,
    /// Validation losses so far.
    losses: Vec<f64>,
}

/// A limit that was met.
#[derive(Debug, PartialEq)]
pub struct Stop {
    /// `seconds`, `accuracy` or `patience`.
    pub rule: &'static str,
    /// Where it was set.
    pub limit: f64,
}

/// The word of a link that says when to stop.
pub fn word(link: &str) -> Option<String> {
    let words = link.rsplit('#').next()?.split('&');
    // As of every word in a link the first counts.
    words.filter_map(|word| word.strip_prefix("stop=")).next().map(|word| word.replace("%2C", ","))
}

impl Stops {
    /// The limits of a link.
    ///
    /// # Errors
    /// One sentence where the word has anything else in it.
    pub fn of(link: &str) -> Result<Self, String> {
        let mut stops = Self::default();
        for part in word(link).iter().flat_map(|word| word.split(',')) {
            let Some((key, limit)) = part.split_once('.') else { return Err(stranger(part)) };
            let (field, most, whole) = match key {
                "seconds" => (&mut stops.seconds, 86_400.0, true),
                "accuracy" => (&mut stops.accuracy, 1.0, false),
                "patience" => (&mut stops.patience, 1000.0, true),
                _ => return Err(stranger(part)),
            };
            match limit.parse::<f64>() {
                Ok(number) if (0.0..=most).contains(&number) && (!whole || number.fract() == 0.0) => {
                    *field = number;
                }
                _ => return Err(stranger(part)),
            }
        }
        Ok(stops)
    }

    /// Whether the validation images must be looked at while the run goes on.
    pub fn look(&self) -> bool {
        self.accuracy > 0.0 || self.patience > 0.0
    }

    /// Whether a run that has trained so long may go no further.
    pub fn timed(&self, trained: Duration) -> Option<Stop> {
        (self.seconds > 0.0 && trained.as_secs_f64() >= self.seconds)
            .then_some(Stop { rule: "seconds", limit: self.seconds })
    }

    /// Whether a run whose validation looks like this may go no further.
    pub fn seen(&mut self, validation: &Evaluation) -> Option<Stop> {
        self.losses.push(validation.loss);
        if self.accuracy > 0.0 && validation.accuracy >= self.accuracy {
            return Some(Stop { rule: "accuracy", limit: self.accuracy });
        }
        let smallest = self.losses.iter().copied().fold(f64::INFINITY, f64::min);
        let best = self.losses.iter().position(|&loss| loss == smallest).unwrap_or_default();
        let since = (self.losses.len() - 1 - best) as f64;
        (self.patience > 0.0 && since >= self.patience)
            .then_some(Stop { rule: "patience", limit: self.patience })
    }
}

impl Stop {
    /// Why a run ended at a step.
    pub fn sentence(&self, step: u32) -> String {
        let limit = self.limit;
        match self.rule {
            "seconds" => format!("Stopped at step {step}: {limit} seconds have passed."),
            "accuracy" => {
                format!("Stopped at step {step}: the validation accuracy has reached {} %.", 100.0 * limit)
            }
            _ => format!(
                "Stopped at step {step}: the validation loss has not become smaller for {limit} evaluation{}.",
                if limit == 1.0 { "" } else { "s" }
            ),
        }
    }
}

fn stranger(part: &str) -> String {
    format!(
        "stop={} is no limit, so the run goes to its last step: seconds.60, accuracy.0.95 and patience.5 are.",
        part.escape_debug()
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn evaluation(loss: f64, accuracy: f64) -> Evaluation {
        Evaluation { loss, accuracy, count: 1, tta: None }
    }

    #[test]
    fn words_become_limits() {
        let stops = Stops::of("https://a/#v=1&stop=seconds.60%2Caccuracy.0.95&lr=0.1").unwrap();
        assert_eq!((stops.seconds, stops.accuracy, stops.patience), (60.0, 0.95, 0.0));
        assert_eq!(Stops::of("v=1").unwrap(), Stops::default());
        for wrong in ["seconds", "seconds.1.5", "accuracy.1.5", "steps.3", "accuracy.x", "patience.-1"] {
            assert!(Stops::of(&format!("v=1&stop={wrong}")).unwrap_err().contains(wrong), "{wrong}");
        }
    }

    #[test]
    fn a_limit_ends_a_run() {
        let mut stops = Stops::of("stop=accuracy.0.9,patience.2,seconds.3").unwrap();
        assert_eq!(stops.timed(Duration::from_millis(2999)), None);
        assert_eq!(stops.timed(Duration::from_secs(3)).unwrap().rule, "seconds");
        assert_eq!(stops.seen(&evaluation(1.0, 0.5)), None);
        assert_eq!(stops.seen(&evaluation(1.1, 0.5)), None);
        assert_eq!(stops.seen(&evaluation(0.9, 0.5)), None);
        assert_eq!(stops.seen(&evaluation(0.9, 0.5)), None);
        assert_eq!(stops.seen(&evaluation(1.0, 0.5)).unwrap().rule, "patience");
        assert_eq!(stops.seen(&evaluation(0.8, 0.9)).unwrap().rule, "accuracy");
    }
}
