//! The forms: what a line of a tile becomes on its way into the products and out of them, for four
//! tiles or four channels at once. A tile is transformed along its columns and then along its rows.

use crate::simd::V;

/// A correlation with three taps: I inputs of a line go through P products to O outputs.
pub(super) trait Lines<const I: usize, const P: usize, const O: usize> {
    /// Bᵀ x
    fn input(x: [V; I]) -> [V; P];
    /// G w
    fn weight(w: [V; 3]) -> [V; P];
    /// Aᵀ m
    fn output(m: [V; P]) -> [V; O];
    /// The first input that a tile sees whose first output is this one.
    fn seen(output: usize) -> usize;
}

/// The gradient of the weight in the same form.
pub(super) trait LinesBack<const P: usize, const O: usize> {
    /// A dy
    fn output_back(dy: [V; O]) -> [V; P];
    /// Gᵀ m
    fn weight_back(m: [V; P]) -> [V; 3];
}

/// Stride 1: six products for four outputs. A line is evaluated as a polynomial at 0, ±p, ±q and
/// infinity.
pub(super) struct Near;

/// With p and q about √½ and √2 the rounding is half that of the usual 1 and 2, and these are exact.
const NEAR: f32 = 0.75;
const FAR: f32 = 1.5;
const NEAR2: f32 = NEAR * NEAR;
const FAR2: f32 = FAR * FAR;
/// One over the product of the distances of 0, ±p and ±q from the other finite points.
const AT_ZERO: f32 = 1.0 / (NEAR2 * FAR2);
const AT_NEAR: f32 = 1.0 / (2.0 * NEAR2 * (NEAR2 - FAR2));
const AT_FAR: f32 = 1.0 / (2.0 * FAR2 * (FAR2 - NEAR2));

impl Lines<6, 6, 4> for Near {
    #[inline(always)]
    fn input([a, b, c, d, e, f]: [V; 6]) -> [V; 6] {
        let [p, minus_p] = pair(e.sub(times(c, FAR2)), times(d.sub(times(b, FAR2)), NEAR));
        let [q, minus_q] = pair(e.sub(times(c, NEAR2)), times(d.sub(times(b, NEAR2)), FAR));
        [ends(a, c, e), p, minus_p, q, minus_q, ends(b, d, f)]
    }
    #[inline(always)]
    fn weight([a, b, c]: [V; 3]) -> [V; 6] {
        let [p, minus_p] = pair(a.add(times(c, NEAR2)), times(b, NEAR)).map(|v| times(v, AT_NEAR));
        let [q, minus_q] = pair(a.add(times(c, FAR2)), times(b, FAR)).map(|v| times(v, AT_FAR));
        [times(a, AT_ZERO), p, minus_p, q, minus_q, c]
    }
    #[inline(always)]
    fn output([zero, p, minus_p, q, minus_q, infinity]: [V; 6]) -> [V; 4] {
        let ([p, odd_p], [q, odd_q]) = (pair(p, minus_p), pair(q, minus_q));
        [
            zero.add(p).add(q),
            times(odd_p, NEAR).add(times(odd_q, FAR)),
            times(p, NEAR2).add(times(q, FAR2)),
            times(odd_p, NEAR * NEAR2).add(times(odd_q, FAR * FAR2)).add(infinity),
        ]
    }
    #[inline(always)]
    fn seen(output: usize) -> usize {
        output
    }
}

impl LinesBack<6, 4> for Near {
    #[inline(always)]
    fn output_back([a, b, c, d]: [V; 4]) -> [V; 6] {
        let [p, minus_p] = pair(a.add(times(c, NEAR2)), times(b, NEAR).add(times(d, NEAR * NEAR2)));
        let [q, minus_q] = pair(a.add(times(c, FAR2)), times(b, FAR).add(times(d, FAR * FAR2)));
        [a, p, minus_p, q, minus_q, d]
    }
    #[inline(always)]
    fn weight_back([zero, p, minus_p, q, minus_q, infinity]: [V; 6]) -> [V; 3] {
        let [p, odd_p] = pair(p, minus_p).map(|v| times(v, AT_NEAR));
        let [q, odd_q] = pair(q, minus_q).map(|v| times(v, AT_FAR));
        [
            times(zero, AT_ZERO).add(p).add(q),
            times(odd_p, NEAR).add(times(odd_q, FAR)),
            times(p, NEAR2).add(times(q, FAR2)).add(infinity),
        ]
    }
}

/// Stride 2: the outer taps meet inputs of one parity, which takes three products for two outputs, the
/// middle tap those of the other, which takes two.
pub(super) struct Strided;

impl Lines<5, 5, 2> for Strided {
    #[inline(always)]
    fn input([a, b, c, d, e]: [V; 5]) -> [V; 5] {
        [a.sub(c), c, c.sub(e), b, d]
    }
    #[inline(always)]
    fn weight([a, b, c]: [V; 3]) -> [V; 5] {
        [a, a.add(c), c, b, b]
    }
    #[inline(always)]
    fn output([a, ac, c, b, next_b]: [V; 5]) -> [V; 2] {
        [a.add(ac).add(b), ac.sub(c).add(next_b)]
    }
    #[inline(always)]
    fn seen(output: usize) -> usize {
        2 * output
    }
}

impl LinesBack<5, 2> for Strided {
    #[inline(always)]
    fn output_back([a, b]: [V; 2]) -> [V; 5] {
        [a, a.add(b), V::zero().sub(b), a, b]
    }
    #[inline(always)]
    fn weight_back([a, ac, c, b, next_b]: [V; 5]) -> [V; 3] {
        [a.add(ac), b.add(next_b), ac.add(c)]
    }
}

/// The gradient of the input of a convolution with stride 2 and padding 1: every second of its lines is
/// made by the outer taps of two gradients, the others by the middle tap of one.
pub(super) struct Spread;

impl Lines<3, 5, 4> for Spread {
    #[inline(always)]
    fn input([a, b, c]: [V; 3]) -> [V; 5] {
        [a.sub(b), b, b.sub(c), a, b]
    }
    #[inline(always)]
    fn weight(w: [V; 3]) -> [V; 5] {
        Strided::weight(w)
    }
    #[inline(always)]
    fn output([a, ac, c, b, next_b]: [V; 5]) -> [V; 4] {
        [b, a.add(ac), next_b, ac.sub(c)]
    }
    #[inline(always)]
    fn seen(output: usize) -> usize {
        output / 2
    }
}

/// What the whole polynomial of the finite points makes of three inputs two apart.
#[inline(always)]
fn ends(a: V, c: V, e: V) -> V {
    times(a, NEAR2 * FAR2).sub(times(c, NEAR2 + FAR2)).add(e)
}

#[inline(always)]
fn times(v: V, by: f32) -> V {
    v.mul(V::set(by))
}

/// The sum and the difference.
#[inline(always)]
fn pair(a: V, b: V) -> [V; 2] {
    [a.add(b), a.sub(b)]
}

/// A line's function along the columns of a tile and then along its rows. Loops and named lines, because
/// closures are not always inlined and calls would go through memory.
#[inline(always)]
pub(super) fn both<const I: usize, const O: usize>(
    m: [[V; I]; I],
    line: impl Fn([V; I]) -> [V; O],
) -> [[V; O]; O] {
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
