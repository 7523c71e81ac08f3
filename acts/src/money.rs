//! 金额 · money in whole cents 分, never a fraction and never a float.

use serde::{Deserialize, Serialize};
use std::fmt;
use std::iter::Sum;

/// An amount of renminbi, in cents.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Money(pub i64);

impl Money {
    /// Reads yuan as they are written, `80` or `80.5`; nothing for a part of a cent, a sign, or more than a bill can hold.
    pub fn yuan(text: &str) -> Option<Money> {
        let (whole, part) = text.split_once('.').unwrap_or((text, ""));
        let digits = |text: &str| text.bytes().all(|b| b.is_ascii_digit());
        let part = part.trim_end_matches('0');
        if whole.is_empty() || whole.len() > 12 || part.len() > 2 || !digits(whole) || !digits(part) {
            return None;
        }
        let whole: i64 = whole.parse().ok()?;
        let part: i64 = format!("{part:0<2}").parse().ok()?;
        Some(Money(whole * 100 + part))
    }

    /// 大写: as it stands on a receipt (支付结算办法附件一“正确填写票据和结算凭证的基本规定”一、二).
    pub fn capitals(self) -> String {
        const DIGITS: [char; 10] = ['零', '壹', '贰', '叁', '肆', '伍', '陆', '柒', '捌', '玖'];
        const PLACES: [Option<char>; 4] = [None, Some('拾'), Some('佰'), Some('仟')];
        const GROUPS: [Option<char>; 3] = [None, Some('万'), Some('亿')];
        let (yuan, jiao, fen) = (self.0 / 100, (self.0 / 10 % 10) as usize, (self.0 % 10) as usize);
        let mut said = String::new();
        let mut gap = false;
        for group in (0..GROUPS.len()).rev() {
            let part = yuan / 10_i64.pow(4 * group as u32) % 10_000;
            for place in (0..PLACES.len()).rev() {
                let digit = (part / 10_i64.pow(place as u32) % 10) as usize;
                if digit == 0 {
                    gap = true;
                    continue;
                }
                if gap && !said.is_empty() {
                    said.push('零');
                }
                gap = false;
                said.push(DIGITS[digit]);
                said.extend(PLACES[place]);
            }
            if part > 0 {
                said.extend(GROUPS[group]);
                gap = false;
            }
        }
        if said.is_empty() && jiao + fen == 0 {
            said.push(DIGITS[0]);
            said.push('元');
        }
        if yuan > 0 {
            said.push('元');
        }
        match (jiao, fen) {
            (0, 0) => said.push('整'),
            (0, fen) => {
                if !said.is_empty() {
                    said.push('零');
                }
                said.push(DIGITS[fen]);
                said.push('分');
            }
            (jiao, fen) => {
                // After a nought of yuan it may stand or not.
                if !said.is_empty() && yuan % 10 == 0 {
                    said.push('零');
                }
                said.push(DIGITS[jiao]);
                said.push('角');
                match fen {
                    0 => said.push('整'),
                    fen => {
                        said.push(DIGITS[fen]);
                        said.push('分');
                    }
                }
            }
        }
        said
    }
}

/// `80.00`, and `-0.50` for what is taken back.
impl fmt::Display for Money {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.0 < 0 { "-" } else { "" };
        write!(f, "{sign}{}.{:02}", self.0.abs() / 100, self.0.abs() % 100)
    }
}

impl Sum for Money {
    fn sum<I: Iterator<Item = Money>>(amounts: I) -> Money {
        Money(amounts.map(|amount| amount.0).sum())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn f075_yuan_are_read_to_the_cent_or_not_at_all() {
        for (text, cents) in [("80", 8000), ("80.5", 8050), ("80.50", 8050), ("0.01", 1), ("0", 0), ("12.3400", 1234)] {
            assert_eq!(Money::yuan(text), Some(Money(cents)), "{text}");
        }
        for text in ["", "-1", "1e3", "0.001", "1,000", ".5", "八十", "+5", "9999999999999"] {
            assert_eq!(Money::yuan(text), None, "{text}");
        }
        assert_eq!(Money(8050).to_string(), "80.50");
    }

    #[test]
    fn f075_amounts_stand_in_capitals_as_receipts_have_them() {
        for (cents, said) in [
            (8_000, "捌拾元整"),
            (140_950, "壹仟肆佰零玖元伍角整"),
            (680_714, "陆仟捌佰零柒元壹角肆分"),
            (1_640_902, "壹万陆仟肆佰零玖元零贰分"),
            (32_504, "叁佰贰拾伍元零肆分"),
            (10_700_053, "壹拾万柒仟元零伍角叁分"),
            (10_000_000_000, "壹亿元整"),
            (100_000_100, "壹佰万零壹元整"),
            (50, "伍角整"),
            (5, "伍分"),
            (0, "零元整"),
        ] {
            assert_eq!(Money(cents).capitals(), said, "{cents}");
        }
    }
}
