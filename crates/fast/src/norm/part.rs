//! Four elements at a time, each with its mean, its weight and its bias.

use crate::View;
use crate::activation::Rectifier;
use crate::simd::V;

/// One number for all elements of a part or, where `EACH` is set and `each` is not empty, one for
/// each of them.
#[derive(Clone, Copy)]
pub(super) struct Share<'a> {
    pub(super) all: V,
    each: &'a [f32],
}

impl<'a> Share<'a> {
    pub(super) fn new(values: &'a [f32], group: usize, view: View) -> Share<'a> {
        let each = if view.run == 1 { &values[group..] } else { &[] };
        Share { all: V::set(values[group]), each }
    }
    pub(super) fn or(values: Option<&'a [f32]>, default: f32, group: usize, view: View) -> Share<'a> {
        match values {
            Some(values) => Share::new(values, group, view),
            None => Share { all: V::set(default), each: &[] },
        }
    }
    #[inline(always)]
    pub(super) unsafe fn at<const WHOLE: bool, const EACH: bool>(self, i: usize) -> V {
        // SAFETY: the caller's.
        if EACH && !self.each.is_empty() { unsafe { load::<WHOLE>(self.each, i) } } else { self.all }
    }
}

/// Mean and rstd of a part, with the same meaning of `EACH`.
#[derive(Clone, Copy)]
pub(super) struct Stats<'a> {
    pub(super) all: (V, V),
    pairs: &'a [f32],
    eps: V,
}

impl<'a> Stats<'a> {
    pub(super) fn new(stats: &'a [f32], eps: f32, group: usize, view: View) -> Stats<'a> {
        let (mean, variance) = (stats[2 * group], stats[2 * group + 1]);
        let pairs = if view.run == 1 { &stats[2 * group..] } else { &[] };
        Stats { all: (V::set(mean), V::set(1.0 / (variance + eps).sqrt())), pairs, eps: V::set(eps) }
    }
    #[inline(always)]
    pub(super) unsafe fn at<const WHOLE: bool, const EACH: bool>(self, i: usize) -> (V, V) {
        if !EACH || self.pairs.is_empty() {
            return self.all;
        }
        let next = self.pairs.len().min(2 * i + 4);
        // SAFETY: the caller's, for there are two numbers for each element.
        let (a, b) = unsafe { (load::<WHOLE>(self.pairs, 2 * i), load::<WHOLE>(self.pairs, next)) };
        (a.even(b), V::set(1.0).div(a.odd(b).add(self.eps).sqrt()))
    }
}

/// Four numbers from `i`, or what is left of them and zeros.
///
/// # Safety
/// i + 4 <= the length where `WHOLE` is set.
#[inline(always)]
pub(super) unsafe fn load<const WHOLE: bool>(values: &[f32], i: usize) -> V {
    if WHOLE {
        debug_assert!(i + 4 <= values.len());
        // SAFETY: the caller's.
        return unsafe { V::load(values.as_ptr().add(i)) };
    }
    let mut four = [0.0; 4];
    let rest = &values[i..values.len().min(i + 4)];
    four[..rest.len()].copy_from_slice(rest);
    // SAFETY: there are four numbers.
    unsafe { V::load(four.as_ptr()) }
}

/// Stores four numbers at `i`, or as many as fit.
///
/// # Safety
/// i + 4 <= the length where `WHOLE` is set.
#[inline(always)]
pub(super) unsafe fn store<const WHOLE: bool>(v: V, values: &mut [f32], i: usize) {
    if WHOLE {
        debug_assert!(i + 4 <= values.len());
        // SAFETY: the caller's.
        return unsafe { v.store(values.as_mut_ptr().add(i)) };
    }
    let to = &mut values[i..];
    let count = to.len().min(4);
    to[..count].copy_from_slice(&v.lanes()[..count]);
}

/// Elements that share their parameters, or take them in a row. All slices reach to the end of
/// the part, so that `WHOLE` calls with i + 4 <= its length are safe.
pub(super) struct Part<'a> {
    pub(super) x: &'a [f32],
    pub(super) dy: &'a [f32],
    pub(super) stats: Stats<'a>,
    pub(super) weight: Share<'a>,
    pub(super) bias: Share<'a>,
    pub(super) rectifier: Option<Rectifier>,
}

impl Part<'_> {
    #[inline(always)]
    pub(super) unsafe fn xhat<const WHOLE: bool, const EACH: bool>(&self, i: usize) -> V {
        // SAFETY: the caller's.
        unsafe {
            let (mean, rstd) = self.stats.at::<WHOLE, EACH>(i);
            load::<WHOLE>(self.x, i).sub(mean).mul(rstd)
        }
    }
    #[inline(always)]
    pub(super) unsafe fn y<const WHOLE: bool, const EACH: bool>(&self, i: usize, xhat: V) -> V {
        // SAFETY: the caller's.
        unsafe { self.bias.at::<WHOLE, EACH>(i).mul_add(self.weight.at::<WHOLE, EACH>(i), xhat) }
    }
    /// y behind the rectifier.
    #[inline(always)]
    pub(super) fn rectified(&self, y: V) -> V {
        self.rectifier.map_or(y, |rectifier| rectifier.value(y))
    }
    /// dy before the rectifier.
    #[inline(always)]
    pub(super) unsafe fn dz<const WHOLE: bool, const EACH: bool>(&self, i: usize, xhat: V) -> V {
        // SAFETY: the caller's.
        unsafe {
            let dy = load::<WHOLE>(self.dy, i);
            match self.rectifier {
                Some(rectifier) => rectifier.back(self.y::<WHOLE, EACH>(i, xhat), dy),
                None => dy,
            }
        }
    }
}

/// The body for every four elements of 0..length, with `WHOLE` false for the rest.
macro_rules! by_four {
    ($length:expr, |$i:ident, $whole:ident| $body:block) => {{
        let length = $length;
        let whole = length / 4 * 4;
        for $i in (0..whole).step_by(4) {
            const $whole: bool = true;
            // SAFETY: i + 4 <= the length of the part.
            unsafe { $body }
        }
        if whole < length {
            const $whole: bool = false;
            let $i = whole;
            // SAFETY: without `WHOLE` any i up to the length will do.
            unsafe { $body }
        }
    }};
}
pub(super) use by_four;
