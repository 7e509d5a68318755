//! Pooling: `torch.nn.functional.max_pool2d`, where padding counts as -infinity, and `avg_pool2d`.

use std::ops::Range;

use super::elementwise::sum;
use super::shape::{ConvShape, TILE, tiles};
use crate::simd::V;

fn check(s: &ConvShape, x: &[f32], y: &[f32]) {
    s.check();
    assert_eq!(s.ic, s.oc, "{s:?}");
    assert_eq!(x.len(), s.x_len(), "{s:?}");
    assert_eq!(y.len(), s.y_len(), "{s:?}");
}

/// 2x2 windows side by side, at least four in a row.
pub(super) fn halves(s: &ConvShape) -> bool {
    (s.kh, s.kw, s.stride, s.padding) == (2, 2, 2, 0) && s.w >= TILE
}

/// The rows or columns of a plane that window `at` covers.
#[inline(always)]
fn covered(s: &ConvShape, at: usize, kernel: usize, size: usize) -> Range<usize> {
    let inside = |place: usize| place.saturating_sub(s.padding).min(size);
    inside(at * s.stride)..inside(at * s.stride + kernel)
}

/// Calls `f` with every output of a plane and the place of the first largest number of its
/// window, or none where the window holds nothing but padding.
#[inline(always)]
fn each_window(s: &ConvShape, x: &[f32], mut f: impl FnMut(usize, Option<usize>)) {
    let ow = s.ow();
    for oy in 0..s.oh() {
        let rows = covered(s, oy, s.kh, s.h);
        for ox in 0..ow {
            let columns = covered(s, ox, s.kw, s.w);
            let (mut best, mut place) = (f32::NEG_INFINITY, None);
            for row in rows.clone() {
                for (column, &x) in columns.clone().zip(&x[row * s.w..][columns.clone()]) {
                    if x > best || place.is_none() {
                        (best, place) = (x, Some(row * s.w + column));
                    }
                }
            }
            f(oy * ow + ox, place);
        }
    }
}

/// y = the largest number of each window; x `[n, c, h, w]`, y `[n, c, oh, ow]`.
pub fn max_pool_forward(s: &ConvShape, x: &[f32], y: &mut [f32]) {
    check(s, x, y);
    let (oh, ow) = (s.oh(), s.ow());
    for (x, y) in x.chunks_exact(s.h * s.w).zip(y.chunks_exact_mut(oh * ow)) {
        if halves(s) {
            // SAFETY: the chunks are planes of the shape.
            unsafe { forward_halves(s, x, y, largest) };
            continue;
        }
        each_window(s, x, |i, place| y[i] = place.map_or(f32::NEG_INFINITY, |at| x[at]));
    }
}

/// dx: each dy goes to the first largest number of its window in row-major order.
/// x `[n, c, h, w]`, dy `[n, c, oh, ow]`, dx `[n, c, h, w]`.
pub fn max_pool_backward(s: &ConvShape, x: &[f32], dy: &[f32], dx: &mut [f32]) {
    check(s, x, dy);
    assert_eq!(x.len(), dx.len(), "{s:?}");
    let (oh, ow) = (s.oh(), s.ow());
    let planes = x.chunks_exact(s.h * s.w).zip(dy.chunks_exact(oh * ow));
    for ((x, dy), dx) in planes.zip(dx.chunks_exact_mut(s.h * s.w)) {
        if halves(s) {
            // SAFETY: the chunks are planes of the shape.
            unsafe { backward_halves(s, dy, dx, |place, dy| to_largest(corners(x, s.w, place), dy)) };
            continue;
        }
        dx.fill(0.0);
        each_window(s, x, |i, place| {
            if let Some(at) = place {
                dx[at] += dy[i];
            }
        });
    }
}

/// y = the mean of each window, over its pixels and, with `count_include_pad`, its padding.
/// x `[n, c, h, w]`, y `[n, c, oh, ow]`.
pub fn average_pool_forward(s: &ConvShape, count_include_pad: bool, x: &[f32], y: &mut [f32]) {
    check(s, x, y);
    let (oh, ow) = (s.oh(), s.ow());
    for (x, y) in x.chunks_exact(s.h * s.w).zip(y.chunks_exact_mut(oh * ow)) {
        if halves(s) {
            let mean = |[a, b, c, d]: [V; 4]| a.add(b).add(c).add(d).mul(V::set(0.25));
            // SAFETY: the chunks are planes of the shape.
            unsafe { forward_halves(s, x, y, mean) };
            continue;
        }
        for (i, y) in y.iter_mut().enumerate() {
            let (rows, columns) = (covered(s, i / ow, s.kh, s.h), covered(s, i % ow, s.kw, s.w));
            let divisor = divisor(s, count_include_pad, &rows, &columns);
            let total: f32 = if columns.len() == s.w {
                sum(&x[rows.start * s.w..rows.end * s.w])
            } else {
                rows.map(|row| x[row * s.w..][columns.clone()].iter().sum::<f32>()).sum()
            };
            *y = total / divisor;
        }
    }
}

/// dx: each dy is shared out to the pixels of its window. dy `[n, c, oh, ow]`, dx `[n, c, h, w]`.
pub fn average_pool_backward(s: &ConvShape, count_include_pad: bool, dy: &[f32], dx: &mut [f32]) {
    check(s, dx, dy);
    let (oh, ow) = (s.oh(), s.ow());
    for (dy, dx) in dy.chunks_exact(oh * ow).zip(dx.chunks_exact_mut(s.h * s.w)) {
        if halves(s) {
            // SAFETY: the chunks are planes of the shape.
            unsafe { backward_halves(s, dy, dx, |_, dy| [dy.mul(V::set(0.25)); 4]) };
            continue;
        }
        dx.fill(0.0);
        for (i, dy) in dy.iter().enumerate() {
            let (rows, columns) = (covered(s, i / ow, s.kh, s.h), covered(s, i % ow, s.kw, s.w));
            let part = dy / divisor(s, count_include_pad, &rows, &columns);
            for row in rows {
                for dx in &mut dx[row * s.w..][columns.clone()] {
                    *dx += part;
                }
            }
        }
    }
}

fn divisor(s: &ConvShape, count_include_pad: bool, rows: &Range<usize>, columns: &Range<usize>) -> f32 {
    (if count_include_pad { s.kh * s.kw } else { rows.len() * columns.len() }) as f32
}

/// Corners of four windows whose first pixel is at `place` of a plane: top left, top right, bottom
/// left, bottom right.
///
/// # Safety
/// The plane has eight columns from `place`, and so has the next row.
#[inline(always)]
pub(super) unsafe fn corners(x: &[f32], w: usize, place: usize) -> [V; 4] {
    // SAFETY: the caller's.
    unsafe {
        let (top, bottom) = (x.as_ptr().add(place), x.as_ptr().add(place + w));
        let (a, b) = (V::load(top), V::load(top.add(4)));
        let (c, d) = (V::load(bottom), V::load(bottom.add(4)));
        [a.even(b), a.odd(b), c.even(d), c.odd(d)]
    }
}

#[inline(always)]
pub(super) fn largest([a, b, c, d]: [V; 4]) -> V {
    a.max(b).max(c).max(d)
}

/// dy at the first of the largest corners, 0 at the others.
#[inline(always)]
pub(super) fn to_largest(corners: [V; 4], dy: V) -> [V; 4] {
    let max = largest(corners);
    let [first, second, third, _] = corners.map(|corner| corner.eq(max));
    let (two, three) = (first.or(second), first.or(second).or(third));
    [dy.and(first), dy.and(second).and_not(first), dy.and(third).and_not(two), dy.and_not(three)]
}

/// `f` of the corners of each 2x2 window.
///
/// # Safety
/// x and y are planes of a shape that is [`halves`].
#[inline(always)]
pub(super) unsafe fn forward_halves(s: &ConvShape, x: &[f32], y: &mut [f32], f: impl Fn([V; 4]) -> V) {
    let ow = s.ow();
    for row in 0..s.oh() {
        for column in tiles(ow, 4) {
            // SAFETY: column + 4 <= ow.
            unsafe {
                let corners = corners(x, s.w, 2 * (row * s.w + column));
                f(corners).store(y.as_mut_ptr().add(row * ow + column));
            }
        }
    }
}

/// dx at the corners of each 2x2 window: `f` of the place of the first and of dy.
///
/// # Safety
/// dy and dx are planes of a shape that is [`halves`].
#[inline(always)]
pub(super) unsafe fn backward_halves(
    s: &ConvShape,
    dy: &[f32],
    dx: &mut [f32],
    f: impl Fn(usize, V) -> [V; 4],
) {
    let (oh, ow) = (s.oh(), s.ow());
    for row in 0..oh {
        for column in tiles(ow, 4) {
            let place = 2 * (row * s.w + column);
            // SAFETY: column + 4 <= ow.
            unsafe {
                let [a, b, c, d] = f(place, V::load(dy.as_ptr().add(row * ow + column)));
                let (top, bottom) = (dx.as_mut_ptr().add(place), dx.as_mut_ptr().add(place + s.w));
                a.zip_low(b).store(top);
                a.zip_high(b).store(top.add(4));
                c.zip_low(d).store(bottom);
                c.zip_high(d).store(bottom.add(4));
            }
        }
        // An odd last row or column is in no window.
        dx[2 * row * s.w..][2 * ow..s.w].fill(0.0);
        dx[(2 * row + 1) * s.w..][2 * ow..s.w].fill(0.0);
    }
    dx[2 * oh * s.w..].fill(0.0);
}
