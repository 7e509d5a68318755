//! Who trains, who is looked at, who is kept for the end.

use serde::{Deserialize, Serialize};

use crate::shared::random::{Stream, word};
use crate::shared::sort;
use crate::text::data as text;

/// A part of the data set.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Split {
    /// What the weights learn from.
    Train,
    /// What choices look at.
    #[serde(rename = "validation")]
    Val,
    /// What is looked at once, at the end.
    Test,
    /// Batches that the host chose, in its order.
    Given,
}

impl Split {
    /// As in a sentence: "the training split".
    pub fn title(self) -> &'static str {
        match self {
            Split::Train => text::TRAINING,
            Split::Val => text::VALIDATION,
            Split::Test => text::TEST,
            Split::Given => text::GIVEN,
        }
    }
}

/// How many images each split gets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sizes {
    /// Training.
    pub train: usize,
    /// Validation.
    pub val: usize,
    /// Test.
    pub test: usize,
}

/// Image numbers of the training, validation and test split, drawn without replacement; where the
/// last `tests` images are for testing, the test split is drawn from them and the others from the rest.
///
/// Stratified by class, as scikit-learn's `train_test_split(stratify=labels)`: each split has the
/// classes in the proportions of the whole, so that no accuracy depends on which classes the seed dealt.
/// The test split is drawn first, then validation, then training: a smaller or larger training
/// split leaves the other two as they are, and its own first images too.
///
/// # Errors
/// One sentence when more images are wanted than there are.
pub fn draw(labels: &[u32], tests: usize, sizes: Sizes, seed: u32) -> Result<[Vec<u32>; 3], String> {
    let Sizes { train, val, test } = sizes;
    let count = labels.len();
    if tests > 0 {
        if test > tests {
            return Err(text::too_few_tests(test, tests));
        }
        let (learn, keep) = labels.split_at(count - tests);
        let [training, validation, _] = draw(learn, 0, Sizes { test: 0, ..sizes }, seed)?;
        let drawn = stratified(keep, 1, seed).into_iter().take(test);
        return Ok([training, validation, drawn.map(|image| learn.len() as u32 + image).collect()]);
    }
    let wanted = train.saturating_add(val).saturating_add(test);
    if wanted > count {
        return Err(text::too_few(train, val, test, wanted, count));
    }
    let mut order = stratified(labels, 0, seed);
    order.truncate(wanted);
    let training = order.split_off(test + val);
    let validation = order.split_off(test);
    Ok([training, validation, order])
}

/// All images in a random order that has the classes in proportion from its beginning to any place:
/// each image stands at its share of its class.
fn stratified(labels: &[u32], address: u32, seed: u32) -> Vec<u32> {
    let class = |image: u32| labels[image as usize] as usize;
    let mut sizes = vec![0_u32; labels.iter().map(|&label| label as usize + 1).max().unwrap_or(0)];
    for &label in labels {
        sizes[label as usize] += 1;
    }
    let mut seen = vec![0_u32; sizes.len()];
    let mut placed: Vec<(f64, u32)> = permutation(labels.len(), address, seed)
        .into_iter()
        .map(|image| {
            let rank = &mut seen[class(image)];
            *rank += 1;
            ((f64::from(*rank) - 0.5) / f64::from(sizes[class(image)]), image)
        })
        .collect();
    sort::by(&mut placed, |(a, _), (b, _)| a.total_cmp(b));
    placed.into_iter().map(|(_, image)| image).collect()
}

/// A random order of `0..count`.
fn permutation(count: usize, address: u32, seed: u32) -> Vec<u32> {
    let mut order: Vec<u32> = (0..count as u32).collect();
    for i in 0..count {
        let left = (count - i) as u64;
        let draw = u64::from(word(seed, Stream::Split, 0, address, i as u32));
        order.swap(i, i + ((draw * left) >> 32) as usize);
    }
    order
}

#[cfg(test)]
mod tests {
    use super::*;

    const SIZES: Sizes = Sizes { train: 70, val: 20, test: 10 };

    /// Labels of three classes: half of the images, a third and a sixth.
    fn labels(count: usize) -> Vec<u32> {
        (0..count).map(|image| [0, 1, 0, 2, 0, 1][image % 6]).collect()
    }

    fn table(count: usize, sizes: Sizes, seed: u32) -> Result<Vec<u32>, String> {
        draw(&labels(count), 0, sizes, seed).map(|parts| parts.concat())
    }

    #[test]
    fn each_split_has_the_classes_in_proportion() {
        let labels = labels(6000);
        for seed in 0..20 {
            let sizes = Sizes { train: 3001, val: 200, test: 97 };
            for part in draw(&labels, 0, sizes, seed).unwrap() {
                for (class, share) in [(0, 1.0 / 2.0), (1, 1.0 / 3.0), (2, 1.0 / 6.0)] {
                    let has = part.iter().filter(|&&image| labels[image as usize] == class).count();
                    let due = part.len() as f64 * share;
                    assert!((has as f64 - due).abs() < 2.0, "class {class}: {has} of {due}");
                }
            }
        }
    }

    #[test]
    fn test_images_that_were_chosen_stay_among_themselves() {
        let sizes = Sizes { train: 60, val: 20, test: 15 };
        let [train, val, test] = draw(&labels(100), 20, sizes, 3).unwrap();
        assert_eq!((train.len(), val.len(), test.len()), (60, 20, 15));
        assert!(train.iter().chain(&val).all(|&image| image < 80));
        assert!(test.iter().all(|image| (80..100).contains(image)));
        assert_eq!(draw(&labels(100), 20, Sizes { train: 5, ..sizes }, 3).unwrap()[1..], [val, test]);
        assert_eq!(
            draw(&labels(100), 10, sizes, 3).unwrap_err(),
            "15 test images are wanted, but the files hold 10."
        );
        assert!(draw(&labels(100), 30, sizes, 3).unwrap_err().contains("there are 70"));
    }

    #[test]
    fn a_split_is_a_partition() {
        let mut all = table(100, SIZES, 3).unwrap();
        all.sort_unstable();
        assert_eq!(all, (0..100).collect::<Vec<u32>>());
        let mut some = table(1000, SIZES, 3).unwrap();
        some.sort_unstable();
        some.dedup();
        assert_eq!(some.len(), 100);
        assert!(some[99] < 1000);
    }

    #[test]
    fn a_split_depends_on_the_seed_only() {
        assert_eq!(table(100, SIZES, 3), table(100, SIZES, 3));
        assert_ne!(table(100, SIZES, 3), table(100, SIZES, 4));
    }

    #[test]
    fn a_smaller_training_split_leaves_the_others() {
        let large = table(100, SIZES, 3).unwrap();
        let small = table(100, Sizes { train: 5, ..SIZES }, 3).unwrap();
        assert_eq!(small[..5], large[..5]);
        assert_eq!(small[5..], large[70..]);
    }

    #[test]
    fn every_image_is_in_every_split_at_some_seed() {
        let tests =
            |image| (0..200).filter(move |&seed| table(100, SIZES, seed).unwrap()[90..].contains(&image));
        for image in [0, 17, 50, 99] {
            let hits = tests(image).count();
            assert!((5..40).contains(&hits), "image {image}: {hits} of 200, 20 expected");
        }
    }

    #[test]
    fn too_few_images_are_a_sentence() {
        assert_eq!(
            table(99, SIZES, 1).unwrap_err(),
            "70 training, 20 validation and 10 test images are 100, but there are 99."
        );
        assert!(table(9, Sizes { train: usize::MAX, ..SIZES }, 1).is_err());
        assert_eq!(table(0, Sizes { train: 0, val: 0, test: 0 }, 1).unwrap(), Vec::<u32>::new());
    }
}
