use super::Images;
use super::transform::Transform;
use crate::shared::random::{Stream, uniform, word};
use crate::spec::Experiment;
use crate::text::data as text;

/// What makes a data set smaller, harder or another one. Classes and the transformation hold for all
/// splits; the others change training images only: validation and test stay clean, so that they tell
/// what was learnt.
#[derive(Clone, Debug, PartialEq)]
pub struct Options {
    /// Classes that are kept, in this order; all if empty.
    pub classes: Vec<u32>,
    /// Training images of each class, at most; all if absent.
    pub per_class: Option<usize>,
    /// How many times more training images the first class has than the last; in between the share
    /// falls geometrically (Y. Cui et al., "Class-balanced loss", 2019). 1: all are kept.
    pub imbalance: f64,
    /// Share of the training labels that are replaced by another class, 0 to 1.
    pub noise: f64,
    /// Deals the training labels out anew: nothing is left to learn but the images themselves
    /// (C. Zhang et al., "Understanding deep learning requires rethinking generalization", 2017).
    pub shuffle_labels: bool,
    /// What is done to every image.
    pub transform: Transform,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            classes: Vec::new(),
            per_class: None,
            imbalance: 1.0,
            noise: 0.0,
            shuffle_labels: false,
            transform: Transform::default(),
        }
    }
}

/// Images of training, validation and test split.
type Parts = [Vec<u32>; 3];

impl Options {
    /// The options of an experiment.
    pub fn of(experiment: &Experiment) -> Self {
        Self {
            classes: experiment.classes.0.clone(),
            per_class: Some(experiment.perclass as usize).filter(|&count| count > 0),
            imbalance: experiment.imbalance,
            noise: experiment.noise,
            shuffle_labels: experiment.labels == crate::spec::Labels::Shuffled,
            transform: Transform::of(experiment),
        }
    }

    /// Leaves the images of the classes that are kept, renumbered in their order.
    ///
    /// # Errors
    /// One sentence when a class is named twice or does not exist.
    pub fn select(&self, parts: &mut Parts, images: &mut Images) -> Result<(), String> {
        if self.classes.is_empty() {
            return Ok(());
        }
        let count = images.names.len();
        let mut number = vec![None; count];
        for (new, &old) in self.classes.iter().enumerate() {
            match number.get_mut(old as usize) {
                None => return Err(text::no_class(old, count - 1)),
                Some(Some(_)) => return Err(text::class_twice(old)),
                Some(entry) => *entry = Some(new as u32),
            }
        }
        for part in parts {
            part.retain(|&image| number[images.labels[image as usize] as usize].is_some());
        }
        // Images of other classes stand in no split; nobody reads their label.
        images.labels.iter_mut().for_each(|label| *label = number[*label as usize].unwrap_or(0));
        images.names = self.classes.iter().map(|&old| images.names[old as usize].clone()).collect();
        Ok(())
    }

    /// Leaves as many training images of each class as are wanted, in their order; a sentence where
    /// a class has fewer.
    ///
    /// # Errors
    /// One sentence when the imbalance is none.
    pub fn thin(&self, training: &mut Vec<u32>, images: &Images) -> Result<Option<String>, String> {
        if !(self.imbalance >= 1.0 && self.imbalance.is_finite()) {
            return Err(text::no_imbalance(self.imbalance));
        }
        let classes = images.names.len();
        let mut left = vec![0; classes];
        for &image in training.iter() {
            left[images.labels[image as usize] as usize] += 1;
        }
        let mut note = None;
        for (class, left) in left.iter_mut().enumerate() {
            if let Some(wanted) = self.per_class {
                if wanted > *left && note.is_none() {
                    note = Some(text::fewer_per_class(
                        wanted,
                        &text::training_images(*left),
                        &images.names[class],
                    ));
                }
                *left = wanted.min(*left);
            }
            let place = class as f64 / (classes.max(2) - 1) as f64;
            let share = libm::pow(self.imbalance, -place);
            *left = (*left).min(libm::ceil(*left as f64 * share) as usize);
        }
        training.retain(|&image| {
            let left = &mut left[images.labels[image as usize] as usize];
            *left > 0 && {
                *left -= 1;
                true
            }
        });
        Ok(note)
    }

    /// Replaces and shuffles labels of training images. Which labels are replaced depends on the
    /// seed and the image: a larger share replaces the same ones and more.
    ///
    /// # Errors
    /// One sentence when the share is none.
    pub fn disturb(&self, training: &[u32], images: &mut Images, seed: u32) -> Result<(), String> {
        if !(0.0..=1.0).contains(&self.noise) {
            return Err(text::no_share(self.noise));
        }
        let classes = images.names.len() as u32;
        let labels = &mut images.labels;
        if self.shuffle_labels {
            for i in 1..training.len() {
                let draw = u64::from(word(seed, Stream::Labels, 1, 0, i as u32));
                let j = ((draw * (i as u64 + 1)) >> 32) as usize;
                labels.swap(training[i] as usize, training[j] as usize);
            }
        }
        for &image in training {
            let [chance, other] = [0, 1].map(|k| word(seed, Stream::Labels, 0, k, image));
            if classes > 1 && f64::from(uniform(chance)) < self.noise {
                let label = &mut labels[image as usize];
                let turn = 1 + ((u64::from(other) * u64::from(classes - 1)) >> 32) as u32;
                *label = (*label + turn) % classes;
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::super::{DataSet, Pixels, Sizes, Split, Standardize};
    use super::*;

    /// 400 images of 2x2 in four classes; image i holds i.
    fn images() -> Images {
        let numbers = (0..400u32).flat_map(|i| [i as f32; 4]).collect();
        Images {
            shape: [1, 2, 2],
            names: ["a", "b", "c", "d"].map(str::to_owned).to_vec(),
            pixels: Pixels::Floats(numbers),
            labels: (0..400).map(|i| i % 4).collect(),
            tests: 0,
        }
    }

    const SIZES: Sizes = Sizes { train: 300, val: 60, test: 40 };

    fn data(options: Options) -> Result<DataSet, String> {
        DataSet::with(images(), SIZES, 1, &Standardize::Auto, &options)
    }

    fn per_class(data: &DataSet) -> Vec<usize> {
        let training = &data.table[data.entries(Split::Train)];
        (0..data.classes as u32)
            .map(|class| training.iter().filter(|&&image| data.labels[image as usize] == class).count())
            .collect()
    }

    #[test]
    fn classes_are_kept_in_their_order() {
        let all = data(Options::default()).unwrap();
        let some = data(Options { classes: vec![3, 1], ..Options::default() }).unwrap();
        assert_eq!((some.names.clone(), some.classes), (vec!["d".to_owned(), "b".to_owned()], 2));
        for split in [Split::Train, Split::Val, Split::Test] {
            let kept = |image: &&u32| *image % 2 == 1;
            let wanted: Vec<u32> = all.table[all.entries(split)].iter().filter(kept).copied().collect();
            assert_eq!(some.table[some.entries(split)], wanted);
            assert!(wanted.iter().all(|&image| some.labels[image as usize] == u32::from(image % 4 == 1)));
        }
        let why = |classes: &[u32]| self::data(Options { classes: classes.to_vec(), ..Options::default() });
        assert_eq!(why(&[4, 1]).unwrap_err(), "There is no class 4: the classes are 0 to 3.");
        assert_eq!(why(&[1, 1]).unwrap_err(), "Class 1 is named twice.");
    }

    #[test]
    fn training_images_are_thinned_and_nothing_else() {
        let all = data(Options::default()).unwrap();
        let few = data(Options { per_class: Some(5), ..Options::default() }).unwrap();
        assert_eq!(per_class(&few), [5; 4]);
        assert_eq!(few.splits, [20, 60, 40]);
        assert_eq!(few.table[20..], all.table[300..]);
        assert_ne!(few.standard, all.standard);
        let long_tail = data(Options { per_class: Some(50), imbalance: 8.0, ..Options::default() }).unwrap();
        assert_eq!(per_class(&long_tail), [50, 25, 13, 7]);
        let most = data(Options { per_class: Some(200), ..Options::default() }).unwrap();
        assert_eq!(most.splits, all.splits);
        assert!(most.notes[0].starts_with("perclass=200 is more than the "), "{:?}", most.notes);
        assert!(data(Options { imbalance: 0.5, ..Options::default() }).is_err());
        assert!(data(Options { imbalance: f64::NAN, ..Options::default() }).is_err());
    }

    fn wrong(data: &DataSet, split: Split) -> Vec<u32> {
        let truth = images().labels;
        let differs = |&image: &u32| data.labels[image as usize] != truth[image as usize];
        data.table[data.entries(split)].iter().copied().filter(differs).collect()
    }

    #[test]
    fn noise_replaces_its_share_of_training_labels() {
        let noisy = |noise| data(Options { noise, ..Options::default() }).unwrap();
        let (some, more) = (wrong(&noisy(0.2), Split::Train), wrong(&noisy(0.5), Split::Train));
        assert!((35..=85).contains(&some.len()), "{} of 300", some.len());
        assert!(some.iter().all(|image| more.contains(image)));
        assert_eq!(wrong(&noisy(1.0), Split::Train).len(), 300);
        assert!(wrong(&noisy(1.0), Split::Val).is_empty() && wrong(&noisy(1.0), Split::Test).is_empty());
        assert_eq!(noisy(0.2), noisy(0.2));
        assert!(data(Options { noise: 1.1, ..Options::default() }).unwrap_err().contains("1.1"));
    }

    #[test]
    fn shuffled_labels_are_the_same_labels_at_random() {
        let clean = data(Options::default()).unwrap();
        let random = data(Options { shuffle_labels: true, ..Options::default() }).unwrap();
        assert_eq!(per_class(&random), per_class(&clean));
        let count = wrong(&random, Split::Train).len();
        assert!((190..260).contains(&count), "{count} of 300, 225 expected");
        assert!(wrong(&random, Split::Val).is_empty());
    }
}
