//! Exact numbers: what a practitioner wrote is what the remote receives.

use std::fmt;
use std::str::FromStr;

use bigdecimal::num_bigint::{BigInt, Sign};
use bigdecimal::{BigDecimal, ToPrimitive, Zero};

/// Largest decimal exponent accepted, either way. Terraform's own numbers have 512 bits of mantissa, about 155
/// digits, so nothing a practitioner writes comes near; the bound keeps a hostile `1e999999999` from being expanded.
const EXPONENT_LIMIT: i64 = 10_000;

/// Longest text that is looked at: the digits on both sides of the point, and some zeros that mean nothing. Reading
/// digits takes time that grows with the square of their number.
const LENGTH_LIMIT: usize = 3 * EXPONENT_LIMIT as usize;

/// A finite decimal number of any size, never rounded.
///
/// Two numbers are equal when their values are: `1.0` equals `1`.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Number(BigDecimal);

/// The text or float is not a finite number within the accepted exponents.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a finite number with an exponent within {EXPONENT_LIMIT} digits")]
pub struct NotANumber;

impl Number {
    /// The exact value of a float, or an error if it is infinite or not a number.
    ///
    /// # Errors
    /// [`NotANumber`] for infinities and NaN.
    pub fn from_f64(value: f64) -> Result<Self, NotANumber> {
        BigDecimal::try_from(value).map_err(|_| NotANumber).and_then(Self::bounded)
    }

    /// The value as a signed 64-bit integer, if it is one exactly.
    #[must_use]
    pub fn to_i64(&self) -> Option<i64> {
        if self.0.is_integer() { self.0.to_i64() } else { None }
    }

    /// The value as an unsigned 64-bit integer, if it is one exactly.
    #[must_use]
    pub fn to_u64(&self) -> Option<u64> {
        if self.0.is_integer() { self.0.to_u64() } else { None }
    }

    /// The value as a float, only if no digit is lost.
    #[must_use]
    pub fn to_f64_exact(&self) -> Option<f64> {
        let float = self.0.to_f64().filter(|float| float.is_finite())?;
        (Self::from_f64(float).ok()? == *self).then_some(float)
    }

    /// Whether the value has no fractional part.
    #[must_use]
    pub fn is_integer(&self) -> bool {
        self.0.is_integer()
    }

    fn bounded(value: BigDecimal) -> Result<Self, NotANumber> {
        if value.is_zero() {
            return Ok(Self(BigDecimal::zero()));
        }
        // What counts are the digits on both sides of the point, so that every notation of a number is accepted or none.
        let value = value.normalized();
        let (digits, after_point) = (value.digits(), value.fractional_digit_count());
        let before_point = i64::try_from(digits).map_err(|_| NotANumber)? - after_point;
        if before_point > EXPONENT_LIMIT + 1 || after_point > EXPONENT_LIMIT {
            return Err(NotANumber);
        }
        Ok(Self(value))
    }
}

impl From<i64> for Number {
    fn from(value: i64) -> Self {
        Self(BigDecimal::from(value).normalized())
    }
}

impl From<u64> for Number {
    fn from(value: u64) -> Self {
        Self(BigDecimal::from(value).normalized())
    }
}

impl FromStr for Number {
    type Err = NotANumber;

    fn from_str(text: &str) -> Result<Self, NotANumber> {
        if text.len() > LENGTH_LIMIT {
            return Err(NotANumber);
        }
        // The exponent is read before the digits are expanded, so that a short text cannot ask for a huge number.
        if let Some((_, exponent)) = text.split_once(['e', 'E']) {
            let exponent: i64 = exponent.parse().map_err(|_| NotANumber)?;
            if exponent.abs() > EXPONENT_LIMIT {
                return Err(NotANumber);
            }
        }
        BigDecimal::from_str(text).map_err(|_| NotANumber).and_then(Self::bounded)
    }
}

/// Plain decimal notation, without an exponent.
impl fmt::Display for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (digits, scale) = self.0.as_bigint_and_exponent();
        if scale <= 0 {
            let shift = usize::try_from(-scale).map_err(|_| fmt::Error)?;
            return write!(f, "{digits}{}", if digits.is_zero() { String::new() } else { "0".repeat(shift) });
        }
        let scale = usize::try_from(scale).map_err(|_| fmt::Error)?;
        let (sign, magnitude) = (digits.sign(), BigInt::from(digits.magnitude().clone()).to_string());
        let padded = format!("{magnitude:0>width$}", width = scale + 1);
        let (whole, fraction) = padded.split_at(padded.len() - scale);
        write!(f, "{}{whole}.{fraction}", if sign == Sign::Minus { "-" } else { "" })
    }
}

impl fmt::Debug for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_never_rounded() {
        for text in ["12345678901234567890.5", "0.1", "-0.001", "18446744073709551616", "100", "-7"] {
            assert_eq!(text.parse::<Number>().unwrap().to_string(), text);
        }
    }

    #[test]
    fn equal_values_are_equal_whatever_their_notation() {
        assert_eq!("1.0".parse::<Number>().unwrap(), Number::from(1_i64));
        assert_eq!("1e3".parse::<Number>().unwrap(), Number::from(1000_i64));
    }

    #[test]
    fn the_largest_and_the_smallest_number_can_be_read_in_every_notation() {
        for text in ["1e10000", "-9.99e10000", "1000e9997", "1e-10000", "123e-10000"] {
            let number = text.parse::<Number>().unwrap();
            assert_eq!(number.to_string().parse(), Ok(number), "{text}");
        }
        for text in ["1000e9998", "10e10000", "1.5e-10000"] {
            assert_eq!(text.parse::<Number>(), Err(NotANumber), "{text}");
        }
    }

    #[test]
    fn a_float_is_exact_or_refused() {
        assert_eq!("0.5".parse::<Number>().unwrap().to_f64_exact(), Some(0.5));
        assert_eq!("0.1".parse::<Number>().unwrap().to_f64_exact(), None);
        assert_eq!(Number::from_f64(f64::INFINITY), Err(NotANumber));
    }

    #[test]
    fn a_huge_exponent_is_refused_before_it_is_expanded() {
        assert_eq!("1e999999999".parse::<Number>(), Err(NotANumber));
        assert_eq!("1e-999999999".parse::<Number>(), Err(NotANumber));
        assert_eq!("7".repeat(100_000_000).parse::<Number>(), Err(NotANumber));
    }
}
