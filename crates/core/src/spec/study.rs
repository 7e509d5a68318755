use serde::{Deserialize, Serialize};

use super::Experiment;
use super::choices::Backend;

/// One word that an arm sets differently.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Change {
    /// Key of a setting.
    pub key: String,
    /// Its word.
    pub word: String,
}

/// One side of a comparison: what differs from the base.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Arm {
    /// What it is called; empty for a single run.
    pub name: String,
    /// What it sets differently.
    pub changes: Vec<Change>,
}

impl Arm {
    /// What it is called; one without a name by what it sets.
    pub fn title(&self) -> String {
        let words =
            || self.changes.iter().map(|c| format!("{}={}", c.key, c.word)).collect::<Vec<_>>().join(" ");
        match () {
            () if !self.name.is_empty() => self.name.clone(),
            () if !self.changes.is_empty() => words(),
            () => "base".to_owned(),
        }
    }
}

/// A base experiment, the arms that differ from it, and the seeds to repeat them with. A single run
/// is a study of one arm and one seed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Study {
    /// What all arms share; its seed is the first of `seeds`.
    pub base: Experiment,
    /// At least one.
    pub arms: Vec<Arm>,
    /// At least one.
    pub seeds: Vec<u32>,
    /// What computes. Not part of the experiment: the same one may run anywhere.
    pub backend: Backend,
}

impl Default for Study {
    fn default() -> Self {
        Self::single(Experiment::default())
    }
}

impl Study {
    /// A single run.
    pub fn single(base: Experiment) -> Self {
        let seeds = vec![base.seed];
        Self { base, arms: vec![Arm::default()], seeds, backend: Backend::Auto }
    }

    /// The experiment of an arm with a seed.
    pub fn experiment(&self, arm: &Arm, seed: u32) -> Experiment {
        let changes: Vec<(&str, &str)> =
            arm.changes.iter().map(|change| (change.key.as_str(), change.word.as_str())).collect();
        let (experiment, _) = self.base.with(&changes);
        Experiment { seed, ..experiment }
    }

    /// Every run: all arms with the first seed, then with the second.
    pub fn runs(&self) -> impl Iterator<Item = (&Arm, u32, Experiment)> {
        let each = move |&seed| self.arms.iter().map(move |arm| (arm, seed, self.experiment(arm, seed)));
        self.seeds.iter().flat_map(each)
    }
}
