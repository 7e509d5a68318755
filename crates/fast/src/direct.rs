//! 3x3 correlation with stride 1 on a padded copy: tiles of 4 channels x 8 pixels of a row.

use super::gemm::{ROWS, Tile};
use super::shape::{TILE, tiles};
use super::three::Three;
use crate::simd::V;

impl Three<'_> {
    /// `src` is the padded image `[channels, rows, row]`, `dst` the result of at least eight columns,
    /// the weight `[out.0 / 4, channels, 9, 4]`.
    ///
    /// # Safety
    /// Rows and columns of the source exceed those of the result by two; `dst` has room for
    /// the result.
    #[inline(never)]
    pub(super) unsafe fn direct(&self, src: *const f32, dst: *mut f32) {
        let (outputs, h, w) = self.out;
        for (block, bias) in self.bias.chunks_exact(ROWS).enumerate() {
            let count = ROWS.min(outputs - ROWS * block);
            for y in 0..h {
                for x in tiles(w, TILE) {
                    // SAFETY: a tile reads three rows of ten columns from (y, x) and writes
                    // eight columns of `count` planes.
                    unsafe {
                        let weight = self.weight.as_ptr().add(block * self.channels * 9 * ROWS);
                        let tile = self.tile(src.add(y * self.row + x), weight, bias);
                        let to = dst.add((ROWS * block * h + y) * w + x);
                        for (i, row) in tile.into_iter().enumerate().take(count) {
                            let row = self.rectifier.map_or(row, |rectifier| row.map(|v| rectifier.value(v)));
                            row[0].store(to.add(i * h * w));
                            row[1].store(to.add(i * h * w + 4));
                        }
                    }
                }
            }
        }
    }

    /// The sums over channels, then rows and columns of the kernel.
    #[inline(always)]
    unsafe fn tile(&self, src: *const f32, mut weight: *const f32, bias: &[f32]) -> Tile {
        /// More channels than memory can hold. Tests for it never fire, but each one ends a
        /// basic block: one block per tap is what a browser's compiler keeps in registers.
        const NEVER: usize = usize::MAX - 8;
        let mut tile = [0, 1, 2, 3].map(|i| [V::set(bias[i]); 2]);
        let mut rest = self.channels;
        macro_rules! tap {
            ($row:ident, $column:literal) => {
                let (b0, b1) = (V::load($row.add($column)), V::load($row.add($column + 4)));
                for (i, row) in tile.iter_mut().enumerate() {
                    let a = V::splat(weight.add(ROWS * $column + i));
                    *row = [row[0].mul_add(a, b0), row[1].mul_add(a, b1)];
                }
            };
        }
        // SAFETY: the caller's; `weight` holds 36 numbers per channel.
        unsafe {
            let (mut row0, mut row1, mut row2) = (src, src.add(self.row), src.add(2 * self.row));
            loop {
                tap!(row0, 0);
                if rest == NEVER {
                    break;
                }
                tap!(row0, 1);
                if rest == NEVER + 1 {
                    break;
                }
                tap!(row0, 2);
                if rest == NEVER + 2 {
                    break;
                }
                weight = weight.add(3 * ROWS);
                tap!(row1, 0);
                if rest == NEVER + 3 {
                    break;
                }
                tap!(row1, 1);
                if rest == NEVER + 4 {
                    break;
                }
                tap!(row1, 2);
                if rest == NEVER + 5 {
                    break;
                }
                weight = weight.add(3 * ROWS);
                tap!(row2, 0);
                if rest == NEVER + 6 {
                    break;
                }
                tap!(row2, 1);
                if rest == NEVER + 7 {
                    break;
                }
                tap!(row2, 2);
                rest -= 1;
                if rest == 0 {
                    break;
                }
                weight = weight.add(3 * ROWS);
                row0 = row0.add(self.plane);
                row1 = row1.add(self.plane);
                row2 = row2.add(self.plane);
            }
        }
        tile
    }
}
