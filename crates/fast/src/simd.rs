//! Four f32 in one register: wasm simd128, x86-64 SSE2, aarch64 NEON, or a plain array.
//!
//! Every operation is one IEEE operation per lane and nothing is contracted to a fused
//! multiply-add, so a kernel written with [`V`] gives the same bits on every target.

/// Lane-wise functions of one or two registers, one row each.
macro_rules! operations {
    ($($name:ident($($arg:ident),+) $body:expr;)+) => {$(
        #[inline(always)]
        #[allow(unused_unsafe, reason = "some targets call these safe, some do not")]
        pub fn $name($($arg: Register),+) -> Register {
            // SAFETY: pure arithmetic on registers; every machine of the target has it.
            unsafe { $body }
        }
    )+};
}

#[cfg(all(target_arch = "wasm32", target_feature = "simd128"))]
mod target {
    use core::arch::wasm32::*;

    pub type Register = v128;

    #[inline(always)]
    pub fn set(a: f32) -> Register {
        f32x4_splat(a)
    }
    /// # Safety
    /// `p` is valid for reading four f32.
    #[inline(always)]
    pub unsafe fn load(p: *const f32) -> Register {
        // SAFETY: the caller's; any alignment will do.
        unsafe { v128_load(p.cast()) }
    }
    /// # Safety
    /// `p` is valid for reading one f32.
    #[inline(always)]
    pub unsafe fn splat(p: *const f32) -> Register {
        // SAFETY: the caller's.
        unsafe { v128_load32_splat(p.cast()) }
    }
    /// # Safety
    /// `p` is valid for writing four f32.
    #[inline(always)]
    pub unsafe fn store(a: Register, p: *mut f32) {
        // SAFETY: the caller's; any alignment will do.
        unsafe { v128_store(p.cast(), a) }
    }

    operations! {
        add(a, b) f32x4_add(a, b);
        sub(a, b) f32x4_sub(a, b);
        mul(a, b) f32x4_mul(a, b);
        div(a, b) f32x4_div(a, b);
        sqrt(a) f32x4_sqrt(a);
        max(a, b) f32x4_pmax(b, a);
        min(a, b) f32x4_pmin(b, a);
        gt(a, b) f32x4_gt(a, b);
        eq(a, b) f32x4_eq(a, b);
        and(a, b) v128_and(a, b);
        and_not(a, b) v128_andnot(a, b);
        or(a, b) v128_or(a, b);
        add_bits(a, b) i32x4_add(a, b);
        bits_to_exponent(a) i32x4_shl(a, 23);
        zip_low(a, b) i32x4_shuffle::<0, 4, 1, 5>(a, b);
        zip_high(a, b) i32x4_shuffle::<2, 6, 3, 7>(a, b);
        even(a, b) i32x4_shuffle::<0, 2, 4, 6>(a, b);
        odd(a, b) i32x4_shuffle::<1, 3, 5, 7>(a, b);
        low_low(a, b) i32x4_shuffle::<0, 1, 4, 5>(a, b);
        high_high(a, b) i32x4_shuffle::<2, 3, 6, 7>(a, b);
    }
}

#[cfg(target_arch = "x86_64")]
mod target {
    use core::arch::x86_64::*;

    pub type Register = __m128;

    #[inline(always)]
    pub fn set(a: f32) -> Register {
        // SAFETY: every machine of the target has it.
        unsafe { _mm_set1_ps(a) }
    }
    /// # Safety
    /// `p` is valid for reading four f32.
    #[inline(always)]
    pub unsafe fn load(p: *const f32) -> Register {
        // SAFETY: the caller's; any alignment will do.
        unsafe { _mm_loadu_ps(p) }
    }
    /// # Safety
    /// `p` is valid for reading one f32.
    #[inline(always)]
    pub unsafe fn splat(p: *const f32) -> Register {
        // SAFETY: the caller's.
        unsafe { _mm_set1_ps(*p) }
    }
    /// # Safety
    /// `p` is valid for writing four f32.
    #[inline(always)]
    pub unsafe fn store(a: Register, p: *mut f32) {
        // SAFETY: the caller's; any alignment will do.
        unsafe { _mm_storeu_ps(p, a) }
    }

    operations! {
        add(a, b) _mm_add_ps(a, b);
        sub(a, b) _mm_sub_ps(a, b);
        mul(a, b) _mm_mul_ps(a, b);
        div(a, b) _mm_div_ps(a, b);
        sqrt(a) _mm_sqrt_ps(a);
        max(a, b) _mm_max_ps(a, b);
        min(a, b) _mm_min_ps(a, b);
        gt(a, b) _mm_cmpgt_ps(a, b);
        eq(a, b) _mm_cmpeq_ps(a, b);
        and(a, b) _mm_and_ps(a, b);
        and_not(a, b) _mm_andnot_ps(b, a);
        or(a, b) _mm_or_ps(a, b);
        add_bits(a, b) _mm_castsi128_ps(_mm_add_epi32(_mm_castps_si128(a), _mm_castps_si128(b)));
        bits_to_exponent(a) _mm_castsi128_ps(_mm_slli_epi32::<23>(_mm_castps_si128(a)));
        zip_low(a, b) _mm_unpacklo_ps(a, b);
        zip_high(a, b) _mm_unpackhi_ps(a, b);
        even(a, b) _mm_shuffle_ps::<0x88>(a, b);
        odd(a, b) _mm_shuffle_ps::<0xdd>(a, b);
        low_low(a, b) _mm_movelh_ps(a, b);
        high_high(a, b) _mm_movehl_ps(b, a);
    }
}

#[cfg(target_arch = "aarch64")]
mod target {
    use core::arch::aarch64::*;

    pub type Register = float32x4_t;

    #[inline(always)]
    pub fn set(a: f32) -> Register {
        // SAFETY: every machine of the target has it.
        unsafe { vdupq_n_f32(a) }
    }
    /// # Safety
    /// `p` is valid for reading four f32.
    #[inline(always)]
    pub unsafe fn load(p: *const f32) -> Register {
        // SAFETY: the caller's.
        unsafe { vld1q_f32(p) }
    }
    /// # Safety
    /// `p` is valid for reading one f32.
    #[inline(always)]
    pub unsafe fn splat(p: *const f32) -> Register {
        // SAFETY: the caller's.
        unsafe { vld1q_dup_f32(p) }
    }
    /// # Safety
    /// `p` is valid for writing four f32.
    #[inline(always)]
    pub unsafe fn store(a: Register, p: *mut f32) {
        // SAFETY: the caller's.
        unsafe { vst1q_f32(p, a) }
    }
    #[inline(always)]
    fn bits(a: Register) -> uint32x4_t {
        // SAFETY: a change of type only.
        unsafe { vreinterpretq_u32_f32(a) }
    }
    #[inline(always)]
    fn floats(a: uint32x4_t) -> Register {
        // SAFETY: a change of type only.
        unsafe { vreinterpretq_f32_u32(a) }
    }

    operations! {
        add(a, b) vaddq_f32(a, b);
        sub(a, b) vsubq_f32(a, b);
        mul(a, b) vmulq_f32(a, b);
        div(a, b) vdivq_f32(a, b);
        sqrt(a) vsqrtq_f32(a);
        max(a, b) vbslq_f32(vcgtq_f32(a, b), a, b);
        min(a, b) vbslq_f32(vcgtq_f32(b, a), a, b);
        gt(a, b) floats(vcgtq_f32(a, b));
        eq(a, b) floats(vceqq_f32(a, b));
        and(a, b) floats(vandq_u32(bits(a), bits(b)));
        and_not(a, b) floats(vbicq_u32(bits(a), bits(b)));
        or(a, b) floats(vorrq_u32(bits(a), bits(b)));
        add_bits(a, b) floats(vaddq_u32(bits(a), bits(b)));
        bits_to_exponent(a) floats(vshlq_n_u32::<23>(bits(a)));
        zip_low(a, b) vzip1q_f32(a, b);
        zip_high(a, b) vzip2q_f32(a, b);
        even(a, b) vuzp1q_f32(a, b);
        odd(a, b) vuzp2q_f32(a, b);
        low_low(a, b) vcombine_f32(vget_low_f32(a), vget_low_f32(b));
        high_high(a, b) vcombine_f32(vget_high_f32(a), vget_high_f32(b));
    }
}

/// The same operations on an array: for other targets, and in tests beside the registers.
#[cfg(any(
    test,
    not(any(
        target_arch = "x86_64",
        target_arch = "aarch64",
        all(target_arch = "wasm32", target_feature = "simd128")
    ))
))]
#[cfg_attr(test, allow(dead_code, reason = "the tests call the operations only"))]
mod array {
    use core::array::from_fn;

    pub type Register = [f32; 4];

    #[inline(always)]
    pub fn set(a: f32) -> Register {
        [a; 4]
    }
    /// # Safety
    /// `p` is valid for reading four f32.
    #[inline(always)]
    pub unsafe fn load(p: *const f32) -> Register {
        // SAFETY: the caller's.
        unsafe { p.cast::<Register>().read_unaligned() }
    }
    /// # Safety
    /// `p` is valid for reading one f32.
    #[inline(always)]
    pub unsafe fn splat(p: *const f32) -> Register {
        // SAFETY: the caller's.
        unsafe { [*p; 4] }
    }
    /// # Safety
    /// `p` is valid for writing four f32.
    #[inline(always)]
    pub unsafe fn store(a: Register, p: *mut f32) {
        // SAFETY: the caller's.
        unsafe { p.cast::<Register>().write_unaligned(a) }
    }
    #[inline(always)]
    fn mask(on: bool) -> f32 {
        f32::from_bits(if on { u32::MAX } else { 0 })
    }
    #[inline(always)]
    fn bits(a: Register, b: Register, op: impl Fn(u32, u32) -> u32) -> Register {
        from_fn(|i| f32::from_bits(op(a[i].to_bits(), b[i].to_bits())))
    }

    operations! {
        add(a, b) from_fn(|i| a[i] + b[i]);
        sub(a, b) from_fn(|i| a[i] - b[i]);
        mul(a, b) from_fn(|i| a[i] * b[i]);
        div(a, b) from_fn(|i| a[i] / b[i]);
        sqrt(a) a.map(f32::sqrt);
        max(a, b) from_fn(|i| if a[i] > b[i] { a[i] } else { b[i] });
        min(a, b) from_fn(|i| if a[i] < b[i] { a[i] } else { b[i] });
        gt(a, b) from_fn(|i| mask(a[i] > b[i]));
        eq(a, b) from_fn(|i| mask(a[i] == b[i]));
        and(a, b) bits(a, b, |a, b| a & b);
        and_not(a, b) bits(a, b, |a, b| a & !b);
        or(a, b) bits(a, b, |a, b| a | b);
        add_bits(a, b) bits(a, b, u32::wrapping_add);
        bits_to_exponent(a) a.map(|a| f32::from_bits(a.to_bits() << 23));
        zip_low(a, b) [a[0], b[0], a[1], b[1]];
        zip_high(a, b) [a[2], b[2], a[3], b[3]];
        even(a, b) [a[0], a[2], b[0], b[2]];
        odd(a, b) [a[1], a[3], b[1], b[3]];
        low_low(a, b) [a[0], a[1], b[0], b[1]];
        high_high(a, b) [a[2], a[3], b[2], b[3]];
    }
}
#[cfg(not(any(
    target_arch = "x86_64",
    target_arch = "aarch64",
    all(target_arch = "wasm32", target_feature = "simd128")
)))]
use array as target;

/// Four f32. Comparisons give all ones or all zeros in a lane.
#[derive(Clone, Copy, Debug)]
pub struct V(target::Register);

/// Methods that hand their lanes to the target's operation of the same name.
macro_rules! methods {
    ($($(#[$doc:meta])+ $name:ident;)+) => {
        $($(#[$doc])+ #[inline(always)] pub fn $name(self, other: V) -> V { V(target::$name(self.0, other.0)) })+
    };
}

#[allow(clippy::should_implement_trait, reason = "named like the instructions they are")]
impl V {
    /// Four zeros.
    #[inline(always)]
    pub fn zero() -> V {
        V::set(0.0)
    }
    /// The same number four times.
    #[inline(always)]
    pub fn set(a: f32) -> V {
        V(target::set(a))
    }
    /// # Safety
    /// `p` is valid for reading four f32.
    #[inline(always)]
    pub unsafe fn load(p: *const f32) -> V {
        // SAFETY: the caller's.
        V(unsafe { target::load(p) })
    }
    /// The number at `p` four times.
    ///
    /// # Safety
    /// `p` is valid for reading one f32.
    #[inline(always)]
    pub unsafe fn splat(p: *const f32) -> V {
        // SAFETY: the caller's.
        V(unsafe { target::splat(p) })
    }
    /// # Safety
    /// `p` is valid for writing four f32.
    #[inline(always)]
    pub unsafe fn store(self, p: *mut f32) {
        // SAFETY: the caller's.
        unsafe { target::store(self.0, p) }
    }
    /// The lanes in order.
    #[inline(always)]
    pub fn lanes(self) -> [f32; 4] {
        let mut lanes = [0.0; 4];
        // SAFETY: four f32 may be written to `lanes`.
        unsafe { self.store(lanes.as_mut_ptr()) };
        lanes
    }

    methods! {
        /// self + other
        add;
        /// self - other
        sub;
        /// self * other
        mul;
        /// self / other
        div;
        /// `if self > other { self } else { other }`: a NaN in `other` is kept.
        max;
        /// `if self < other { self } else { other }`: a NaN in `other` is kept.
        min;
        /// Where self > other.
        gt;
        /// Where self == other.
        eq;
        /// Bits of both.
        and;
        /// Bits of self that `other` has not.
        and_not;
        /// Bits of either.
        or;
        /// Sum of the lanes as integers.
        add_bits;
        /// [s0, o0, s1, o1]
        zip_low;
        /// [s2, o2, s3, o3]
        zip_high;
        /// [s0, s2, o0, o2]
        even;
        /// [s1, s3, o1, o3]
        odd;
        /// [s0, s1, o0, o1]
        low_low;
        /// [s2, s3, o2, o3]
        high_high;
    }

    /// The bits of each lane shifted left by 23: low bits become sign and exponent.
    #[inline(always)]
    pub fn bits_to_exponent(self) -> V {
        V(target::bits_to_exponent(self.0))
    }
    /// √self
    #[inline(always)]
    pub fn sqrt(self) -> V {
        V(target::sqrt(self.0))
    }
    /// self + a * b, rounded twice.
    #[inline(always)]
    pub fn mul_add(self, a: V, b: V) -> V {
        self.add(a.mul(b))
    }
    /// `a` where the mask is set, else `b`.
    #[inline(always)]
    pub fn select(self, a: V, b: V) -> V {
        self.and(a).or(b.and_not(self))
    }
    /// |self|
    #[inline(always)]
    pub fn abs(self) -> V {
        self.and_not(V::set(-0.0))
    }
    /// max(self, 0). A NaN stays one: a run that diverges must not look healthy.
    #[inline(always)]
    pub fn relu(self) -> V {
        V::zero().max(self)
    }
    /// ((l0 + l1) + l2) + l3
    #[inline(always)]
    pub fn sum(self) -> f32 {
        let [a, b, c, d] = self.lanes();
        a + b + c + d
    }
}

/// The 4x4 transpose of four rows.
#[inline(always)]
pub fn transpose(rows: [V; 4]) -> [V; 4] {
    let [a, b, c, d] = rows;
    let (ab, cd) = (a.zip_low(b), c.zip_low(d));
    let (ab_high, cd_high) = (a.zip_high(b), c.zip_high(d));
    [ab.low_low(cd), ab.high_high(cd), ab_high.low_low(cd_high), ab_high.high_high(cd_high)]
}

#[cfg(test)]
mod tests {
    use super::*;

    const NUMBERS: [f32; 12] = [
        0.0,
        -0.0,
        1.5,
        -2.25,
        1e-40,
        f32::INFINITY,
        f32::NEG_INFINITY,
        f32::NAN,
        3.0e38,
        -7.0,
        0.1,
        12_582_913.0,
    ];

    fn quads() -> impl Iterator<Item = [f32; 4]> {
        (0..NUMBERS.len()).map(|i| std::array::from_fn(|j| NUMBERS[(i + 5 * j) % NUMBERS.len()]))
    }

    /// Equal bits; which NaN it is may differ.
    fn same(a: [f32; 4], b: [f32; 4]) -> bool {
        a.iter().zip(&b).all(|(a, b)| a.to_bits() == b.to_bits() || a.is_nan() && b.is_nan())
    }

    #[test]
    fn registers_do_what_the_array_does() {
        for a in quads() {
            for b in quads() {
                // SAFETY: both arrays hold four f32.
                let (va, vb) = unsafe { (V::load(a.as_ptr()), V::load(b.as_ptr())) };
                macro_rules! check {
                    ($($name:ident)+) => {$(
                        let (got, want) = (va.$name(vb).lanes(), array::$name(a, b));
                        assert!(same(got, want), "{}({a:?}, {b:?}): {got:?}, not {want:?}", stringify!($name));
                    )+};
                }
                check!(add sub mul div max min gt eq and and_not or add_bits zip_low zip_high even odd low_low high_high);
            }
            // SAFETY: `a` holds four f32.
            let va = unsafe { V::load(a.as_ptr()) };
            assert!(same(va.bits_to_exponent().lanes(), array::bits_to_exponent(a)));
            assert!(same(va.sqrt().lanes(), array::sqrt(a)));
            assert!(same(va.abs().lanes(), a.map(f32::abs)));
        }
    }

    #[test]
    fn transposing_swaps_rows_and_columns() {
        let rows = [0.0, 4.0, 8.0, 12.0].map(|r| {
            let row = [r, r + 1.0, r + 2.0, r + 3.0];
            // SAFETY: `row` holds four f32.
            unsafe { V::load(row.as_ptr()) }
        });
        let columns = transpose(rows).map(V::lanes);
        for i in 0..4 {
            for j in 0..4 {
                assert_eq!(columns[i][j], (4 * j + i) as f32);
            }
        }
    }
}
