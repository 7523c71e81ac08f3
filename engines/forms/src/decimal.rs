//! 小数 · exact numbers, for amounts must agree to the cent. A binary float cannot hold 0.1, so none is used: the digits
//! typed are the digits kept, compared and printed.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::{Number, Value};

/// A decimal number of at most fifteen significant digits, six of them after the point.
///
/// ```
/// use forms::Decimal;
/// let cents: Vec<Decimal> = ["0.10", "0.20"].iter().map(|text| text.parse().unwrap()).collect();
/// assert_eq!((cents[0] + cents[1]).fixed(2), "0.30");
/// assert!("1e3".parse::<Decimal>().is_err());
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Decimal(
    /// In millionths.
    i128,
);

/// Digits after the point that a [`Decimal`] keeps.
pub const MOST_DECIMALS: u32 = 6;
const ONE: i128 = 10i128.pow(MOST_DECIMALS);
/// Fifteen significant digits also pass through a JSON number unchanged.
const MOST_DIGITS: usize = 15;

/// Why a text is not a [`Decimal`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum DecimalError {
    /// Something but a sign, digits and one point.
    #[error("请写成数字，如 1200.50")]
    NotANumber,
    /// More than six digits after the point.
    #[error("小数最多 6 位，如 1200.50")]
    TooManyDecimals,
    /// More than fifteen digits.
    #[error("数字最多 15 位，如 1200.50")]
    TooLong,
}

impl FromStr for Decimal {
    type Err = DecimalError;

    /// Reads a sign, digits and a point, all ASCII. Leading zeros and zeros at the end of the fraction do not count.
    fn from_str(text: &str) -> Result<Decimal, DecimalError> {
        let (negative, bare) = text.strip_prefix('-').map_or((false, text), |bare| (true, bare));
        let (whole, fraction) = bare.split_once('.').unwrap_or((bare, ""));
        let all_digits = |part: &str| part.bytes().all(|b| b.is_ascii_digit());
        if whole.is_empty() && fraction.is_empty() || !all_digits(whole) || !all_digits(fraction) {
            return Err(DecimalError::NotANumber);
        }
        let (whole, fraction) = (whole.trim_start_matches('0'), fraction.trim_end_matches('0'));
        if fraction.len() > MOST_DECIMALS as usize {
            return Err(DecimalError::TooManyDecimals);
        }
        if whole.len() + fraction.len() > MOST_DIGITS {
            return Err(DecimalError::TooLong);
        }
        let padding = std::iter::repeat_n(b'0', MOST_DECIMALS as usize - fraction.len());
        let digits = whole.bytes().chain(fraction.bytes()).chain(padding);
        let value = digits.fold(0i128, |value, digit| value * 10 + i128::from(digit - b'0'));
        Ok(Decimal(if negative { -value } else { value }))
    }
}

impl Decimal {
    /// Reads a JSON number by its text, or the text of a JSON string.
    pub fn from_json(value: &Value) -> Option<Decimal> {
        match value {
            Value::Number(number) => match number.as_i64() {
                Some(whole) if whole.unsigned_abs() < 10u64.pow(MOST_DIGITS as u32) => Some(Decimal(i128::from(whole) * ONE)),
                Some(_) => None,
                None => number.to_string().parse().ok(),
            },
            Value::String(text) => text.parse().ok(),
            _ => None,
        }
    }

    /// The JSON number with these digits.
    pub fn to_json(self) -> Value {
        match i64::try_from(self.0 / ONE) {
            Ok(whole) if self.decimals() == 0 => Value::from(whole),
            _ => self.to_string().parse::<Number>().map_or(Value::Null, Value::Number),
        }
    }

    /// How many digits after the point it needs.
    pub fn decimals(self) -> u32 {
        let mut fraction = (self.0 % ONE).unsigned_abs();
        let mut needed = if fraction == 0 { 0 } else { MOST_DECIMALS };
        while needed > 0 && fraction.is_multiple_of(10) {
            fraction /= 10;
            needed -= 1;
        }
        needed
    }

    /// Written with so many digits after the point, or as many as it needs if that is more: `1200.50`.
    pub fn fixed(self, decimals: u32) -> String {
        let decimals = decimals.clamp(self.decimals(), MOST_DECIMALS) as usize;
        let (sign, amount) = (if self.0 < 0 { "-" } else { "" }, self.0.unsigned_abs());
        let (whole, fraction) = (amount / ONE.unsigned_abs(), amount % ONE.unsigned_abs());
        match decimals {
            0 => format!("{sign}{whole}"),
            _ => format!("{sign}{whole}.{}", &format!("{fraction:06}")[..decimals]),
        }
    }

    /// The whole number of things meant, when it is a count: never negative.
    pub(crate) fn count(self) -> usize {
        usize::try_from(self.0 / ONE).unwrap_or(0)
    }
}

impl From<u32> for Decimal {
    fn from(whole: u32) -> Decimal {
        Decimal(i128::from(whole) * ONE)
    }
}

/// Exact: 127 bits hold a million million sums of the largest numbers.
impl std::ops::Add for Decimal {
    type Output = Decimal;

    fn add(self, other: Decimal) -> Decimal {
        Decimal(self.0 + other.0)
    }
}

impl fmt::Display for Decimal {
    /// As short as it can be: `1200.5`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.fixed(0))
    }
}

impl Serialize for Decimal {
    /// As text, so that no reader makes a float of it.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Decimal {
    /// Of a text, as it is written.
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Decimal, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse().map_err(|_| serde::de::Error::custom(format!("{text} is no decimal number")))
    }
}

/// `1234567.50` as `1,234,567.50`.
pub(crate) fn thousands(amount: &str) -> String {
    let (sign, amount) = amount.strip_prefix('-').map_or(("", amount), |rest| ("-", rest));
    let (whole, fraction) = amount.split_at(amount.find('.').unwrap_or(amount.len()));
    let mut grouped = String::from(sign);
    for (at, digit) in whole.chars().enumerate() {
        if at > 0 && (whole.len() - at).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped + fraction
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn of(text: &str) -> Result<Decimal, DecimalError> {
        text.parse()
    }

    #[test]
    fn b4_1_a_cent_is_a_cent() {
        let cent = of("0.01").unwrap();
        assert_eq!((0..1_000_000).fold(Decimal::from(0), |sum, _| sum + cent).fixed(2), "10000.00");
        assert_eq!(of("9999999999999.99").unwrap().fixed(2), "9999999999999.99");
        assert_eq!(of("-0.000001").unwrap().to_string(), "-0.000001");
        assert_eq!(of("-0").unwrap().to_string(), "0");
        assert_eq!(of("007.50").unwrap().to_string(), "7.5");
        assert_eq!(thousands("-1234567.50"), "-1,234,567.50");
        assert_eq!(Decimal::from_json(&Value::from(86.5)).unwrap().to_json(), Value::from(86.5));
    }

    #[test]
    fn b4_1_what_is_no_decimal_is_refused() {
        for text in ["", "-", ".", "1.2.3", "1e2", "NaN", "inf", "１", "+1", "--1", " 1"] {
            assert_eq!(of(text), Err(DecimalError::NotANumber), "{text}");
        }
        assert_eq!(of("0.1234567"), Err(DecimalError::TooManyDecimals));
        assert_eq!(of("1234567890123456"), Err(DecimalError::TooLong));
        assert_eq!(Decimal::from_json(&Value::from(1e300)), None);
        assert_eq!(Decimal::from_json(&Value::from(u64::MAX)), None);
    }

    proptest! {
        #[test]
        fn b4_1_digits_typed_are_digits_kept(cents in -99_999_999_999_999i64..99_999_999_999_999, places in 0u32..=6) {
            let text = format!("{}{}.{:02}", if cents < 0 { "-" } else { "" }, cents.abs() / 100, cents.abs() % 100);
            let read = of(&text).unwrap();
            prop_assert_eq!(read.fixed(2), &text[..]);
            prop_assert_eq!(of(&read.fixed(places)), Ok(read));
            prop_assert_eq!(Decimal::from_json(&read.to_json()), Some(read));
        }
    }
}
