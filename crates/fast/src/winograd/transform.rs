//! The transforms, for four tiles or four channels at once. Each is a function of a line, applied to the
//! columns of a matrix and then to the rows of the result.

use crate::simd::V;

/// A transformed tile.
pub(super) type Places = [[V; 4]; 4];

/// Bᵀ x B of a tile's inputs.
#[inline(always)]
pub(super) fn input(x: Places) -> Places {
    both(x, input_line)
}

/// G w Gᵀ of a kernel.
#[inline(always)]
pub(super) fn weight(w: [[V; 3]; 3]) -> Places {
    both(w, weight_line)
}

/// Aᵀ m A: the outputs of a tile.
#[inline(always)]
pub(super) fn output(m: Places) -> [[V; 2]; 2] {
    both(m, output_line)
}

/// A dy Aᵀ of the gradients of a tile's outputs.
#[inline(always)]
pub(super) fn output_back(dy: [[V; 2]; 2]) -> Places {
    both(dy, output_back_line)
}

/// Gᵀ m G: the gradient of a kernel.
#[inline(always)]
pub(super) fn weight_back(m: Places) -> [[V; 3]; 3] {
    both(m, weight_back_line)
}

/// Loops and named lines, because closures are not always inlined and calls would go through memory.
#[inline(always)]
fn both<const I: usize, const O: usize>(m: [[V; I]; I], line: impl Fn([V; I]) -> [V; O]) -> [[V; O]; O] {
    let (mut between, mut result) = ([[V::zero(); I]; O], [[V::zero(); O]; O]);
    for j in 0..I {
        let mut column = [V::zero(); I];
        for i in 0..I {
            column[i] = m[i][j];
        }
        for (row, v) in between.iter_mut().zip(line(column)) {
            row[j] = v;
        }
    }
    for (row, from) in result.iter_mut().zip(between) {
        *row = line(from);
    }
    result
}

#[inline(always)]
fn input_line([a, b, c, d]: [V; 4]) -> [V; 4] {
    [a.sub(c), b.add(c), c.sub(b), b.sub(d)]
}

#[inline(always)]
fn weight_line([a, b, c]: [V; 3]) -> [V; 4] {
    let (ends, half) = (a.add(c), V::set(0.5));
    [a, ends.add(b).mul(half), ends.sub(b).mul(half), c]
}

#[inline(always)]
fn output_line([a, b, c, d]: [V; 4]) -> [V; 2] {
    [a.add(b).add(c), b.sub(c).sub(d)]
}

#[inline(always)]
fn output_back_line([a, b]: [V; 2]) -> [V; 4] {
    [a, a.add(b), a.sub(b), V::zero().sub(b)]
}

#[inline(always)]
fn weight_back_line([a, b, c, d]: [V; 4]) -> [V; 3] {
    let half = V::set(0.5);
    let (sum, difference) = (b.add(c).mul(half), b.sub(c).mul(half));
    [a.add(sum), difference, sum.add(d)]
}
