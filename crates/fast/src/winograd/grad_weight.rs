//! The gradient of the weight. Both operands are channels-last, so a vector is four channels of a
//! tile and a transformed tile is ready for a product that sums over tiles.

use std::array::from_fn;

use super::super::Scratch;
use super::super::gemm::{ROWS, multiply};
use super::super::pad::{Window, pad_channels_last};
use super::super::shape::{ConvShape, TILE};
use super::forms::{Lines, LinesBack, Near, Strided, both};
use super::pitch;
use crate::simd::V;

/// Tiles whose products are summed in registers before the sums are stored.
const TILES: usize = 32;

/// dweight `[oc, ic, 3, 3]` of x `[n, ic, h, w]` and dy `[n, oc, oh, ow]`, with stride 1 or 2.
pub(in super::super) fn grad_weight(
    s: &ConvShape,
    x: &[f32],
    dy: &[f32],
    dweight: &mut [f32],
    scratch: &mut Scratch,
) {
    if s.stride == 1 {
        sum_tiles::<Near, 6, 6, 4>(s, x, dy, dweight, scratch);
    } else {
        sum_tiles::<Strided, 9, 9, 4>(s, x, dy, dweight, scratch);
    }
}

#[inline(never)]
fn sum_tiles<F: Lines<I, P, O> + LinesBack<P, O>, const I: usize, const P: usize, const O: usize>(
    s: &ConvShape,
    x: &[f32],
    dy: &[f32],
    dweight: &mut [f32],
    scratch: &mut Scratch,
) {
    let (inputs, outputs) = (s.ic.next_multiple_of(ROWS), s.oc.next_multiple_of(TILE));
    let (down, across) = (s.oh().div_ceil(O), s.ow().div_ceil(O));
    let (before, step) = (s.padding as isize, F::seen(O));
    let seen = Window {
        top: before,
        left: before,
        rows: step * (down - 1) + I,
        row: step * (across - 1) + I,
        step: 1,
    };
    let whole = Window { top: 0, left: 0, rows: O * down, row: O * across, step: 1 };
    let room = across * (TILES / across).max(1);
    let lengths = |channels: usize, window: Window| {
        (channels * window.rows * window.row, P * P * pitch(channels * room))
    };
    let ((x_len, left_len), (dy_len, right_len)) = (lengths(inputs, seen), lengths(outputs, whole));
    let [sums, padded_x, left, padded_dy, right] =
        scratch.split([P * P * inputs * outputs, x_len, left_len, dy_len, right_len]);
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
            let (x, dy) = (step * y * seen.row * inputs, O * y * whole.row * outputs);
            left.transform::<I, P>(&padded_x[x..], step, across, count, F::input);
            right.transform::<O, P>(&padded_dy[dy..], O, across, count, F::output_back);
            count += across;
        }
    }
    add_products(&left, &right, count, sums);
    store::<F, P, O>(s, sums, (inputs, outputs), dweight);
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
    /// `[places, channels / width, room, width]`
    tiles: &'a mut [f32],
}

impl Operand<'_> {
    /// Where a tile of a channel lies.
    fn at(&self, place: usize, channel: usize, tile: usize) -> usize {
        let (block, lane) = (channel / self.width * self.width, channel % self.width);
        place * pitch(self.channels * self.room) + block * self.room + tile * self.width + lane
    }

    /// Transforms a row of tiles of I x I pixels `[rows, row, channels]`, `step` pixels from one to the next.
    #[inline(never)]
    fn transform<const I: usize, const P: usize>(
        &mut self,
        src: &[f32],
        step: usize,
        across: usize,
        first: usize,
        line: impl Fn([V; I]) -> [V; P],
    ) {
        let pixel = |y: usize, x: usize| (y * self.row + x) * self.channels;
        assert!(src.len() >= pixel(I - 1, step * (across - 1) + I) && first + across <= self.room);
        let mut between = [[V::zero(); P]; I];
        for channel in (0..self.channels).step_by(4) {
            for tile in 0..across {
                // SAFETY: the last tile's pixels are in `src`, and there is room for it.
                let (src, dst) = unsafe {
                    let src = src.as_ptr().add(pixel(0, step * tile) + channel);
                    (src, self.tiles.as_mut_ptr().add(self.at(0, channel, first + tile)))
                };
                // SAFETY: as above.
                let row = |y: usize| from_fn(|x| unsafe { V::load(src.add(pixel(y, x))) });
                both(&mut between, row, &line, |x, column| {
                    for (y, v) in column.into_iter().enumerate() {
                        let place = (P * y + x) * pitch(self.channels * self.room);
                        // SAFETY: as above.
                        unsafe { v.store(dst.add(place)) };
                    }
                });
            }
        }
    }
}

/// sums `[places, inputs, outputs]` += Σ left · right over the first `count` tiles.
fn add_products(left: &Operand, right: &Operand, count: usize, sums: &mut [f32]) {
    assert!(count <= left.room.min(right.room));
    for place in 0..sums.len() / (left.channels * right.channels) {
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

/// sums `[places, inputs, outputs]` -> dweight `[oc, ic, 3, 3]`.
fn store<F: LinesBack<P, O>, const P: usize, const O: usize>(
    s: &ConvShape,
    sums: &[f32],
    (inputs, outputs): (usize, usize),
    dweight: &mut [f32],
) {
    let mut between = [[V::zero(); 3]; P];
    for c in 0..s.ic {
        for o in (0..s.oc).step_by(4) {
            let row = |y: usize| {
                from_fn(|x| {
                    let four = &sums[((P * y + x) * inputs + c) * outputs + o..][..4];
                    // SAFETY: four numbers.
                    unsafe { V::load(four.as_ptr()) }
                })
            };
            both(&mut between, row, F::weight_back, |x, column| {
                for (y, v) in column.into_iter().enumerate() {
                    for (o, d) in (o..s.oc).zip(v.lanes()) {
                        dweight[(o * s.ic + c) * 9 + 3 * y + x] = d;
                    }
                }
            });
        }
    }
}
