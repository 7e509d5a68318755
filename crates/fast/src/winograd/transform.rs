//! The transforms, for four tiles or four channels at once. Each is a function of a line, applied to the
//! columns of a matrix and then to the rows of the result.

use std::array::from_fn;

use crate::simd::V;

/// A transformed tile.
pub(super) type Places = [[V; 4]; 4];

#[inline(always)]
fn both<const I: usize, const O: usize>(m: [[V; I]; I], line: impl Fn([V; I]) -> [V; O]) -> [[V; O]; O] {
    let columns: [[V; O]; I] = from_fn(|j| line(m.map(|row| row[j])));
    from_fn(|i| line(columns.map(|column| column[i])))
}

/// Bᵀ x B of a tile's inputs.
#[inline(always)]
pub(super) fn input(x: Places) -> Places {
    both(x, |[a, b, c, d]| [a.sub(c), b.add(c), c.sub(b), b.sub(d)])
}

/// G w Gᵀ of a kernel.
#[inline(always)]
pub(super) fn weight(w: [[V; 3]; 3]) -> Places {
    let half = V::set(0.5);
    both(w, |[a, b, c]| {
        let ends = a.add(c);
        [a, ends.add(b).mul(half), ends.sub(b).mul(half), c]
    })
}

/// Aᵀ m A: the outputs of a tile.
#[inline(always)]
pub(super) fn output(m: Places) -> [[V; 2]; 2] {
    both(m, |[a, b, c, d]| [a.add(b).add(c), b.sub(c).sub(d)])
}

/// A dy Aᵀ of the gradients of a tile's outputs.
#[inline(always)]
pub(super) fn output_back(dy: [[V; 2]; 2]) -> Places {
    both(dy, |[a, b]| [a, a.add(b), a.sub(b), V::zero().sub(b)])
}

/// Gᵀ m G: the gradient of a kernel.
#[inline(always)]
pub(super) fn weight_back(m: Places) -> [[V; 3]; 3] {
    let half = V::set(0.5);
    both(m, |[a, b, c, d]| {
        let (sum, difference) = (b.add(c).mul(half), b.sub(c).mul(half));
        [a.add(sum), difference, sum.add(d)]
    })
}
