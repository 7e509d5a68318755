use super::{DataSet, Pixels, Split};
use crate::shared::sort;
use crate::text::data as text;

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
        sort::by(&mut order, |a, b| self.raw(a.1).cmp(self.raw(b.1)));
        let mut found = Vec::new();
        for same in order.chunk_by(|a, b| self.raw(a.1) == self.raw(b.1)) {
            let (twin_split, twin) = same[0];
            let leaked = same.iter().filter(|(split, _)| *split != twin_split);
            found.extend(leaked.map(|&(split, image)| Duplicate { split, image, twin_split, twin }));
        }
        sort::by_key(&mut found, |duplicate| (duplicate.split as u8, duplicate.image));
        found
    }

    /// One sentence about them, if there are any.
    pub fn leak(&self) -> Option<String> {
        let found = self.duplicates();
        let of = |split| found.iter().filter(|duplicate| duplicate.split == split).count();
        let (val, test) = (of(Split::Val), of(Split::Test));
        (val + test > 0).then(|| text::leak(val, test))
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
    use super::super::{Images, Sizes, Standardize};
    use super::*;

    #[test]
    fn leaks_between_splits_are_found() {
        let images = Images {
            shape: [1, 2, 2],
            names: vec!["a".to_owned()],
            pixels: Pixels::Floats((0..400u32).flat_map(|i| [i as f32; 4]).collect()),
            labels: vec![0; 400],
            tests: 0,
        };
        let sizes = Sizes { train: 300, val: 60, test: 40 };
        let mut data = DataSet::new(images, sizes, 1, &Standardize::Auto).unwrap();
        assert!(data.duplicates().is_empty() && data.leak().is_none());
        let [train, val, test] = [0, 300, 360].map(|at| data.table[at]);
        let Pixels::Floats(v) = &mut data.pixels else { panic!("floats") };
        for image in [val, test] {
            v.copy_within(4 * train as usize..4 * train as usize + 4, 4 * image as usize);
        }
        let leak = |split, image| Duplicate { split, image, twin_split: Split::Train, twin: train };
        assert_eq!(data.duplicates(), [leak(Split::Val, val), leak(Split::Test, test)]);
        assert!(data.leak().unwrap().starts_with("1 validation and 1 test images also stand"));
    }
}
