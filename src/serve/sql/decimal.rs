//! Decimal numbers of any length, compared exactly.

use std::cmp::Ordering;

use crate::serve::fault::{Answer, Fault};

/// Digits before the point that `numeric` may have (<https://www.postgresql.org/docs/current/datatype-numeric.html>).
const MAX_WHOLE: i64 = 131_072;
/// Digits after the point.
const MAX_FRACTION: i64 = 16_383;

/// A decimal number without its scale: `1.0` is `1`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decimal {
    is_negative: bool,
    /// Significant digits, without zeros at either end; none for zero.
    digits: Vec<u8>,
    /// The number is `0.digits` times ten to this power.
    power: i64,
}

impl Decimal {
    /// How many digits it has.
    pub const fn digit_count(&self) -> usize {
        self.digits.len()
    }

    /// Reads digits with a sign, a point and an exponent, as JSON and `numeric` have them.
    pub fn read(text: &str) -> Answer<Self> {
        let bad = || Fault::not_a("numeric", text);
        let (is_negative, rest) = match text.strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, text.strip_prefix('+').unwrap_or(text)),
        };
        let (mantissa, exponent) = match rest.find(['e', 'E']) {
            Some(at) => (&rest[..at], rest[at + 1..].parse::<i32>().map_err(|_| bad())?),
            None => (rest, 0),
        };
        let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
        let is_digits = |s: &str| s.bytes().all(|b| b.is_ascii_digit());
        if whole.is_empty() && fraction.is_empty() || !is_digits(whole) || !is_digits(fraction) {
            return Err(bad());
        }
        let length = |s: &str| i64::try_from(s.len()).unwrap_or(i64::MAX);
        let mut power = length(whole) + i64::from(exponent);
        if length(fraction) - i64::from(exponent) > MAX_FRACTION {
            return Err(Fault::new("22003", "value overflows numeric format"));
        }
        let mut digits: Vec<u8> = whole.bytes().chain(fraction.bytes()).collect();
        let zeros = digits.iter().take_while(|d| **d == b'0').count();
        digits.drain(..zeros);
        power -= i64::try_from(zeros).unwrap_or(i64::MAX);
        while digits.last() == Some(&b'0') {
            digits.pop();
        }
        if digits.is_empty() {
            return Ok(Self { is_negative: false, digits, power: 0 });
        }
        if power > MAX_WHOLE {
            return Err(Fault::new("22003", "value overflows numeric format"));
        }
        Ok(Self { is_negative, digits, power })
    }
}

impl From<i64> for Decimal {
    fn from(n: i64) -> Self {
        let mut digits = n.unsigned_abs().to_string().into_bytes();
        let power = if n == 0 { 0 } else { i64::try_from(digits.len()).unwrap_or(0) };
        while digits.last() == Some(&b'0') {
            digits.pop();
        }
        Self { is_negative: n < 0, digits, power }
    }
}

impl Ord for Decimal {
    fn cmp(&self, other: &Self) -> Ordering {
        let sign = |d: &Self| match (d.digits.is_empty(), d.is_negative) {
            (true, _) => 0,
            (false, true) => -1,
            (false, false) => 1,
        };
        let magnitude = || self.power.cmp(&other.power).then_with(|| self.digits.cmp(&other.digits));
        sign(self).cmp(&sign(other)).then_with(|| match sign(self) {
            0 => Ordering::Equal,
            1 => magnitude(),
            _ => magnitude().reverse(),
        })
    }
}

impl PartialOrd for Decimal {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Decimal {
        Decimal::read(text).unwrap()
    }

    #[test]
    fn numbers_are_equal_whatever_their_scale() {
        for (a, b) in [("1.0", "1"), ("1e2", "100"), ("0.10", "1e-1"), ("-0", "0.000"), ("100", "1E+2"), ("00.5", ".5")]
        {
            assert_eq!(read(a), read(b), "{a} {b}");
            assert_eq!(read(a).cmp(&read(b)), Ordering::Equal);
        }
        assert_eq!(Decimal::from(-1200), read("-1.2e3"));
        assert_eq!(Decimal::from(0), read("0"));
    }

    #[test]
    fn numbers_of_any_length_are_in_order() {
        let ordered =
            ["-1e400", "-12.1", "-12", "-0.001", "0", "1e-300", "0.5", "9", "10", "10.000000000000000001", "1e400"];
        for (i, a) in ordered.iter().enumerate() {
            for (j, b) in ordered.iter().enumerate() {
                assert_eq!(read(a).cmp(&read(b)), i.cmp(&j), "{a} {b}");
            }
        }
    }

    #[test]
    fn what_numeric_does_not_hold_is_refused() {
        for bad in ["", ".", "1e", "x", "1.2.3", "--1", "1e200000", "1e-20000", "NaN"] {
            assert!(Decimal::read(bad).is_err(), "{bad}");
        }
    }
}
