//! Pooling and its gradient together with the rectifier before the pool, and with the normalisation
//! before that: what lies between is computed again in registers and never stored.

use super::activation::{Rectifier, map};
use super::norm::Norm;
use super::pool::{average_pool_backward, backward_halves, corners, forward_halves, halves, largest};
use super::pool::{max_pool_backward, max_pool_forward, to_largest};
use super::{ConvShape, Scratch};
use crate::simd::V;

/// A max pool behind a rectifier.
#[derive(Clone, Copy, Debug)]
pub struct RectifiedPool<'a> {
    /// The windows.
    pub shape: ConvShape,
    /// The rectifier.
    pub rectifier: Rectifier,
    /// The normalisation before the rectifier; its own rectifier does not count, and each map has
    /// one mean and one weight.
    pub norm: Option<Norm<'a>>,
}

impl RectifiedPool<'_> {
    /// y = the largest of each window of f(x). x `[n, c, h, w]`, y `[n, c, oh, ow]`.
    pub fn forward(&self, x: &[f32], y: &mut [f32], scratch: &mut Scratch) {
        match self.rectifier {
            Rectifier::Relu => self.forward_as(x, y, scratch, |v| Rectifier::Relu.value(v)),
            Rectifier::Leaky { slope } => {
                self.forward_as(x, y, scratch, |v| Rectifier::Leaky { slope }.value(v));
            }
        }
    }

    /// dx: each dy, times f′, goes to the first largest of its window. dy `[n, c, oh, ow]`, dx as x.
    pub fn backward(&self, x: &[f32], dy: &[f32], dx: &mut [f32], scratch: &mut Scratch) {
        match self.rectifier {
            Rectifier::Relu => {
                let back = |y, dy| Rectifier::Relu.back(y, dy);
                self.backward_as(x, dy, dx, scratch, |v| Rectifier::Relu.value(v), back);
            }
            Rectifier::Leaky { slope } => {
                let back = |y, dy| Rectifier::Leaky { slope }.back(y, dy);
                self.backward_as(x, dy, dx, scratch, |v| Rectifier::Leaky { slope }.value(v), back);
            }
        }
    }

    fn forward_as(&self, x: &[f32], y: &mut [f32], scratch: &mut Scratch, f: impl Fn(V) -> V + Copy) {
        let plane = self.plane(x, y);
        let [between] = scratch.split([plane.x_len()]);
        let planes = x.chunks_exact(plane.x_len()).zip(y.chunks_exact_mut(plane.y_len()));
        for (k, (x, y)) in planes.enumerate() {
            match self.norm.as_ref().map(|norm| norm.of_plane(k * plane.x_len())) {
                Some(norm) => forward_plane(&plane, x, y, between, |v| f(norm(v))),
                None => forward_plane(&plane, x, y, between, f),
            }
        }
    }

    fn backward_as(
        &self,
        x: &[f32],
        dy: &[f32],
        dx: &mut [f32],
        scratch: &mut Scratch,
        f: impl Fn(V) -> V + Copy,
        back: impl Fn(V, V) -> V + Copy,
    ) {
        let plane = self.plane(x, dy);
        assert_eq!(x.len(), dx.len(), "{self:?}");
        let [between] = scratch.split([plane.x_len()]);
        let planes = x.chunks_exact(plane.x_len()).zip(dy.chunks_exact(plane.y_len()));
        for (k, ((x, dy), dx)) in planes.zip(dx.chunks_exact_mut(plane.x_len())).enumerate() {
            match self.norm.as_ref().map(|norm| norm.of_plane(k * plane.x_len())) {
                Some(norm) => backward_plane(&plane, (x, dy, dx), between, |v| f(norm(v)), back),
                None => backward_plane(&plane, (x, dy, dx), between, f, back),
            }
        }
    }

    /// The shape of one map.
    fn plane(&self, x: &[f32], y: &[f32]) -> ConvShape {
        let shape = &self.shape;
        assert_eq!(shape.ic, shape.oc, "{self:?}");
        assert!(x.len() == shape.x_len() && y.len() == shape.y_len(), "{self:?}");
        ConvShape { n: 1, ic: 1, oc: 1, ..*shape }
    }
}

#[inline(always)]
fn forward_plane(
    plane: &ConvShape,
    x: &[f32],
    y: &mut [f32],
    between: &mut [f32],
    f: impl Fn(V) -> V + Copy,
) {
    if halves(plane) {
        // SAFETY: x and y are planes of the shape.
        unsafe { forward_halves(plane, x, y, |corners| largest(corners.map(f))) };
    } else {
        map(x, between, f);
        max_pool_forward(plane, between, y);
    }
}

#[inline(always)]
fn backward_plane(
    plane: &ConvShape,
    (x, dy, dx): (&[f32], &[f32], &mut [f32]),
    between: &mut [f32],
    f: impl Fn(V) -> V + Copy,
    back: impl Fn(V, V) -> V + Copy,
) {
    if halves(plane) {
        let gradient = |place, dy| {
            // SAFETY: the places are those of windows in the plane.
            let corners = unsafe { corners(x, plane.w, place) }.map(f);
            to_largest(corners, back(largest(corners), dy))
        };
        // SAFETY: dy and dx are planes of the shape.
        unsafe { backward_halves(plane, dy, dx, gradient) };
    } else {
        map(x, between, f);
        max_pool_backward(plane, between, dy, dx);
        in_place(dx, between, back);
    }
}

/// dx = f′(y) · the gradient of an average pool: y is what the rectifier made, `[n, c, h, w]` as dx;
/// dy `[n, c, oh, ow]`.
pub fn rectified_average_backward(
    s: &ConvShape,
    count_include_pad: bool,
    rectifier: Rectifier,
    dy: &[f32],
    y: &[f32],
    dx: &mut [f32],
) {
    assert_eq!(y.len(), dx.len(), "{s:?}");
    let plane = ConvShape { n: 1, ic: 1, oc: 1, ..*s };
    let planes = dy.chunks_exact(plane.y_len()).zip(y.chunks_exact(plane.x_len()));
    for ((dy, y), dx) in planes.zip(dx.chunks_exact_mut(plane.x_len())) {
        average_pool_backward(&plane, count_include_pad, dy, dx);
        in_place(dx, y, |y, d| rectifier.back(y, d));
    }
}

/// d = back(y, d).
#[inline(always)]
fn in_place(d: &mut [f32], y: &[f32], back: impl Fn(V, V) -> V) {
    let (blocks, rest) = d.as_chunks_mut::<4>();
    let (of_blocks, of_rest) = y.as_chunks::<4>();
    for (d, y) in blocks.iter_mut().zip(of_blocks) {
        // SAFETY: both have four numbers.
        unsafe { back(V::load(y.as_ptr()), V::load(d.as_ptr())).store(d.as_mut_ptr()) };
    }
    for (d, y) in rest.iter_mut().zip(of_rest) {
        *d = back(V::set(*y), V::set(*d)).lanes()[0];
    }
}
