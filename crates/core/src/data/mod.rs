//! Bytes in, batches out.

pub mod batches;
mod choose;
pub mod digits;
mod duplicates;
pub mod formats;
mod gather;
mod images;
mod labels;
mod options;
pub mod shapes;
pub mod split;
mod standard;
mod transform;

pub use batches::Batches;
pub use choose::data_set;
pub(crate) use choose::set_of;
pub use duplicates::Duplicate;
pub use gather::Gather;
pub use images::{Images, Pixels};
pub use labels::Labels;
pub use options::Options;
pub use split::{Sizes, Split};
pub use standard::Standardize;
pub use transform::Transform;

use std::ops::Range;

use crate::spec::{Experiment, Problem};
use crate::text::data as text;

/// The images a device holds: pixels as bytes (or floats), labels, and the order of the splits.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct DataSet {
    /// Channels, rows, columns of an image.
    pub shape: [usize; 3],
    /// Number of classes.
    pub classes: usize,
    /// What the classes are called, in their order.
    pub names: Vec<String>,
    /// The pixels of all images, `[N, C, H, W]`.
    pub pixels: Pixels,
    /// Class of each image.
    pub labels: Vec<u32>,
    /// Image numbers: first the training split, then validation, then test, then given batches.
    pub table: Vec<u32>,
    /// Entries of training, validation and test split in `table`.
    pub splits: [usize; 3],
    /// Mean and deviation of each channel, subtracted and divided by before the first layer; for
    /// bytes of the numbers 0 to 1.
    pub standard: Vec<[f32; 2]>,
    /// Sentences about what became of the wishes: too few images of a class, leaks between splits.
    pub notes: Vec<String>,
}

impl DataSet {
    /// Splits images by a seed and measures what the training split is standardised by.
    ///
    /// # Errors
    /// One sentence: more images wanted than there are, or statistics that do not fit the images.
    pub fn new(images: Images, sizes: Sizes, seed: u32, standardize: &Standardize) -> Result<Self, String> {
        Self::with(images, sizes, seed, standardize, &Options::default())
    }

    /// As [`DataSet::new`], made smaller or harder.
    ///
    /// # Errors
    /// One sentence, also when an option does not fit the images.
    pub fn with(
        images: Images,
        sizes: Sizes,
        seed: u32,
        standardize: &Standardize,
        options: &Options,
    ) -> Result<Self, String> {
        let mut images = images;
        let mut parts = split::draw(&images.labels, images.tests, sizes, seed)?;
        options.select(&mut parts, &mut images)?;
        let notes = options.thin(&mut parts[0], &images)?.into_iter().collect();
        options.transform.apply(&mut images, seed);
        let standard = standardize.measure(&images, &parts[0])?;
        options.disturb(&parts[0], &mut images, seed)?;
        let splits = [parts[0].len(), parts[1].len(), parts[2].len()];
        let table = parts.concat();
        let Images { shape, names, pixels, labels, .. } = images;
        Ok(Self { shape, classes: names.len(), names, pixels, labels, table, splits, standard, notes })
    }

    /// Appends batches that the host chooses: image numbers, batch after batch.
    ///
    /// # Errors
    /// When an image number is out of range.
    pub fn give(&mut self, batches: &[u32]) -> Result<(), String> {
        let count = self.labels.len();
        if let Some(image) = batches.iter().find(|&&image| image as usize >= count) {
            return Err(text::given_beyond(*image, count));
        }
        self.table.extend_from_slice(batches);
        Ok(())
    }

    /// Shrinks the batch of an experiment to the training images, if there are fewer; says so.
    pub fn fit(&self, experiment: &mut Experiment) -> Option<Problem> {
        let [train, ..] = self.splits;
        if train == 0 || experiment.batch as usize <= train {
            return None;
        }
        let message = text::batch_too_large_for_left(experiment.batch, &text::training_images(train), train);
        experiment.batch = train as u32;
        Some(Problem::new("batch", message))
    }

    /// Numbers of one image, `C·H·W`.
    pub fn image_len(&self) -> usize {
        self.shape.iter().product()
    }

    /// The entries of a split in `table`.
    pub fn entries(&self, split: Split) -> Range<usize> {
        let [train, val, test] = self.splits;
        match split {
            Split::Train => 0..train,
            Split::Val => train..train + val,
            Split::Test => train + val..train + val + test,
            Split::Given => train + val + test..self.table.len(),
        }
    }

    /// The stored pixels of some images, `[N, C, H, W]`.
    pub fn pixels_of(&self, images: &[u32]) -> Pixels {
        let len = self.image_len();
        let each = images.iter().map(|&i| i as usize * len..(i as usize + 1) * len);
        match &self.pixels {
            Pixels::Bytes(v) => Pixels::Bytes(each.flat_map(|r| v[r].iter().copied()).collect()),
            Pixels::Floats(v) => Pixels::Floats(each.flat_map(|r| v[r].iter().copied()).collect()),
        }
    }

    /// An image as it is shown: bytes `[C, H, W]`; floats are read as 0 to 1.
    pub fn shown(&self, image: usize) -> Vec<u8> {
        let range = image * self.image_len()..(image + 1) * self.image_len();
        match &self.pixels {
            Pixels::Bytes(bytes) => bytes[range].to_vec(),
            Pixels::Floats(floats) => floats[range].iter().map(|v| (v * 255.0 + 0.5) as u8).collect(),
        }
    }
}
