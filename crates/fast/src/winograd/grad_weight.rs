//! The gradient of the weight. Both operands are channels-last, so a vector is four channels of a
//! tile and a transformed tile is ready for a product that sums over tiles.

use std::array::from_fn;

use super::super::Scratch;
use super::super::gemm::{ROWS, multiply};
use super::super::pad::{Window, pad_channels_last};
use super::super::shape::{ConvShape, TILE};
use super::transform::{self, Places};
use super::{PLACES, pitch};
use crate::simd::V;

/// Tiles whose products are summed in registers before the sums are stored.
const TILES: usize = 64;

/// dweight `[oc, ic, 3, 3]` of x `[n, ic, h, w]` and dy `[n, oc, oh, ow]`.
pub(in super::super) fn grad_weight(
    s: &ConvShape,
    x: &[f32],
    dy: &[f32],
    dweight: &mut [f32],
    scratch: &mut Scratch,
) {
    let (inputs, outputs) = (s.ic.next_multiple_of(ROWS), s.oc.next_multiple_of(TILE));
    let (down, across) = (s.oh().div_ceil(2), s.ow().div_ceil(2));
    let before = s.padding as isize;
    let seen = Window { top: before, left: before, rows: 2 * down + 2, row: 2 * across + 2, step: 1 };
    let whole = Window { top: 0, left: 0, rows: 2 * down, row: 2 * across, step: 1 };
    let room = across * (TILES / across).max(1);
    let lengths = |channels: usize, window: Window| {
        (channels * window.rows * window.row, PLACES * pitch(channels * room))
    };
    let ((x_len, left_len), (dy_len, right_len)) = (lengths(inputs, seen), lengths(outputs, whole));
    let [sums, padded_x, left, padded_dy, right] =
        scratch.split([PLACES * inputs * outputs, x_len, left_len, dy_len, right_len]);
    for zeroed in [&mut *sums, padded_x, padded_dy] {
        zeroed.fill(0.0);
    }
    let mut left = Operand { channels: inputs, width: ROWS, room, row: seen.row, tiles: left };
    let mut right = Operand { channels: outputs, width: TILE, room, row: whole.row, tiles: right };
    let mut count = 0;
    for (x, dy) in x.chunks_exact(s.ic * s.h * s.w).zip(dy.chunks_exact(s.oc * s.oh() * s.ow())) {
        // SAFETY: the slices have the lengths of the shape and of the windows.
        unsafe {
            pad_channels_last(x.as_ptr(), (s.ic, s.h, s.w), seen, inputs, padded_x.as_mut_ptr());
            pad_channels_last(dy.as_ptr(), (s.oc, s.oh(), s.ow()), whole, outputs, padded_dy.as_mut_ptr());
        }
        for y in 0..down {
            if count + across > room {
                add_products(&left, &right, count, sums);
                count = 0;
            }
            left.transform(&padded_x[2 * y * seen.row * inputs..], across, count, transform::input);
            right.transform(&padded_dy[2 * y * whole.row * outputs..], across, count, transform::output_back);
            count += across;
        }
    }
    add_products(&left, &right, count, sums);
    store(s, sums, (inputs, outputs), dweight);
}

/// Transformed tiles of one operand.
struct Operand<'a> {
    channels: usize,
    /// Channels side by side.
    width: usize,
    /// Tiles that there is room for.
    room: usize,
    /// Columns of a row of the source.
    row: usize,
    /// `[16, channels / width, room, width]`
    tiles: &'a mut [f32],
}

impl Operand<'_> {
    /// Where a tile of a channel lies.
    fn at(&self, place: usize, channel: usize, tile: usize) -> usize {
        let (block, lane) = (channel / self.width * self.width, channel % self.width);
        place * pitch(self.channels * self.room) + block * self.room + tile * self.width + lane
    }

    /// Transforms a row of tiles of I x I pixels `[rows, row, channels]`, two pixels from one to the next.
    #[inline(never)]
    fn transform<const I: usize>(
        &mut self,
        src: &[f32],
        across: usize,
        first: usize,
        transform: impl Fn([[V; I]; I]) -> Places,
    ) {
        let pixel = |y: usize, x: usize| (y * self.row + x) * self.channels;
        assert!(src.len() >= pixel(I - 1, 2 * across - 2 + I) && first + across <= self.room);
        for channel in (0..self.channels).step_by(4) {
            for tile in 0..across {
                // SAFETY: the last tile's pixels are in `src`, and there is room for it.
                unsafe {
                    let src = src.as_ptr().add(pixel(0, 2 * tile) + channel);
                    let m = from_fn(|y| from_fn(|x| V::load(src.add(pixel(y, x)))));
                    let dst = self.tiles.as_mut_ptr().add(self.at(0, channel, first + tile));
                    for (place, v) in transform(m).as_flattened().iter().enumerate() {
                        v.store(dst.add(place * pitch(self.channels * self.room)));
                    }
                }
            }
        }
    }
}

/// sums `[16, inputs, outputs]` += Σ left · right over the first `count` tiles.
fn add_products(left: &Operand, right: &Operand, count: usize, sums: &mut [f32]) {
    assert!(count <= left.room.min(right.room) && sums.len() == PLACES * left.channels * right.channels);
    for place in 0..PLACES {
        for c in (0..left.channels).step_by(ROWS) {
            for o in (0..right.channels).step_by(TILE) {
                // SAFETY: there are `count` tiles of these channels, and sums for them.
                unsafe {
                    let start = [[V::zero(); 2]; ROWS];
                    let (from, with) = (left.at(place, c, 0), right.at(place, o, 0));
                    let (from, with) = (left.tiles.as_ptr().add(from), right.tiles.as_ptr().add(with));
                    for (i, row) in multiply(start, from, with, TILE, count).into_iter().enumerate() {
                        let to = (place * left.channels + c + i) * right.channels + o;
                        for (j, v) in row.into_iter().enumerate() {
                            let p = sums.as_mut_ptr().add(to + 4 * j);
                            V::load(p).add(v).store(p);
                        }
                    }
                }
            }
        }
    }
}

/// sums `[16, inputs, outputs]` -> dweight `[oc, ic, 3, 3]`.
fn store(s: &ConvShape, sums: &[f32], (inputs, outputs): (usize, usize), dweight: &mut [f32]) {
    for c in 0..s.ic {
        for o in (0..s.oc).step_by(4) {
            let m = from_fn(|y| {
                from_fn(|x| {
                    let four = &sums[((4 * y + x) * inputs + c) * outputs + o..][..4];
                    // SAFETY: four numbers.
                    unsafe { V::load(four.as_ptr()) }
                })
            });
            for (tap, v) in transform::weight_back(m).as_flattened().iter().enumerate() {
                for (o, d) in (o..s.oc).zip(v.lanes()) {
                    dweight[(o * s.ic + c) * 9 + tap] = d;
                }
            }
        }
    }
}
