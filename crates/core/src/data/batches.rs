//! Which images a step works on: fills the step record, and reads it as the devices do.

use super::{DataSet, Split};
use crate::plan::StepRecord;
use crate::shared::random::permute;
use crate::text::data as text;

/// The batches of a split, numbered from 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Batches {
    first: u32,
    size: u32,
    batch: u32,
    shuffle: bool,
}

impl Batches {
    /// Training batches: shuffled anew each epoch; the last, partial batch is left out.
    ///
    /// # Errors
    /// One sentence when the split does not fill a batch; it offers the largest that fits.
    pub fn training(data: &DataSet, batch: usize) -> Result<Self, String> {
        let batches = Self { shuffle: true, ..Self::of(data, Split::Train, batch) };
        match data.splits[0] {
            0 => Err(text::NO_TRAINING_IMAGE.to_owned()),
            size if size < batch => Err(text::batch_does_not_fit(batch, &text::training_images(size), size)),
            _ => Ok(batches),
        }
    }

    /// Batches that were given with the data, in their order, again from the first after the last.
    ///
    /// # Errors
    /// One sentence when there is none, or the last is not whole.
    pub fn given(data: &DataSet, batch: usize) -> Result<Self, String> {
        let batches = Self::of(data, Split::Given, batch);
        match batches.size {
            0 => Err(text::NO_BATCH.to_owned()),
            size if !size.is_multiple_of(batches.batch) => Err(text::not_whole_batches(size, batch)),
            _ => Ok(batches),
        }
    }

    /// All images of a split once, in the table's order; the last batch may be partial.
    pub fn evaluation(data: &DataSet, split: Split, batch: usize) -> Self {
        Self::of(data, split, batch)
    }

    fn of(data: &DataSet, split: Split, batch: usize) -> Self {
        let entries = data.entries(split);
        Self {
            first: entries.start as u32,
            size: entries.len() as u32,
            batch: batch.max(1) as u32,
            shuffle: false,
        }
    }

    /// Batches a pass: whole ones when shuffled, all otherwise.
    pub fn per_epoch(&self) -> u32 {
        if self.shuffle { self.size / self.batch } else { self.size.div_ceil(self.batch) }
    }

    /// Passes made after `steps` batches.
    pub fn epochs(&self, steps: u32) -> f64 {
        f64::from(steps) / f64::from(self.per_epoch().max(1))
    }

    /// Points a record at batch number `step`; after the last batch comes the first of the next
    /// epoch.
    pub fn point(&self, record: &mut StepRecord, step: u32) {
        let per_epoch = self.per_epoch().max(1);
        let cursor = step % per_epoch * self.batch;
        record.epoch = step / per_epoch;
        record.first = self.first;
        record.size = self.size;
        record.cursor = cursor;
        record.shuffle = u32::from(self.shuffle);
        record.live = self.batch.min(self.size.saturating_sub(cursor));
    }

    /// The images that batch number `step` of a run with this seed works on.
    pub fn images(&self, data: &DataSet, seed: u32, step: u32) -> Vec<u32> {
        let mut record = StepRecord { seed, ..StepRecord::default() };
        self.point(&mut record, step);
        (0..record.live).map(|row| image(&record, data, row)).collect()
    }
}

/// The image that stands in a live row of the batch: the host's twin of `batch/gather`'s address.
pub fn image(record: &StepRecord, data: &DataSet, row: u32) -> u32 {
    let position = record.cursor + row;
    let entry = match record.shuffle {
        0 => position,
        _ => permute(record.seed, record.epoch, position, record.size),
    };
    data.table[(record.first + entry) as usize]
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 25 training images 100.., 7 for validation, 3 for test, 6 given.
    fn data() -> DataSet {
        let table = (100..135).chain([4, 4, 9, 1, 0, 2]).collect();
        DataSet { table, splits: [25, 7, 3], ..DataSet::default() }
    }

    #[test]
    fn an_epoch_visits_every_image_at_most_once() {
        let batches = Batches::training(&data(), 4).unwrap();
        assert_eq!(batches.per_epoch(), 6);
        let epoch = |e: u32, seed| -> Vec<u32> {
            (6 * e..6 * e + 6).flat_map(|step| batches.images(&data(), seed, step)).collect()
        };
        for e in 0..5 {
            let mut images = epoch(e, 1);
            images.sort_unstable();
            images.dedup();
            assert_eq!(images.len(), 24);
            assert!(images.iter().all(|i| (100..125).contains(i)));
        }
        assert_ne!(epoch(0, 1), epoch(1, 1));
        assert_ne!(epoch(0, 1), epoch(0, 2));
        assert_eq!(epoch(3, 9), epoch(3, 9));
    }

    #[test]
    fn an_evaluation_sees_every_image_once_and_masks_the_rest() {
        let batches = Batches::evaluation(&data(), Split::Val, 3);
        let images: Vec<u32> = (0..batches.per_epoch()).flat_map(|s| batches.images(&data(), 1, s)).collect();
        assert_eq!(images, (125..132).collect::<Vec<u32>>());
        let mut record = StepRecord::default();
        batches.point(&mut record, 2);
        assert_eq!((record.cursor, record.live, record.size), (6, 1, 7));
    }

    #[test]
    fn given_batches_come_in_their_order_and_again() {
        let batches = Batches::given(&data(), 2).unwrap();
        let images = |step| batches.images(&data(), 1, step);
        assert_eq!(
            (images(0), images(1), images(2), images(3)),
            (vec![4, 4], vec![9, 1], vec![0, 2], vec![4, 4])
        );
        assert_eq!(Batches::given(&data(), 4).unwrap_err(), "6 image numbers are not whole batches of 4.");
        let none = DataSet { table: vec![0; 35], ..data() };
        assert_eq!(Batches::given(&none, 4).unwrap_err(), "No batch was given.");
    }

    #[test]
    fn a_batch_larger_than_the_split_offers_what_fits() {
        assert_eq!(
            Batches::training(&data(), 64).unwrap_err(),
            "A batch of 64 does not fit 25 training images; the largest that does is 25."
        );
        assert!(Batches::training(&data(), 25).is_ok());
        let empty = DataSet { splits: [0, 32, 3], ..data() };
        assert_eq!(Batches::training(&empty, 1).unwrap_err(), "There is no training image.");
    }

    #[test]
    fn epochs_count_whole_batches() {
        let batches = Batches::training(&data(), 4).unwrap();
        assert_eq!(batches.epochs(9), 1.5);
    }
}
