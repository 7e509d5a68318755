//! Correlation: eight tiles at a time, two groups of four that lie side by side and make two rows of
//! eight outputs. Everything between the padded copy and the outputs stays in the first cache.

use std::array::from_fn;

use super::super::gemm::{ROWS, Tile, multiply};
use super::super::shape::TILE;
use super::super::three::Three;
use super::{PLACES, pitch, transform};
use crate::simd::V;

/// Numbers of a transformed weight.
pub(in super::super) fn weight_len(outputs: usize, channels: usize) -> usize {
    PLACES * outputs.next_multiple_of(ROWS) * channels
}

/// Numbers of a panel `[16, channels, 8]`.
pub(in super::super) fn panel_len(channels: usize) -> usize {
    PLACES * pitch(TILE * channels)
}

/// `[outputs / 4, channels, 9, 4]` -> `[outputs / 4, 16, channels, 4]`
pub(in super::super) fn transform_weight(packed: &[f32], channels: usize, dst: &mut [f32]) {
    let blocks = packed.chunks_exact(9 * channels * ROWS);
    for (src, dst) in blocks.zip(dst.chunks_exact_mut(PLACES * channels * ROWS)) {
        for (channel, src) in src.chunks_exact(9 * ROWS).enumerate() {
            // SAFETY: `src` has nine vectors.
            let w = from_fn(|y| from_fn(|x| unsafe { V::load(src.as_ptr().add((3 * y + x) * ROWS)) }));
            for (place, v) in transform::weight(w).as_flattened().iter().enumerate() {
                dst[(place * channels + channel) * ROWS..][..ROWS].copy_from_slice(&v.lanes());
            }
        }
    }
}

impl Three<'_> {
    /// `src` is the padded image `[channels, rows, row]`, `dst` the result of at least two rows, the
    /// weight a transformed one.
    ///
    /// # Safety
    /// Rows and columns of the source exceed those of the result by two, and eight numbers follow it;
    /// `dst` has room for the result.
    pub(in super::super) unsafe fn winograd(&self, src: *const f32, panel: &mut [f32], dst: *mut f32) {
        assert!(panel.len() >= panel_len(self.channels));
        let (_, h, w) = self.out;
        let across = w.div_ceil(TILE);
        let groups = h.div_ceil(2) * across;
        // The last group of a row or a column overlaps the one before, and its outputs count.
        let place = |group: usize| {
            ((2 * (group / across)).min(h - 2), (TILE * (group % across)).min(w.saturating_sub(TILE)))
        };
        for first in (0..groups).step_by(2) {
            let places = [first, (first + 1).min(groups - 1)].map(place);
            // SAFETY: a group sees four rows of ten columns from (y, x) and makes two of eight, or of
            // as many as there are.
            unsafe {
                for (half, (y, x)) in places.into_iter().enumerate() {
                    self.transform_inputs(src.add(y * self.row + x), panel[4 * half..].as_mut_ptr());
                }
                self.multiply_blocks(panel.as_ptr(), places.map(|(y, x)| dst.add(y * w + x)));
            }
        }
    }

    /// Four tiles of every channel, into half of the panel's columns.
    #[inline(never)]
    unsafe fn transform_inputs(&self, src: *const f32, panel: *mut f32) {
        for channel in 0..self.channels {
            // SAFETY: the caller's.
            unsafe {
                let x = from_fn(|y| {
                    let row = src.add(channel * self.plane + y * self.row);
                    let [a, b, c, d] = [0, 4, 2, 6].map(|x| V::load(row.add(x)));
                    [a.even(b), a.odd(b), c.even(d), c.odd(d)]
                });
                for (place, v) in transform::input(x).as_flattened().iter().enumerate() {
                    v.store(panel.add(place * pitch(TILE * self.channels) + channel * TILE));
                }
            }
        }
    }

    /// The outputs of both groups, four channels at a time.
    #[inline(never)]
    unsafe fn multiply_blocks(&self, panel: *const f32, dst: [*mut f32; 2]) {
        let (outputs, h, w) = self.out;
        let zero: Tile = [[V::zero(); 2]; ROWS];
        let mut sums = [zero; PLACES];
        for (block, bias) in self.bias.chunks_exact(ROWS).enumerate() {
            for (place, sums) in sums.iter_mut().enumerate() {
                // SAFETY: the weight holds 4·channels numbers per block and place, the panel 8·channels.
                *sums = unsafe {
                    let weight = self.weight.as_ptr().add((block * PLACES + place) * self.channels * ROWS);
                    let right = panel.add(place * pitch(TILE * self.channels));
                    multiply(zero, weight, right, TILE, self.channels)
                };
            }
            for (i, &bias) in bias.iter().enumerate().take(outputs - ROWS * block) {
                for (half, dst) in dst.into_iter().enumerate() {
                    let tiles = transform::output(from_fn(|y| from_fn(|x| sums[4 * y + x][i][half])));
                    for (y, columns) in tiles.into_iter().enumerate() {
                        let [even, odd] = columns.map(|v| {
                            let v = v.add(V::set(bias));
                            if self.relu { v.relu() } else { v }
                        });
                        // SAFETY: the caller's.
                        unsafe {
                            let to = dst.add(((ROWS * block + i) * h + y) * w);
                            store(even.zip_low(odd), even.zip_high(odd), w, to);
                        }
                    }
                }
            }
        }
    }
}

/// Eight columns, or as many as there are.
#[inline(always)]
unsafe fn store(left: V, right: V, columns: usize, dst: *mut f32) {
    // SAFETY: the caller's.
    unsafe {
        if columns >= TILE {
            left.store(dst);
            right.store(dst.add(4));
        } else {
            for (x, v) in [left.lanes(), right.lanes()].as_flattened()[..columns].iter().enumerate() {
                *dst.add(x) = *v;
            }
        }
    }
}
