//! 认号码 · which kind of number a text is, whether it is right, and what it says (X4-01, X4-02, X4-04, X4-06, X.1): for whoever
//! holds a list of numbers and wants to know what is in it.

use chrono::{Datelike, NaiveDate};
use serde::Serialize;

use crate::entry::{mobile, phone};
use crate::ids::{
    REGISTRARS, ResidentIdError, UsccError, bare, check_resident_id, check_uscc, is_province, mod_37_36, organisation_check,
};
use crate::regions::{check_region, region_name};
use crate::text::{digits_of, read_date};

/// Kinds of number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum NumberKind {
    /// 公民身份号码.
    ResidentId,
    /// 统一社会信用代码.
    Uscc,
    /// 组织机构代码, nine characters, out of use for organisations since 2015 and still part of every credit code.
    OrganisationCode,
    /// 工商注册号 of fifteen digits, out of use since 2015.
    RegistrationNo,
    /// A mainland mobile number.
    Mobile,
    /// Any other telephone number.
    Phone,
    /// 办件编号.
    CaseNo,
    /// 实施编码 of 31 characters, or 业务办理项编码 of 33.
    ItemCode,
    /// 电子证照标识.
    LicenceId,
    /// 行政区划代码.
    Region,
    /// None of these.
    Unknown,
}

impl NumberKind {
    /// Its Chinese name.
    pub fn zh(self) -> &'static str {
        match self {
            Self::ResidentId => "公民身份号码",
            Self::Uscc => "统一社会信用代码",
            Self::OrganisationCode => "组织机构代码",
            Self::RegistrationNo => "工商注册号",
            Self::Mobile => "手机号码",
            Self::Phone => "电话号码",
            Self::CaseNo => "办件编号",
            Self::ItemCode => "事项实施编码",
            Self::LicenceId => "电子证照标识",
            Self::Region => "行政区划代码",
            Self::Unknown => "认不出的号码",
        }
    }

    /// Its English name.
    pub fn en(self) -> &'static str {
        match self {
            Self::ResidentId => "resident identity number",
            Self::Uscc => "unified social credit code",
            Self::OrganisationCode => "organisation code",
            Self::RegistrationNo => "business registration number",
            Self::Mobile => "mobile number",
            Self::Phone => "telephone number",
            Self::CaseNo => "case number",
            Self::ItemCode => "item code",
            Self::LicenceId => "e-licence id",
            Self::Region => "region code",
            Self::Unknown => "unknown number",
        }
    }

    /// Whether it is a datum of a person, to be masked where others look on.
    pub fn is_personal(self) -> bool {
        matches!(self, Self::ResidentId | Self::Mobile | Self::Phone)
    }
}

/// What a text turned out to be.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Number {
    /// The kind it is, or comes nearest to.
    pub kind: NumberKind,
    /// Whether nothing is wrong with it.
    pub valid: bool,
    /// Its one written form, or the text folded if something is wrong.
    pub number: String,
    /// What it says, in Chinese, or what is wrong and how to mend it.
    pub zh: String,
    /// The same in English.
    pub en: String,
}

/// Longer texts are no number of any kind.
const LONGEST: usize = 200;

/// What stands behind a label that was copied along: 身份证号：110105…
fn unlabelled(text: &str) -> &str {
    let is_label = |c: char| matches!(c, '\u{4e00}'..='\u{9fff}' | '：' | ':') || c.is_whitespace();
    let number = text.trim_start_matches(is_label);
    if number.chars().filter(char::is_ascii_alphanumeric).count() >= 6 { number } else { text }
}

/// Says which kind of number a text is. A number that fits two kinds by its shape is the one it is right as; if right as
/// neither, the one it comes nearest to.
///
/// ```
/// use forms::{NumberKind, recognise};
/// let today = chrono::NaiveDate::from_ymd_opt(2026, 12, 1).unwrap();
/// let found = recognise("１１３４００００１２３４５６７８８p", today);
/// assert_eq!((found.kind, found.valid, found.number.as_str()), (NumberKind::Uscc, true, "11340000123456788P"));
/// ```
pub fn recognise(text: &str, today: NaiveDate) -> Number {
    if text.chars().take(LONGEST + 1).count() > LONGEST {
        return unknown(text.chars().take(20).chain(['…']).collect());
    }
    let text = unlabelled(text);
    let number = bare(text);
    let digits = number.bytes().all(|b| b.is_ascii_digit());
    match number.chars().count() {
        _ if number.starts_with("1.2.156.") => licence(number),
        // With an extension a telephone number is as long as an identity number, but none of those begins with 0.
        _ if number.starts_with('0') && phone(text).is_some() => telephone(text, number, NumberKind::Phone),
        18 => eighteen(number, today),
        15 if digits => fifteen(number),
        21 if number.is_ascii() && number.bytes().take(20).all(|b| b.is_ascii_digit()) => case_no(number),
        31 | 33 if number.is_ascii() => item_code(number),
        11 if digits && number.starts_with('1') => telephone(text, number, NumberKind::Mobile),
        9 if number.bytes().all(|b| b.is_ascii_alphanumeric()) && phone(text).is_none() => organisation(number),
        // 955880 is the telephone of a bank, for no region has it.
        6 if digits && (region_name(&number).is_some() || phone(text).is_none()) => region(number),
        _ if phone(text).is_some() || number.starts_with(['0', '+']) => telephone(text, number, NumberKind::Phone),
        16 | 17 | 19 | 20 if number.bytes().all(|b| b.is_ascii_alphanumeric()) => eighteen(number, today),
        _ => unknown(digits_of(text).into_owned()),
    }
}

fn good(kind: NumberKind, number: String, zh: String, en: String) -> Number {
    Number { kind, valid: true, number, zh, en }
}

fn bad(kind: NumberKind, number: String, zh: String, en: String) -> Number {
    Number { kind, valid: false, number, zh, en }
}

fn unknown(number: String) -> Number {
    let zh = "认不出是哪一种号码，请核对位数；可以认身份证号、统一社会信用代码、电话、办件编号、事项编码、证照标识、区划代码";
    let en = "No kind of number known here has this shape; compare the number of characters";
    bad(NumberKind::Unknown, number, zh.to_owned(), en.to_owned())
}

fn eighteen(number: String, today: NaiveDate) -> Number {
    let as_resident = check_resident_id(&number, today);
    let as_uscc = check_uscc(&number);
    let looks_born = looks_born(&number);
    let mostly_digits = number.chars().filter(char::is_ascii_digit).count() + 1 >= number.chars().count();
    let of_a_province = mostly_digits && number.get(..2).is_some_and(is_province);
    // A province, a birth and digits throughout are a person's number with a slip in it, though it may add up as a code.
    let as_uscc = Some(as_uscc).filter(|_| !(of_a_province && looks_born));
    let no_resident = |no: ResidentIdError, number: String| {
        let (zh, en) = (no.zh("身份证号", "34010020990101003X"), no.en("Identity number", "34010020990101003X"));
        bad(NumberKind::ResidentId, number, zh, en)
    };
    match (as_resident, as_uscc) {
        (Ok(id), _) => {
            let (birth, (place_zh, place_en)) = (id.birth, place(&id.region));
            let zh = format!(
                "{} 年 {} 月 {} 日出生，{}，{}{place_zh}",
                birth.year(),
                birth.month(),
                birth.day(),
                if id.male { "男" } else { "女" },
                if id.number.starts_with('9') { "" } else { "首次登记在" }
            );
            let at = if id.number.starts_with('9') { "" } else { "first registered in " };
            let en = format!("born {birth}, {}, {at}{place_en}", if id.male { "male" } else { "female" });
            good(NumberKind::ResidentId, id.number, zh, en)
        }
        (_, Some(Ok(uscc))) => {
            let (place_zh, place_en) = place(&uscc.region);
            let by = REGISTRARS.iter().find(|(known, ..)| uscc.code.starts_with(*known));
            let (by_zh, by_en) = by.map_or(("", ""), |(_, zh, en)| (*zh, *en));
            let zh = format!("{by_zh}登记，登记地{place_zh}，组织机构代码 {}", uscc.organisation);
            let en = format!("registered by {by_en} in {place_en}, organisation code {}", uscc.organisation);
            good(NumberKind::Uscc, uscc.code, zh, en)
        }
        (Err(no), None) => no_resident(no, number),
        (Err(no), Some(Err(_))) if mostly_digits && (looks_born || number.ends_with('X')) => no_resident(no, number),
        (Err(no), Some(Err(UsccError::Region))) if of_a_province => no_resident(no, number),
        (Err(_), Some(Err(no))) => {
            let (zh, en) = (no.zh("统一社会信用代码", "11340000123456788P"), no.en("Credit code", "11340000123456788P"));
            bad(NumberKind::Uscc, number, zh, en)
        }
    }
}

/// Where a number comes from, in Chinese and English. What the tables do not have is said, for the old codes of other provinces
/// are not all in them; a foreigner's number has the province and the nationality there.
fn place(code: &str) -> (String, String) {
    if let Some(foreign) = code.strip_prefix('9') {
        let province = format!("{}0000", &foreign[..2]);
        let name = region_name(&province).unwrap_or(province);
        return (format!("外国人永久居留，受理地{name}"), format!("permanent residence of a foreigner, granted in {name}"));
    }
    match region_name(code) {
        Some(name) => (name.clone(), name),
        None => (
            format!("{code}（现行区划里没有，撤销的旧代码没有收全，请对照证件核对）"),
            format!("{code}, which is not in force and may be an old code not known here: compare it with the document"),
        ),
    }
}

/// Whether digits 7 to 14 are a day of birth, or would be but for the length of the month.
fn looks_born(number: &str) -> bool {
    let part = |from: usize, to: usize| number.get(from..to).and_then(|part| part.parse::<u32>().ok());
    matches!((part(6, 10), part(10, 12), part(12, 14)), (Some(1800..=2100), Some(1..=12), Some(1..=31)))
}

fn fifteen(number: String) -> Number {
    if read_date(&format!("19{}", &number[6..12])).is_some() {
        let no = crate::ids::ResidentIdError::FifteenDigits;
        let (zh, en) = (no.zh("身份证号", "34010020990101003X"), no.en("identity number", "34010020990101003X"));
        return bad(NumberKind::ResidentId, number, zh, en);
    }
    let zh = "15 位的工商注册号已停用，请填营业执照上 18 位的统一社会信用代码".to_owned();
    let en = "Registration numbers of 15 digits are out of use. Enter the 18-character credit code of the licence".to_owned();
    bad(NumberKind::RegistrationNo, number, zh, en)
}

fn case_no(number: String) -> Number {
    let (body, check) = number.split_at(20);
    let (region, day, serial) = (&body[..6], &body[6..14], &body[14..]);
    if !check.starts_with(mod_37_36(body)) {
        let zh = "办件编号最后一位与前 20 位对不上，请对照收件凭证逐位核对".to_owned();
        let en = "The last character of the case number does not agree. Compare each with the receipt".to_owned();
        return bad(NumberKind::CaseNo, number, zh, en);
    }
    let Some(day) = read_date(day) else {
        let zh = "办件编号第 7 至 14 位要是日期，请对照收件凭证逐位核对".to_owned();
        let en = "Characters 7 to 14 of the case number are a date. Compare each with the receipt".to_owned();
        return bad(NumberKind::CaseNo, number, zh, en);
    };
    let (place, serial) = (region_name(region).unwrap_or_else(|| region.to_owned()), serial.trim_start_matches('0'));
    let zh = format!("{place} {} 年 {} 月 {} 日第 {serial} 件", day.year(), day.month(), day.day());
    let en = format!("case {serial} of {day} in {place}");
    good(NumberKind::CaseNo, number, zh, en)
}

fn item_code(number: String) -> Number {
    let (body, level) = (check_uscc(&number[..18]), number.as_bytes()[18]);
    let levels = ["国家级", "省级", "市级", "县级", "乡镇（街道）级", "村（社区）级", "分级管理"];
    let level = usize::from(level.wrapping_sub(b'1'));
    match (body, levels.get(level)) {
        (Ok(body), Some(level)) if number[19..].bytes().all(|b| b.is_ascii_alphanumeric()) => {
            let place = region_name(&body.region).unwrap_or(body.region);
            let zh = format!("{level}事项，实施主体 {}（{place}），基本编码 {}", &number[..18], &number[19..31]);
            let en = format!("item {} of {} in {place}", &number[19..31], &number[..18]);
            good(NumberKind::ItemCode, number, zh, en)
        }
        (Err(no), _) => {
            let (zh, en) =
                (no.zh("实施主体的统一社会信用代码（前 18 位）", "11340000123456788P"), no.en("The body's credit code", ""));
            bad(NumberKind::ItemCode, number, zh, en)
        }
        _ => {
            let zh = "事项编码第 19 位是 1 至 7 的行使层级，后面是 12 位基本编码，请对照实施清单核对".to_owned();
            let en = "Character 19 of an item code is the level, 1 to 7, followed by the 12 of the basic code".to_owned();
            bad(NumberKind::ItemCode, number, zh, en)
        }
    }
}

/// GB/T 36904: root, type code 21, issuer 18, serial, version 3, check character, with points between (X4-06).
fn licence(number: String) -> Number {
    let parts: Vec<&str> = number.strip_prefix("1.2.156.3005.2.").unwrap_or_default().split('.').collect();
    let no = |number: String, zh: &str, en: &str| bad(NumberKind::LicenceId, number, zh.to_owned(), en.to_owned());
    let [kind, issuer, serial, version, check] = parts.as_slice() else {
        let zh = "电子证照标识请写成 1.2.156.3005.2.类型.颁发机构.流水号.版本.校验位";
        return no(number, zh, "Write an e-licence id as 1.2.156.3005.2.TYPE.ISSUER.SERIAL.VERSION.CHECK");
    };
    if kind.len() != 21 || check_uscc(issuer).is_err() || version.len() != 3 || serial.is_empty() {
        let zh = "电子证照标识里类型代码 21 位、颁发机构是 18 位信用代码、版本 3 位，请对照证照核对";
        return no(
            number,
            zh,
            "The type has 21 characters, the issuer is a credit code, the version has 3. Compare with the licence",
        );
    }
    if *check != mod_37_36(&[*kind, *issuer, *serial, *version].concat()).to_string() {
        let zh = "电子证照标识的校验位对不上，请对照证照逐位核对";
        return no(number, zh, "The check character does not agree. Compare each character with the licence");
    }
    let (zh, en) = (format!("颁发机构 {issuer}，流水号 {serial}"), format!("issuer {issuer}, serial {serial}"));
    good(NumberKind::LicenceId, number, zh, en)
}

fn organisation(number: String) -> Number {
    if number.as_bytes()[8] == organisation_check(&number[..8]) as u8 {
        let zh = "单独的组织机构代码已停用，请填含有它的 18 位统一社会信用代码".to_owned();
        let en = "It stands in characters 9 to 17 of a credit code; enter that instead".to_owned();
        return good(NumberKind::OrganisationCode, number, zh, en);
    }
    let zh = "组织机构代码最后一位与前 8 位对不上，请逐位核对".to_owned();
    let en = "The last character of the organisation code does not agree with the first 8".to_owned();
    bad(NumberKind::OrganisationCode, number, zh, en)
}

fn region(number: String) -> Number {
    match check_region(&number) {
        Ok(region) => good(NumberKind::Region, number, region.full_name(), region.full_name()),
        Err(no) => {
            let (zh, en) = (no.zh("区划代码", "341524"), no.en("region code", "341524"));
            bad(NumberKind::Region, number, zh, en)
        }
    }
}

fn telephone(text: &str, number: String, nearest: NumberKind) -> Number {
    if let Ok(number) = mobile(text) {
        return good(NumberKind::Mobile, number, "11 位手机号码".to_owned(), "11 digits".to_owned());
    }
    if let Some(number) = phone(text) {
        return good(NumberKind::Phone, number, "固定、服务或境外电话".to_owned(), "landline, service or foreign".to_owned());
    }
    let (zh, en) = match nearest {
        NumberKind::Mobile => ("手机号码请填 13 至 19 开头的 11 位", "A mobile number has 11 digits beginning with 13 to 19"),
        _ => ("电话请填区号加号码，如 0551-62600000", "Enter area code and number, such as 0551-62600000"),
    };
    bad(nearest, number, zh.to_owned(), en.to_owned())
}
