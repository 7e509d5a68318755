//! Weight gradients of few input channels: dot products along the rows of dy and of the padded x,
//! four channels of dy and two taps at a time.

use super::gemm::ROWS;
use crate::simd::{V, transpose};

/// One image, with stride 1.
pub(super) struct Dot<'a> {
    /// Offset of each tap from the first in the padded x.
    pub taps: &'a dyn Fn(usize) -> usize,
    /// How many.
    pub count: usize,
    /// Columns of a row of the padded x.
    pub row: usize,
    /// Channels, rows and columns of dy; the columns are a multiple of four.
    pub dy: (usize, usize, usize),
}

impl Dot<'_> {
    /// sums[tap, channel] += Σ dy[channel, y, x] · src[(y, x) + tap]; a row of sums has a multiple
    /// of four channels.
    ///
    /// # Safety
    /// `src` holds every tap of every pixel of `dy`.
    #[inline(never)]
    pub unsafe fn add(&self, src: &[f32], dy: &[f32], sums: &mut [f32]) {
        let (channels, h, w) = self.dy;
        assert_eq!(dy.len(), channels * h * w);
        let pitch = channels.next_multiple_of(ROWS);
        assert_eq!(sums.len(), self.count * pitch);
        for first in (0..channels).step_by(ROWS) {
            // Beyond the last channel the last one is repeated; those sums are never read.
            let planes = [0, 1, 2, 3].map(|i| dy[(first + i).min(channels - 1) * h * w..].as_ptr());
            for tap in (0..self.count).step_by(2) {
                let pair = [tap, (tap + 1).min(self.count - 1)];
                let src = pair.map(|tap| src[(self.taps)(tap)..].as_ptr());
                // SAFETY: the caller's.
                let tile = unsafe { self.tile(src, planes) };
                for (t, tap) in pair.into_iter().enumerate().take(self.count - tap) {
                    let [a, b, c, d] = transpose(tile.map(|row| row[t]));
                    let to = sums[tap * pitch + first..][..ROWS].as_mut_ptr();
                    // SAFETY: there are four numbers.
                    unsafe { V::load(to).add(a.add(b).add(c).add(d)).store(to) };
                }
            }
        }
    }

    #[inline(always)]
    unsafe fn tile(&self, src: [*const f32; 2], dy: [*const f32; ROWS]) -> [[V; 2]; ROWS] {
        let (_, h, w) = self.dy;
        let mut tile = [[V::zero(); 2]; ROWS];
        for y in 0..h {
            // SAFETY: y < h and x + 4 <= w.
            unsafe {
                let src = src.map(|p| p.add(y * self.row));
                let dy = dy.map(|p| p.add(y * w));
                for x in (0..w).step_by(4) {
                    let b = src.map(|p| V::load(p.add(x)));
                    for (row, dy) in tile.iter_mut().zip(dy) {
                        let a = V::load(dy.add(x));
                        *row = [row[0].mul_add(a, b[0]), row[1].mul_add(a, b[1])];
                    }
                }
            }
        }
        tile
    }
}
