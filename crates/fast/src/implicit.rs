//! Any correlation as a matrix product whose right operand is gathered tile by tile: the inputs
//! of eight outputs go into a panel in the first cache, and every block of four channels uses it.

use std::array::from_fn;

use super::activation::Rectifier;
use super::gemm::{ROWS, Tile, multiply};
use super::shape::{TILE, tiles};
use crate::simd::V;

/// Where pixel (y, x) of image i lies: `origin` + i·`image` + y·`line` + x·`step`.
#[derive(Clone, Copy, Debug)]
pub(super) struct Grid {
    pub origin: usize,
    pub image: usize,
    pub line: usize,
    pub step: usize,
}

impl Grid {
    fn at(&self, image: usize, y: usize, x: usize) -> usize {
        self.origin + image * self.image + y * self.line + x * self.step
    }
}

/// out[o, y, x] = bias[o] + Σ weight[o, channel, tap] · source[channel, (y, x) + tap].
pub(super) struct Implicit<'a> {
    /// Channels of the source.
    pub channels: usize,
    /// Rows and columns of taps.
    pub taps: (usize, usize),
    /// The first tap of each output pixel.
    pub from: Grid,
    /// Columns of a row of the source.
    pub row: usize,
    /// Numbers of a plane of the source.
    pub plane: usize,
    /// Channels, rows and columns of the result.
    pub out: (usize, usize, usize),
    /// The place of each output pixel.
    pub to: Grid,
    /// Numbers of a plane of the destination.
    pub to_plane: usize,
    /// `[out.0 / 4, channels, taps, 4]`
    pub weight: &'a [f32],
    /// One number per channel of the result, up to a multiple of four.
    pub bias: &'a [f32],
    /// What follows.
    pub rectifier: Option<Rectifier>,
}

/// Places of the eight pixels of a tile; the last of an incomplete tile stands for the rest.
type Places = [usize; TILE];

impl Implicit<'_> {
    /// Terms of one sum.
    fn depth(&self) -> usize {
        self.channels * self.taps.0 * self.taps.1
    }

    /// How many images are best done together, so that small maps fill their tiles.
    pub fn images((h, w): (usize, usize)) -> usize {
        let pixels = h * w;
        match () {
            () if w >= TILE || pixels % 8 == 0 => 1,
            () if pixels % 4 == 0 => 2,
            () if pixels % 2 == 0 => 4,
            () => 8,
        }
    }

    /// # Safety
    /// `src` holds every tap of every pixel, and 8 numbers more; `dst` has room for every
    /// pixel of every channel; `panel` for 8·depth numbers.
    pub unsafe fn run(&self, images: usize, src: *const f32, panel: &mut [f32], dst: *mut f32) {
        assert!(panel.len() >= TILE * self.depth());
        let (_, h, w) = self.out;
        // SAFETY: the caller's.
        unsafe {
            if w < TILE {
                return self.pixels(images, src, panel, dst);
            }
            for image in 0..images {
                for y in 0..h {
                    self.row(src.add(self.from.at(image, y, 0)), panel, dst.add(self.to.at(image, y, 0)));
                }
            }
        }
    }

    /// A row of at least eight pixels: the inputs of a tile lie `step` apart.
    unsafe fn row(&self, src: *const f32, panel: &mut [f32], dst: *mut f32) {
        for x in tiles(self.out.2, TILE) {
            // SAFETY: the pixels x..x + 8 are in the row.
            unsafe {
                let (src, dst) = (src.add(x * self.from.step), dst.add(x * self.to.step));
                match self.from.step {
                    1 => self.pack(panel, |tap| {
                        let p = src.add(tap);
                        [V::load(p), V::load(p.add(4))]
                    }),
                    2 => self.pack(panel, |tap| {
                        let p = src.add(tap);
                        let v = [0, 4, 8, 12].map(|i| V::load(p.add(i)));
                        [v[0].even(v[1]), v[2].even(v[3])]
                    }),
                    step => self.pack(panel, |tap| gather(src.add(tap), &from_fn(|i| i * step))),
                }
                match self.to.step {
                    1 => self.blocks(panel, |channel, row| {
                        let p = dst.add(channel * self.to_plane);
                        row[0].store(p);
                        row[1].store(p.add(4));
                    }),
                    step => self.blocks(panel, |channel, row| {
                        scatter(row, dst.add(channel * self.to_plane), &from_fn(|i| i * step));
                    }),
                }
            }
        }
    }

    /// Narrow maps: tiles of pixels from several rows and images.
    unsafe fn pixels(&self, images: usize, src: *const f32, panel: &mut [f32], dst: *mut f32) {
        let (_, h, w) = self.out;
        let total = images * h * w;
        for first in (0..total).step_by(TILE) {
            let places = |grid: &Grid| -> Places {
                from_fn(|i| {
                    let pixel = (first + i).min(total - 1);
                    grid.at(pixel / (h * w), pixel % (h * w) / w, pixel % w)
                })
            };
            let (from, to) = (places(&self.from), places(&self.to));
            // SAFETY: all places are of pixels.
            unsafe {
                self.pack(panel, |tap| gather(src.add(tap), &from));
                self.blocks(panel, |channel, row| scatter(row, dst.add(channel * self.to_plane), &to));
            }
        }
    }

    /// Fills the panel `[channels, taps, 8]` with what `load` finds at the offset of a tap.
    #[inline(always)]
    unsafe fn pack(&self, panel: &mut [f32], load: impl Fn(usize) -> [V; 2]) {
        let mut to = panel.as_mut_ptr();
        for channel in 0..self.channels {
            for ky in 0..self.taps.0 {
                let first = channel * self.plane + ky * self.row;
                for kx in 0..self.taps.1 {
                    let [a, b] = load(first + kx);
                    // SAFETY: the panel has eight numbers per channel and tap.
                    unsafe {
                        a.store(to);
                        b.store(to.add(4));
                        to = to.add(TILE);
                    }
                }
            }
        }
    }

    /// Multiplies every block of four channels with the panel; `store` takes channel and row.
    #[inline(always)]
    unsafe fn blocks(&self, panel: &[f32], store: impl Fn(usize, [V; 2])) {
        let depth = self.depth();
        for (block, bias) in self.bias.chunks_exact(ROWS).enumerate() {
            let start: Tile = [0, 1, 2, 3].map(|i| [V::set(bias[i]); 2]);
            // SAFETY: `weight` holds 4·depth numbers per block, the panel 8·depth.
            let tile = unsafe {
                let weight = self.weight.as_ptr().add(block * ROWS * depth);
                multiply(start, weight, panel.as_ptr(), TILE, depth)
            };
            for (i, row) in tile.into_iter().enumerate().take(self.out.0 - ROWS * block) {
                store(
                    ROWS * block + i,
                    self.rectifier.map_or(row, |rectifier| row.map(|v| rectifier.value(v))),
                );
            }
        }
    }
}

/// Eight numbers from anywhere.
#[inline(always)]
unsafe fn gather(src: *const f32, places: &Places) -> [V; 2] {
    // SAFETY: the caller's.
    let lanes: [f32; TILE] = places.map(|place| unsafe { *src.add(place) });
    // SAFETY: eight numbers.
    unsafe { [V::load(lanes.as_ptr()), V::load(lanes.as_ptr().add(4))] }
}

/// Eight numbers to anywhere.
#[inline(always)]
unsafe fn scatter(row: [V; 2], dst: *mut f32, places: &Places) {
    for (v, place) in row.map(V::lanes).as_flattened().iter().zip(places) {
        // SAFETY: the caller's.
        unsafe { *dst.add(*place) = *v };
    }
}
