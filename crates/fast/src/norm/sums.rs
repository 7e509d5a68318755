//! The sums of the way back.

use std::ops::Range;

use super::part::{Part, by_four, load, store};
use super::{CHUNK, Norm, gcd, length, stretch, total};
use crate::View;
use crate::simd::V;

/// Groups whose runs are read one after the other, so that memory is read in its order.
const SIDE_BY_SIDE: usize = 16;

fn side_by_side(groups: usize) -> impl Iterator<Item = Range<usize>> {
    (0..groups).step_by(SIDE_BY_SIDE).map(move |first| first..groups.min(first + SIDE_BY_SIDE))
}

impl Norm<'_> {
    /// Σ dz and Σ dz · xhat over every group of `over`, where dz is dy before the rectifier and,
    /// with `weighted`, times the weight. Over `affine` and not weighted these are dbias and
    /// dweight; over `view` and weighted they are what [`Norm::grad_input`] needs.
    pub fn grad_sums(
        &self,
        over: View,
        weighted: bool,
        x: &[f32],
        dy: &[f32],
        sum_dz: &mut [f32],
        sum_dz_xhat: &mut [f32],
    ) {
        self.check(x, dy);
        assert_eq!(x.len(), length(over), "{over:?}");
        assert!(sum_dz.len() == over.groups && sum_dz_xhat.len() == over.groups, "{over:?}");
        let stretch = gcd(self.stretch(), stretch(over));
        let sums = Sums { norm: self, over, weighted, x, dy };
        if over.run == 1 {
            sums.per_element(stretch, sum_dz, sum_dz_xhat);
            return;
        }
        if self.each() {
            sums.of_groups::<true>(stretch, sum_dz, sum_dz_xhat);
        } else {
            sums.of_groups::<false>(stretch, sum_dz, sum_dz_xhat);
        }
    }
}

/// What [`Norm::grad_sums`] adds up.
struct Sums<'a> {
    norm: &'a Norm<'a>,
    over: View,
    weighted: bool,
    x: &'a [f32],
    dy: &'a [f32],
}

impl Sums<'_> {
    /// dz and dz · xhat.
    #[inline(always)]
    unsafe fn terms<const WHOLE: bool, const EACH: bool>(&self, part: &Part, i: usize) -> (V, V) {
        // SAFETY: the caller's.
        unsafe {
            let xhat = part.xhat::<WHOLE, EACH>(i);
            let dz = part.dz::<WHOLE, EACH>(i, xhat);
            let dz = if self.weighted { dz.mul(part.weight.at::<WHOLE, EACH>(i)) } else { dz };
            (dz, dz.mul(xhat))
        }
    }

    /// The sums of groups whose elements lie in runs.
    fn of_groups<const EACH: bool>(&self, stretch: usize, sum_dz: &mut [f32], sum_dz_xhat: &mut [f32]) {
        let View { runs, groups, run } = self.over;
        for together in side_by_side(groups) {
            let mut sums = [(0.0f64, 0.0f64); SIDE_BY_SIDE];
            for r in 0..runs {
                for (group, sums) in together.clone().zip(&mut sums) {
                    let first = (r * groups + group) * run;
                    for start in (first..first + run).step_by(stretch) {
                        for at in (0..stretch).step_by(CHUNK) {
                            let part = self.norm.part(self.x, self.dy, start + at, CHUNK.min(stretch - at));
                            let (dz, dz_xhat) = self.of_part::<EACH>(&part);
                            sums.0 += f64::from(dz);
                            sums.1 += f64::from(dz_xhat);
                        }
                    }
                }
            }
            for (group, (dz, dz_xhat)) in together.zip(sums) {
                (sum_dz[group], sum_dz_xhat[group]) = (dz as f32, dz_xhat as f32);
            }
        }
    }

    #[inline(always)]
    fn of_part<const EACH: bool>(&self, part: &Part) -> (f32, f32) {
        let (mut a, mut b) = ([V::zero(); 4], [V::zero(); 4]);
        let blocks = part.x.len() / 16 * 16;
        for start in (0..blocks).step_by(16) {
            for j in 0..4 {
                // SAFETY: start + 16 <= the length of the part.
                let (dz, dz_xhat) = unsafe { self.terms::<true, EACH>(part, start + 4 * j) };
                a[j] = a[j].add(dz);
                b[j] = b[j].add(dz_xhat);
            }
        }
        for start in (blocks..part.x.len()).step_by(4) {
            // SAFETY: without `WHOLE` any start up to the length will do.
            let (dz, dz_xhat) = unsafe { self.terms::<false, EACH>(part, start) };
            a[0] = a[0].add(dz);
            b[0] = b[0].add(dz_xhat);
        }
        (total(a), total(b))
    }

    /// The sums where every element of a run has its own.
    fn per_element(&self, stretch: usize, sum_dz: &mut [f32], sum_dz_xhat: &mut [f32]) {
        sum_dz.fill(0.0);
        sum_dz_xhat.fill(0.0);
        for start in (0..self.x.len()).step_by(stretch) {
            let part = self.norm.part(self.x, self.dy, start, stretch);
            let group = self.over.group(start);
            let (a, b) = (&mut sum_dz[group..group + stretch], &mut sum_dz_xhat[group..group + stretch]);
            by_four!(stretch, |i, WHOLE| {
                let (dz, dz_xhat) = self.terms::<WHOLE, true>(&part, i);
                store::<WHOLE>(load::<WHOLE>(a, i).add(dz), a, i);
                store::<WHOLE>(load::<WHOLE>(b, i).add(dz_xhat), b, i);
            });
        }
    }
}
