use crate::device::fast::Scratch;
use crate::plan::{At, Constants, Grid, Kernel, Real, Resources};
use crate::shared::random::{Stream, philox};

/// 1 for the numbers that stay, 0 for those that are dropped: a function of seed, step, layer and
/// place.
#[derive(Clone, Debug)]
pub struct Mask {
    /// Elements.
    pub len: usize,
    /// Numbers in a row that share a draw: 1, or the pixels of a channel.
    pub run: usize,
    /// Keeps the draws of layers apart.
    pub address: u32,
}

/// Writes the mask.
impl Kernel<0, 1> for Mask {
    const NAME: &'static str = "dropout/mask";
    const WGSL: &'static [&'static str] =
        &[wgsl!("../../shared/record.wgsl"), wgsl!("../../shared/random.wgsl"), wgsl!("mask.wgsl")];
    const RESOURCES: Resources = Resources::Record;

    fn constants(&self) -> Constants {
        vec![("LEN", self.len as f64), ("RUN", self.run as f64), ("ADDRESS", f64::from(self.address))]
    }

    fn grid(&self) -> Grid {
        Grid::cover(self.len.div_ceil(self.run).div_ceil(4), 64)
    }

    fn reference<T: Real>(&self, at: &At, []: [&[T]; 0], [mask]: [&mut [T]; 1]) {
        let record = at.record;
        for (i, four) in mask.chunks_mut(4 * self.run).enumerate() {
            let key = [record.seed, Stream::Dropout as u32];
            let words = philox([i as u32, record.step, self.address, 0], key);
            for (keep, word) in four.chunks_mut(self.run).zip(words) {
                keep.fill(T::of(f64::from(u8::from(word >> 8 >= record.drop_below))));
            }
        }
    }

    fn fast(&self, at: &At, []: [&[f32]; 0], [mask]: [&mut [f32]; 1], _scratch: &mut Scratch) -> bool {
        let nothing_drops = at.record.drop_below == 0;
        if nothing_drops {
            mask.fill(1.0);
        }
        nothing_drops
    }
}

/// `y = x · mask · keep_scale`; the same with `dy` is the way back.
#[derive(Clone, Debug)]
pub struct Apply {
    /// Elements.
    pub len: usize,
}

/// Reads x and mask; writes y.
impl Kernel<2, 1> for Apply {
    const NAME: &'static str = "dropout/apply";
    const WGSL: &'static [&'static str] = &[wgsl!("../../shared/record.wgsl"), wgsl!("apply.wgsl")];
    const RESOURCES: Resources = Resources::Record;

    fn constants(&self) -> Constants {
        vec![("LEN", self.len as f64)]
    }

    fn grid(&self) -> Grid {
        Grid::cover(self.len, 64)
    }

    fn reference<T: Real>(&self, at: &At, [x, mask]: [&[T]; 2], [y]: [&mut [T]; 1]) {
        let scale = T::of(f64::from(at.record.keep_scale));
        for ((y, &x), &keep) in y.iter_mut().zip(x).zip(mask) {
            *y = x * keep * scale;
        }
    }
}

/// [`Mask`] and [`Apply`] in one.
#[derive(Clone, Debug)]
pub struct Drop(pub Mask);

/// Reads x; writes the mask and y.
impl Kernel<1, 2> for Drop {
    const NAME: &'static str = "dropout/drop";
    const WGSL: &'static [&'static str] =
        &[wgsl!("../../shared/record.wgsl"), wgsl!("../../shared/random.wgsl"), wgsl!("drop.wgsl")];
    const RESOURCES: Resources = Resources::Record;

    fn constants(&self) -> Constants {
        self.0.constants()
    }

    fn grid(&self) -> Grid {
        self.0.grid()
    }

    fn reference<T: Real>(&self, at: &At, [x]: [&[T]; 1], [mask, y]: [&mut [T]; 2]) {
        self.0.reference(at, [], [mask]);
        Apply { len: self.0.len }.reference(at, [x, mask], [y]);
    }

    fn fast(&self, at: &At, [x]: [&[f32]; 1], [mask, y]: [&mut [f32]; 2], scratch: &mut Scratch) -> bool {
        if !self.0.fast(at, [], [mask], scratch) {
            self.0.reference(at, [], [mask]);
        }
        Apply { len: self.0.len }.reference(at, [x, mask], [y]);
        true
    }
}
