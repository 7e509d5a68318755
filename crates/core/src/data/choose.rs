use super::shapes::Shapes;
use super::{Images, Sizes};
use crate::spec::{Data, Experiment};

/// The images that an experiment wants; `digits` are the scanned ones, where they have been loaded.
///
/// # Errors
/// One sentence when they are not there.
pub fn images(experiment: &Experiment, digits: Option<&Images>) -> Result<Images, String> {
    let images = match (experiment.data, digits) {
        (Data::Digits, Some(digits)) => digits.clone(),
        (Data::Digits, None) => return Err("The digits have not been loaded.".to_owned()),
        (Data::Shapes, _) => {
            let Sizes { train, val, test } = Sizes::of(experiment);
            Shapes::default().generate(train + val + test, experiment.seed)
        }
    };
    let half = images.shape[1] == 2 * experiment.side as usize;
    Ok(if half { images.halve() } else { images })
}

impl Sizes {
    /// The sizes that an experiment asks for.
    pub fn of(experiment: &Experiment) -> Self {
        let [train, val, test] = [experiment.train, experiment.val, experiment.test].map(|n| n as usize);
        Self { train, val, test }
    }

    /// The same proportions within `count` images: for a first look while the others are loading.
    pub fn share(count: usize, experiment: &Experiment) -> Self {
        let Self { train, val, test } = Self::of(experiment);
        let all = (train + val + test).max(count);
        let [train, val, test] = [train, val, test].map(|n| n * count / all);
        Self { train, val, test }
    }
}
