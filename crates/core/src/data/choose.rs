use super::shapes::Shapes;
use super::{DataSet, Images, Options, Sizes, Standardize};
use crate::spec::{Data, Experiment};
use crate::text::data as text;

/// One image for each split.
const FEWEST: usize = 3;

/// The data set of an experiment. `loaded` are the images of its files: the digits, or the user's
/// own; `part` says that they are only the first of them, for a first look.
///
/// # Errors
/// One sentence when they are not there, or are fewer than the experiment wants.
pub fn data_set(experiment: &Experiment, loaded: Option<&Images>, part: bool) -> Result<DataSet, String> {
    let images = match (experiment.data, loaded) {
        (Data::Shapes, _) => {
            let Sizes { train, val, test } = Sizes::of(experiment);
            Shapes::of(experiment).generate(train + val + test, experiment.seed)
        }
        (_, Some(images)) => images.clone(),
        (Data::Digits, None) => return Err(text::DIGITS_NOT_LOADED.to_owned()),
        (Data::Own, None) => return Err(text::NO_FILES.to_owned()),
    };
    set_of(images, experiment, part)
}

/// The data set that an experiment makes of these images.
///
/// # Errors
/// One sentence when they are fewer than the experiment wants, or of one class only.
pub(crate) fn set_of(images: Images, experiment: &Experiment, part: bool) -> Result<DataSet, String> {
    let mut sizes = Sizes::of(experiment);
    let half = images.shape[1] == 2 * experiment.side as usize && images.shape[2].is_multiple_of(2);
    let images = if half { images.halve() } else { images };
    if images.len() < FEWEST {
        return Err(text::too_few_images(images.len(), FEWEST));
    }
    if images.names.len() < 2 {
        return Err(text::ONE_CLASS.to_owned());
    }
    if part || experiment.data == Data::Own {
        sizes = sizes.within(images.len(), images.tests);
    }
    let options = Options::of(experiment);
    let mut set = DataSet::with(images, sizes, experiment.seed, &Standardize::Auto, &options)?;
    let wished = Sizes::of(experiment);
    if experiment.data == Data::Own && sizes != wished {
        let Sizes { train, val, test } = sizes;
        set.notes.push(text::fewer_than_asked(train, val, test));
    }
    set.notes.extend(set.leak());
    Ok(set)
}

impl Sizes {
    /// The sizes that an experiment asks for.
    pub fn of(experiment: &Experiment) -> Self {
        let [train, val, test] = [experiment.train, experiment.val, experiment.test].map(|n| n as usize);
        Self { train, val, test }
    }

    /// What fits `count` images, of which the last `tests` are for testing. Where they do not
    /// suffice, validation and test have a tenth each, and training what is left.
    pub fn within(self, count: usize, tests: usize) -> Self {
        let Self { train, val, test } = self;
        let here = count - tests;
        let apart = if tests > 0 { val } else { val + test };
        if train + apart <= here {
            return Self { test: if tests > 0 { test.min(tests) } else { test }, ..self };
        }
        let tenth = (here / 10).max(1);
        let val = val.min(tenth);
        let (test, taken) =
            if tests > 0 { (test.min(tests), val) } else { (test.min(tenth), val + test.min(tenth)) };
        Self { train: train.min(here.saturating_sub(taken)), val, test }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn too_few_images_are_shared() {
        let sizes = Sizes { train: 8000, val: 1000, test: 1000 };
        assert_eq!(sizes.within(60, 0), Sizes { train: 48, val: 6, test: 6 });
        assert_eq!(sizes.within(3, 0), Sizes { train: 1, val: 1, test: 1 });
        assert_eq!(sizes.within(60, 15), Sizes { train: 41, val: 4, test: 15 });
        assert_eq!(sizes.within(70_000, 10_000), sizes);
        assert_eq!(Sizes { train: 20, ..sizes }.within(30, 0), Sizes { train: 20, val: 3, test: 3 });
    }
}
