//! 证件号码 · numbers the state gives: 统一社会信用代码 GB 32100 (X4-01, X4-02) and 公民身份号码 GB 11643 (X4-04, X4-05).
//! Each refusal says what is wrong and how to mend it. The masks of A3.4-06 are here too.

use chrono::{Datelike, NaiveDate};

pub use crate::masks::*;
use crate::text::digits_of;

/// A unified social credit code whose check characters agree.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Uscc {
    /// The 18 characters, upper case.
    pub code: String,
    /// The six digits of the registering place.
    pub region: String,
    /// The nine characters of the organisation code inside it.
    pub organisation: String,
}

/// Why a text is not a unified social credit code.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum UsccError {
    /// Not 18 characters; how many there are.
    Length(usize),
    /// A character that no code contains.
    Character(char),
    /// The first character is that of no registering authority, or the second that of no kind of body.
    Registrar,
    /// The six places of the region are not all digits, or no region ever had them.
    Region,
    /// The seventeenth character does not agree with the organisation code (GB 11714).
    OrganisationCheck,
    /// The last character does not agree with the others.
    Check,
}

const USCC_ALPHABET: &[u8; 31] = b"0123456789ABCDEFGHJKLMNPQRTUWXY";
const USCC_WEIGHTS: [u32; 17] = [1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28];

/// 登记管理部门 by the first character of a credit code (GB 32100-2015, table 1; from general knowledge of the standard), in
/// Chinese and English.
pub(crate) const REGISTRARS: [(char, &str, &str); 12] = [
    ('1', "机构编制部门", "an office of staffing"),
    ('2', "外交部门", "a foreign affairs authority"),
    ('3', "司法行政部门", "a judicial administration"),
    ('4', "文化部门", "a culture authority"),
    ('5', "民政部门", "a civil affairs authority"),
    ('6', "旅游部门", "a tourism authority"),
    ('7', "宗教部门", "a religious affairs authority"),
    ('8', "工会", "a trade union"),
    ('9', "市场监督管理部门", "a market regulator"),
    ('A', "军队改革和编制部门", "the office of military reform and staffing"),
    ('N', "农业部门", "an agriculture authority"),
    ('Y', "其他部门", "another authority"),
];

const ORGANISATION_WEIGHTS: [u32; 8] = [3, 7, 9, 10, 5, 8, 4, 2];

/// Folds and checks a unified social credit code (X4-01, X4-02).
///
/// ```
/// assert_eq!(forms::ids::check_uscc("１１３４００００１２３４５６７８８p").unwrap().code, "11340000123456788P");
/// ```
pub fn check_uscc(text: &str) -> Result<Uscc, UsccError> {
    let code = bare(text);
    if code.chars().count() != 18 {
        return Err(UsccError::Length(code.chars().count()));
    }
    let mut values = [0u32; 18];
    for (value, c) in values.iter_mut().zip(code.chars()) {
        let at = USCC_ALPHABET.iter().position(|known| *known as char == c);
        *value = at.ok_or(UsccError::Character(c))? as u32;
    }
    if !(REGISTRARS.iter().any(|(known, ..)| code.starts_with(*known)) && (1..=9).contains(&values[1])) {
        return Err(UsccError::Registrar);
    }
    // 100000 is the state itself, for what is registered in Beijing for the whole country.
    if values[2..8].iter().any(|value| *value > 9) || !(can_be_region(&code[2..8]) || code[2..8] == *"100000") {
        return Err(UsccError::Region);
    }
    if organisation_check(&code[8..16]) != code.as_bytes()[16] as char {
        return Err(UsccError::OrganisationCheck);
    }
    let sum: u32 = values.iter().zip(USCC_WEIGHTS).map(|(value, weight)| value * weight).sum();
    if values[17] != (31 - sum % 31) % 31 {
        return Err(UsccError::Check);
    }
    Ok(Uscc { region: code[2..8].to_owned(), organisation: code[8..17].to_owned(), code })
}

/// The check character of an eight-character organisation code (GB 11714, X4-02).
pub(crate) fn organisation_check(body: &str) -> char {
    let value = |b: u8| {
        if b.is_ascii_digit() { u32::from(b - b'0') } else { u32::from(b - b'A') + 10 }
    };
    let sum: u32 = body.bytes().zip(ORGANISATION_WEIGHTS).map(|(b, weight)| value(b) * weight).sum();
    match 11 - sum % 11 {
        10 => 'X',
        11 => '0',
        digit => char::from(b'0' + digit as u8),
    }
}

impl UsccError {
    /// The sentence for the person, in Chinese.
    pub fn zh(&self, label: &str, example: &str) -> String {
        match self {
            Self::Length(n) => format!("{label}请填 18 位，现在是 {n} 位，如 {example}"),
            Self::Character(c @ ('I' | 'O' | 'S' | 'V' | 'Z')) => format!(
                "{label}里没有字母 {c}，请对照营业执照或登记证改成{}，如 {example}",
                match c {
                    'I' => "数字 1",
                    'O' => "数字 0",
                    'S' => "数字 5",
                    'V' => "字母 U 或 Y",
                    _ => "数字 2",
                }
            ),
            Self::Character(c) => format!("{label}请只填数字和大写字母，去掉“{c}”，如 {example}"),
            Self::Registrar => format!(
                "{label}第 1 位是登记管理部门（1 至 9、A、N、Y），第 2 位是机构类别（1 至 9），请对照营业执照或登记证核对，如 {example}"
            ),
            Self::Region => {
                format!("{label}第 3 至 8 位是登记地的区划代码，由省份代码开头，请对照营业执照或登记证核对，如 {example}")
            }
            Self::OrganisationCheck => {
                format!("{label}第 9 至 17 位与校验规则不符，请对照营业执照或登记证逐位核对，如 {example}")
            }
            Self::Check => format!("{label}最后一位与前 17 位对不上，请对照营业执照或登记证逐位核对，如 {example}"),
        }
    }

    /// The sentence for the person, in English.
    pub fn en(&self, label: &str, example: &str) -> String {
        match self {
            Self::Length(n) => {
                format!("{label} has 18 characters; this has {n}. Example: {example}")
            }
            Self::Character(c @ ('I' | 'O' | 'S' | 'V' | 'Z')) => {
                format!("{label} never contains the letter {c}. Compare it with the licence. Example: {example}")
            }
            Self::Character(c) => {
                format!("Enter {label} with digits and capital letters only, without “{c}”. Example: {example}")
            }
            Self::Registrar => {
                format!(
                    "The first character of {label} is that of a registering authority (1 to 9, A, N, Y), the second a kind from 1 to 9. Compare both with the licence. Example: {example}"
                )
            }
            Self::Region => {
                format!(
                    "Characters 3 to 8 of {label} are the code of a region, beginning with its province. Compare it with the licence. Example: {example}"
                )
            }
            Self::OrganisationCheck => {
                format!("Characters 9 to 17 of {label} do not agree. Compare each with the licence. Example: {example}")
            }
            Self::Check => {
                format!(
                    "The last character of {label} does not agree with the first 17. Compare each with the licence. Example: {example}"
                )
            }
        }
    }
}

/// A resident identity number whose check digit agrees.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ResidentId {
    /// The 18 characters; the last may be a capital X.
    pub number: String,
    /// The six digits of the place of first registration.
    pub region: String,
    /// Day of birth.
    pub birth: NaiveDate,
    /// Whether the sequence number is odd (男).
    pub male: bool,
}

impl ResidentId {
    /// Full years of age on a day. Someone born on 29 February is a year older on 1 March of a common year.
    pub fn age_on(&self, day: NaiveDate) -> u32 {
        day.years_since(self.birth).unwrap_or(0)
    }
}

/// Why a text is not a resident identity number.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ResidentIdError {
    /// Not 18 characters; how many there are.
    Length(usize),
    /// A first-generation number of 15 digits, no longer in use.
    FifteenDigits,
    /// A character that cannot stand there.
    Character(char),
    /// The first two digits are no province's, or no region ever had the first six.
    Region,
    /// The eight birth digits are no day of the calendar.
    Birth,
    /// Born after today.
    FutureBirth(NaiveDate),
    /// The last character does not agree with the others.
    Check,
}

const RESIDENT_WEIGHTS: [u32; 17] = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
/// Cards were first issued in 1984; nobody alive then was born earlier.
const EARLIEST_BIRTH: i32 = 1870;
const RESIDENT_CHECK: &[u8; 11] = b"10X98765432";
/// Province codes of GB/T 2260, with 81–83 for residence permits of Hong Kong, Macao and Taiwan residents.
const PROVINCES: [&str; 35] = [
    "11", "12", "13", "14", "15", "21", "22", "23", "31", "32", "33", "34", "35", "36", "37", "41", "42", "43", "44", "45", "46",
    "50", "51", "52", "53", "54", "61", "62", "63", "64", "65", "71", "81", "82", "83",
];

/// Whether the first two digits of a region are a province's.
pub(crate) fn is_province(code: &str) -> bool {
    PROVINCES.contains(&code)
}

/// Whether six digits can ever have been the code of a region, by how GB/T 2260 numbers them: places 3 and 4 are 01 to 20 and
/// 51 to 70 for cities, 21 to 50 for prefectures, 90 (in Hainan 00 too) for what lies under the province itself; a
/// municipality has 01 for districts, 02 for counties and 03 for county-level cities, and places 5 and 6 from 81 on are
/// county-level cities. Which of these codes there really were is known in part only ([`crate::regions`]).
pub(crate) fn can_be_region(code: &str) -> bool {
    let part = |range: std::ops::Range<usize>| code.get(range).and_then(|part| part.parse::<u8>().ok());
    let (Some(province), Some(city), Some(county)) = (code.get(..2), part(2..4), part(4..6)) else { return false };
    is_province(province)
        && match province {
            "11" | "12" | "31" | "50" => city <= 3 && !(city == 1 && county > 80),
            _ => matches!(city, 0..=70 | 90),
        }
}

/// Folds and checks a resident identity number (X4-04, X4-05). `x` is accepted and kept as `X`; a birth after
/// `today` is refused.
///
/// ```
/// use chrono::NaiveDate;
/// let day = NaiveDate::from_ymd_opt(2100, 1, 1).unwrap();
/// assert_eq!(forms::ids::check_resident_id("34010020990101003x", day).unwrap().number, "34010020990101003X");
/// ```
pub fn check_resident_id(text: &str, today: NaiveDate) -> Result<ResidentId, ResidentIdError> {
    let number = bare(text);
    let length = number.chars().count();
    if length == 15 && number.bytes().all(|b| b.is_ascii_digit()) {
        return Err(ResidentIdError::FifteenDigits);
    }
    if length != 18 {
        return Err(ResidentIdError::Length(length));
    }
    if let Some(odd) = number.chars().enumerate().find(|(at, c)| !(c.is_ascii_digit() || *at == 17 && *c == 'X')) {
        return Err(ResidentIdError::Character(odd.1));
    }
    // A foreigner's permanent residence card (2023 form) is written 9 + province + nationality, same length and check.
    let province = if number.starts_with('9') { &number[1..3] } else { &number[..2] };
    if !is_province(province) || !(number.starts_with('9') || can_be_region(&number[..6])) {
        return Err(ResidentIdError::Region);
    }
    let part = |range: std::ops::Range<usize>| number[range].parse::<u32>().unwrap_or(0);
    let birth = NaiveDate::from_ymd_opt(part(6..10) as i32, part(10..12), part(12..14))
        .filter(|birth| birth.year() >= EARLIEST_BIRTH)
        .ok_or(ResidentIdError::Birth)?;
    if birth > today {
        return Err(ResidentIdError::FutureBirth(birth));
    }
    let sum: u32 = number.bytes().zip(RESIDENT_WEIGHTS).map(|(b, weight)| u32::from(b - b'0') * weight).sum();
    if number.as_bytes()[17] != RESIDENT_CHECK[(sum % 11) as usize] {
        return Err(ResidentIdError::Check);
    }
    Ok(ResidentId { region: number[..6].to_owned(), birth, male: part(14..17) % 2 == 1, number })
}

impl ResidentIdError {
    /// The sentence for the person, in Chinese.
    pub fn zh(&self, label: &str, example: &str) -> String {
        match self {
            Self::Length(n) => format!("{label}请填 18 位，现在是 {n} 位，如 {example}"),
            Self::FifteenDigits => format!("{label}请填 18 位号码，15 位的旧号码已停用，可看现在的身份证或户口簿，如 {example}"),
            Self::Character(c) => {
                format!("{label}请填数字，只有最后一位可以是 X，去掉“{c}”，如 {example}")
            }
            Self::Region => format!("{label}前 6 位不是省份代码开头的区划代码，请对照证件逐位核对，如 {example}"),
            Self::Birth => {
                format!("{label}第 7 至 14 位要是出生年月日，请对照证件逐位核对，如 {example}")
            }
            Self::FutureBirth(birth) => format!(
                "{label}里的出生日期 {} 年 {} 月 {} 日还没有到，请对照证件核对第 7 至 14 位，如 {example}",
                birth.year(),
                birth.month(),
                birth.day()
            ),
            Self::Check => {
                format!("{label}最后一位与前 17 位对不上，请对照证件逐位核对，如 {example}")
            }
        }
    }

    /// The sentence for the person, in English.
    pub fn en(&self, label: &str, example: &str) -> String {
        match self {
            Self::Length(n) => {
                format!("{label} has 18 characters; this has {n}. Example: {example}")
            }
            Self::FifteenDigits => {
                format!(
                    "Enter the 18-character {label} on your present card; numbers of 15 digits are out of use. Example: {example}"
                )
            }
            Self::Character(c) => {
                format!("Enter {label} in digits; only the last may be X. Remove “{c}”. Example: {example}")
            }
            Self::Region => {
                format!(
                    "{label} begins with the code of a region, and that with its province's. Compare each digit with the card. Example: {example}"
                )
            }
            Self::Birth => {
                format!(
                    "Characters 7 to 14 of {label} are the day of birth. Compare each digit with the card. Example: {example}"
                )
            }
            Self::FutureBirth(birth) => {
                format!(
                    "{label} gives a day of birth still to come, {birth}. Compare characters 7 to 14 with the card. Example: {example}"
                )
            }
            Self::Check => {
                format!(
                    "The last character of {label} does not agree with the first 17. Compare each with the card. Example: {example}"
                )
            }
        }
    }
}

/// Folded, upper case, without the spaces and hyphens people group long numbers with.
pub(crate) fn bare(text: &str) -> String {
    let mut bare: String = digits_of(text).chars().filter(|c| !c.is_whitespace() && *c != '-').collect();
    if !bare.is_ascii() {
        return bare.to_uppercase();
    }
    bare.make_ascii_uppercase();
    bare
}

/// The check character of ISO 7064 MOD 37,36 over digits and capital letters: of case numbers (X.1) and of e-licences
/// (GB/T 36904, X4-06). Anything else in `body` counts as 0.
pub fn mod_37_36(body: &str) -> char {
    const ALPHABET: &[u8; 36] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ";
    let value = |b: u8| char::from(b).to_digit(36).unwrap_or(0);
    let product = body.bytes().fold(36, |product, b| match (product + value(b)) % 36 {
        0 => 36 * 2 % 37,
        sum => sum * 2 % 37,
    });
    ALPHABET[((37 - product) % 36) as usize] as char
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn day(year: i32) -> NaiveDate {
        NaiveDate::from_ymd_opt(year, 12, 1).unwrap()
    }

    #[test]
    fn x4_01_a_credit_code_is_checked_to_its_last_character() {
        let uscc = check_uscc("11340000123456788P").unwrap();
        assert_eq!((uscc.region.as_str(), uscc.organisation.as_str()), ("340000", "123456788"));
        assert_eq!(check_uscc("１１３４ ００００ １２３４ ５６７８ ８ｐ").unwrap().code, "11340000123456788P");
        assert_eq!(check_uscc("11340000123456788Q"), Err(UsccError::Check));
        assert_eq!(check_uscc("1134000012345678"), Err(UsccError::Length(16)));
        assert_eq!(check_uscc("1134000O123456788P"), Err(UsccError::Character('O')));
        assert_eq!(check_uscc("113400A0123456788P"), Err(UsccError::Region));
        assert!(UsccError::Character('O').zh("统一社会信用代码", "11340000123456788P").contains("数字 0"));
    }

    #[test]
    fn x4_02_the_organisation_code_inside_is_checked_too() {
        assert_eq!(organisation_check("12345678"), '8');
        assert_eq!(check_uscc("11340000123456789P"), Err(UsccError::OrganisationCheck));
    }

    #[test]
    fn x4_01_swapping_two_neighbours_is_found() {
        assert!(check_uscc("11340000213456788P").is_err());
        assert!(check_uscc("11430000123456788P").is_err());
    }

    #[test]
    fn x4_04_a_resident_number_is_checked_and_x_is_stored_large() {
        let id = check_resident_id("34010020990101003x", day(2100)).unwrap();
        assert_eq!(id.number, "34010020990101003X");
        assert!(id.male);
        assert!(!check_resident_id("340100209901010021", day(2100)).unwrap().male);
        assert_eq!(check_resident_id("340100209901010022", day(2100)), Err(ResidentIdError::Check));
        assert_eq!(check_resident_id("990100209901010021", day(2100)), Err(ResidentIdError::Region));
        assert_eq!(check_resident_id("340100209913010021", day(2100)), Err(ResidentIdError::Birth));
        assert_eq!(check_resident_id("34010020990101X021", day(2100)), Err(ResidentIdError::Character('X')));
        assert_eq!(check_resident_id("340100990101002", day(2100)), Err(ResidentIdError::FifteenDigits));
        assert_eq!(check_resident_id("3401", day(2100)), Err(ResidentIdError::Length(4)));
    }

    /// With the last character that makes the others agree.
    fn resident(body: &str) -> String {
        let sum: u32 = body.bytes().zip(RESIDENT_WEIGHTS).map(|(b, weight)| u32::from(b - b'0') * weight).sum();
        format!("{body}{}", char::from(RESIDENT_CHECK[(sum % 11) as usize]))
    }

    #[test]
    fn x4_01_a_credit_code_of_no_authority_or_kind_is_refused() {
        for text in ["QQ340100M000100Y48", "00350100M000100Y4F", "9A340100M000100Y4X", "1034000012345678XX"] {
            assert_eq!(check_uscc(text), Err(UsccError::Registrar), "{text}");
        }
        assert_eq!(check_uscc("11349900123456788P"), Err(UsccError::Region));
        assert_eq!(check_uscc("91101234123456788P"), Err(UsccError::Region));
    }

    #[test]
    fn x4_04_a_region_that_there_never_was_is_refused() {
        for region in ["349999", "110199", "340001X", "110401", "347101", "839900"] {
            let text = resident(&format!("{}19900101001", &region[..6]));
            let known = region.ends_with('X');
            assert_eq!(check_resident_id(&text, day(2026)).is_err(), !known, "{text}");
        }
        // Counties under the province of Hainan, a prefecture of old, a county-level city of a municipality.
        for region in ["460003", "342401", "500381", "310151", "429004", "659001"] {
            assert!(check_resident_id(&resident(&format!("{region}19900101001")), day(2026)).is_ok(), "{region}");
        }
    }

    #[test]
    fn x4_05_nobody_was_born_before_there_were_cards_to_outlive_it() {
        assert_eq!(check_resident_id(&resident("34010018000101001"), day(2026)), Err(ResidentIdError::Birth));
        assert!(check_resident_id(&resident("65312118860625184"), day(2026)).is_ok());
    }

    #[test]
    fn x4_06_the_check_character_of_iso_7064() {
        assert_eq!(mod_37_36("11340000123456788P00111340000123456788P2026000001001"), 'D');
    }

    #[test]
    fn x4_05_a_birth_still_to_come_is_refused() {
        let no = check_resident_id("34010020990101003X", day(2026)).unwrap_err();
        assert_eq!(no, ResidentIdError::FutureBirth(NaiveDate::from_ymd_opt(2099, 1, 1).unwrap()));
        assert!(no.zh("身份证号", "…").contains("2099 年 1 月 1 日还没有到"));
    }

    #[test]
    fn x4_04_age_counts_full_years() {
        let id = check_resident_id("34010020990101003X", day(2120)).unwrap();
        assert_eq!(id.age_on(NaiveDate::from_ymd_opt(2116, 12, 31).unwrap()), 17);
        assert_eq!(id.age_on(NaiveDate::from_ymd_opt(2117, 1, 1).unwrap()), 18);
    }

    proptest! {
        #[test]
        fn x4_04_no_string_makes_a_check_panic(text in "\\PC{0,24}|[0-9０-９Xx\u{1F600}]{17,19}|.{18}") {
            let _ = check_uscc(&text);
            let _ = check_resident_id(&text, day(2100));
        }

        #[test]
        fn x4_04_one_wrong_digit_is_always_found(at in 0usize..17, add in 1u32..10) {
            let good = "34010020990101003X";
            let changed: String = good.char_indices().map(|(i, c)| match c.to_digit(10) {
                Some(d) if i == at => char::from_digit((d + add) % 10, 10).unwrap(),
                _ => c,
            }).collect();
            prop_assert!(check_resident_id(&changed, day(2100)).is_err());
        }
    }
}
