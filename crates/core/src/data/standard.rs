use super::{DataSet, Images, Pixels};
use crate::augment::View;
use crate::text::data as text;

/// What is subtracted from the pixels of a channel, and what they are divided by.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Standardize {
    /// Nothing: bytes become 0 to 1, floats stay as they are.
    None,
    /// Mean and deviation of the training split, so that validation and test tell nothing.
    #[default]
    Auto,
    /// Mean and deviation of each channel; for bytes of the numbers 0 to 1.
    Given(Vec<[f32; 2]>),
}

impl Standardize {
    /// Mean and deviation of each channel; `training` are the image numbers they are measured on.
    ///
    /// # Errors
    /// One sentence when given numbers do not fit the images.
    pub fn measure(&self, images: &Images, training: &[u32]) -> Result<Vec<[f32; 2]>, String> {
        let channels = images.shape[0];
        match self {
            Standardize::None => Ok(vec![[0.0, 1.0]; channels]),
            Standardize::Auto => Ok((0..channels).map(|c| moments(images, training, c)).collect()),
            Standardize::Given(given) if given.len() != channels => {
                Err(text::other_channels(channels, given.len()))
            }
            Standardize::Given(given) => {
                let usable = |[mean, std]: &[f32; 2]| mean.is_finite() && std.is_finite() && *std > 0.0;
                match given.iter().find(|pair| !usable(pair)) {
                    Some([mean, std]) => Err(text::no_standard(*mean, *std)),
                    None => Ok(given.clone()),
                }
            }
        }
    }
}

/// Mean and deviation of a channel, in f64, in two passes. A channel of one colour is not divided.
fn moments(images: &Images, training: &[u32], channel: usize) -> [f32; 2] {
    let [channels, rows, columns] = images.shape;
    let plane = rows * columns;
    let sum_of = |f: &dyn Fn(f64) -> f64| -> f64 {
        let sum_plane = |&image: &u32| -> f64 {
            let start = (image as usize * channels + channel) * plane;
            match &images.pixels {
                Pixels::Bytes(v) => v[start..start + plane].iter().map(|&v| f(f64::from(v) / 255.0)).sum(),
                Pixels::Floats(v) => v[start..start + plane].iter().map(|&v| f(f64::from(v))).sum(),
            }
        };
        training.iter().map(sum_plane).sum()
    };
    let count = (training.len() * plane).max(1) as f64;
    let mean = sum_of(&|v| v) / count;
    let std = libm::sqrt(sum_of(&|v| (v - mean) * (v - mean)) / count);
    [mean as f32, if std > 1e-6 { std as f32 } else { 1.0 }]
}

impl DataSet {
    /// What `batch/gather` reads, `[C, 2]`: a stored pixel `v` becomes `(v − centre)·factor`.
    ///
    /// Centre and factor are in the pixel's own units, so a byte needs no division by 255, and the
    /// difference comes first: there is nothing that a compiler could fuse, and every device rounds
    /// alike.
    pub fn affine(&self) -> Vec<f32> {
        self.affine_of(matches!(self.pixels, Pixels::Bytes(_)))
    }

    fn affine_of(&self, bytes: bool) -> Vec<f32> {
        let unit = if bytes { 255.0 } else { 1.0 };
        let pair = |[mean, std]: &[f32; 2]| {
            [(f64::from(*mean) * unit) as f32, (1.0 / (f64::from(*std) * unit)) as f32]
        };
        self.standard.iter().flat_map(pair).collect()
    }

    /// Standardises images that are not in the set, `[N, C, H, W]`, as `batch/gather` would:
    /// bytes are read as 0 to 1, floats as they are.
    ///
    /// # Errors
    /// One sentence when the numbers are not whole images of this set's shape.
    pub fn standardize(&self, images: &Pixels) -> Result<Vec<f32>, String> {
        self.whole(images)?;
        let mut numbers = images.floats();
        self.each(matches!(images, Pixels::Bytes(_)), &mut numbers, |v, [centre, factor]| {
            (v - centre) * factor
        });
        Ok(numbers)
    }

    /// As [`standardize`](Self::standardize), through a view.
    ///
    /// # Errors
    /// As [`standardize`](Self::standardize).
    pub fn seen(&self, images: &Pixels, view: &View<f32>) -> Result<Vec<f32>, String> {
        self.whole(images)?;
        let bytes = matches!(images, Pixels::Bytes(_));
        let mut numbers = vec![0.0; images.len()];
        let len = self.image_len();
        for (seen, stored) in numbers.chunks_exact_mut(len).zip(images.floats().chunks_exact(len)) {
            let full = if bytes { 255.0 } else { 1.0 };
            view.render(self.shape, full, |at| stored[at], |at, v| seen[at] = v);
        }
        self.each(bytes, &mut numbers, |v, [centre, factor]| (v - centre) * factor);
        Ok(numbers)
    }

    /// Standardised images of the set, by number.
    pub fn standardized(&self, images: &[u32]) -> Vec<f32> {
        self.standardize(&self.pixels_of(images)).unwrap_or_default()
    }

    /// Bytes that show standardised images, 0 to 255.
    pub fn unstandardized(&self, numbers: &[f32]) -> Vec<u8> {
        let bytes = matches!(self.pixels, Pixels::Bytes(_));
        let mut numbers = numbers.to_vec();
        self.each(bytes, &mut numbers, |x, [centre, factor]| x / factor + centre);
        let unit = if bytes { 1.0 } else { 255.0 };
        numbers.iter().map(|v| (v * unit + 0.5) as u8).collect()
    }

    fn whole(&self, images: &Pixels) -> Result<(), String> {
        let [channels, rows, columns] = self.shape;
        let len = self.image_len();
        if images.is_empty() || !images.len().is_multiple_of(len) {
            return Err(text::not_whole_images(images.len(), channels, rows, columns, len));
        }
        Ok(())
    }

    /// Maps every number of whole images by centre and factor of its channel.
    fn each(&self, bytes: bool, numbers: &mut [f32], map: impl Fn(f32, [f32; 2]) -> f32) {
        let [channels, rows, columns] = self.shape;
        let affine = self.affine_of(bytes);
        for (plane, numbers) in numbers.chunks_exact_mut(rows * columns).enumerate() {
            let channel = plane % channels;
            let affine = [affine[2 * channel], affine[2 * channel + 1]];
            numbers.iter_mut().for_each(|number| *number = map(*number, affine));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn images() -> Images {
        // Two channels of two pixels; the third image would change every moment.
        let bytes = vec![0, 255, 51, 51, 255, 0, 51, 51, 200, 200, 7, 9];
        Images {
            shape: [2, 1, 2],
            names: vec!["a".to_owned()],
            pixels: Pixels::Bytes(bytes),
            labels: vec![0; 3],
            tests: 0,
        }
    }

    #[test]
    fn moments_are_those_of_the_training_split() {
        let got = Standardize::Auto.measure(&images(), &[0, 1]).unwrap();
        assert_eq!(got, [[0.5, 0.5], [0.2, 1.0]]);
        assert_eq!(Standardize::None.measure(&images(), &[0]).unwrap(), [[0.0, 1.0]; 2]);
    }

    #[test]
    fn given_statistics_must_fit() {
        let given = |pairs: &[[f32; 2]]| Standardize::Given(pairs.to_vec()).measure(&images(), &[0]);
        assert_eq!(given(&[[0.1, 0.2], [0.3, 0.4]]).unwrap(), [[0.1, 0.2], [0.3, 0.4]]);
        assert!(given(&[[0.1, 0.2]]).unwrap_err().contains("2 channels"));
        assert!(given(&[[0.1, 0.0], [0.3, 0.4]]).unwrap_err().contains("deviation 0"));
        assert!(given(&[[f32::NAN, 1.0], [0.3, 0.4]]).unwrap_err().contains("finite"));
    }

    #[test]
    fn bytes_and_floats_are_standardised_alike() {
        let data = DataSet { shape: [2, 1, 2], standard: vec![[0.5, 0.5], [0.2, 1.0]], ..DataSet::default() };
        let bytes = data.standardize(&Pixels::Bytes(vec![0, 255, 51, 102])).unwrap();
        let floats = data.standardize(&Pixels::Floats(vec![0.0, 1.0, 0.2, 0.4])).unwrap();
        for ((b, f), want) in bytes.iter().zip(&floats).zip([-1.0, 1.0, 0.0, 0.2]) {
            assert!((b - want).abs() < 1e-6 && (f - want).abs() < 1e-6, "{b} {f} {want}");
        }
        let why = data.standardize(&Pixels::Bytes(vec![0; 7])).unwrap_err();
        assert_eq!(why, "7 numbers are not whole images of 2x1x2 = 4.");
        assert!(data.standardize(&Pixels::Bytes(Vec::new())).is_err());
    }
}
