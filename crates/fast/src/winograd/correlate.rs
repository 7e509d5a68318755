//! Correlation: eight tiles at a time, wherever they lie. Everything between the padded copies and the
//! outputs stays in the near caches.

use std::array::from_fn;

use super::super::gemm::{ROWS, Tile, multiply};
use super::super::shape::{TILE, tiles};
use super::super::three::Three;
use super::forms::{Lines, Near, Spread, Strided, both};
use super::pitch;
use crate::simd::{V, transpose};

/// Which correlation a tile is made by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in super::super) enum Form {
    /// Stride 1, forward and back: 4x4 outputs of 6x6 inputs.
    Near,
    /// Stride 2 forward: 4x4 outputs of 9x9 inputs.
    Strided,
    /// Stride 2 and padding 1 back: 8x8 outputs of 5x5 inputs.
    Spread,
}

impl Form {
    /// Outputs of a tile in a line.
    fn outputs(self) -> usize {
        if self == Form::Spread { 8 } else { 4 }
    }

    /// Products of a tile.
    fn places(self) -> usize {
        if self == Form::Near { 36 } else { 81 }
    }

    /// How many images are best done together, so that small maps fill the eight tiles.
    pub fn images(self, (h, w): (usize, usize)) -> usize {
        let tiles = h.div_ceil(self.outputs()) * w.div_ceil(self.outputs());
        [1, 2, 4].into_iter().find(|n| n * tiles % TILE == 0 || n * tiles >= 8 * TILE).unwrap_or(8)
    }

    /// Numbers of a panel `[places, channels, 8]`.
    pub fn panel_len(self, channels: usize) -> usize {
        self.places() * pitch(TILE * channels)
    }

    /// Numbers of a transformed weight.
    pub fn weight_len(self, outputs: usize, channels: usize) -> usize {
        self.places() * outputs.next_multiple_of(ROWS) * channels
    }

    /// `[outputs / 4, channels, 9, 4]` -> `[outputs / 4, places, channels, 4]`
    pub fn transform_weight(self, packed: &[f32], channels: usize, dst: &mut [f32]) {
        match self {
            Form::Near => transform_weight::<Near, 6, 6, 4>(packed, channels, dst),
            Form::Strided | Form::Spread => transform_weight::<Strided, 9, 9, 4>(packed, channels, dst),
        }
    }
}

#[inline(never)]
fn transform_weight<F: Lines<I, P, O>, const I: usize, const P: usize, const O: usize>(
    packed: &[f32],
    channels: usize,
    dst: &mut [f32],
) {
    let blocks = packed.chunks_exact(9 * channels * ROWS);
    let mut between = [[V::zero(); P]; 3];
    for (src, dst) in blocks.zip(dst.chunks_exact_mut(P * P * channels * ROWS)) {
        for (channel, src) in src.chunks_exact(9 * ROWS).enumerate() {
            // SAFETY: `src` has nine vectors.
            let row = |y: usize| from_fn(|x| unsafe { V::load(src.as_ptr().add((3 * y + x) * ROWS)) });
            both(&mut between, row, F::weight, |x, column| {
                for (y, v) in column.into_iter().enumerate() {
                    let place = P * y + x;
                    dst[(place * channels + channel) * ROWS..][..ROWS].copy_from_slice(&v.lanes());
                }
            });
        }
    }
}

impl Three<'_> {
    /// `src` is the padded images `[images, channels, rows, row]`, `dst` the results, of which a tile
    /// covers no more than there are; the weight is from [`Form::transform_weight`].
    ///
    /// # Safety
    /// The source has every input that an output sees, and eight numbers follow it; `dst` has room for
    /// the results.
    pub(in super::super) unsafe fn winograd(
        &self,
        form: Form,
        images: usize,
        src: *const f32,
        panel: &mut [f32],
        dst: *mut f32,
    ) {
        // SAFETY: the caller's.
        unsafe {
            match form {
                Form::Near => self.tiles::<Near, 6, 6, 4>(images, src, panel, dst),
                Form::Strided => self.tiles::<Strided, 9, 9, 4>(images, src, panel, dst),
                Form::Spread => self.tiles::<Spread, 5, 9, 8>(images, src, panel, dst),
            }
        }
    }

    #[inline(never)]
    unsafe fn tiles<F: Lines<I, P, O>, const I: usize, const P: usize, const O: usize>(
        &self,
        images: usize,
        src: *const f32,
        panel: &mut [f32],
        dst: *mut f32,
    ) {
        let (outputs, h, w) = self.out;
        assert!(h >= O && w >= O);
        assert!(panel.len() >= P * P * pitch(TILE * self.channels));
        assert!(self.weight.len() >= P * P * self.channels * self.bias.len());
        let (down, across) = (h.div_ceil(O), w.div_ceil(O));
        let count = images * down * across;
        // The last tile of a row or a column overlaps the one before, and its outputs count.
        let place = |tile: usize| {
            let tile = tile.min(count - 1);
            let (image, y, x) = (tile / (down * across), tile / across % down, tile % across);
            let (y, x) = ((O * y).min(h - O), (O * x).min(w - O));
            let seen = image * self.channels * self.plane + F::seen(y) * self.row + F::seen(x);
            (seen, image * outputs * h * w + y * w + x)
        };
        for first in (0..count).step_by(TILE) {
            // SAFETY: the places are of tiles that lie in the padded images and in the results.
            unsafe {
                let places: [_; TILE] = from_fn(|i| place(first + i));
                for half in [0, 4] {
                    let src = from_fn(|i| src.add(places[half + i].0));
                    self.transform_inputs::<F, I, P, O>(src, panel.as_mut_ptr().add(half));
                }
                self.multiply_blocks::<F, I, P, O>(panel.as_ptr(), places.map(|(_, at)| dst.add(at)));
            }
        }
    }

    /// Four tiles of every channel, into half of the panel's columns.
    #[inline(never)]
    unsafe fn transform_inputs<F: Lines<I, P, O>, const I: usize, const P: usize, const O: usize>(
        &self,
        src: [*const f32; 4],
        panel: *mut f32,
    ) {
        let mut between = [[V::zero(); P]; I];
        for channel in 0..self.channels {
            // SAFETY: the caller's.
            let row = |y| unsafe { load(src.map(|src| src.add(channel * self.plane + y * self.row))) };
            both(&mut between, row, F::input, |x, column| {
                for (y, v) in column.into_iter().enumerate() {
                    let place = (P * y + x) * pitch(TILE * self.channels);
                    // SAFETY: the caller's.
                    unsafe { v.store(panel.add(place + channel * TILE)) };
                }
            });
        }
    }

    /// The outputs of eight tiles, four channels at a time.
    #[inline(never)]
    unsafe fn multiply_blocks<F: Lines<I, P, O>, const I: usize, const P: usize, const O: usize>(
        &self,
        panel: *const f32,
        dst: [*mut f32; TILE],
    ) {
        let (outputs, h, w) = self.out;
        let zero: Tile = [[V::zero(); 2]; ROWS];
        let mut sums = [[zero; P]; P];
        let mut between = [[V::zero(); O]; P];
        let mut rows = [[[V::zero(); 4]; 2]; O];
        for (block, bias) in self.bias.chunks_exact(ROWS).enumerate() {
            for (place, sums) in sums.as_flattened_mut().iter_mut().enumerate() {
                // SAFETY: the weight holds 4·channels numbers per block and place, the panel 8·channels.
                *sums = unsafe {
                    let weight = self.weight.as_ptr().add((block * P * P + place) * self.channels * ROWS);
                    let right = panel.add(place * pitch(TILE * self.channels));
                    multiply(zero, weight, right, TILE, self.channels)
                };
            }
            for (i, &bias) in bias.iter().enumerate().take(outputs - ROWS * block) {
                for half in 0..2 {
                    let column = |x: usize| from_fn(|y| sums[y][x][i][half]);
                    both(&mut between, column, F::output, |y, row| {
                        let row = row.map(|v| {
                            let v = v.add(V::set(bias));
                            self.rectifier.map_or(v, |rectifier| rectifier.value(v))
                        });
                        for (x, four) in (0..O).step_by(4).zip(&mut rows[y]) {
                            *four = transpose(from_fn(|i| row[x + i]));
                        }
                    });
                    // One tile after the other, so that of two that overlap the later counts in every batch.
                    for (tile, dst) in dst[4 * half..][..4].iter().enumerate() {
                        for (y, row) in rows.iter().enumerate() {
                            for (x, four) in (0..O).step_by(4).zip(row) {
                                // SAFETY: the caller's.
                                unsafe { four[tile].store(dst.add(((ROWS * block + i) * h + y) * w + x)) };
                            }
                        }
                    }
                }
            }
        }
    }
}

/// The first I numbers from each of four places, four at least, a vector for each column.
#[inline(always)]
unsafe fn load<const I: usize>(src: [*const f32; 4]) -> [V; I] {
    let mut columns = [V::zero(); I];
    for start in tiles(I, 4) {
        // SAFETY: the caller's.
        let four = transpose(src.map(|src| unsafe { V::load(src.add(start)) }));
        columns[start..start + 4].copy_from_slice(&four);
    }
    columns
}
