//! The matrix product that everything is made of: tiles of 4 rows x 8 columns in registers.
//!
//! Eight accumulators, two vectors of the right operand, one splatted number of the left and
//! one product are 12 registers; more would spill in a browser, which has 15.

use super::Scratch;
use super::shape::{TILE, tiles};
use crate::simd::{V, transpose};

/// Rows of a tile.
pub(super) const ROWS: usize = 4;

/// 4 rows x 8 columns.
pub(super) type Tile = [[V; 2]; ROWS];

/// tile[i][j] + Σk left[4k + i] · right[step·k + j], in the order of k.
///
/// # Safety
/// `left` holds 4·depth numbers, `right` eight at every step.
#[inline(always)]
pub(super) unsafe fn multiply(
    mut tile: Tile,
    mut left: *const f32,
    mut right: *const f32,
    step: usize,
    depth: usize,
) -> Tile {
    let mut rest = depth;
    if rest == 0 {
        return tile;
    }
    // The test after every step ends a basic block. Without it LLVM interleaves the steps of
    // an unrolled loop, and a browser's compiler then spills the accumulators.
    macro_rules! step {
        () => {
            // SAFETY: fewer than `depth` steps are behind us.
            unsafe {
                let (b0, b1) = (V::load(right), V::load(right.add(4)));
                for (i, row) in tile.iter_mut().enumerate() {
                    let a = V::splat(left.add(i));
                    *row = [row[0].mul_add(a, b0), row[1].mul_add(a, b1)];
                }
                left = left.add(ROWS);
                right = right.add(step);
            }
        };
    }
    loop {
        step!();
        if rest == 1 {
            return tile;
        }
        step!();
        if rest == 2 {
            return tile;
        }
        step!();
        if rest == 3 {
            return tile;
        }
        step!();
        rest -= 4;
        if rest == 0 {
            return tile;
        }
    }
}

/// Where the elements of a matrix lie: element (row, column) at row·`.0` + column·`.1`.
pub(super) type Strides = (usize, usize);

/// Lines of `depth` numbers side by side: `[lines, depth]` -> `[lines / WIDTH, depth, WIDTH]`, where
/// lines that are missing at the end are zero. `strides` lead from line to line and along a line;
/// one of the two is 1.
pub(super) fn interleave<const WIDTH: usize>(
    src: &[f32],
    strides: Strides,
    lines: usize,
    depth: usize,
    dst: &mut [f32],
) {
    assert_eq!(dst.len(), lines.next_multiple_of(WIDTH) * depth);
    if dst.is_empty() {
        return;
    }
    assert!((lines - 1) * strides.0 + (depth - 1) * strides.1 < src.len());
    for (block, dst) in dst.chunks_exact_mut(WIDTH * depth).enumerate() {
        let src = &src[WIDTH * block * strides.0..];
        let count = WIDTH.min(lines - WIDTH * block);
        // SAFETY: the block's lines end inside `src`, and `dst` has WIDTH numbers for each step.
        unsafe {
            match strides {
                (1, step) if count == WIDTH => {
                    for k in 0..depth {
                        copy::<WIDTH>(src.as_ptr().add(k * step), dst.as_mut_ptr().add(k * WIDTH));
                    }
                }
                (line, 1) if depth >= 4 => {
                    for k in tiles(depth, 4) {
                        for i in (0..WIDTH).step_by(4) {
                            let rows = [i, i + 1, i + 2, i + 3].map(|i| {
                                if i < count { V::load(src.as_ptr().add(i * line + k)) } else { V::zero() }
                            });
                            for (j, row) in transpose(rows).into_iter().enumerate() {
                                row.store(dst.as_mut_ptr().add((k + j) * WIDTH + i));
                            }
                        }
                    }
                }
                (line, step) => {
                    for (k, to) in dst.chunks_exact_mut(WIDTH).enumerate() {
                        for (i, to) in to.iter_mut().enumerate() {
                            *to = if i < count { src[i * line + k * step] } else { 0.0 };
                        }
                    }
                }
            }
        }
    }
}

#[inline(always)]
unsafe fn copy<const WIDTH: usize>(src: *const f32, dst: *mut f32) {
    for i in (0..WIDTH).step_by(4) {
        // SAFETY: the caller gives WIDTH numbers on both sides.
        unsafe { V::load(src.add(i)).store(dst.add(i)) };
    }
}

/// Sizes of a product: rows, columns and the depth that is summed over.
#[derive(Clone, Copy)]
pub(super) struct Size {
    pub rows: usize,
    pub columns: usize,
    pub depth: usize,
}

/// out[rows, columns] = left[rows, depth] · right[depth, columns] + bias[columns].
pub(super) fn product(
    size: Size,
    (left, left_strides): (&[f32], Strides),
    (right, right_strides): (&[f32], Strides),
    bias: Option<&[f32]>,
    out: &mut [f32],
    scratch: &mut Scratch,
) {
    let Size { rows, columns, depth } = size;
    assert_eq!(out.len(), rows * columns);
    let blocks = rows.div_ceil(ROWS);
    let [packed, panel] = scratch.split([blocks * ROWS * depth, TILE * depth]);
    interleave::<ROWS>(left, left_strides, rows, depth, packed);
    let (along, across) = right_strides;
    for first in (0..columns).step_by(TILE) {
        let width = TILE.min(columns - first);
        interleave::<TILE>(&right[first * across..], (across, along), width, depth, panel);
        let mut start = [0.0; TILE];
        if let Some(bias) = bias {
            start[..width].copy_from_slice(&bias[first..first + width]);
        }
        for block in 0..blocks {
            // SAFETY: `start` has eight numbers, `packed` 4·depth in every block, `panel` 8·depth.
            let tile = unsafe {
                let start = [V::load(start.as_ptr()), V::load(start.as_ptr().add(4))];
                multiply(
                    [start; ROWS],
                    packed.as_ptr().add(ROWS * depth * block),
                    panel.as_ptr(),
                    TILE,
                    depth,
                )
            };
            for (i, row) in tile.iter().enumerate().take(rows - ROWS * block) {
                let at = (ROWS * block + i) * columns + first;
                let to = &mut out[at..at + width];
                if width == TILE {
                    // SAFETY: `to` has eight numbers.
                    unsafe {
                        row[0].store(to.as_mut_ptr());
                        row[1].store(to.as_mut_ptr().add(4));
                    }
                } else {
                    let lanes = [row[0].lanes(), row[1].lanes()];
                    to.copy_from_slice(&lanes.as_flattened()[..width]);
                }
            }
        }
    }
}
