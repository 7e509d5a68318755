//! A sum of outer products over pixels, both operands channels-last: a pixel gives four numbers to
//! splat and eight to multiply, and there is no horizontal sum.

use super::gemm::{ROWS, Tile};
use crate::simd::V;

/// The pixels of a group of images and the steps between them in both operands.
pub(super) struct Outer {
    pub images: usize,
    pub rows: usize,
    pub columns: usize,
    pub left_image: usize,
    pub left_row: usize,
    pub left_step: usize,
    pub right_step: usize,
}

impl Outer {
    /// sums[i, j] += Σ left[i] · right[j] over the pixels, for 4 x 8 sums.
    ///
    /// # Safety
    /// Every pixel has four numbers from `left` and eight from `right`; `sums` has four rows of
    /// `right_step` numbers, eight of them from where it points.
    #[inline(never)]
    pub unsafe fn add_eight(&self, left: *const f32, mut right: *const f32, sums: *mut f32) {
        let mut tile: Tile = [[V::zero(); 2]; ROWS];
        // SAFETY: the caller's operands have every pixel, and sums a row of `right_step`.
        unsafe {
            for image in 0..self.images {
                for row in 0..self.rows {
                    let mut left = left.add(image * self.left_image + row * self.left_row);
                    let mut rest = self.columns;
                    macro_rules! pixel {
                        () => {
                            let (b0, b1) = (V::load(right), V::load(right.add(4)));
                            for (i, row) in tile.iter_mut().enumerate() {
                                let a = V::splat(left.add(i));
                                *row = [row[0].mul_add(a, b0), row[1].mul_add(a, b1)];
                            }
                            left = left.add(self.left_step);
                            right = right.add(self.right_step);
                        };
                    }
                    // The test between two pixels ends a basic block, as in `gemm::multiply`.
                    loop {
                        pixel!();
                        if rest == 1 {
                            break;
                        }
                        pixel!();
                        rest -= 2;
                        if rest == 0 {
                            break;
                        }
                    }
                }
            }
            for (i, row) in tile.into_iter().enumerate() {
                for (j, v) in row.into_iter().enumerate() {
                    let p = sums.add(i * self.right_step + 4 * j);
                    V::load(p).add(v).store(p);
                }
            }
        }
    }

    /// The same for 4 x 4 sums.
    ///
    /// # Safety
    /// As for eight, with four.
    #[inline(never)]
    pub unsafe fn add_four(&self, left: *const f32, mut right: *const f32, sums: *mut f32) {
        let mut tile = [V::zero(); ROWS];
        // SAFETY: the caller's operands have every pixel, and sums a row of `right_step`.
        unsafe {
            for image in 0..self.images {
                for row in 0..self.rows {
                    let mut left = left.add(image * self.left_image + row * self.left_row);
                    for _ in 0..self.columns {
                        let b = V::load(right);
                        for (i, v) in tile.iter_mut().enumerate() {
                            *v = v.mul_add(V::splat(left.add(i)), b);
                        }
                        left = left.add(self.left_step);
                        right = right.add(self.right_step);
                    }
                }
            }
            for (i, v) in tile.into_iter().enumerate() {
                let p = sums.add(i * self.right_step);
                V::load(p).add(v).store(p);
            }
        }
    }
}
