//! How the learning rate changes from step to step: on the host, in f64, so that every device
//! uses the same one.

use std::f64::consts::PI;

/// A rule for the learning rate, with the formulas of `torch.optim.lr_scheduler`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Schedule {
    /// The same at every step.
    Constant,
    /// Times `gamma` after every `size` steps (`StepLR`).
    Step {
        /// Steps between two falls.
        size: u32,
        /// Factor of a fall.
        gamma: f64,
    },
    /// Times `gamma` after every step (`ExponentialLR`).
    Exponential {
        /// Factor of a step.
        gamma: f64,
    },
    /// Half a cosine wave from the base rate down to `min` (`CosineAnnealingLR`).
    Cosine {
        /// Steps of the way down.
        steps: u32,
        /// Rate at its end.
        min: f64,
    },
    /// A line from `start` to `end`, factors of the base rate (`LinearLR`).
    Warmup {
        /// First factor.
        start: f64,
        /// Last factor.
        end: f64,
        /// Steps until the last factor.
        steps: u32,
    },
    /// Up to the base rate and down to almost nothing (L. Smith and N. Topin 2017; `OneCycleLR`
    /// with `max_lr` as the base rate).
    OneCycle {
        /// Steps of the whole cycle.
        steps: u32,
        /// Share of the steps that go up.
        rise: f64,
        /// Base rate over first rate.
        div: f64,
        /// First rate over last rate.
        final_div: f64,
        /// Lines instead of cosine waves.
        linear: bool,
    },
}

impl Schedule {
    /// The rate used at a step, counted from 0.
    pub fn rate(&self, base: f64, step: u32) -> f64 {
        let t = f64::from(step);
        match *self {
            Schedule::Constant => base,
            Schedule::Step { size, gamma } => base * libm::pow(gamma, f64::from(step / size.max(1))),
            Schedule::Exponential { gamma } => base * libm::pow(gamma, t),
            Schedule::Cosine { steps, min } => wave(base, min, t / f64::from(steps.max(1))),
            Schedule::Warmup { start, end, steps } => {
                base * line(start, end, f64::from(step.min(steps)) / f64::from(steps.max(1)))
            }
            Schedule::OneCycle { steps, rise, div, final_div, linear } => {
                let between = if linear { line } else { wave };
                let last = f64::from(steps) - 1.0;
                let top = (rise * f64::from(steps) - 1.0).clamp(0.0, last);
                let first = base / div;
                if t < top {
                    between(first, base, t / top)
                } else if t < last {
                    between(base, first / final_div, (t - top) / (last - top))
                } else {
                    first / final_div
                }
            }
        }
    }
}

fn line(from: f64, to: f64, share: f64) -> f64 {
    from + (to - from) * share
}

fn wave(from: f64, to: f64, share: f64) -> f64 {
    to + (from - to) * 0.5 * (1.0 + libm::cos(PI * share))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_cycle_starts_low_peaks_at_the_base_rate_and_ends_near_nothing() {
        for linear in [false, true] {
            let cycle = Schedule::OneCycle { steps: 100, rise: 0.3, div: 25.0, final_div: 1e4, linear };
            let rates: Vec<f64> = (0..120).map(|step| cycle.rate(0.5, step)).collect();
            assert!((rates[0] - 0.02).abs() < 1e-12 && (rates[29] - 0.5).abs() < 1e-12);
            assert!(rates[..30].is_sorted() && rates[29..].iter().rev().is_sorted());
            assert!((rates[99] - 2e-6).abs() < 1e-12 && rates[119] == rates[99]);
        }
    }

    #[test]
    fn a_cycle_of_one_step_is_a_number() {
        let cycle = Schedule::OneCycle { steps: 1, rise: 0.3, div: 25.0, final_div: 1e4, linear: false };
        assert!(cycle.rate(0.5, 0).is_finite());
    }
}
