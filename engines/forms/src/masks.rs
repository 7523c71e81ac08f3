//! 脱敏 · what of a personal datum a stranger may see by default (A3.4-06). De-identified is not anonymous: what
//! leaves these functions is still personal data and still falls under the law.

use crate::text::{fold_digits, fold_name};

/// A name: its first character and 某. Of a minor nothing stays: 某某.
///
/// ```
/// assert_eq!(forms::ids::mask_name("王敏", false), "王某");
/// assert_eq!(forms::ids::mask_name("王敏", true), "某某");
/// ```
pub fn mask_name(name: &str, minor: bool) -> String {
    let name = fold_name(name);
    match name.chars().next() {
        Some(first) if !minor => {
            // A variation selector or a combining mark belongs to the character before it.
            let marks: String = name.chars().skip(1).take_while(|c| is_mark(*c)).collect();
            format!("{first}{marks}某")
        }
        _ => "某某".to_owned(),
    }
}

fn is_mark(c: char) -> bool {
    matches!(c, '\u{0300}'..='\u{036F}' | '\u{FE00}'..='\u{FE0F}' | '\u{E0100}'..='\u{E01EF}')
}

/// A mobile or landline number: the first three and the last four digits. A short number is hidden whole.
pub fn mask_mobile(number: &str) -> String {
    keep_ends(number, 3, 4)
}

/// A resident identity number: the first three and the last two characters.
pub fn mask_resident_id(number: &str) -> String {
    keep_ends(number, 3, 2)
}

/// A bank account: the last four digits.
pub fn mask_account(number: &str) -> String {
    keep_ends(number, 0, 4)
}

fn keep_ends(text: &str, head: usize, tail: usize) -> String {
    let chars: Vec<char> = fold_digits(text).chars().filter(|c| !c.is_whitespace()).collect();
    // Showing seven of eight digits would hide nothing.
    let shown = if chars.len() >= head + tail + 3 { (head, tail) } else { (0, 0) };
    let hidden = chars.len() - shown.0 - shown.1;
    chars[..shown.0]
        .iter()
        .copied()
        .chain(std::iter::repeat_n('*', hidden))
        .chain(chars[chars.len() - shown.1..].iter().copied())
        .collect()
}

/// An address down to its street or township; the house number and all after it are hidden. Where no street can be
/// made out, it stops at the district, and where not even that, all is hidden.
///
/// ```
/// assert_eq!(forms::ids::mask_address("安徽省合肥市蜀山区长江西路200号3栋501室"), "安徽省合肥市蜀山区长江西路***");
/// ```
pub fn mask_address(address: &str) -> String {
    let folded = fold_digits(address);
    let chars: Vec<char> = folded.chars().collect();
    let end = chars.iter().position(char::is_ascii_digit).unwrap_or(chars.len());
    let open = &chars[..end];
    let district = district_end(open);
    let street = street_end(open, district).unwrap_or(district);
    format!("{}***", open[..street].iter().collect::<String>())
}

/// Where the last of province, city and district ends. 小区 and the like are not districts.
fn district_end(open: &[char]) -> usize {
    let mut end = 0;
    for _ in 0..4 {
        // A place name has at least one character before its kind: 镇江市, 路北区.
        let found = open.iter().enumerate().skip(end + 1).find(|(at, c)| {
            matches!(c, '省' | '市' | '区' | '县' | '旗' | '盟' | '州') && !not_a_district(open[at - 1], open.get(at + 1))
        });
        match found {
            Some((at, _)) if street_end(&open[..at], end).is_none() => end = at + 1,
            _ => break,
        }
    }
    end
}

fn not_a_district(before: char, after: Option<&char>) -> bool {
    matches!(before, '小' | '社' | '园' | '校' | '厂' | '超' | '门' | '库' | '景')
        || matches!(after, Some('街' | '市' | '区' | '县'))
}

/// Where the street or township after `from` ends.
fn street_end(open: &[char], from: usize) -> Option<usize> {
    let rest = open.get(from..)?;
    let township = rest.windows(2).position(|w| w == ['街', '道']).filter(|at| *at > 0).map(|at| at + 2);
    let ends = |c: char| matches!(c, '镇' | '乡' | '路' | '街' | '道' | '巷' | '弄');
    let street = || rest.iter().enumerate().skip(1).find(|(_, c)| ends(**c)).map(|(at, _)| at + 1);
    township.or_else(street).map(|at| from + at)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a3_4_06_a_name_keeps_its_first_character() {
        assert_eq!(mask_name("王敏", false), "王某");
        assert_eq!(mask_name("买买提·吐尔逊", false), "买某");
        assert_eq!(mask_name("邉\u{E0101}太", false), "邉\u{E0101}某");
        assert_eq!(mask_name("王敏", true), "某某");
        assert_eq!(mask_name("", false), "某某");
    }

    #[test]
    fn a3_4_06_numbers_keep_their_ends() {
        assert_eq!(mask_mobile("13800138000"), "138****8000");
        assert_eq!(mask_mobile("12345"), "*****");
        assert_eq!(mask_resident_id("34010020990101003X"), "340*************3X");
        assert_eq!(mask_account("6222000000001234"), "************1234");
    }

    #[test]
    fn a3_4_06_an_address_ends_at_its_street() {
        for (address, shown) in [
            ("安徽省合肥市蜀山区长江西路200号", "安徽省合肥市蜀山区长江西路***"),
            ("河北省唐山市路北区新华道１２号", "河北省唐山市路北区新华道***"),
            ("江苏省镇江市京口区大市口街道阳光小区3栋", "江苏省镇江市京口区大市口街道***"),
            ("合肥市包河区阳光小区3栋", "合肥市包河区***"),
            ("芜湖市南陵县许镇镇5组", "芜湖市南陵县许镇***"),
            ("3栋501室", "***"),
            ("", "***"),
        ] {
            assert_eq!(mask_address(address), shown);
        }
    }

    proptest! {
        #[test]
        fn a3_4_06_masking_never_panics_and_shows_no_house_number(text in "\\PC{0,30}|[省市区县街道路镇0-9王]{0,20}") {
            mask_name(&text, false);
            mask_mobile(&text);
            mask_resident_id(&text);
            prop_assert!(!mask_address(&text).chars().any(|c| c.is_ascii_digit()));
        }
    }
}
