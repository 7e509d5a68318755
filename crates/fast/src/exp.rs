//! The exponential function, the same bits on every machine.

use crate::simd::V;

/// e^x to 2 ulp for -87 <= x <= 88, and beyond the value at the nearer end: never 0, never
/// infinity. NaN for NaN.
#[inline(always)]
pub fn exp(x: V) -> V {
    /// Adding it rounds to an integer n and leaves n in the low bits: 1.5 · 2^23.
    const ROUND: f32 = 12_582_912.0;
    /// ln 2 in two parts; n times the first is exact.
    const LN2: [f32; 2] = [0.693_359_4, -2.121_944_4e-4];
    /// (e^r - 1 - r) / r² on |r| <= ln 2 / 2, a Chebyshev fit with error 1.4e-9.
    const FIT: [f32; 6] = [1.989_099_1e-4, 1.393_365e-3, 8.333_311e-3, 4.166_646_5e-2, 0.166_666_67, 0.5];

    let x = V::set(88.0).min(V::set(-87.0).max(x));
    let bits = x.mul(V::set(std::f32::consts::LOG2_E)).add(V::set(ROUND));
    let n = bits.sub(V::set(ROUND));
    let r = x.sub(n.mul(V::set(LN2[0]))).sub(n.mul(V::set(LN2[1])));
    let p = V::set(1.0).add(r.mul_add(polynomial(&FIT, r), r.mul(r)));
    // The bits of 1.0 are the exponent's offset.
    p.mul(bits.bits_to_exponent().add_bits(V::set(1.0)))
}

/// The polynomial with these coefficients, that of the highest power first. Even and odd powers
/// are separate sums: two short chains of operations take half the time of a long one.
#[inline(always)]
pub(super) fn polynomial<const N: usize>(coefficients: &[f32; N], x: V) -> V {
    let square = x.mul(x);
    let mut sums = [V::zero(); 2];
    for (i, c) in coefficients.iter().enumerate() {
        let sum = &mut sums[(N - 1 - i) % 2];
        *sum = if i < 2 { V::set(*c) } else { V::set(*c).mul_add(*sum, square) };
    }
    sums[0].mul_add(sums[1], x)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn one(x: f32) -> f32 {
        exp(V::set(x)).lanes()[0]
    }

    #[test]
    fn within_two_ulp() {
        let mut worst = 0.0f64;
        for i in -87_000..88_000 {
            let x = i as f32 * 1e-3 + 1.7e-5;
            let want = libm::exp(f64::from(x));
            let ulp = f64::from(f32::from_bits((want as f32).to_bits() + 1)) - f64::from(want as f32);
            worst = worst.max((f64::from(one(x)) - want).abs() / ulp);
        }
        assert!(worst <= 2.0, "{worst} ulp");
    }

    #[test]
    fn ends_well() {
        assert_eq!(one(0.0), 1.0);
        assert_eq!(one(-0.0), 1.0);
        for x in [88.0, 89.0, 1e30, f32::INFINITY] {
            assert_eq!(one(x), one(88.0));
            assert!(one(x) > 1.6e38 && one(x).is_finite());
        }
        for x in [-87.0, -88.0, -1e30, f32::NEG_INFINITY] {
            assert_eq!(one(x), one(-87.0));
            assert!(one(x) < 1.7e-38 && one(x).is_normal());
        }
        assert!(one(f32::NAN).is_nan());
    }
}
