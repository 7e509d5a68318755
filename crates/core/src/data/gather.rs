use std::ops::Range;

use super::{Pixels, batches};
use crate::device::fast::{self, Scratch};
use crate::plan::{At, Constants, Grid, Kernel, Real, Resources};

/// Collects the batch that the step record points at, standardised.
#[derive(Clone, Debug)]
pub struct Gather {
    /// Images of the batch.
    pub n: usize,
    /// Channels.
    pub c: usize,
    /// Pixels of a channel, `H·W`.
    pub plane: usize,
    /// The data set holds floats, not bytes.
    pub floats: bool,
}

/// Reads centre and factor of each channel `[C, 2]` ([`super::DataSet::affine`]); writes images
/// `[N, C, H, W]` and labels `[N]`. Rows behind the live ones become 0, with label 0.
impl Kernel<1, 2> for Gather {
    const NAME: &'static str = "batch/gather";
    const WGSL: &'static [&'static str] = &[
        wgsl!("../shared/record.wgsl"),
        wgsl!("../shared/random.wgsl"),
        wgsl!("image.wgsl"),
        wgsl!("pixels.wgsl"),
        wgsl!("gather.wgsl"),
    ];
    const RESOURCES: Resources = Resources::Data;

    fn constants(&self) -> Constants {
        vec![
            ("N", self.n as f64),
            ("C", self.c as f64),
            ("PLANE", self.plane as f64),
            ("FLOATS", f64::from(u8::from(self.floats))),
        ]
    }

    fn grid(&self) -> Grid {
        Grid::groups(self.n)
    }

    fn reference<T: Real>(&self, at: &At, [affine]: [&[T]; 1], [x, labels]: [&mut [T]; 2]) {
        self.fill(at, affine, x, labels, |pixels, from, centre, factor, to| match pixels {
            Pixels::Bytes(v) => {
                for (x, &v) in to.iter_mut().zip(&v[from]) {
                    *x = (T::of(f64::from(v)) - centre) * factor;
                }
            }
            Pixels::Floats(v) => {
                for (x, &v) in to.iter_mut().zip(&v[from]) {
                    *x = (T::of(f64::from(v)) - centre) * factor;
                }
            }
        });
    }

    fn fast(
        &self,
        at: &At,
        [affine]: [&[f32]; 1],
        [x, labels]: [&mut [f32]; 2],
        _scratch: &mut Scratch,
    ) -> bool {
        self.fill(at, affine, x, labels, |pixels, from, centre, factor, to| match pixels {
            Pixels::Bytes(v) => fast::standardize(&v[from], centre, factor, to),
            Pixels::Floats(v) => fast::standardize(&v[from], centre, factor, to),
        });
        true
    }
}

impl Gather {
    /// Walks the batch; `standardize` takes a range of the data set's pixels, centre, factor, and the
    /// channel that they become.
    fn fill<T: Real>(
        &self,
        at: &At,
        affine: &[T],
        x: &mut [T],
        labels: &mut [T],
        standardize: impl Fn(&Pixels, Range<usize>, T, T, &mut [T]),
    ) {
        let len = self.c * self.plane;
        for n in 0..self.n {
            let row = &mut x[n * len..(n + 1) * len];
            if n >= at.record.live as usize {
                row.fill(T::of(0.0));
                labels[n] = T::of(0.0);
                continue;
            }
            let image = batches::image(at.record, at.data, n as u32) as usize;
            labels[n] = T::count(at.data.labels[image] as usize);
            for c in 0..self.c {
                let from = image * len + c * self.plane..image * len + (c + 1) * self.plane;
                let to = &mut row[c * self.plane..(c + 1) * self.plane];
                standardize(&at.data.pixels, from, affine[2 * c], affine[2 * c + 1], to);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Batches, DataSet, Images, Sizes, Split, Standardize};
    use super::*;
    use crate::plan::StepRecord;

    fn data(floats: bool) -> DataSet {
        let bytes: Vec<u8> = (0..40 * 12).map(|i| (i * 37 % 251) as u8).collect();
        let pixels = match floats {
            true => Pixels::Floats(bytes.iter().map(|&v| f32::from(v) / 100.0 - 1.0).collect()),
            false => Pixels::Bytes(bytes),
        };
        let names = (0..5).map(|k| k.to_string()).collect();
        let labels = (0..40).map(|i| i % 5).collect();
        let images = Images { shape: [3, 2, 2], names, pixels, labels, tests: 0 };
        let sizes = Sizes { train: 20, val: 11, test: 9 };
        DataSet::new(images, sizes, 4, &Standardize::Auto).unwrap()
    }

    fn gather(data: &DataSet, batches: &Batches, step: u32) -> (Vec<f32>, Vec<f32>) {
        let mut record = StepRecord { seed: 5, ..StepRecord::default() };
        batches.point(&mut record, step);
        let kernel = Gather { n: 8, c: 3, plane: 4, floats: matches!(data.pixels, Pixels::Floats(_)) };
        let (mut x, mut labels) = (vec![9.0; 8 * 12], vec![9.0; 8]);
        let at = At { record: &record, data };
        kernel.reference(&at, [&data.affine()], [&mut x, &mut labels]);
        (x, labels)
    }

    #[test]
    fn a_batch_equals_direct_indexing() {
        for floats in [false, true] {
            let data = data(floats);
            let batches = Batches::training(&data, 8).unwrap();
            for step in 0..5 {
                let (x, labels) = gather(&data, &batches, step);
                for (row, image) in batches.images(&data, 5, step).into_iter().enumerate() {
                    let image = image as usize;
                    assert_eq!(labels[row], data.labels[image] as f32);
                    let own = image * 12..(image + 1) * 12;
                    let raw = match &data.pixels {
                        Pixels::Bytes(v) => Pixels::Bytes(v[own].to_vec()),
                        Pixels::Floats(v) => Pixels::Floats(v[own].to_vec()),
                    };
                    assert_eq!(x[row * 12..(row + 1) * 12], data.standardize(&raw).unwrap());
                }
            }
        }
    }

    #[test]
    fn the_training_split_has_mean_0_and_deviation_1() {
        let data = data(false);
        let batches = Batches::evaluation(&data, Split::Train, 8);
        let (mut sum, mut squares, mut count) = ([0.0; 3], [0.0; 3], 0.0);
        for step in 0..batches.per_epoch() {
            let (x, _) = gather(&data, &batches, step);
            for (i, &v) in x[..batches.images(&data, 5, step).len() * 12].iter().enumerate() {
                sum[i / 4 % 3] += f64::from(v);
                squares[i / 4 % 3] += f64::from(v * v);
                count += 1.0 / 3.0;
            }
        }
        for c in 0..3 {
            assert!((sum[c] / count).abs() < 1e-5 && (squares[c] / count - 1.0f64).abs() < 1e-5);
        }
    }

    #[test]
    fn masked_rows_are_zero() {
        let data = data(false);
        let batches = Batches::evaluation(&data, Split::Val, 8);
        let (x, labels) = gather(&data, &batches, 1);
        assert!(x[3 * 12..].iter().chain(&labels[3..]).all(|&v| v == 0.0));
        assert!(x[..3 * 12].iter().any(|&v| v != 0.0));
    }
}
