//! 封存 · who complained is sealed from whoever handles it (C3.5-05; 信访条例第三十条): of the words they may read, what names the
//! complainant is blotted out. What nobody can find by itself, the complainant writes into a field that stays closed whole.

use super::fold::Complaint;
use acts::ComplaintDetails;
use forms::FieldError;
use foundation::held::Posted;
use foundation::page::fields::{self, field_error};

const BLOT: &str = "■■";

/// The words as a desk reads them that the seal was not opened to.
pub fn c3_5_05_blotted(details: &ComplaintDetails, text: &str) -> String {
    numbers(&without_names(details, text))
}

/// Whether a text holds what names the complainant.
pub fn names(details: &ComplaintDetails, text: &str) -> bool {
    without_names(details, text) != text
}

/// Words that everybody will read, which name nobody: no number of a person, no name, telephone or address of the complainant.
pub fn public(
    complaint: &Complaint,
    posted: &Posted,
    (key, label): (&str, &str),
    wanted: (&str, &str),
    most: usize,
    errors: &mut Vec<FieldError>,
) -> String {
    let text = fields::public_text(posted, key, label, wanted, most, errors);
    if complaint.details.as_ref().is_some_and(|details| names(details, &text)) {
        let zh = "里面有能认出诉求人的姓名、号码或者地址，请删掉";
        errors.push(field_error(key, label, zh, "It holds a name, number or address of the complainant; take it out"));
    }
    text
}

/// The words without these names and without numbers that may name a person.
pub fn without(hidden: &[String], text: &str) -> String {
    numbers(&hidden.iter().fold(text.to_owned(), |text, secret| blot(&text, secret)))
}

fn without_names(details: &ComplaintDetails, text: &str) -> String {
    let name: Vec<char> = details.name.chars().filter(|c| !c.is_whitespace()).collect();
    // 敏, of 王敏, may be any word; two characters are a given name.
    let given: String = if name.len() == 3 { name[1..].iter().collect() } else { String::new() };
    let mut hidden = vec![details.name.as_str(), &given, &details.contact, &details.address, &details.case_no];
    hidden.extend(details.address.split([' ', '，', ',']).filter(|part| part.chars().count() > 3));
    hidden.sort_by_key(|one| std::cmp::Reverse(one.chars().count()));
    hidden.into_iter().fold(text.to_owned(), |text, secret| blot(&text, secret))
}

/// As a character counts beside another: half-width, in lower case; nothing for what cannot be seen.
fn plain(c: char) -> Option<char> {
    let folded = forms::text::fold_digits(c.encode_utf8(&mut [0; 4]));
    folded.chars().next().and_then(|c| c.to_lowercase().next())
}

fn is_gap(c: char) -> bool {
    plain(c).is_none_or(|c| c.is_whitespace() || matches!(c, '-' | '·' | '_'))
}

/// Every place where the secret stands, whatever blanks and dashes are in it; all else stays as it was written.
fn blot(text: &str, secret: &str) -> String {
    let secret: Vec<char> = secret.chars().filter(|c| !is_gap(*c)).filter_map(plain).collect();
    if secret.len() < 2 {
        return text.to_owned();
    }
    let chars: Vec<char> = text.chars().collect();
    let mut out = String::with_capacity(text.len());
    let mut at = 0;
    while at < chars.len() {
        match matched(&chars[at..], &secret) {
            Some(length) => {
                out.push_str(BLOT);
                at += length;
            }
            None => {
                out.push(chars[at]);
                at += 1;
            }
        }
    }
    out
}

/// How many characters from here on are the secret.
fn matched(chars: &[char], secret: &[char]) -> Option<usize> {
    let mut wanted = secret.iter().peekable();
    for (nth, c) in chars.iter().enumerate() {
        if nth > 0 && is_gap(*c) {
            continue;
        }
        if Some(*wanted.next()?) != plain(*c) {
            return None;
        }
        if wanted.peek().is_none() {
            return Some(nth + 1);
        }
    }
    None
}

/// Digits in a row, seven or more, with blanks or dashes between them: a telephone, an identity, a case, an account.
fn numbers(text: &str) -> String {
    let chars: Vec<char> = text.chars().collect();
    let mut out = String::with_capacity(text.len());
    let mut at = 0;
    let is_digit = |c: char| plain(c).is_some_and(|c| c.is_ascii_digit());
    while at < chars.len() {
        let mut end = at;
        let mut digits = 0;
        while end < chars.len() && (is_digit(chars[end]) || digits > 0 && is_gap(chars[end])) {
            digits += usize::from(is_digit(chars[end]));
            end += 1;
        }
        while end > at && !is_digit(chars[end - 1]) {
            end -= 1;
        }
        let said: Vec<char> = chars[at..end].iter().filter_map(|c| plain(*c)).collect();
        let of_this_century = digits == 8 && said.starts_with(&['2', '0']) && said.contains(&'-');
        if digits >= 7 && !of_this_century {
            out.push_str(BLOT);
            // The letter that may end an identity number.
            at = end + usize::from(chars.get(end).is_some_and(|c| matches!(c, 'x' | 'X')));
        } else {
            out.extend(&chars[at..end.max(at + 1)]);
            at = end.max(at + 1);
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn details() -> ComplaintDetails {
        ComplaintDetails {
            name: "王小敏".into(),
            contact: "13800138000".into(),
            address: "金寨县梅山镇红军大道8号".into(),
            case_no: "341524202609180000011".into(),
            ..ComplaintDetails::default()
        }
    }

    #[test]
    fn c3_5_05_what_names_the_complainant_is_blotted_out_however_it_is_written() {
        for text in [
            "我是王小敏",
            "王 小 敏来过",
            "小敏来过",
            "电话１３８-0013-8000",
            "住金寨县梅山镇红军大道 8 号",
            "办件 341524 2026 0918 0000011",
            "身份证 34152419900307000X",
            "另一个电话 0564-7654321",
        ] {
            let seen = c3_5_05_blotted(&details(), text);
            assert!(seen.contains(BLOT), "{text}: {seen}");
            for secret in ["小敏", "小 敏", "8000", "红军大道", "0000011", "19900307", "000X", "7654321"] {
                assert!(!seen.contains(secret), "{text}: {seen}");
            }
        }
        let plain = "综合窗口的人让我明天再来，没有说为什么。3 号窗口 2026-11-20 让我跑了 ５ 趟";
        assert_eq!(c3_5_05_blotted(&details(), plain), plain, "days and small numbers stay");
    }
}
