use crate::spec::{Experiment, Given, Intervention};

/// The settings that act at the next step.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Live {
    /// Learning rate.
    pub lr: f64,
    /// Momentum μ.
    pub momentum: f64,
    /// Weight decay λ.
    pub weight_decay: f64,
    /// Probability of dropping a unit.
    pub p: f64,
    /// L1 penalty.
    pub l1: f64,
    /// Label smoothing ε.
    pub smoothing: f64,
}

impl Live {
    /// The settings that an experiment begins with.
    pub fn of(experiment: &Experiment) -> Self {
        let &Experiment { lr, momentum, wd, p, l1, smooth, .. } = experiment;
        Self { lr, momentum, weight_decay: wd, p, l1, smoothing: smooth }
    }

    /// The experiment with these settings.
    pub fn begin(&self, experiment: Experiment) -> Experiment {
        let &Self { lr, momentum, weight_decay, p, l1, smoothing } = self;
        Experiment { lr, momentum, wd: weight_decay, p, l1, smooth: smoothing, ..experiment }
    }

    /// The field that a link key means.
    pub fn field(&mut self, key: &str) -> Option<&mut f64> {
        match key {
            "lr" => Some(&mut self.lr),
            "momentum" => Some(&mut self.momentum),
            "wd" => Some(&mut self.weight_decay),
            "p" => Some(&mut self.p),
            "l1" => Some(&mut self.l1),
            "smooth" => Some(&mut self.smoothing),
            _ => None,
        }
    }

    /// The settings at a step: a pure function of the start and the log, so that a replay repeats it.
    pub fn at(mut self, log: &[Intervention], step: u32) -> Self {
        for change in log.iter().filter(|change| change.step <= step) {
            if let (Some(field), &Given::Number(value)) = (self.field(&change.setting), &change.value) {
                *field = value;
            }
        }
        self
    }
}
