//! 文中的号码 · identity and mobile numbers of persons in running text, for whoever is about to publish it (A3.4-06). Found is what is
//! surely one: an identity number by its check digit, or by its day of birth where the digit is wrong; a mobile number by its shape and by
//! standing alone.

use crate::ids::{ResidentIdError, check_resident_id, mask_mobile, mask_resident_id};
use crate::numbers::NumberKind;
use crate::text::{is_invisible, to_half_width};
use chrono::NaiveDate;

/// A number of a person that a text holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Spotted {
    /// [`NumberKind::ResidentId`] or [`NumberKind::Mobile`].
    pub kind: NumberKind,
    /// As it may be shown to others.
    pub masked: String,
}

/// Digits in a row, and the letter that may end an identity number.
struct Group {
    digits: String,
    x: bool,
    /// Only blanks or a dash stand between the group before and this one.
    joined: bool,
    /// A Latin letter touches it: it is part of another number.
    lettered: bool,
    /// It counts something: 13800138000 元, 0.13800138000.
    counts: bool,
}

/// The identity and mobile numbers in a text, in their order, in whatever digits they are written and with blanks or dashes in them.
///
/// ```
/// let found = forms::spotted("请找王敏，１３８-0013-8000，身份证 340100 20990101 003X。");
/// assert_eq!(found.iter().map(|number| number.masked.as_str()).collect::<Vec<_>>(), ["138****8000", "340*************3X"]);
/// assert!(forms::spotted("皖政办〔2012〕18号，0551-12345678，共 13800138000 元").is_empty());
/// ```
pub fn spotted(text: &str) -> Vec<Spotted> {
    if text.chars().filter(|c| to_half_width(*c).is_ascii_digit()).take(11).count() < 11 {
        return Vec::new();
    }
    let groups = groups(text);
    let mut found = Vec::new();
    let mut at = 0;
    while at < groups.len() {
        let next = identity(&groups[at..]).or_else(|| mobile(&groups[at..]));
        at += next.as_ref().map_or(1, |(n, _)| *n);
        found.extend(next.map(|(_, number)| number));
    }
    found
}

fn groups(text: &str) -> Vec<Group> {
    let half = |c: char| match c {
        '\u{2010}'..='\u{2015}' | '\u{2212}' | '\u{FE63}' => '-',
        c => to_half_width(c),
    };
    let chars: Vec<char> = text.chars().filter(|c| !is_invisible(*c)).map(half).collect();
    let mut groups: Vec<Group> = Vec::new();
    let mut end = 0;
    while let Some(from) = (end..chars.len()).find(|at| chars[*at].is_ascii_digit()) {
        let before = end;
        end = (from..chars.len()).find(|at| !chars[*at].is_ascii_digit()).unwrap_or(chars.len());
        let is = |at: usize, is: &dyn Fn(char) -> bool| chars.get(at).is_some_and(|c| is(*c));
        let letter = |c: char| c.is_ascii_alphabetic();
        let x = is(end, &|c| matches!(c, 'x' | 'X')) && !is(end + 1, &|c| c.is_ascii_alphanumeric());
        let after = end + usize::from(x);
        let gap = &chars[before..from];
        let fraction = |dot: usize, digit: usize| is(dot, &|c| c == '.') && is(digit, &|c| c.is_ascii_digit());
        let unit = (end..chars.len()).find(|at| chars[*at] != ' ').unwrap_or(end);
        groups.push(Group {
            digits: chars[from..end].iter().collect(),
            x,
            joined: !groups.is_empty() && (1..=2).contains(&gap.len()) && gap.iter().all(|c| matches!(c, ' ' | '-')),
            lettered: is(after, &letter) || from > 0 && letter(chars[from - 1]),
            counts: is(unit, &|c| matches!(c, '元' | '万' | '亿'))
                || fraction(end, end + 1)
                || from > 1 && fraction(from - 1, from - 2),
        });
        end = after;
    }
    groups
}

/// Groups of digits that one number may be written in.
const MOST_GROUPS: usize = 5;

/// The first so many groups, as one number: the digits, and the lengths of the groups.
fn together(groups: &[Group], n: usize) -> Option<String> {
    let of = groups.get(..n)?;
    let whole = of[1..].iter().all(|group| group.joined) && of[..n - 1].iter().all(|group| !group.x);
    let plain = !of[0].lettered && !of[n - 1].lettered;
    (whole && plain).then(|| of.iter().map(|group| group.digits.as_str()).collect())
}

/// The year of birth below which eighteen digits are an identity number, though the last is wrong.
const YOUNGEST: &str = "2020";

fn identity(groups: &[Group]) -> Option<(usize, Spotted)> {
    (1..=MOST_GROUPS).find_map(|n| {
        let mut number = together(groups, n)?;
        if groups[n - 1].x && number.len() == 17 {
            number.push('X');
        }
        let valid = number.len() == 18
            && match check_resident_id(&number, NaiveDate::MAX) {
                Ok(_) => true,
                // One with a slip in it still is somebody's; the numbers of cases are of the same form and of later days.
                Err(ResidentIdError::Check) => &number[6..10] < YOUNGEST,
                Err(_) => false,
            };
        valid.then(|| (n, Spotted { kind: NumberKind::ResidentId, masked: mask_resident_id(&number) }))
    })
}

fn mobile(groups: &[Group]) -> Option<(usize, Spotted)> {
    (1..=MOST_GROUPS).find_map(|n| {
        let number = together(groups, n)?;
        let lengths: Vec<usize> = groups[..n].iter().map(|group| group.digits.len()).collect();
        let prefix = ["0086", "86"].into_iter().find(|prefix| groups[0].digits == *prefix);
        let usual = match &lengths[usize::from(prefix.is_some())..] {
            [11] | [3, 4, 4] | [3, 8] | [7, 4] => number.strip_prefix(prefix.unwrap_or_default()),
            [13 | 15] => number.strip_prefix("0086").or_else(|| number.strip_prefix("86")),
            _ => None,
        };
        let own = usual.filter(|own| own.len() == 11 && matches!(own.as_bytes(), [b'1', b'3'..=b'9', ..]));
        let own = own.filter(|_| !groups[0].counts && !groups[n - 1].counts && !groups[n - 1].x)?;
        Some((n, Spotted { kind: NumberKind::Mobile, masked: mask_mobile(own) }))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn masked(text: &str) -> String {
        spotted(text).into_iter().map(|number| number.masked).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn a3_4_06_numbers_of_persons_are_found_however_they_are_written() {
        for text in
            ["电话13800138000。", "+86 138 0013 8000", "(0086)13800138000", "８６１３８００１３８０００", "138\u{200B}00138000"]
        {
            assert_eq!(masked(text), "138****8000", "{text}");
        }
        for text in ["34010020990101003X", "身份证号340100 20990101 003x办理", "３４０１００２０９９０１０１００３Ｘ"]
        {
            assert_eq!(masked(text), "340*************3X", "{text}");
        }
        assert_eq!(masked("当事人 342401199001011234"), "342*************34", "a slip hides nobody");
        assert_eq!(masked("13800138000、13900139000"), "138****8000 139****9000");
        assert_eq!(masked("2026-11-27 13800138000"), "138****8000");
    }

    #[test]
    fn a3_4_06_other_numbers_stay() {
        for text in [
            "340100209901010031",
            "341524202611280001",
            "91340100MA2N000000",
            "RW20120013800138000",
            "0551-62601234",
            "12800138000",
            "15、30、45、60、75、90",
            "15 30 45 60 75 9",
            "2026-11-27 2026-12-31",
            "共 13800138000 元",
            "13800138000.50",
            "A13800138000",
            "《2012年第13号至第18号》",
        ] {
            assert_eq!(masked(text), "", "{text}");
        }
    }

    proptest! {
        #[test]
        fn a3_4_06_no_text_breaks_it_and_what_is_masked_is_no_number(text in "[0-9xX \\-.元年a省]{0,60}") {
            for number in spotted(&text) {
                prop_assert!(spotted(&number.masked).is_empty(), "{}", number.masked);
            }
        }
    }
}
