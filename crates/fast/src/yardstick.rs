use std::hint::black_box;

use crate::simd::V;

/// What one core can do: products of four rows with eight columns over a depth of 256, all of it in
/// the first cache of any machine.
pub struct Yardstick {
    left: Vec<f32>,
    right: Vec<f32>,
    sums: [[V; 2]; 4],
}

impl Yardstick {
    const DEPTH: usize = 256;
    const TILES: usize = 64;
    /// Products of one run.
    pub const PRODUCTS: usize = 4 * 8 * Self::DEPTH * Self::TILES;

    /// Two panels of small numbers.
    #[allow(clippy::new_without_default, reason = "nothing holds one by default")]
    pub fn new() -> Self {
        let some = |length: usize| (0..length).map(|i| (i % 7) as f32 * 0.25 - 0.75).collect();
        Self { left: some(4 * Self::DEPTH), right: some(8 * Self::DEPTH), sums: [[V::zero(); 2]; 4] }
    }

    /// Multiplies the panels as often as PRODUCTS says.
    #[inline(never)]
    pub fn run(&mut self) {
        for _ in 0..Self::TILES {
            let mut sums = self.sums;
            for (left, right) in self.left.chunks_exact(4).zip(self.right.chunks_exact(8)) {
                // SAFETY: `left` has four numbers, `right` eight.
                unsafe {
                    let (b0, b1) = (V::load(right.as_ptr()), V::load(right.as_ptr().add(4)));
                    for (i, row) in sums.iter_mut().enumerate() {
                        let a = V::splat(left.as_ptr().add(i));
                        *row = [row[0].mul_add(a, b0), row[1].mul_add(a, b1)];
                    }
                }
            }
            self.sums = black_box(sums);
        }
    }
}
