//! A correlation on a padded copy: eight tiles at a time, in two groups of four that lie side by
//! side and make eight columns of two rows.

use std::array::from_fn;

use super::super::gemm::{ROWS, Tile, multiply};
use super::super::shape::TILE;
use super::{PLACES, transform};
use crate::simd::V;

/// One image of a 3x3 correlation with stride 1.
pub(in super::super) struct Winograd<'a> {
    /// Channels of the source.
    pub channels: usize,
    /// Columns of a row of the padded source.
    pub row: usize,
    /// Numbers of a plane of the padded source.
    pub plane: usize,
    /// Channels, rows and columns of the result; at least two rows and eight columns.
    pub out: (usize, usize, usize),
    /// `[out.0 / 4, 16, channels, 4]`, see [`transform_weight`].
    pub weight: &'a [f32],
    /// One number per channel of the result, up to a multiple of four.
    pub bias: &'a [f32],
    /// Whether max(·, 0) follows.
    pub relu: bool,
}

/// `[blocks, channels, 9, 4]` -> `[blocks, 16, channels, 4]`
pub(in super::super) fn transform_weight(packed: &[f32], channels: usize, dst: &mut [f32]) {
    let blocks = packed.chunks_exact(channels * 9 * ROWS);
    for (src, dst) in blocks.zip(dst.chunks_exact_mut(PLACES * channels * ROWS)) {
        for (channel, src) in src.chunks_exact(9 * ROWS).enumerate() {
            // SAFETY: a kernel has nine vectors.
            let w = from_fn(|y| from_fn(|x| unsafe { V::load(src[(3 * y + x) * ROWS..].as_ptr()) }));
            for (place, v) in transform::weight(w).as_flattened().iter().enumerate() {
                dst[(place * channels + channel) * ROWS..][..ROWS].copy_from_slice(&v.lanes());
            }
        }
    }
}

/// Sums of products of eight tiles for four channels: `[16, 4, 8]`.
type Sums = [Tile; PLACES];

impl Winograd<'_> {
    /// Numbers from one place of the panel to the next; a cache line more than needed, so that
    /// the 16 places of a channel do not meet in one set of a cache.
    fn pitch(channels: usize) -> usize {
        TILE * channels + 16
    }

    /// Numbers of a panel.
    pub fn panel(channels: usize) -> usize {
        PLACES * Self::pitch(channels)
    }

    /// `src` is the padded image `[channels, rows, row]`, `dst` the result.
    ///
    /// # Safety
    /// Rows and columns of the source exceed those of the result by two; `dst` has room for
    /// the result.
    pub unsafe fn run(&self, src: *const f32, panel: &mut [f32], dst: *mut f32) {
        assert!(panel.len() >= Self::panel(self.channels));
        let (_, h, w) = self.out;
        let across = w.div_ceil(TILE);
        let groups = h.div_ceil(2) * across;
        // The last groups of a row and of the image overlap the ones before.
        let place = |group: usize| ((2 * (group / across)).min(h - 2), (TILE * (group % across)).min(w - TILE));
        for first in (0..groups).step_by(2) {
            let places = [first, (first + 1).min(groups - 1)].map(place);
            // SAFETY: a group reads four rows of ten columns from (y, x) and writes two of eight.
            unsafe {
                for (half, (y, x)) in places.into_iter().enumerate() {
                    self.input(src.add(y * self.row + x), panel[4 * half..].as_mut_ptr());
                }
                self.blocks(panel, dst, places.map(|(y, x)| y * w + x));
            }
        }
    }

    /// Four tiles of every channel into half of the panel `[16, channels, 8]`.
    #[inline(never)]
    unsafe fn input(&self, src: *const f32, panel: *mut f32) {
        for channel in 0..self.channels {
            // SAFETY: the caller's.
            unsafe {
                let x = from_fn(|y| {
                    let p = src.add(channel * self.plane + y * self.row);
                    let [a, b, c, d] = [0, 4, 2, 6].map(|x| V::load(p.add(x)));
                    [a.even(b), a.odd(b), c.even(d), c.odd(d)]
                });
                let to = panel.add(channel * TILE);
                for (place, v) in transform::input(x).as_flattened().iter().enumerate() {
                    v.store(to.add(place * Self::pitch(self.channels)));
                }
            }
        }
    }

    #[inline(never)]
    unsafe fn blocks(&self, panel: &[f32], dst: *mut f32, places: [usize; 2]) {
        let (outputs, h, w) = self.out;
        let mut sums: Sums = [[[V::zero(); 2]; ROWS]; PLACES];
        for (block, bias) in self.bias.chunks_exact(ROWS).enumerate() {
            unsafe {
                for (place, sums) in sums.iter_mut().enumerate() {
                    let weight = self.weight.as_ptr().add((block * PLACES + place) * self.channels * ROWS);
                    let right = panel.as_ptr().add(place * Self::pitch(self.channels));
                    *sums = multiply([[V::zero(); 2]; ROWS], weight, right, TILE, self.channels);
                }
                for (i, bias) in bias.iter().enumerate().take(outputs - ROWS * block) {
                    for (half, place) in places.into_iter().enumerate() {
                        let m = from_fn(|y| from_fn(|x| sums[4 * y + x][i][half]));
                        let to = dst.add((ROWS * block + i) * h * w + place);
                        for (y, row) in transform::output(m).into_iter().enumerate() {
                            let [a, b] = row.map(|v| {
                                let v = v.add(V::set(*bias));
                                if self.relu { v.relu() } else { v }
                            });
                            a.zip_low(b).store(to.add(y * w));
                            a.zip_high(b).store(to.add(y * w + 4));
                        }
                    }
                }
            }
        }
    }
}
