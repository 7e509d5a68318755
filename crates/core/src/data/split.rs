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

/// Image numbers of the training, validation and test split, one after the other, drawn without
/// replacement from `0..count`.
///
/// The test split is drawn first, then validation, then training: a smaller or larger training
/// split leaves the other two as they are, and its own first images too.
///
/// # Errors
/// One sentence when more images are wanted than there are.
pub fn table(count: usize, sizes: Sizes, seed: u32) -> Result<Vec<u32>, String> {
    let Sizes { train, val, test } = sizes;
    let wanted = train.saturating_add(val).saturating_add(test);
    if wanted > count {
        return Err(format!(
            "{train} training, {val} validation and {test} test images are {wanted}, but there are {count}."
        ));
    }
    let mut order: Vec<u32> = (0..count as u32).collect();
    for i in 0..wanted {
        let left = (count - i) as u64;
        let draw = u64::from(word(seed, Stream::Split, 0, 0, i as u32));
        order.swap(i, i + ((draw * left) >> 32) as usize);
    }
    order.truncate(wanted);
    order.rotate_left(test + val);
    order[train..].rotate_left(test);
    Ok(order)
}

#[cfg(test)]
mod tests {
    use super::*;

    const SIZES: Sizes = Sizes { train: 70, val: 20, test: 10 };

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
