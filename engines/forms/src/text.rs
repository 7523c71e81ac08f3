//! 文字归一 · one written form for what people type (B4.1, B9; H20, H21, H23). A full-width digit, a middle dot from
//! another keyboard or a padding space is not a mistake of the person. It is folded, never refused.

use std::borrow::Cow;

use chrono::{Datelike, NaiveDate};
use unicode_normalization::UnicodeNormalization;

/// Zero-width and direction marks, which phones and spreadsheets paste along unseen.
pub(crate) fn is_invisible(c: char) -> bool {
    matches!(c, '\u{00AD}' | '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{2069}' | '\u{FEFF}')
}

pub(crate) fn to_half_width(c: char) -> char {
    match c {
        '\u{3000}' | '\u{00A0}' => ' ',
        '\u{FF01}'..='\u{FF5E}' => char::from_u32(c as u32 - 0xFEE0).unwrap_or(c),
        _ => c,
    }
}

/// Folds text that holds digits: numbers, dates, telephones, ids. Full-width forms become ASCII, every kind of dash
/// becomes `-`, `。` (the full stop of a Chinese keyboard) becomes `.`, invisible characters go, ends are trimmed.
///
/// ```
/// assert_eq!(forms::text::fold_digits("　１３８００１３８０００"), "13800138000");
/// ```
pub fn fold_digits(text: &str) -> String {
    digits_of(text).into_owned()
}

/// [`fold_digits`], without a copy where there is nothing to fold.
pub(crate) fn digits_of(text: &str) -> Cow<'_, str> {
    if text.bytes().all(|b| matches!(b, b' '..=b'~')) {
        return Cow::Borrowed(text.trim());
    }
    let folded: String = text
        .chars()
        .filter(|c| !is_invisible(*c) && (!c.is_control() || c.is_whitespace()))
        .map(|c| match c {
            '\u{2010}'..='\u{2015}' | '\u{2212}' | '\u{FE63}' | '\u{30FC}' => '-',
            '。' | '\u{FF61}' => '.',
            '￥' => '¥',
            _ => to_half_width(c),
        })
        .collect();
    Cow::Owned(folded.trim().to_owned())
}

/// Folds a date in any usual writing (`2025/7/1`, `２０２５．０７．０１`, `2025年7月1日`, `20250701`) to `2025-07-01`.
/// What is not a date comes back as [`fold_digits`] leaves it, so that it can be shown again.
pub fn fold_date(text: &str) -> String {
    match read_date(text) {
        Some(date) => written(date),
        None => fold_digits(text),
    }
}

/// A day as it is kept: `2025-07-01`.
pub(crate) fn written(day: NaiveDate) -> String {
    format!("{:04}-{:02}-{:02}", day.year(), day.month(), day.day())
}

/// Reads a date in any usual writing; `None` when it is not a day of the calendar, or before the year 1000: nobody's
/// papers are older, and a slip of the finger often is.
pub fn read_date(text: &str) -> Option<NaiveDate> {
    read_day(&digits_of(text)).filter(|day| day.year() >= 1000)
}

fn read_day(folded: &str) -> Option<NaiveDate> {
    // As it is kept, which is what is read most.
    if let &[y1, y2, y3, y4, b'-', m1, m2, b'-', d1, d2] = folded.as_bytes() {
        let number = |digits: &[u8]| {
            digits.iter().try_fold(0u32, |number, b| b.is_ascii_digit().then(|| number * 10 + u32::from(b - b'0')))
        };
        let (year, month, day) = (number(&[y1, y2, y3, y4])?, number(&[m1, m2])?, number(&[d1, d2])?);
        return NaiveDate::from_ymd_opt(year as i32, month, day);
    }
    let digits = |part: &str, least: usize, most: usize| -> Option<u32> {
        let fits = (least..=most).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_digit());
        fits.then(|| part.parse().ok()).flatten()
    };
    if folded.len() == 8 && folded.bytes().all(|b| b.is_ascii_digit()) {
        let (year, month, day) = (&folded[..4], &folded[4..6], &folded[6..]);
        return NaiveDate::from_ymd_opt(digits(year, 4, 4)? as i32, digits(month, 2, 2)?, digits(day, 2, 2)?);
    }
    let parts: Vec<&str> = folded.trim_end_matches(['日', '号', '.']).split(['-', '/', '.', '年', '月']).map(str::trim).collect();
    let [year, month, day] = parts.as_slice() else {
        return None;
    };
    NaiveDate::from_ymd_opt(digits(year, 4, 4)? as i32, digits(month, 1, 2)?, digits(day, 1, 2)?)
}

/// Folds ordinary text: ends trimmed, line ends made one kind, control characters dropped (a database refuses NUL),
/// letters with marks composed. Full-width letters stay, for in running text they may be meant.
pub fn fold_text(text: &str) -> String {
    text_of(text).into_owned()
}

/// Characters that no folding of running text touches, wherever they stand.
fn is_plain(c: char) -> bool {
    matches!(c, ' '..='~' | '\u{3001}' | '\u{3002}' | '\u{4E00}'..='\u{9FFF}' | '\u{FF01}'..='\u{FF5E}')
}

/// [`fold_text`], without a copy where there is nothing to fold.
pub(crate) fn text_of(text: &str) -> Cow<'_, str> {
    if text.chars().all(is_plain) {
        return Cow::Borrowed(text.trim());
    }
    let text = text.replace("\r\n", "\n").replace('\r', "\n");
    let kept: String = text.chars().filter(|c| !c.is_control() || matches!(c, '\n' | '\t')).collect();
    Cow::Owned(compose(&kept).trim().to_owned())
}

/// Whether folding leaves nothing of a text.
pub(crate) fn is_blank(text: &str) -> bool {
    text.chars().all(|c| c.is_whitespace() || c.is_control())
}

/// NFC, except that compatibility ideographs stay: NFC would turn some of them into another character, and in a
/// name that is a change of the name.
fn compose(text: &str) -> String {
    let is_compatibility = |c: char| matches!(c, '\u{F900}'..='\u{FAFF}' | '\u{2F800}'..='\u{2FA1F}');
    let mut composed = String::with_capacity(text.len());
    let mut rest = text;
    while !rest.is_empty() {
        let end = rest.find(is_compatibility).unwrap_or(rest.len());
        composed.extend(rest[..end].nfc());
        rest = &rest[end..];
        if let Some(kept) = rest.chars().next() {
            composed.push(kept);
            rest = &rest[kept.len_utf8()..];
        }
    }
    composed
}

/// Ideographs of every block, the private-use codes that registers still send for some, and variation selectors.
pub(crate) fn is_han(c: char) -> bool {
    matches!(c,
        '\u{2E80}'..='\u{2FDF}' | '\u{3005}' | '\u{3007}' | '\u{3400}'..='\u{4DBF}' | '\u{4E00}'..='\u{9FFF}'
        | '\u{E000}'..='\u{FAFF}' | '\u{FE00}'..='\u{FE0F}' | '\u{20000}'..='\u{3FFFF}' | '\u{E0100}'..='\u{E01EF}'
        | '\u{F0000}'..='\u{10FFFD}')
}

/// Always a middle dot, whatever stands beside it. U+F0B7 is the dot that text processors paste from their symbol font.
fn is_middle_dot(c: char) -> bool {
    matches!(
        c,
        '\u{00B7}'
            | '\u{02D9}'
            | '\u{0387}'
            | '\u{1427}'
            | '\u{2022}'
            | '\u{2027}'
            | '\u{2219}'
            | '\u{22C5}'
            | '\u{25CF}'
            | '\u{25E6}'
            | '\u{26AB}'
            | '\u{2981}'
            | '\u{2E31}'
            | '\u{2E33}'
            | '\u{30FB}'
            | '\u{318D}'
            | '\u{A78F}'
            | '\u{FF65}'
            | '\u{F0B7}'
    )
}

/// A full stop: a middle dot between two ideographs, an abbreviation elsewhere (`J. Smith`).
fn is_full_stop(c: char) -> bool {
    matches!(c, '.' | '\u{2024}' | '\u{FE52}' | '\u{FF0E}' | '。' | '\u{FF61}')
}

/// Folds a person's name to its one written form (H21): every middle dot becomes U+00B7, padding spaces between
/// ideographs go, full-width letters become ASCII. Rare and private-use characters are kept as they are.
///
/// ```
/// use forms::text::fold_name;
/// assert_eq!(fold_name("买买提・吐尔逊"), "买买提·吐尔逊");
/// assert_eq!(fold_name("买买提.吐尔逊"), "买买提·吐尔逊");
/// assert_eq!(fold_name("王　敏"), "王敏");
/// assert_eq!(fold_name("J. Smith"), "J. Smith");
/// ```
pub fn fold_name(name: &str) -> String {
    name_of(name).into_owned()
}

/// Whether it is a telephone number that can be called: a mobile, a landline with its area code, or one abroad.
pub fn is_phone(typed: &str) -> bool {
    crate::entry::phone(typed).is_some()
}

/// Whether it is a mobile number, and no landline.
pub fn is_mobile(typed: &str) -> bool {
    crate::entry::mobile(typed).is_ok()
}

/// Whether it can be somebody's name as it stands on a card: something is left of it, no more than sixty characters, none that no name has.
pub fn is_name(name: &str) -> bool {
    crate::entry::name(name).is_ok_and(|name| !name.is_empty() && name.chars().count() <= 60)
}

/// A name as two writings of one are compared: folded, without what follows in brackets and without the post written behind it
/// (`李 四 主任` and `李四（科长）` are 李四).
pub fn name_without_post(written: &str) -> String {
    const POSTS: [&str; 26] = [
        "镇长",
        "乡长",
        "县长",
        "市长",
        "部长",
        "院长",
        "首席代表",
        "副科长",
        "科员",
        "书记",
        "工程师",
        "职员",
        "干事",
        "代表",
        "同志",
        "主任",
        "科长",
        "股长",
        "处长",
        "局长",
        "所长",
        "队长",
        "法官",
        "先生",
        "女士",
        "副",
    ];
    let name = fold_name(written.split(['（', '(', '，', ',', '、']).next().unwrap_or_default());
    let mut name = name.as_str();
    while let Some(rest) = POSTS.iter().find_map(|post| name.strip_suffix(post)).filter(|rest| rest.chars().count() > 1) {
        name = rest;
    }
    name.to_owned()
}

/// Whether what somebody wrote names this person, a post before the name or behind it (`局长陈静`, `高级工程师孙磊，省立医院`).
///
/// ```
/// assert!(forms::text::names("科长 陈 静", "陈静") && forms::text::names("陈静（科长）", "陈静"));
/// assert!(!forms::text::names("王明华 科长", "王明"));
/// ```
pub fn names(written: &str, name: &str) -> bool {
    /// How the words for posts and professions end.
    const ENDINGS: &str = "长师员任记授士表席理监官医总家副";
    let name = name_without_post(name);
    let first = written.split(['（', '(', '，', ',', '、', '；', ';']).next().unwrap_or_default();
    let joined: String = first.chars().filter(|c| !c.is_whitespace()).collect();
    let words = written.split(|c: char| c.is_whitespace() || matches!(c, '（' | '(' | '，' | ',' | '、' | '；' | ';'));
    let is_it = |word: &str| match name_without_post(word).strip_suffix(name.as_str()) {
        Some(before) => before.is_empty() || before.ends_with(|c| ENDINGS.contains(c)),
        None => false,
    };
    name.chars().count() > 1 && (is_it(&joined) || is_it(first) || words.into_iter().any(is_it))
}

/// [`fold_name`], without a copy where there is nothing to fold.
pub(crate) fn name_of(name: &str) -> Cow<'_, str> {
    if name.chars().all(|c| matches!(c, '\u{4E00}'..='\u{9FFF}')) {
        return Cow::Borrowed(name);
    }
    let seen: String = name.chars().filter(|c| !is_invisible(*c) && (!c.is_control() || c.is_whitespace())).collect();
    // A full-width full stop must still be told from '.', so it is not made half-width here.
    let halved: String = seen.chars().map(|c| if c == '\u{FF0E}' { c } else { to_half_width(c) }).collect();
    let chars: Vec<char> = compose(&halved).chars().collect();
    let joins = |c: char| is_middle_dot(c) || is_full_stop(c) || c.is_whitespace();

    let mut folded = String::with_capacity(name.len());
    let mut at = 0;
    while at < chars.len() {
        if !joins(chars[at]) {
            folded.push(chars[at]);
            at += 1;
            continue;
        }
        let end = (at..chars.len()).find(|i| !joins(chars[*i])).unwrap_or(chars.len());
        let run = &chars[at..end];
        let (left, right) = (folded.chars().next_back(), chars.get(end).copied());
        let between_han = left.is_some_and(is_han) && right.is_some_and(is_han);
        if run.iter().any(|c| is_middle_dot(*c)) {
            if left.is_some() && right.is_some() {
                folded.push('·');
            }
        } else if run.iter().any(|c| is_full_stop(*c)) && between_han {
            folded.push('·');
        } else if !between_han {
            let mut spaced = false;
            for c in run {
                match c {
                    c if c.is_whitespace() => spaced = true,
                    c => {
                        push_space(&mut folded, &mut spaced);
                        folded.push(if matches!(c, '\u{2024}' | '\u{FE52}' | '\u{FF0E}') { '.' } else { *c });
                    }
                }
            }
            if right.is_some() {
                push_space(&mut folded, &mut spaced);
            }
        }
        at = end;
    }
    Cow::Owned(folded)
}

fn push_space(folded: &mut String, wanted: &mut bool) {
    if std::mem::take(wanted) && !folded.is_empty() {
        folded.push(' ');
    }
}

/// Whether two names are one name differently typed.
pub fn same_name(a: &str, b: &str) -> bool {
    fold_name(a) == fold_name(b)
}

/// How far two names, usually one typed and one sent by a register, agree.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Likeness {
    /// The same after folding.
    Same,
    /// The same once a private-use code or a pinyin stand-in is read as the character it stands for. A person
    /// compares both forms and confirms; a machine neither accepts nor refuses this.
    SameByEquivalence,
    /// Not the same name.
    Different,
}

/// Compares two names, reading older codes for the same character as equal (H23).
///
/// ```
/// use forms::text::{equivalent_name, Likeness};
/// assert_eq!(equivalent_name("王\u{E863}", "王䶮"), Likeness::SameByEquivalence);
/// assert_eq!(equivalent_name("王YAN", "王䶮"), Likeness::SameByEquivalence);
/// assert_eq!(equivalent_name("王敏", "王䶮"), Likeness::Different);
/// ```
pub fn equivalent_name(a: &str, b: &str) -> Likeness {
    let (a, b) = (fold_name(a), fold_name(b));
    if a == b {
        return Likeness::Same;
    }
    let (a, b) = (without_private_use(&a), without_private_use(&b));
    if a == b || spelled(&a) == spelled(&b) && (has_stand_in(&a) || has_stand_in(&b)) {
        return Likeness::SameByEquivalence;
    }
    Likeness::Different
}

/// Replaces the private-use codes that GBK-era systems used by the characters Unicode has since given them.
pub fn without_private_use(name: &str) -> String {
    name.chars()
        .map(|c| match PRIVATE_USE.binary_search_by_key(&c, |(code, _)| *code) {
            Ok(at) => PRIVATE_USE[at].1,
            Err(_) => c,
        })
        .collect()
}

/// The name with each character that systems are known to spell out replaced by that spelling.
fn spelled(name: &str) -> String {
    let mut spelled = String::with_capacity(name.len());
    for c in name.chars() {
        match SPELLED_OUT.iter().find(|(character, _)| *character == c) {
            Some((_, pinyin)) => spelled.push_str(pinyin),
            None => spelled.extend(c.to_uppercase()),
        }
    }
    spelled
}

fn has_stand_in(name: &str) -> bool {
    let upper = name.to_uppercase();
    upper.chars().any(is_han) && SPELLED_OUT.iter().any(|(_, pinyin)| upper.contains(pinyin))
}

/// Characters that systems without them print as pinyin. Only cases met in the field; one line to add another.
const SPELLED_OUT: &[(char, &str)] = &[('䶮', "YAN")];

/// Private-use code and present code of the ideographs at GBK positions FE50–FEA0, as GB 18030 maps them (the 2005
/// and 2022 editions moved the last fourteen out of the private-use area). Sorted, for binary search.
const PRIVATE_USE: &[(char, char)] = &[
    ('\u{E816}', '\u{20087}'),
    ('\u{E817}', '\u{20089}'),
    ('\u{E818}', '\u{200CC}'),
    ('\u{E81A}', '\u{3473}'),
    ('\u{E81B}', '\u{3447}'),
    ('\u{E81E}', '\u{9FB4}'),
    ('\u{E81F}', '\u{359E}'),
    ('\u{E820}', '\u{361A}'),
    ('\u{E821}', '\u{360E}'),
    ('\u{E824}', '\u{396E}'),
    ('\u{E825}', '\u{3918}'),
    ('\u{E826}', '\u{9FB5}'),
    ('\u{E827}', '\u{39CF}'),
    ('\u{E828}', '\u{39DF}'),
    ('\u{E829}', '\u{3A73}'),
    ('\u{E82A}', '\u{39D0}'),
    ('\u{E82B}', '\u{9FB6}'),
    ('\u{E82C}', '\u{9FB7}'),
    ('\u{E82D}', '\u{3B4E}'),
    ('\u{E82E}', '\u{3C6E}'),
    ('\u{E82F}', '\u{3CE0}'),
    ('\u{E831}', '\u{215D7}'),
    ('\u{E832}', '\u{9FB8}'),
    ('\u{E834}', '\u{4056}'),
    ('\u{E835}', '\u{415F}'),
    ('\u{E837}', '\u{4337}'),
    ('\u{E83B}', '\u{2298F}'),
    ('\u{E83C}', '\u{43B1}'),
    ('\u{E83D}', '\u{43AC}'),
    ('\u{E83F}', '\u{43DD}'),
    ('\u{E840}', '\u{44D6}'),
    ('\u{E841}', '\u{4661}'),
    ('\u{E842}', '\u{464C}'),
    ('\u{E843}', '\u{9FB9}'),
    ('\u{E844}', '\u{4723}'),
    ('\u{E845}', '\u{4729}'),
    ('\u{E846}', '\u{477C}'),
    ('\u{E847}', '\u{478D}'),
    ('\u{E849}', '\u{4947}'),
    ('\u{E84A}', '\u{497A}'),
    ('\u{E84B}', '\u{497D}'),
    ('\u{E84C}', '\u{4982}'),
    ('\u{E84D}', '\u{4983}'),
    ('\u{E84E}', '\u{4985}'),
    ('\u{E84F}', '\u{4986}'),
    ('\u{E850}', '\u{499F}'),
    ('\u{E851}', '\u{499B}'),
    ('\u{E852}', '\u{49B7}'),
    ('\u{E853}', '\u{49B6}'),
    ('\u{E854}', '\u{9FBA}'),
    ('\u{E855}', '\u{241FE}'),
    ('\u{E856}', '\u{4CA3}'),
    ('\u{E857}', '\u{4C9F}'),
    ('\u{E858}', '\u{4CA0}'),
    ('\u{E859}', '\u{4CA1}'),
    ('\u{E85A}', '\u{4C77}'),
    ('\u{E85B}', '\u{4CA2}'),
    ('\u{E85C}', '\u{4D13}'),
    ('\u{E85D}', '\u{4D14}'),
    ('\u{E85E}', '\u{4D15}'),
    ('\u{E85F}', '\u{4D16}'),
    ('\u{E860}', '\u{4D17}'),
    ('\u{E861}', '\u{4D18}'),
    ('\u{E862}', '\u{4D19}'),
    ('\u{E863}', '\u{4DAE}'),
    ('\u{E864}', '\u{9FBB}'),
];

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn b4_1_a_name_is_known_however_it_is_written() {
        for written in
            ["李四", " 李 四 ", "李四 主任", "李四副主任", "李四（主任）", "李四同志", "李四 科员", "李四 首席代表", "李四 镇长"]
        {
            assert_eq!(name_without_post(written), "李四", "{written}");
        }
        for other in ["李四光", "买买提·吐尔逊"] {
            assert_eq!(name_without_post(other), other);
        }
        assert_eq!(name_without_post("主任"), "主任");
    }

    #[test]
    fn h20_full_width_digits_and_dates_are_folded() {
        assert_eq!(fold_digits("１３８００１３８０００"), "13800138000");
        assert_eq!(fold_digits("１２３４"), "1234");
        assert_eq!(fold_digits("\u{202D}138 0013 8000\u{202C}"), "138 0013 8000");
        let day = NaiveDate::from_ymd_opt(2025, 7, 1);
        for text in [
            "２０２５／０７／０１",
            "２０２５．０７．０１",
            "2025。7。1",
            "2025-7-1",
            "2025年7月1日",
            "2025 年 07 月 01 号",
            "20250701",
            "２０２５－０７－０１",
            "2025—07—01",
        ] {
            assert_eq!(read_date(text), day, "{text}");
            assert_eq!(fold_date(text), "2025-07-01");
        }
        for text in ["2025-02-30", "0000-01-01", "0202-07-01", "2025-7", "07/01/2025", "明天", "", "2025-07-01-02", "25-07-01"]
        {
            assert_eq!(read_date(text), None, "{text}");
        }
    }

    #[test]
    fn h21_every_middle_dot_finds_the_same_person() {
        for dot in [
            '\u{B7}', '\u{387}', '\u{2022}', '\u{2024}', '\u{2027}', '\u{2219}', '\u{22C5}', '\u{2E31}', '\u{30FB}', '\u{FF0E}',
            '\u{FF65}', '\u{F0B7}', '\u{FE52}', '\u{2D9}', '\u{25E6}', '.', '。',
        ] {
            for name in [format!("买买提{dot}吐尔逊"), format!(" 买买提 {dot}　吐尔逊 "), format!("买买提{dot}{dot}吐尔逊")]
            {
                assert_eq!(fold_name(&name), "买买提\u{B7}吐尔逊", "{name}");
                assert!(same_name(&name, "买买提·吐尔逊"));
            }
        }
        let long = "阿卜杜拉·买买提·吐尔逊·艾合买提江·努尔买买提·阿布";
        assert!(long.chars().count() >= 25);
        assert_eq!(fold_name(long), long);
    }

    #[test]
    fn h21_rare_characters_and_foreign_names_stay_as_they_are() {
        for name in ["王䶮", "𠮷田", "张\u{E863}", "李\u{FA1E}", "邉\u{E0101}", "J. Smith", "Anne-Marie O'Neil", "欧阳〇"]
        {
            assert_eq!(fold_name(name), name);
        }
        assert_eq!(fold_name("Ｊ．　Ｓｍｉｔｈ"), "J. Smith");
        assert_eq!(fold_name("Zoe\u{308}"), "Zoë");
        assert!(!same_name("王敏", "王珉"));
    }

    #[test]
    fn h23_private_use_code_real_code_and_pinyin_are_the_same_by_equivalence() {
        assert_eq!(equivalent_name("王䶮", "王 䶮"), Likeness::Same);
        assert_eq!(equivalent_name("王\u{E863}", "王\u{4DAE}"), Likeness::SameByEquivalence);
        assert_eq!(equivalent_name("王\u{E863}", "王yan"), Likeness::SameByEquivalence);
        assert_eq!(equivalent_name("王YAN", "王䶮"), Likeness::SameByEquivalence);
        assert_eq!(equivalent_name("王YAN", "李䶮"), Likeness::Different);
        assert_eq!(equivalent_name("WANG YAN", "王䶮"), Likeness::Different);
        assert_eq!(equivalent_name("John", "JOHN"), Likeness::Different);
        assert_eq!(equivalent_name("王\u{E862}", "王䶮"), Likeness::Different);
        assert!(PRIVATE_USE.is_sorted_by_key(|(code, _)| *code), "binary search needs the order");
    }

    /// Strings rich in what folding touches, besides any string at all.
    fn awkward() -> impl Strategy<Value = String> {
        prop_oneof![
            any::<String>(),
            proptest::collection::vec(
                prop_oneof![
                    Just('王'),
                    Just('敏'),
                    Just('.'),
                    Just('．'),
                    Just('·'),
                    Just('・'),
                    Just('。'),
                    Just(' '),
                    Just('　'),
                    Just('e'),
                    Just('\u{301}'),
                    Just('\u{FA1E}'),
                    Just('\u{E863}'),
                    Just('\u{200D}'),
                    Just('\u{FF76}'),
                    Just('\u{FF9E}'),
                    Just('\u{0}'),
                    Just('９'),
                    Just('／'),
                    Just('\u{1100}'),
                    Just('\u{1161}'),
                    any::<char>()
                ],
                0..24
            )
            .prop_map(|chars| chars.into_iter().collect()),
        ]
    }

    proptest! {
        #[test]
        fn h20_folding_twice_changes_nothing(text in awkward()) {
            let once = fold_digits(&text);
            prop_assert_eq!(fold_digits(&once), once);
            let once = fold_date(&text);
            prop_assert_eq!(fold_date(&once), once);
            let once = fold_text(&text);
            prop_assert_eq!(fold_text(&once), once);
        }

        #[test]
        fn h21_folding_a_name_twice_changes_nothing(name in awkward()) {
            let once = fold_name(&name);
            prop_assert_eq!(fold_name(&once), once);
        }

        #[test]
        fn h23_comparison_is_symmetric(a in awkward(), b in awkward()) {
            prop_assert_eq!(equivalent_name(&a, &b), equivalent_name(&b, &a));
            prop_assert_eq!(equivalent_name(&a, &a), Likeness::Same);
        }
    }
}
