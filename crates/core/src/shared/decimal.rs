//! Decimal numbers to the nearest floating-point number, as `str::parse` does it, to the last bit.
//! Its tables of powers would be the larger part of what a reader downloads for it; here whole
//! numbers of any length are divided instead, which is fast enough for settings.

use std::cmp::Ordering;

/// Digits that can matter, and more: of those behind them it matters only whether there is one but 0.
const MOST: usize = 800;

/// The nearest `f64`; nothing where the word is no number.
pub fn to_f64(word: &str) -> Option<f64> {
    nearest(word, 53, -1074)
}

/// The nearest `f32`; nothing where the word is no number.
pub fn to_f32(word: &str) -> Option<f32> {
    nearest(word, 24, -149).map(|number| number as f32)
}

/// The nearest number of so many binary digits, the last of them worth 2^`least` or more.
fn nearest(word: &str, digits: i32, least: i32) -> Option<f64> {
    let positive = word.strip_prefix('-');
    let word = positive.or(word.strip_prefix('+')).unwrap_or(word);
    let size = if ["inf", "infinity"].iter().any(|name| word.eq_ignore_ascii_case(name)) {
        f64::INFINITY
    } else if word.eq_ignore_ascii_case("nan") {
        f64::NAN
    } else {
        let (whole, power) = read(word)?;
        round(&whole, power, digits, least)
    };
    Some(if positive.is_some() { -size } else { size })
}

/// Significant digits and the power of ten of the last one.
fn read(word: &str) -> Option<(Vec<u8>, i32)> {
    let (number, power) = match word.split_once(['e', 'E']) {
        Some((number, power)) => (number, exponent(power)?),
        None => (word, 0),
    };
    let (whole, part) = number.split_once('.').unwrap_or((number, ""));
    let all = [whole, part].concat().into_bytes();
    if all.is_empty() || !all.iter().all(u8::is_ascii_digit) {
        return None;
    }
    let last = all.iter().rposition(|&digit| digit != b'0').map_or(0, |last| last + 1);
    let zeros = (all.len() - last) as i32;
    let digits = all[..last].iter().copied().skip_while(|&digit| digit == b'0').collect();
    Some((digits, power.saturating_add(zeros).saturating_sub(part.len() as i32)))
}

/// A power of ten; how far it lies outside what numbers reach does not matter.
fn exponent(word: &str) -> Option<i32> {
    let digits = word.strip_prefix(['-', '+']).unwrap_or(word);
    if digits.is_empty() || !digits.bytes().all(|digit| digit.is_ascii_digit()) {
        return None;
    }
    let size = digits.bytes().fold(0, |size: i32, digit| (10 * size + i32::from(digit - b'0')).min(1 << 24));
    Some(if word.starts_with('-') { -size } else { size })
}

/// The nearest number to `digits`·10^`power`; of two as near the even one.
fn round(digits: &[u8], power: i32, precision: i32, least: i32) -> f64 {
    let point = power.saturating_add(digits.len() as i32);
    if digits.len() > MOST {
        let digits = [&digits[..MOST - 1], b"1"].concat();
        return round(&digits, point - digits.len() as i32, precision, least);
    }
    if digits.is_empty() || point < -400 {
        return 0.0;
    }
    if point > 400 {
        return f64::INFINITY;
    }
    let (mut over, mut under) = (Whole::default(), Whole::one());
    for digit in digits {
        over.times_plus(10, u32::from(digit - b'0'));
    }
    for _ in 0..power.unsigned_abs() {
        if power > 0 { &mut over } else { &mut under }.times_plus(10, 0);
    }
    // 1/2 < over/under·2^-shift < 2
    let shift = over.length() - under.length();
    if shift < 0 { &mut over } else { &mut under }.shift(shift.unsigned_abs());
    // Two digits more than are kept: the number is quotient·2^unit and what is left over.
    let count = (precision + 3).min(shift - least + 3);
    let unit = shift + 1 - count;
    let mut quotient: u64 = 0;
    for _ in 0..count {
        quotient <<= 1;
        if over.compare(&under) != Ordering::Less {
            over.less(&under);
            quotient |= 1;
        }
        over.shift(1);
    }
    let length = 64 - quotient.leading_zeros() as i32;
    let extra = (length - precision).max(least - unit);
    if quotient == 0 || extra > 63 {
        return 0.0;
    }
    let (kept, cut, half) = (quotient >> extra, quotient & ((1 << extra) - 1), 1 << (extra - 1));
    let up = match cut.cmp(&half) {
        Ordering::Equal if over.is_zero() => kept & 1,
        Ordering::Less => 0,
        _ => 1,
    };
    (kept + up) as f64 * power_of_two(unit + extra)
}

/// 2^`power`, for powers that a number has.
fn power_of_two(power: i32) -> f64 {
    match power {
        ..-1022 => f64::from_bits(1 << (power + 1074)),
        -1022..=1023 => f64::from_bits(((power + 1023) as u64) << 52),
        _ => f64::INFINITY,
    }
}

/// A whole number of any length: 32 bits at a time, the lowest first, the highest not 0.
#[derive(Default)]
struct Whole(Vec<u32>);

impl Whole {
    fn one() -> Self {
        Self(vec![1])
    }

    fn is_zero(&self) -> bool {
        self.0.is_empty()
    }

    /// Binary digits.
    fn length(&self) -> i32 {
        self.0.last().map_or(0, |top| 32 * self.0.len() as i32 - top.leading_zeros() as i32)
    }

    /// self = factor·self + term.
    fn times_plus(&mut self, factor: u32, term: u32) {
        let mut carry = u64::from(term);
        for part in &mut self.0 {
            carry += u64::from(*part) * u64::from(factor);
            *part = carry as u32;
            carry >>= 32;
        }
        if carry > 0 {
            self.0.push(carry as u32);
        }
    }

    /// self = self·2^bits.
    fn shift(&mut self, bits: u32) {
        self.times_plus(1 << (bits % 32), 0);
        if !self.is_zero() {
            self.0.splice(..0, std::iter::repeat_n(0, bits as usize / 32));
        }
    }

    /// self = self − other, which is not larger.
    fn less(&mut self, other: &Self) {
        let mut borrow = false;
        for (i, part) in self.0.iter_mut().enumerate() {
            let (rest, first) = part.overflowing_sub(other.0.get(i).copied().unwrap_or(0));
            let (rest, second) = rest.overflowing_sub(u32::from(borrow));
            (*part, borrow) = (rest, first || second);
        }
        while self.0.last() == Some(&0) {
            self.0.pop();
        }
    }

    fn compare(&self, other: &Self) -> Ordering {
        let lengths = self.0.len().cmp(&other.0.len());
        lengths.then_with(|| self.0.iter().rev().cmp(other.0.iter().rev()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(word: &str) {
        let bits = |number: f64| if number.is_nan() { u64::MAX } else { number.to_bits() };
        assert_eq!(to_f64(word).map(bits), word.parse().ok().map(bits), "{word}");
        let bits = |number: f32| if number.is_nan() { u32::MAX } else { number.to_bits() };
        assert_eq!(to_f32(word).map(bits), word.parse().ok().map(bits), "{word} in f32");
    }

    #[test]
    fn words_are_read_as_the_standard_library_reads_them() {
        for word in [
            "0",
            "-0",
            "+0.0",
            "1",
            "-1.5",
            ".5",
            "5.",
            "1e3",
            "1E-3",
            "+1e+3",
            "0.1",
            "0.01",
            "1e-45",
            "7e-46",
            "inf",
            "-Infinity",
            "NaN",
            "1e400",
            "1e-400",
            "1e99999999999",
            "0e99999999999",
            "1e-99999999999",
            "000.000e5",
            "00012.50",
            "9007199254740993",
            "9007199254740992.99999",
            "9007199254740993.00000000000000000000000000000000001",
            "16777217",
            "16777219",
            "3.4028236e38",
            "3.4028235677973366e38",
            "3.4028235677973362e38",
            "1.7976931348623157e308",
            "1.7976931348623159e308",
            "2.2250738585072011e-308",
            "2.2250738585072014e-308",
            "4.9406564584124654e-324",
            "2.4703282292062327e-324",
            "2.4703282292062328e-324",
            "7.0064923216240853e-46",
            "7.0064923216240854e-46",
            "1.1754942e-38",
            "123456789012345678901234567890",
            "",
            ".",
            "-",
            "e5",
            "1e",
            "1e+",
            "1.2.3",
            "1_000",
            " 1",
            "1 ",
            "0x1",
            "١",
            "--1",
            "+-1",
            "1e5.5",
        ] {
            check(word);
        }
        let half = "9007199254740993";
        let zeros = "0".repeat(2000);
        for word in [format!("{half}.{zeros}"), format!("{half}.{zeros}1"), format!("0.{zeros}7")] {
            check(&word);
            check(&format!("{word}e2000"));
        }
    }

    #[test]
    fn any_number_comes_back() {
        let mut state = 1u64;
        for _ in 0..4000 {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            let (wide, narrow) = (f64::from_bits(state ^ state >> 29), f32::from_bits((state >> 32) as u32));
            for word in [format!("{wide}"), format!("{wide:e}"), format!("{narrow}"), format!("{narrow:e}")] {
                check(&word);
            }
            check(&format!("{}.{}e{}", state >> 40, state as u16, (state >> 16) as i32 % 330));
            // Halfway between two neighbours of f32, exactly, and a little beside it.
            let middle = (f64::from(narrow) + f64::from(f32::from_bits(narrow.to_bits() ^ 1))) / 2.0;
            for word in [format!("{middle}"), format!("{middle:.200}"), format!("{middle}1")] {
                check(&word);
            }
        }
    }
}
