//! 界限 · bounds told in words of the law, numbers with their units.

use super::marks::{Marked, ends, half, interval, is_number};
use super::{Habit, Place};
use crate::Kind;

/// Words for powers of ten, longest first.
const ZEROS: [(&str, usize); 11] = [
    ("万亿", 12),
    ("千亿", 11),
    ("百亿", 10),
    ("十亿", 9),
    ("千万", 7),
    ("百万", 6),
    ("十万", 5),
    ("亿", 8),
    ("万", 4),
    ("千", 3),
    ("百", 2),
];

/// Units that begin like one.
const MEASURES: [&str; 9] = ["千克", "千米", "千瓦", "千伏", "千卡", "千帕", "千赫", "千字", "百分"];

/// A number with the unit that follows it: `10元`, `18 周岁`, `5万元`. The number is as FEEL reads it.
pub(super) fn counted(text: &str) -> Option<(String, String)> {
    let text = text.trim().trim_start_matches(['￥', '¥', '$', '＄']).trim();
    let text = Marked::of(text).put(half);
    let end = text
        .char_indices()
        .find(|(at, c)| !(c.is_ascii_digit() || *c == '.' || *at == 0 && *c == '-'))
        .map_or(text.len(), |(at, _)| at);
    let (number, unit) = text.split_at(end);
    let unit = unit.trim();
    if !is_number(number) || !unit.chars().all(char::is_alphabetic) {
        return None;
    }
    let Some((_, zeros)) =
        ZEROS.iter().find(|(word, _)| unit.starts_with(word) && !MEASURES.iter().any(|unit_word| unit.starts_with(unit_word)))
    else {
        return Some((number.to_owned(), unit.to_owned()));
    };
    let zeros = *zeros;
    let (whole, part) = number.split_once('.').unwrap_or((number, ""));
    let digits = format!("{part:0<zeros$}");
    let (moved, rest) = digits.split_at(zeros);
    let moved = format!("{whole}{moved}");
    let sign = if moved.starts_with('-') { "-" } else { "" };
    let moved = moved.trim_start_matches('-').trim_start_matches('0');
    let moved = if moved.is_empty() { "0" } else { moved };
    Some((if rest.is_empty() { format!("{sign}{moved}") } else { format!("{sign}{moved}.{rest}") }, unit.to_owned()))
}

/// Words of the law for a bound. 以上, 以下 and 以内 take in the number itself, 不满, 超过 and 以外 do not (民法典 art. 1259).
const BOUNDS_AFTER: [(&str, &str); 8] = [
    ("及以上", ">="),
    ("或以上", ">="),
    ("以上", ">="),
    ("及以下", "<="),
    ("或以下", "<="),
    ("以下", "<="),
    ("以内", "<="),
    ("以外", ">"),
];

const BOUNDS_BEFORE: [(&str, &str); 26] = [
    ("大于等于", ">="),
    ("大于或等于", ">="),
    ("小于等于", "<="),
    ("小于或等于", "<="),
    ("不大于", "<="),
    ("不小于", ">="),
    ("不超过", "<="),
    ("不高于", "<="),
    ("不多于", "<="),
    ("不低于", ">="),
    ("不少于", ">="),
    ("不等于", "!="),
    ("至少", ">="),
    ("至多", "<="),
    ("最多", "<="),
    ("最少", ">="),
    ("大于", ">"),
    ("小于", "<"),
    ("超过", ">"),
    ("高于", ">"),
    ("多于", ">"),
    ("不满", "<"),
    ("不足", "<"),
    ("低于", "<"),
    ("少于", "<"),
    ("等于", "="),
];

/// Remarks on whether the number itself counts, `（含）`, `(不含18周岁)`: the text without them, and what they say.
pub(super) fn without_remark(text: &str) -> (String, Option<bool>) {
    let half_text = Marked::of(text).put(half);
    let Some((at, rest)) = half_text.find('(').map(|at| (at, &half_text[at + 1..])) else {
        return (text.trim().to_owned(), None);
    };
    let Some((remark, after)) = rest.split_once(')') else { return (text.trim().to_owned(), None) };
    let remark = remark.trim();
    let counts = match () {
        () if remark.starts_with("不含") || remark.starts_with("不包括") => false,
        () if remark.starts_with('含') || remark.starts_with("包括") => true,
        () => return (text.trim().to_owned(), None),
    };
    (format!("{}{}", half_text[..at].trim(), after.trim()), Some(counts))
}

/// A bound told in words, one alone.
fn one_bound(text: &str) -> Option<String> {
    let (text, counts) = without_remark(text);
    let sign_of = |sign: &'static str| match (sign, counts) {
        (">" | ">=", Some(true)) => ">=",
        (">" | ">=", Some(false)) => ">",
        ("<" | "<=", Some(true)) => "<=",
        ("<" | "<=", Some(false)) => "<",
        (sign, _) => sign,
    };
    for (word, sign) in BOUNDS_BEFORE {
        if let Some(rest) = text.strip_prefix(word)
            && let Some((number, _)) = counted(rest)
        {
            return Some(format!("{} {number}", sign_of(sign)));
        }
    }
    for (word, sign) in BOUNDS_AFTER {
        if let Some(rest) = text.strip_suffix(word)
            && let Some((number, _)) = counted(rest)
        {
            return Some(format!("{} {number}", sign_of(sign)));
        }
    }
    None
}

/// A bound told in words, or two together: 一万元以上五万元以下, 十以上不满二十. Each part is read alone, so nothing here goes round.
pub(super) fn bound(text: &str) -> Option<String> {
    let text = text.trim();
    one_bound(text).or_else(|| {
        let (at, _) = text.match_indices("以上").next()?;
        let (low, high) = text.split_at(at + "以上".len());
        interval(&one_bound(low)?, &one_bound(high)?)
    })
}

/// What is said of an order of words, `大专以上`: words have none here, so what fits is to be listed. Of a bound without its number
/// the number is asked for.
fn order(text: &str, shown: &str, kind: Kind) -> Option<String> {
    let (bare_text, _) = without_remark(text);
    let (word, rest) = BOUNDS_AFTER.iter().find_map(|(word, _)| Some((*word, bare_text.strip_suffix(word)?)))?;
    let rest = rest.trim();
    let is_counted = rest.chars().any(|c| c.is_ascii_digit() || ('０'..='９').contains(&c));
    match kind {
        _ if rest.is_empty() => Some(format!(
            "“{shown}”没有写{word}的是什么；数字请写成比较，如 >= 60，文字请把符合的逐个列出，如 \"本科\", \"硕士\""
        )),
        Kind::Text | Kind::Any if !is_counted => Some(format!(
            "“{shown}”说的是次序，文字没有次序：请把符合的逐个列出，如 \"大专\", \"本科\", \"研究生\"；它若本身是一个选项，请加上引号"
        )),
        _ if !is_counted => Some(format!("“{shown}”里没有数字，请写成比较，如 >= 60；要比文字，请把这一列改成文字并逐个列出")),
        _ => None,
    }
}

/// A bound or an order told in words.
pub(super) fn bounds(text: &str, shown: &str, kind: Kind, place: Place) -> Option<Habit> {
    let meant = bound(text);
    if place == Place::Value && kind != Kind::Text && (meant.is_some() || ends(text).is_some()) {
        return Habit::told(format!("“{shown}”是一个范围，结果要写一个值；要给范围，请把下限和上限分两列写"));
    }
    if let Some(meant) = meant {
        return Habit::offering(&meant, format!("“{shown}”是文字说明，请写成 {meant}"));
    }
    order(text, shown, kind).map(|said| Habit { said, meant: None })
}
