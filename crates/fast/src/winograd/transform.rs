//! The transforms, on four tiles or four channels at once. Each is a function of one row, applied to the
//! columns of a matrix and then to the rows of the result.

use crate::simd::V;

/// t(m) for every column, then every row.
#[inline(always)]
fn both<const I: usize, const O: usize>(m: [[V; I]; I], t: impl Fn([V; I]) -> [V; O]) -> [[V; O]; O] {
    let mut columns = [[V::zero(); I]; O];
    for j in 0..I {
        let column = t(std::array::from_fn(|i| m[i][j]));
        for (i, v) in column.into_iter().enumerate() {
            columns[i][j] = v;
        }
    }
    columns.map(t)
}

/// Bᵀ x B of a tile's inputs.
#[inline(always)]
pub(super) fn input(x: [[V; 4]; 4]) -> [[V; 4]; 4] {
    both(x, |[a, b, c, d]| [a.sub(c), b.add(c), c.sub(b), b.sub(d)])
}

/// G w Gᵀ of a kernel.
#[inline(always)]
pub(super) fn weight(w: [[V; 3]; 3]) -> [[V; 4]; 4] {
    let half = V::set(0.5);
    both(w, |[a, b, c]| {
        let ends = a.add(c);
        [a, ends.add(b).mul(half), ends.sub(b).mul(half), c]
    })
}

/// Aᵀ m A: the outputs of a tile from its sums of products.
#[inline(always)]
pub(super) fn output(m: [[V; 4]; 4]) -> [[V; 2]; 2] {
    both(m, |[a, b, c, d]| [a.add(b).add(c), b.sub(c).sub(d)])
}

/// A dy Aᵀ of the gradients of a tile's outputs.
#[inline(always)]
pub(super) fn output_back(dy: [[V; 2]; 2]) -> [[V; 4]; 4] {
    both(dy, |[a, b]| [a, a.add(b), a.sub(b), V::zero().sub(b)])
}

/// Gᵀ m G: the gradient of a kernel from its sums of products.
#[inline(always)]
pub(super) fn weight_back(m: [[V; 4]; 4]) -> [[V; 3]; 3] {
    let half = V::set(0.5);
    both(m, |[a, b, c, d]| {
        let (sum, difference) = (b.add(c).mul(half), b.sub(c).mul(half));
        [a.add(sum), difference, sum.add(d)]
    })
}
