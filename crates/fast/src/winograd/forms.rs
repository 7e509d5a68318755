//! The forms: what a line of a tile becomes on its way into the products and out of them, for four
//! tiles or four channels at once. A tile is transformed in one direction and then in the other.

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

/// Stride 2: the outer taps meet inputs of one parity, which takes five products for four outputs, the
/// middle tap those of the other, which takes four. The points are ±½, ±1 and infinity.
pub(super) struct Strided;

const HALF: f32 = 0.5;
/// One over the product of the distances of ±½ and ±1 from the other finite points, but for the sign.
const AT_HALF: f32 = 4.0 / 3.0;
const AT_ONE: f32 = 2.0 / 3.0;

impl Strided {
    /// What five inputs two apart become.
    #[inline(always)]
    fn outer([a, b, c, d, e]: [V; 5]) -> [V; 5] {
        let [half, minus_half] = pair(times(c.sub(a), HALF), d.sub(b));
        let [one, minus_one] = pair(c.sub(times(a, 0.25)), d.sub(times(b, 0.25)));
        [half, minus_half, one, minus_one, e.sub(times(c, 1.25)).add(times(a, 0.25))]
    }
    /// The four outputs of the outer taps.
    #[inline(always)]
    fn sums([half, minus_half, one, minus_one, infinity]: [V; 5]) -> [V; 4] {
        let ([half, odd_half], [one, odd_one]) = (pair(half, minus_half), pair(one, minus_one));
        [
            half.add(one),
            times(odd_half, HALF).add(odd_one),
            times(half, 0.25).add(one),
            times(odd_half, 0.125).add(odd_one).add(infinity),
        ]
    }
}

impl Lines<9, 9, 4> for Strided {
    #[inline(always)]
    fn input([a, next_b, b, next_c, c, next_d, d, next_e, e]: [V; 9]) -> [V; 9] {
        let [half, minus_half, one, minus_one, infinity] = Self::outer([a, b, c, d, e]);
        [half, minus_half, one, minus_one, infinity, next_b, next_c, next_d, next_e]
    }
    #[inline(always)]
    fn weight([a, b, c]: [V; 3]) -> [V; 9] {
        let [half, minus_half] = pair(a, times(c, HALF)).map(|v| times(v, -AT_HALF));
        let [one, minus_one] = pair(a, c).map(|v| times(v, AT_ONE));
        [half, minus_half, one, minus_one, c, b, b, b, b]
    }
    #[inline(always)]
    fn output([half, minus_half, one, minus_one, infinity, a, b, c, d]: [V; 9]) -> [V; 4] {
        let [e, f, g, h] = Self::sums([half, minus_half, one, minus_one, infinity]);
        [a.add(e), b.add(f), c.add(g), d.add(h)]
    }
    #[inline(always)]
    fn seen(output: usize) -> usize {
        2 * output
    }
}

impl LinesBack<9, 4> for Strided {
    #[inline(always)]
    fn output_back([a, b, c, d]: [V; 4]) -> [V; 9] {
        let [half, minus_half] = pair(a.add(times(c, 0.25)), times(b, HALF).add(times(d, 0.125)));
        let [one, minus_one] = pair(a.add(c), b.add(d));
        [half, minus_half, one, minus_one, d, a, b, c, d]
    }
    #[inline(always)]
    fn weight_back([half, minus_half, one, minus_one, infinity, a, b, c, d]: [V; 9]) -> [V; 3] {
        let [half, odd_half] = pair(half, minus_half).map(|v| times(v, -AT_HALF));
        let [one, odd_one] = pair(one, minus_one).map(|v| times(v, AT_ONE));
        [half.add(one), a.add(b).add(c.add(d)), times(odd_half, HALF).add(odd_one).add(infinity)]
    }
}

/// The gradient of the input of a convolution with stride 2 and padding 1: every second of its lines is
/// made by the outer taps of two gradients, the others by the middle tap of one.
pub(super) struct Spread;

impl Lines<5, 9, 8> for Spread {
    #[inline(always)]
    fn input([a, b, c, d, e]: [V; 5]) -> [V; 9] {
        let [half, minus_half, one, minus_one, infinity] = Strided::outer([a, b, c, d, e]);
        [half, minus_half, one, minus_one, infinity, a, b, c, d]
    }
    #[inline(always)]
    fn weight(w: [V; 3]) -> [V; 9] {
        Strided::weight(w)
    }
    #[inline(always)]
    fn output([half, minus_half, one, minus_one, infinity, a, b, c, d]: [V; 9]) -> [V; 8] {
        let [e, f, g, h] = Strided::sums([half, minus_half, one, minus_one, infinity]);
        [a, e, b, f, c, g, d, h]
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

/// A line's function in one direction of a tile and then in the other: `lines` gives the lines of the
/// first, `across` takes those of the second. What lies between is the caller's, who makes it once for
/// many tiles. Loops, because arrays made by closures would go through memory.
#[inline(always)]
pub(super) fn both<const I: usize, const O: usize>(
    between: &mut [[V; O]; I],
    lines: impl Fn(usize) -> [V; I],
    line: impl Fn([V; I]) -> [V; O],
    mut across: impl FnMut(usize, [V; O]),
) {
    for (i, between) in between.iter_mut().enumerate() {
        *between = line(lines(i));
    }
    for j in 0..O {
        let mut other = [V::zero(); I];
        for (other, between) in other.iter_mut().zip(&*between) {
            *other = between[j];
        }
        across(j, line(other));
    }
}
