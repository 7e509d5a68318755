//! Normalisation: one view gives batch, layer, instance and group norm.

use super::activation::Rectifier;
use super::elementwise::sum;
use crate::View;
use crate::simd::V;

/// Elements summed in f32; partial sums of more are added in f64.
const CHUNK: usize = 1024;

/// Elements in a row that belong to one group, or to groups in a row.
fn stretch(view: View) -> usize {
    if view.run == 1 { view.groups } else { view.run }
}

fn length(view: View) -> usize {
    view.count() * view.groups
}

/// Mean and biased variance of every group of x, as pairs `[groups, 2]`.
pub fn moments(view: View, x: &[f32], stats: &mut [f32]) {
    assert_eq!(x.len(), length(view), "{view:?}");
    assert_eq!(stats.len(), 2 * view.groups, "{view:?}");
    let mut buffer = [0.0; CHUNK];
    for group in 0..view.groups {
        let mut all = Moments::default();
        let runs = (0..view.runs).map(|run| &x[(run * view.groups + group) * view.run..][..view.run]);
        if view.run >= 64 {
            for run in runs {
                run.chunks(CHUNK).for_each(|chunk| all.take(chunk));
            }
        } else {
            // Short runs are put together first.
            let mut filled = 0;
            for run in runs {
                if filled + view.run > CHUNK {
                    all.take(&buffer[..filled]);
                    filled = 0;
                }
                buffer[filled..filled + view.run].copy_from_slice(run);
                filled += view.run;
            }
            all.take(&buffer[..filled]);
        }
        let shift = all.sum / all.count;
        stats[2 * group] = (f64::from(all.center) + shift) as f32;
        stats[2 * group + 1] = (all.squares / all.count - shift * shift).max(0.0) as f32;
    }
}

/// Count, sum and sum of squares of the deviations from the mean of the first numbers: a large
/// mean costs no digits of the variance.
#[derive(Default)]
struct Moments {
    center: f32,
    count: f64,
    sum: f64,
    squares: f64,
}

impl Moments {
    fn take(&mut self, chunk: &[f32]) {
        if self.count == 0.0 {
            self.center = sum(chunk) / chunk.len() as f32;
        }
        let center = V::set(self.center);
        let (mut sums, mut squares) = ([V::zero(); 4], [V::zero(); 4]);
        let (blocks, rest) = chunk.as_chunks::<16>();
        for block in blocks {
            for j in 0..4 {
                // SAFETY: a block has sixteen numbers.
                let d = unsafe { V::load(block.as_ptr().add(4 * j)) }.sub(center);
                sums[j] = sums[j].add(d);
                squares[j] = squares[j].mul_add(d, d);
            }
        }
        let (mut sum, mut square) = (total(sums), total(squares));
        for x in rest {
            let d = x - self.center;
            sum += d;
            square += d * d;
        }
        self.count += chunk.len() as f64;
        self.sum += f64::from(sum);
        self.squares += f64::from(square);
    }
}

/// y = weight · xhat + bias with xhat = (x - mean) / √(variance + eps), and what a rectifier
/// makes of it.
#[derive(Clone, Copy, Debug)]
pub struct Norm<'a> {
    /// Who shares a mean.
    pub view: View,
    /// Who shares a weight and a bias.
    pub affine: View,
    /// Mean and variance of each group of `view`, as pairs.
    pub stats: &'a [f32],
    /// Added to the variance.
    pub eps: f32,
    /// 1 where absent.
    pub weight: Option<&'a [f32]>,
    /// 0 where absent.
    pub bias: Option<&'a [f32]>,
    /// The rectifier that follows.
    pub rectifier: Option<Rectifier>,
}

/// One number for all elements of a part or, where `EACH` is set and `each` is not empty, one for
/// each of them.
#[derive(Clone, Copy)]
struct Share<'a> {
    all: V,
    each: &'a [f32],
}

impl<'a> Share<'a> {
    fn new(values: &'a [f32], group: usize, view: View) -> Share<'a> {
        let each = if view.run == 1 { &values[group..] } else { &[] };
        Share { all: V::set(values[group]), each }
    }
    fn or(values: Option<&'a [f32]>, default: f32, group: usize, view: View) -> Share<'a> {
        match values {
            Some(values) => Share::new(values, group, view),
            None => Share { all: V::set(default), each: &[] },
        }
    }
    #[inline(always)]
    unsafe fn at<const WHOLE: bool, const EACH: bool>(self, i: usize) -> V {
        // SAFETY: the caller's.
        if EACH && !self.each.is_empty() { unsafe { load::<WHOLE>(self.each, i) } } else { self.all }
    }
}

/// Mean and rstd of a part, with the same meaning of `EACH`.
#[derive(Clone, Copy)]
struct Stats<'a> {
    all: (V, V),
    pairs: &'a [f32],
    eps: V,
}

impl<'a> Stats<'a> {
    fn new(stats: &'a [f32], eps: f32, group: usize, view: View) -> Stats<'a> {
        let (mean, variance) = (stats[2 * group], stats[2 * group + 1]);
        let pairs = if view.run == 1 { &stats[2 * group..] } else { &[] };
        Stats { all: (V::set(mean), V::set(1.0 / (variance + eps).sqrt())), pairs, eps: V::set(eps) }
    }
    #[inline(always)]
    unsafe fn at<const WHOLE: bool, const EACH: bool>(self, i: usize) -> (V, V) {
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
unsafe fn load<const WHOLE: bool>(values: &[f32], i: usize) -> V {
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
unsafe fn store<const WHOLE: bool>(v: V, values: &mut [f32], i: usize) {
    if WHOLE {
        debug_assert!(i + 4 <= values.len());
        // SAFETY: the caller's.
        return unsafe { v.store(values.as_mut_ptr().add(i)) };
    }
    let to = &mut values[i..];
    let count = to.len().min(4);
    to[..count].copy_from_slice(&v.lanes()[..count]);
}

/// ((0 + 1) + (2 + 3)) of the vectors, then their lanes.
fn total([a, b, c, d]: [V; 4]) -> f32 {
    a.add(b).add(c.add(d)).sum()
}

/// Elements that share their parameters, or take them in a row. All slices reach to the end of
/// the part, so that `WHOLE` calls with i + 4 <= its length are safe.
struct Part<'a> {
    x: &'a [f32],
    dy: &'a [f32],
    stats: Stats<'a>,
    weight: Share<'a>,
    bias: Share<'a>,
    rectifier: Option<Rectifier>,
}

impl Part<'_> {
    #[inline(always)]
    unsafe fn xhat<const WHOLE: bool, const EACH: bool>(&self, i: usize) -> V {
        // SAFETY: the caller's.
        unsafe {
            let (mean, rstd) = self.stats.at::<WHOLE, EACH>(i);
            load::<WHOLE>(self.x, i).sub(mean).mul(rstd)
        }
    }
    #[inline(always)]
    unsafe fn y<const WHOLE: bool, const EACH: bool>(&self, i: usize, xhat: V) -> V {
        // SAFETY: the caller's.
        unsafe { self.bias.at::<WHOLE, EACH>(i).mul_add(self.weight.at::<WHOLE, EACH>(i), xhat) }
    }
    /// y behind the rectifier.
    #[inline(always)]
    fn rectified(&self, y: V) -> V {
        self.rectifier.map_or(y, |rectifier| rectifier.value(y))
    }
    /// dy before the rectifier.
    #[inline(always)]
    unsafe fn dz<const WHOLE: bool, const EACH: bool>(&self, i: usize, xhat: V) -> V {
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

impl Norm<'_> {
    fn check(&self, x: &[f32], y: &[f32]) {
        assert_eq!(x.len(), length(self.view), "{:?}", self.view);
        assert_eq!(x.len(), length(self.affine), "{:?}", self.affine);
        assert_eq!(x.len(), y.len());
        assert_eq!(self.stats.len(), 2 * self.view.groups);
        for values in [self.weight, self.bias].into_iter().flatten() {
            assert_eq!(values.len(), self.affine.groups);
        }
    }

    /// Whether some parameter differs from element to element.
    fn each(&self) -> bool {
        self.view.run == 1 || self.affine.run == 1
    }

    /// Length of parts that no group's end divides.
    fn stretch(&self) -> usize {
        gcd(stretch(self.view), stretch(self.affine))
    }

    fn part<'a>(&'a self, x: &'a [f32], dy: &'a [f32], start: usize, length: usize) -> Part<'a> {
        let affine = self.affine.group(start);
        Part {
            x: &x[start..start + length],
            dy: &dy[start..start + length],
            stats: Stats::new(self.stats, self.eps, self.view.group(start), self.view),
            weight: Share::or(self.weight, 1.0, affine, self.affine),
            bias: Share::or(self.bias, 0.0, affine, self.affine),
            rectifier: self.rectifier,
        }
    }

    /// What becomes of the elements of a map that starts at `start`, before the rectifier. A map
    /// has one mean and one weight.
    pub(super) fn of_plane(&self, start: usize) -> impl Fn(V) -> V + Copy {
        let affine = self.affine.group(start);
        let (mean, rstd) = Stats::new(self.stats, self.eps, self.view.group(start), self.view).all;
        let weight = Share::or(self.weight, 1.0, affine, self.affine).all;
        let bias = Share::or(self.bias, 0.0, affine, self.affine).all;
        move |x| bias.mul_add(weight, x.sub(mean).mul(rstd))
    }

    /// y from x.
    pub fn forward(&self, x: &[f32], y: &mut [f32]) {
        self.check(x, y);
        if self.each() { self.forward_as::<true>(x, None, y) } else { self.forward_as::<false>(x, None, y) }
    }

    /// y from x, where `other` is added before the rectifier: the end of a residual block.
    pub fn forward_add(&self, x: &[f32], other: &[f32], y: &mut [f32]) {
        self.check(x, y);
        assert_eq!(x.len(), other.len());
        let other = Some(other);
        if self.each() { self.forward_as::<true>(x, other, y) } else { self.forward_as::<false>(x, other, y) }
    }

    fn forward_as<const EACH: bool>(&self, x: &[f32], other: Option<&[f32]>, y: &mut [f32]) {
        let stretch = self.stretch();
        for (k, y) in y.chunks_exact_mut(stretch).enumerate() {
            let part = self.part(x, x, k * stretch, stretch);
            if let Some(other) = other {
                let other = &other[k * stretch..][..stretch];
                by_four!(stretch, |i, WHOLE| {
                    let v = part.y::<WHOLE, EACH>(i, part.xhat::<WHOLE, EACH>(i));
                    store::<WHOLE>(part.rectified(v.add(load::<WHOLE>(other, i))), y, i);
                });
            } else {
                by_four!(stretch, |i, WHOLE| {
                    let v = part.y::<WHOLE, EACH>(i, part.xhat::<WHOLE, EACH>(i));
                    store::<WHOLE>(part.rectified(v), y, i);
                });
            }
        }
    }

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
        for group in 0..over.groups {
            (sum_dz[group], sum_dz_xhat[group]) = if self.each() {
                sums.of_group::<true>(group, stretch)
            } else {
                sums.of_group::<false>(group, stretch)
            };
        }
    }

    /// dx from the weighted sums over `view`.
    pub fn grad_input(&self, x: &[f32], dy: &[f32], sum_dz: &[f32], sum_dz_xhat: &[f32], dx: &mut [f32]) {
        self.check(x, dy);
        assert_eq!(x.len(), dx.len());
        assert!(sum_dz.len() == self.view.groups && sum_dz_xhat.len() == self.view.groups);
        if self.each() {
            self.grad_input_as::<true>(x, dy, [sum_dz, sum_dz_xhat], dx);
        } else {
            self.grad_input_as::<false>(x, dy, [sum_dz, sum_dz_xhat], dx);
        }
    }

    fn grad_input_as<const EACH: bool>(&self, x: &[f32], dy: &[f32], sums: [&[f32]; 2], dx: &mut [f32]) {
        let share = V::set(1.0 / self.view.count() as f32);
        let stretch = self.stretch();
        for (k, dx) in dx.chunks_exact_mut(stretch).enumerate() {
            let start = k * stretch;
            let part = self.part(x, dy, start, stretch);
            let [sum, sum_xhat] = sums.map(|sums| Share::new(sums, self.view.group(start), self.view));
            by_four!(stretch, |i, WHOLE| {
                let xhat = part.xhat::<WHOLE, EACH>(i);
                let g = part.dz::<WHOLE, EACH>(i, xhat).mul(part.weight.at::<WHOLE, EACH>(i));
                let common = sum.at::<WHOLE, EACH>(i).mul_add(xhat, sum_xhat.at::<WHOLE, EACH>(i));
                let (_, rstd) = part.stats.at::<WHOLE, EACH>(i);
                store::<WHOLE>(g.sub(common.mul(share)).mul(rstd), dx, i);
            });
        }
    }

    /// dx from the sums over `view`, which is also `affine`, without the weight: dbias and dweight.
    pub fn grad_input_shared(&self, x: &[f32], dy: &[f32], dbias: &[f32], dweight: &[f32], dx: &mut [f32]) {
        self.check(x, dy);
        assert_eq!(x.len(), dx.len());
        assert_eq!(self.view, self.affine, "who shares a mean shares a weight");
        assert!(dbias.len() == self.view.groups && dweight.len() == self.view.groups);
        if self.each() {
            self.grad_input_shared_as::<true>(x, dy, [dbias, dweight], dx);
        } else {
            self.grad_input_shared_as::<false>(x, dy, [dbias, dweight], dx);
        }
    }

    fn grad_input_shared_as<const EACH: bool>(
        &self,
        x: &[f32],
        dy: &[f32],
        sums: [&[f32]; 2],
        dx: &mut [f32],
    ) {
        let share = V::set(1.0 / self.view.count() as f32);
        let stretch = self.stretch();
        for (k, dx) in dx.chunks_exact_mut(stretch).enumerate() {
            let start = k * stretch;
            let part = self.part(x, dy, start, stretch);
            let [sum, sum_xhat] = sums.map(|sums| Share::new(sums, self.view.group(start), self.view));
            by_four!(stretch, |i, WHOLE| {
                let xhat = part.xhat::<WHOLE, EACH>(i);
                let common = sum.at::<WHOLE, EACH>(i).mul_add(xhat, sum_xhat.at::<WHOLE, EACH>(i));
                let own = part.dz::<WHOLE, EACH>(i, xhat).sub(common.mul(share));
                let (_, rstd) = part.stats.at::<WHOLE, EACH>(i);
                store::<WHOLE>(own.mul(part.weight.at::<WHOLE, EACH>(i).mul(rstd)), dx, i);
            });
        }
    }

    /// dx = dy · weight · rstd, where the statistics do not depend on x. No rectifier.
    pub fn grad_scale(&self, dy: &[f32], dx: &mut [f32]) {
        self.check(dy, dx);
        assert!(self.rectifier.is_none(), "the mask of a rectifier needs x");
        if self.each() { self.grad_scale_as::<true>(dy, dx) } else { self.grad_scale_as::<false>(dy, dx) }
    }

    fn grad_scale_as<const EACH: bool>(&self, dy: &[f32], dx: &mut [f32]) {
        let stretch = self.stretch();
        for (k, dx) in dx.chunks_exact_mut(stretch).enumerate() {
            let part = self.part(dy, dy, k * stretch, stretch);
            by_four!(stretch, |i, WHOLE| {
                let (_, rstd) = part.stats.at::<WHOLE, EACH>(i);
                let d = load::<WHOLE>(part.dy, i).mul(part.weight.at::<WHOLE, EACH>(i));
                store::<WHOLE>(d.mul(rstd), dx, i);
            });
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

    /// The sums of a group whose elements lie in runs.
    fn of_group<const EACH: bool>(&self, group: usize, stretch: usize) -> (f32, f32) {
        let View { runs, groups, run } = self.over;
        let mut sums = (0.0f64, 0.0f64);
        for r in 0..runs {
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
        (sums.0 as f32, sums.1 as f32)
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

fn gcd(a: usize, b: usize) -> usize {
    if b == 0 { a } else { gcd(b, a % b) }
}
