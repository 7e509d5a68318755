use super::{DataSet, Images, Pixels, Split};
use crate::shared::random::{Stream, uniform, word};

/// What makes a data set smaller or harder. Only training images change: validation and test stay
/// clean, so that they tell what was learnt.
#[derive(Clone, Debug, PartialEq)]
pub struct Options {
    /// Classes that are kept, in this order; all if empty.
    pub classes: Vec<u32>,
    /// Training images of each class; all if absent.
    pub per_class: Option<usize>,
    /// How many times more training images the first class has than the last; in between the share
    /// falls geometrically (Y. Cui et al., "Class-balanced loss", 2019). 1: all are kept.
    pub imbalance: f64,
    /// Share of the training labels that are replaced by another class, 0 to 1.
    pub noise: f64,
    /// Deals the training labels out anew: nothing is left to learn but the images themselves
    /// (C. Zhang et al., "Understanding deep learning requires rethinking generalization", 2017).
    pub shuffle_labels: bool,
}

impl Default for Options {
    fn default() -> Self {
        Self { classes: Vec::new(), per_class: None, imbalance: 1.0, noise: 0.0, shuffle_labels: false }
    }
}

impl Options {
    /// The images of the classes that are kept, renumbered in their order.
    ///
    /// # Errors
    /// One sentence when a class is named twice or does not exist.
    pub fn select(&self, images: Images) -> Result<Images, String> {
        if self.classes.is_empty() {
            return Ok(images);
        }
        let count = images.names.len();
        let mut number = vec![None; count];
        for (new, &old) in self.classes.iter().enumerate() {
            match number.get_mut(old as usize) {
                None => return Err(format!("There is no class {old}: the classes are 0 to {}.", count - 1)),
                Some(Some(_)) => return Err(format!("Class {old} is named twice.")),
                Some(entry) => *entry = Some(new as u32),
            }
        }
        let kept: Vec<usize> =
            (0..images.len()).filter(|&i| number[images.labels[i] as usize].is_some()).collect();
        let len: usize = images.shape.iter().product();
        let own = |&i: &usize| i * len..(i + 1) * len;
        let pixels = match &images.pixels {
            Pixels::Bytes(v) => Pixels::Bytes(kept.iter().flat_map(|i| &v[own(i)]).copied().collect()),
            Pixels::Floats(v) => Pixels::Floats(kept.iter().flat_map(|i| &v[own(i)]).copied().collect()),
        };
        Ok(Images {
            shape: images.shape,
            names: self.classes.iter().map(|&old| images.names[old as usize].clone()).collect(),
            pixels,
            labels: kept.iter().filter_map(|&i| number[images.labels[i] as usize]).collect(),
        })
    }

    /// The training images that are kept, in their order.
    ///
    /// # Errors
    /// One sentence when a class has too few, or the imbalance is none.
    pub fn thin(&self, training: &[u32], images: &Images) -> Result<Vec<u32>, String> {
        if !(self.imbalance >= 1.0 && self.imbalance.is_finite()) {
            return Err(format!("An imbalance of {} is not 1 or more.", self.imbalance));
        }
        let classes = images.names.len();
        let mut left = vec![0; classes];
        for &image in training {
            left[images.labels[image as usize] as usize] += 1;
        }
        for (class, left) in left.iter_mut().enumerate() {
            match self.per_class {
                Some(wanted) if wanted > *left => {
                    return Err(format!(
                        "{wanted} training images a class were asked for, but '{}' has {left} of them.",
                        images.names[class]
                    ));
                }
                Some(wanted) => *left = wanted,
                None => {}
            }
            let place = class as f64 / (classes.max(2) - 1) as f64;
            let share = libm::pow(self.imbalance, -place);
            *left = (*left).min(libm::ceil(*left as f64 * share) as usize);
        }
        let mut keep = |image: &u32| {
            let left = &mut left[images.labels[*image as usize] as usize];
            *left > 0 && {
                *left -= 1;
                true
            }
        };
        Ok(training.iter().copied().filter(|image| keep(image)).collect())
    }

    /// Replaces and shuffles labels of training images. Which labels are replaced depends on the
    /// seed and the image: a larger share replaces the same ones and more.
    ///
    /// # Errors
    /// One sentence when the share is none.
    pub fn disturb(&self, training: &[u32], images: &mut Images, seed: u32) -> Result<(), String> {
        if !(0.0..=1.0).contains(&self.noise) {
            return Err(format!("A share of {} wrong labels is not from 0 to 1.", self.noise));
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

/// An image that also stands in an earlier split, pixel by pixel.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Duplicate {
    /// The split it was found in.
    pub split: Split,
    /// Its number.
    pub image: u32,
    /// The split that has it, too.
    pub twin_split: Split,
    /// Its number there.
    pub twin: u32,
}

impl DataSet {
    /// Images of the validation and the test split that leaked in from an earlier split: on them,
    /// memory passes for learning.
    pub fn duplicates(&self) -> Vec<Duplicate> {
        let mut order = Vec::new();
        for split in [Split::Train, Split::Val, Split::Test] {
            order.extend(self.table[self.entries(split)].iter().map(|&image| (split, image)));
        }
        // A stable sort leaves equal images in the order of the splits.
        order.sort_by(|a, b| self.raw(a.1).cmp(self.raw(b.1)));
        let mut found = Vec::new();
        for same in order.chunk_by(|a, b| self.raw(a.1) == self.raw(b.1)) {
            let (twin_split, twin) = same[0];
            let leaked = same.iter().filter(|(split, _)| *split != twin_split);
            found.extend(leaked.map(|&(split, image)| Duplicate { split, image, twin_split, twin }));
        }
        found.sort_by_key(|duplicate| (duplicate.split as u8, duplicate.image));
        found
    }

    fn raw(&self, image: u32) -> &[u8] {
        let len = self.image_len();
        let own = image as usize * len..(image as usize + 1) * len;
        match &self.pixels {
            Pixels::Bytes(v) => &v[own],
            Pixels::Floats(v) => bytemuck::cast_slice(&v[own]),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Sizes, Standardize};
    use super::*;

    /// 400 images of 2x2 in four classes; image i holds i.
    fn images() -> Images {
        let numbers = (0..400u32).flat_map(|i| [i as f32; 4]).collect();
        Images {
            shape: [1, 2, 2],
            names: ["a", "b", "c", "d"].map(str::to_owned).to_vec(),
            pixels: Pixels::Floats(numbers),
            labels: (0..400).map(|i| i % 4).collect(),
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
        let sizes = Sizes { train: 100, val: 60, test: 40 };
        let options = Options { classes: vec![3, 1], ..Options::default() };
        let data = DataSet::with(images(), sizes, 1, &Standardize::None, &options).unwrap();
        assert_eq!((data.names.clone(), data.labels.len()), (vec!["d".to_owned(), "b".to_owned()], 200));
        let Pixels::Floats(v) = &data.pixels else { panic!("floats") };
        for image in 0..200 {
            let old = 2 * image + 1;
            assert_eq!(v[4 * image], old as f32);
            assert_eq!(data.labels[image], u32::from(old % 4 == 1));
        }
        let why = |classes: &[u32]| self::data(Options { classes: classes.to_vec(), ..Options::default() });
        assert_eq!(why(&[4]).unwrap_err(), "There is no class 4: the classes are 0 to 3.");
        assert_eq!(why(&[1, 1]).unwrap_err(), "Class 1 is named twice.");
        assert!(why(&[1]).unwrap_err().contains("but there are 100"));
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
        let why = data(Options { per_class: Some(200), ..Options::default() }).unwrap_err();
        assert!(why.starts_with("200 training images a class were asked for, but 'a' has "), "{why}");
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

    #[test]
    fn leaks_between_splits_are_found() {
        let mut data = data(Options::default()).unwrap();
        assert!(data.duplicates().is_empty());
        let [train, val, test] = [0, 300, 360].map(|at| data.table[at]);
        let Pixels::Floats(v) = &mut data.pixels else { panic!("floats") };
        for image in [val, test] {
            v.copy_within(4 * train as usize..4 * train as usize + 4, 4 * image as usize);
        }
        let leak = |split, image| Duplicate { split, image, twin_split: Split::Train, twin: train };
        assert_eq!(data.duplicates(), [leak(Split::Val, val), leak(Split::Test, test)]);
    }
}
