//! Who trains, who is looked at, who is kept for the end.

use serde::{Deserialize, Serialize};

use crate::shared::random::{Stream, word};

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
            Split::Train => "training",
            Split::Val => "validation",
            Split::Test => "test",
            Split::Given => "given",
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

/// Image numbers of the training, validation and test split, drawn without replacement from
/// `0..count`; where the last `tests` images are for testing, the test split is drawn from them and
/// the others from the rest.
///
/// The test split is drawn first, then validation, then training: a smaller or larger training
/// split leaves the other two as they are, and its own first images too.
///
/// # Errors
/// One sentence when more images are wanted than there are.
pub fn draw(count: usize, tests: usize, sizes: Sizes, seed: u32) -> Result<[Vec<u32>; 3], String> {
    let Sizes { train, val, test } = sizes;
    if tests > 0 {
        if test > tests {
            return Err(format!("{test} test images are wanted, but the files hold {tests}."));
        }
        let first = (count - tests) as u32;
        let [training, validation, _] = draw(first as usize, 0, Sizes { test: 0, ..sizes }, seed)?;
        let drawn = permutation(tests, test, 1, seed);
        return Ok([training, validation, drawn.into_iter().map(|image| first + image).collect()]);
    }
    let wanted = train.saturating_add(val).saturating_add(test);
    if wanted > count {
        return Err(format!(
            "{train} training, {val} validation and {test} test images are {wanted}, but there are {count}."
        ));
    }
    let mut order = permutation(count, wanted, 0, seed);
    let training = order.split_off(test + val);
    let validation = order.split_off(test);
    Ok([training, validation, order])
}

/// The first `wanted` of a random order of `0..count`.
fn permutation(count: usize, wanted: usize, address: u32, seed: u32) -> Vec<u32> {
    let mut order: Vec<u32> = (0..count as u32).collect();
    for i in 0..wanted {
        let left = (count - i) as u64;
        let draw = u64::from(word(seed, Stream::Split, 0, address, i as u32));
        order.swap(i, i + ((draw * left) >> 32) as usize);
    }
    order.truncate(wanted);
    order
}

#[cfg(test)]
mod tests {
    use super::*;

    const SIZES: Sizes = Sizes { train: 70, val: 20, test: 10 };

    fn table(count: usize, sizes: Sizes, seed: u32) -> Result<Vec<u32>, String> {
        draw(count, 0, sizes, seed).map(|parts| parts.concat())
    }

    #[test]
    fn test_images_that_were_chosen_stay_among_themselves() {
        let sizes = Sizes { train: 60, val: 20, test: 15 };
        let [train, val, test] = draw(100, 20, sizes, 3).unwrap();
        assert_eq!((train.len(), val.len(), test.len()), (60, 20, 15));
        assert!(train.iter().chain(&val).all(|&image| image < 80));
        assert!(test.iter().all(|image| (80..100).contains(image)));
        assert_eq!(draw(100, 20, Sizes { train: 5, ..sizes }, 3).unwrap()[1..], [val, test]);
        assert_eq!(draw(100, 10, sizes, 3).unwrap_err(), "15 test images are wanted, but the files hold 10.");
        assert!(draw(100, 30, sizes, 3).unwrap_err().contains("there are 70"));
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
