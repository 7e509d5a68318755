//! The gradient of the weight: both operands channels-last, so that a vector is four channels of
//! one tile.

use std::array::from_fn;

use super::super::Scratch;
use super::super::gemm::{ROWS, multiply};
use super::super::pad::{Window, pad_channels_last};
use super::super::shape::{ConvShape, TILE};
use super::{PLACES, transform};
use crate::simd::V;

/// Tiles whose products are summed in registers.
const TILES: usize = 64;

/// dweight `[oc, ic, 3, 3]` of x `[n, ic, h, w]` and dy `[n, oc, oh, ow]`. Channels are multiples of 4 and 8.
pub(in super::super) fn grad_weight(
    s: &ConvShape,
    x: &[f32],
    dy: &[f32],
    dweight: &mut [f32],
    scratch: &mut Scratch,
) {
    let (inputs, outputs) = (s.ic.next_multiple_of(ROWS), s.oc.next_multiple_of(TILE));
    let (th, tw) = (s.oh().div_ceil(2), s.ow().div_ceil(2));
    let before = s.padding as isize;
    let xw = Window { top: before, left: before, rows: 2 * th + 2, row: 2 * tw + 2, step: 1 };
    let dw = Window { top: 0, left: 0, rows: 2 * th, row: 2 * tw, step: 1 };
    let rows = (TILES / tw).max(1);
    let tiles = rows * tw;
    let [sums, left, right, xp, dp] = scratch.split([
        PLACES * inputs * outputs,
        PLACES * tiles * inputs,
        PLACES * tiles * outputs,
        xw.rows * xw.row * inputs,
        dw.rows * dw.row * outputs,
    ]);
    for zeroed in [&mut *sums, xp, dp] {
        zeroed.fill(0.0);
    }
    let mut filled = 0;
    for (image, (x, dy)) in
        x.chunks_exact(s.ic * s.h * s.w).zip(dy.chunks_exact(s.oc * s.oh() * s.ow())).enumerate()
    {
        unsafe {
            pad_channels_last(x.as_ptr(), (s.ic, s.h, s.w), xw, inputs, xp.as_mut_ptr());
            pad_channels_last(dy.as_ptr(), (s.oc, s.oh(), s.ow()), dw, outputs, dp.as_mut_ptr());
        }
        for y in 0..th {
            unsafe {
                inputs_of_row(&xp[2 * y * xw.row * inputs..], xw.row, inputs, tw, tiles, filled, left);
                outputs_of_row(&dp[2 * y * dw.row * outputs..], dw.row, outputs, tw, tiles, filled, right);
            }
            filled += tw;
            if filled == tiles || (image + 1 == s.n && y + 1 == th) {
                unsafe { add_products(left, right, inputs, outputs, tiles, filled, sums) };
                filled = 0;
            }
        }
    }
    let mut lines = [[0.0; ROWS]; 9];
    for o in (0..s.oc).step_by(ROWS) {
        for c in 0..s.ic {
            let m = from_fn(|y| {
                from_fn(|x| unsafe { V::load(sums[((4 * y + x) * inputs + c) * outputs + o..].as_ptr()) })
            });
            for (line, v) in lines.iter_mut().zip(transform::weight_back(m).as_flattened()) {
                *line = v.lanes();
            }
            for i in 0..ROWS.min(s.oc - o) {
                for (tap, line) in lines.iter().enumerate() {
                    dweight[((o + i) * s.ic + c) * 9 + tap] = line[i];
                }
            }
        }
    }
}

/// left `[16, inputs / 4, tiles, 4]`
#[inline(never)]
unsafe fn inputs_of_row(src: &[f32], row: usize, inputs: usize, tw: usize, tiles: usize, first: usize, dst: &mut [f32]) {
    for c in (0..inputs).step_by(ROWS) {
        for t in 0..tw {
            unsafe {
                let p = src.as_ptr().add(2 * t * inputs + c);
                let x = from_fn(|y| from_fn(|x| V::load(p.add((y * row + x) * inputs))));
                let to = dst.as_mut_ptr().add(c * tiles + (first + t) * ROWS);
                for (place, v) in transform::input(x).as_flattened().iter().enumerate() {
                    v.store(to.add(place * tiles * inputs));
                }
            }
        }
    }
}

/// right `[16, outputs / 8, tiles, 8]`
#[inline(never)]
unsafe fn outputs_of_row(src: &[f32], row: usize, outputs: usize, tw: usize, tiles: usize, first: usize, dst: &mut [f32]) {
    for o in (0..outputs).step_by(ROWS) {
        for t in 0..tw {
            unsafe {
                let p = src.as_ptr().add(2 * t * outputs + o);
                let x = from_fn(|y| from_fn(|x| V::load(p.add((y * row + x) * outputs))));
                let to = dst.as_mut_ptr().add(o / TILE * TILE * tiles + (first + t) * TILE + o % TILE);
                for (place, v) in transform::output_back(x).as_flattened().iter().enumerate() {
                    v.store(to.add(place * tiles * outputs));
                }
            }
        }
    }
}

#[inline(never)]
unsafe fn add_products(left: &[f32], right: &[f32], inputs: usize, outputs: usize, tiles: usize, filled: usize, sums: &mut [f32]) {
    for place in 0..PLACES {
        for c in (0..inputs).step_by(ROWS) {
            for o in (0..outputs).step_by(TILE) {
                unsafe {
                    let left = left.as_ptr().add((place * inputs + c) * tiles);
                    let right = right.as_ptr().add((place * outputs + o) * tiles);
                    let tile = multiply([[V::zero(); 2]; ROWS], left, right, TILE, filled);
                    for (i, row) in tile.into_iter().enumerate() {
                        for (j, v) in row.into_iter().enumerate() {
                            let p = sums.as_mut_ptr().add((place * inputs + c + i) * outputs + o + 4 * j);
                            V::load(p).add(v).store(p);
                        }
                    }
                }
            }
        }
    }
}
