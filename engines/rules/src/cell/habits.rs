//! 习惯 · habits of spreadsheets and of ordinary Chinese, each with its sentence.

use super::bounds::{counted, without_remark};
use super::marks::{Joint, Marked, OF_PROGRAMS, comparing, ends, half, interval, is_number, is_single, is_word, joined, literal};
use super::{Habit, Place, example};
use crate::Kind;

const ANYTHING: [&str; 24] = [
    "*",
    "—",
    "－",
    "–",
    "——",
    "--",
    "/",
    "任意",
    "任何",
    "任意值",
    "不限",
    "其他",
    "其它",
    "其余",
    "全部",
    "所有",
    "均可",
    "all",
    "ALL",
    "any",
    "ANY",
    "else",
    "ELSE",
    "otherwise",
];

const NOTHING: [&str; 11] = ["空", "空值", "无值", "为空", "NULL", "Null", "nil", "None", "N/A", "#N/A", "n/a"];

const TRUE: [&str; 12] = ["是", "有", "对", "真", "√", "✓", "Y", "YES", "Yes", "yes", "TRUE", "True"];

const FALSE: [&str; 14] = ["否", "无", "没有", "错", "假", "×", "✗", "N", "NO", "No", "no", "FALSE", "False", "不是"];

pub(super) fn quotes(text: &str, shown: &str) -> Option<Habit> {
    const OURS: [char; 8] = ['“', '”', '„', '「', '」', '『', '』', '＂'];
    let marked = Marked::of(text);
    if let Some(found) = marked.find(|c| OURS.contains(&c)) {
        let meant = marked.put(|c| OURS.contains(&c).then_some("\"")).replace(['、', '，'], ",");
        return Habit::offering(&meant, format!("“{shown}”里的 {found} 不是半角双引号，请写成 {meant}"));
    }
    if text.chars().filter(|c| *c == '"').count() % 2 == 1 {
        return Habit::told(format!("“{shown}”的双引号不成对，请在文字前后各写一个，如 \"租赁\""));
    }
    if marked.outside().filter(|c| is_single(*c)).count() >= 2 {
        let meant = marked.put(|c| is_single(c).then_some("\""));
        return Habit::offering(&meant, format!("“{shown}”用了单引号，文字要用双引号，请写成 {meant}"));
    }
    None
}

pub(super) fn formula(text: &str, shown: &str) -> Option<Habit> {
    const KNOWN: [&str; 12] =
        ["IF(", "IFS(", "AND(", "OR(", "NOT(", "SUM(", "VLOOKUP(", "ROUND(", "MAX(", "MIN(", "TODAY(", "COUNTIF("];
    let inner = text.strip_prefix('=').unwrap_or(text).trim();
    let is_formula =
        KNOWN.iter().any(|name| inner.starts_with(name)) || text.starts_with('=') && inner.to_uppercase().starts_with("IF(");
    if !is_formula {
        return None;
    }
    Habit::told(format!("“{shown}”是电子表格的公式，这里读不了；请写成 if 条件 then 值 else 值，函数名用小写，如 sum(…)"))
}

pub(super) fn words(text: &str, shown: &str, kind: Kind, place: Place) -> Option<Habit> {
    let is_flag = kind == Kind::Boolean || ["TRUE", "True", "FALSE", "False"].contains(&text);
    // In quotation marks it is a text, which true or false is not.
    let bare_text = text.trim_matches('"');
    let flag = |words: &[&str]| is_flag && words.contains(&bare_text);
    if flag(&TRUE) {
        return Habit::offering("true", format!("“{shown}”读不了，是或否请写成 true"));
    }
    if flag(&FALSE) {
        return Habit::offering("false", format!("“{shown}”读不了，是或否请写成 false"));
    }
    match place {
        Place::Test if ANYTHING.contains(&text) => Habit::told(format!("“{shown}”不表示任意值，任意值请写半角的 -")),
        Place::Test if NOTHING.contains(&text) => Habit::told(format!("“{shown}”不表示空值，没有值请写 null")),
        Place::Value if NOTHING.contains(&text) => Habit::told(match kind {
            Kind::Text | Kind::Any => format!("“{shown}”读不了，结果请写出一个值，如 \"无\""),
            kind => format!("“{shown}”读不了，结果请写出一个值，如 {}", example(kind, place)),
        }),
        _ => None,
    }
}

/// A letter where a digit is meant: `6O`.
pub(super) fn letters(text: &str, shown: &str) -> Option<Habit> {
    let all: Vec<char> = text.chars().collect();
    let near = |at: usize| {
        let is_digit = |at: Option<usize>| at.and_then(|at| all.get(at)).is_some_and(char::is_ascii_digit);
        is_digit(at.checked_sub(1)) || is_digit(Some(at + 1))
    };
    let digit = |at: usize| match all[at] {
        'O' | 'o' | 'Ｏ' if near(at) => Some('0'),
        'l' | 'I' if near(at) => Some('1'),
        _ => None,
    };
    let found = (0..all.len()).find(|at| digit(*at).is_some())?;
    let meant: String = (0..all.len()).map(|at| digit(at).unwrap_or(all[at])).collect();
    Habit::offering(&meant, format!("“{shown}”里的 {} 是字母，不是数字，请写成 {meant}", all[found]))
}

pub(super) fn ranges(text: &str, shown: &str) -> Option<Habit> {
    let half_text = Marked::of(text).put(half);
    if let Some((from, to)) = ends(text) {
        let is_ascending = from.parse::<f64>().ok().zip(to.parse::<f64>().ok()).is_some_and(|(from, to)| from <= to);
        let (low, high) = if is_ascending { (&from, &to) } else { (&to, &from) };
        let meant = format!("[{low}..{high}]");
        return Habit::offering(
            &meant,
            match (is_ascending, text.contains("..")) {
                (true, true) => format!("“{shown}”是没有括号的区间，请写成 {meant}；不含的一头用圆括号"),
                (true, false) if half_text.trim().parse::<f64>().is_err() && half_text.contains('-') => {
                    format!("“{shown}”读作两个数相减；要表示范围请写成 {meant}")
                }
                (true, false) => format!("“{shown}”不是区间的写法，请写成 {meant}；不含的一头用圆括号"),
                (false, _) => format!("“{shown}”是从大到小的范围，请写成 {meant}；要相减请把差算好再写"),
            },
        );
    }
    let inner = |text: &str| {
        let start = text.chars().next().filter(|c| "[(]".contains(*c))?;
        let end = text.chars().last().filter(|c| "])[".contains(*c))?;
        let inside = text.get(1..text.len().checked_sub(1)?)?;
        Some((start, inside.to_owned(), end))
    };
    let (start, inside, end) = inner(half_text.trim())?;
    let (from, to) = inside
        .split_once("..")
        .is_none()
        .then(|| inside.split_once(',').or_else(|| inside.split_once('-').or_else(|| inside.split_once('~'))))??;
    let (from, to) = (from.trim(), to.trim());
    if !is_number(from) || !is_number(to) || from.parse::<f64>().ok()? > to.parse::<f64>().ok()? {
        return None;
    }
    let meant = format!("{start}{from}..{to}{end}");
    Habit::offering(
        &meant,
        match (start, end) {
            ('[', ']') => {
                format!("“{shown}”读作 {from} 和 {to} 两个数的列表；要表示范围请写成 {meant}，要表示这两个数请写成 {from}, {to}")
            }
            _ => format!("“{shown}”的两数之间要写两个点，请写成 {meant}"),
        },
    )
}

/// Signs that FEEL does not read.
pub(super) fn signs(text: &str, shown: &str) -> Option<Habit> {
    let marked = Marked::of(text);
    let meant = marked.put(half);
    let plain = |meant: String| plain_number(&meant).unwrap_or(meant);
    if let Some(sign) = marked.find(|c| matches!(c, '≥' | '≧' | '⩾' | '≤' | '≦' | '⩽' | '≠' | '＞' | '＜' | '＝'))
    {
        let fixed = plain(joined(&meant).map_or(meant, |(meant, ..)| meant));
        return Habit::offering(&fixed, format!("“{shown}”里的 {sign} 读不了，请写成 {fixed}"));
    }
    if let Some(comma) = marked.find(|c| matches!(c, '，' | '、' | '；')) {
        return match joined(&meant) {
            Some((fixed, ..)) => {
                Habit::offering(&fixed, format!("“{shown}”里的 {comma} 读不了，逗号又表示“或”；要同时符合请写成 {fixed}"))
            }
            None => {
                let fixed = quoted_list(&meant);
                Habit::offering(&fixed, format!("“{shown}”里的 {comma} 读不了，请改用半角逗号，写成 {fixed}"))
            }
        };
    }
    None
}

/// A comparison with a number that has a unit, a percent sign or a remark, with the number alone: `>=50%` is `>= 0.5`.
fn plain_number(text: &str) -> Option<String> {
    let (text, counts) = without_remark(text);
    let (sign, rest) = comparing(&text)?;
    let number = percent(rest).or_else(|| counted(rest).map(|(number, _)| number))?;
    let sign = match (sign, counts) {
        (">" | ">=", Some(counts)) => [">", ">="][usize::from(counts)],
        ("<" | "<=", Some(counts)) => ["<", "<="][usize::from(counts)],
        (sign, _) => sign,
    };
    Some(format!("{sign}{number}"))
}

/// A percentage as a number.
pub(super) fn percent(text: &str) -> Option<String> {
    let number = text.trim().strip_suffix(['%', '％'])?.trim();
    if !is_number(number) {
        return None;
    }
    let number: dsntk_feel::FeelNumber = number.parse().ok()?;
    Some((number / dsntk_feel::FeelNumber::from(100)).to_string())
}

/// A list, each of its words in quotation marks.
fn quoted_list(text: &str) -> String {
    let parts: Vec<&str> = text.split(',').collect();
    let all = parts.iter().map(|part| literal(part)).collect::<Option<Vec<_>>>();
    all.map_or_else(|| text.to_owned(), |all| all.join(", "))
}

pub(super) fn comparisons(text: &str, shown: &str) -> Option<Habit> {
    let blank = Marked::of(text).blank();
    let spaced = |a: char, b: char| {
        let mut letters = blank.chars().skip_while(|c| *c != a).skip(1);
        let rest: Vec<char> = letters.by_ref().take_while(|c| c.is_whitespace() || *c == b).collect();
        blank.contains(a) && rest.first().is_some_and(|c| c.is_whitespace()) && rest.contains(&b)
    };
    if let Some((meant, word, joint)) = joined(text) {
        return Habit::offering(
            &meant,
            match joint {
                Joint::Comma => format!("“{shown}”里的逗号表示“或”，什么值都符合；要同时符合请写成 {meant}"),
                Joint::And if meant.starts_with(['[', '(']) => {
                    format!("“{shown}”不能用 {word} 连接两个比较，请写成区间 {meant}")
                }
                Joint::And => format!("“{shown}”里的比较前面没有值，请用 ? 代表这一列的值，写成 {meant}"),
                Joint::Or => format!("“{shown}”不能用 {word} 连接，几个之一请用逗号隔开，写成 {meant}"),
            },
        );
    }
    for (wrong, right) in OF_PROGRAMS {
        if blank.contains(wrong) {
            let meant = text.replace(wrong, right);
            return Habit::offering(&meant, format!("“{shown}”里的 {wrong} 请写成 {right}，如 {meant}"));
        }
    }
    for (a, right) in [('>', ">="), ('<', "<="), ('!', "!=")] {
        if spaced(a, '=') {
            return Habit::told(format!("“{shown}”的比较号中间有空格，请连着写成 {right}"));
        }
    }
    // `> 18 < 60`, one after the other.
    if let Some((sign, rest)) = comparing(text)
        && let Some(at) = rest.find(['<', '>'])
        && let Some(meant) = interval(&format!("{sign}{}", &rest[..at]), &rest[at..])
    {
        return Habit::offering(&meant, format!("“{shown}”连写了两个比较，请写成区间 {meant}"));
    }
    // `18 < x < 60`.
    let first = text.find(['<', '>'])?;
    let (from, rest) = text.split_at(first);
    let turned = |sign: &str| match sign {
        ">" => "<",
        ">=" => "<=",
        "<" => ">",
        _ => ">=",
    };
    if !from.trim().is_empty()
        && let Some((sign, rest)) = comparing(rest)
        && let Some(second) = rest.find(['<', '>'])
        && let Some(meant) = interval(&format!("{}{}", turned(sign), from.trim()), &rest[second..])
    {
        return Habit::offering(&meant, format!("“{shown}”连写了两个比较，请写成区间 {meant}"));
    }
    None
}

pub(super) fn not(text: &str, shown: &str) -> Option<Habit> {
    let rest = ["not ", "NOT ", "非", "不是", "除", "!"].iter().find_map(|word| text.strip_prefix(word))?;
    let rest = rest.trim().trim_end_matches("以外").trim_end_matches('外');
    let rest = literal(rest.trim_start_matches('='))?;
    let meant = format!("not({rest})");
    let said = format!("“{shown}”读不了，除此以外请写成 {meant}");
    Habit::offering(&meant, said)
}

pub(super) fn numbers(text: &str, shown: &str) -> Option<Habit> {
    let (sign, rest) = comparing(text).map_or(("", text), |(sign, rest)| (sign, rest));
    let compared = |number: &str| format!("{sign} {number}").trim().to_owned();
    if let Some(number) = percent(rest) {
        let meant = compared(&number);
        return Habit::offering(&meant, format!("“{shown}”是百分数，请写成小数 {meant}"));
    }
    if is_grouped(rest) {
        let meant = compared(&rest.replace(',', ""));
        return Habit::offering(&meant, format!("“{shown}”里的逗号表示“或”，千分位请去掉，写成 {meant}"));
    }
    if let Some((from, to)) = rest
        .strip_prefix("between ")
        .or_else(|| rest.strip_prefix("介于"))
        .and_then(|rest| rest.split_once(" and ").or_else(|| rest.split_once('和')).or_else(|| rest.split_once('与')))
    {
        let (from, to) = (from.trim(), to.trim().trim_end_matches("之间"));
        if is_number(from) && is_number(to) {
            let meant = format!("[{from}..{to}]");
            return Habit::offering(&meant, format!("“{shown}”前面没有值，请写成区间 {meant}"));
        }
    }
    if !sign.is_empty()
        && let (_, Some(_)) = without_remark(rest)
        && let Some(meant) = plain_number(text)
    {
        return Habit::offering(&meant, format!("“{shown}”里的说明读不了，含不含由比较号表示，请写成 {meant}"));
    }
    match counted(rest) {
        Some((number, unit)) if !unit.is_empty() => {
            let meant = compared(&number);
            Habit::offering(&meant, format!("“{shown}”里的 {unit} 是单位，这里只写数，请写成 {meant}"))
        }
        Some((number, _)) if rest.starts_with(['￥', '¥', '$', '＄']) => {
            let meant = compared(&number);
            Habit::offering(&meant, format!("“{shown}”里有货币符号，这里只写数，请写成 {meant}"))
        }
        _ => None,
    }
}

/// Whether a number has commas between its thousands, with zeros that no list would have.
pub(crate) fn is_grouped(text: &str) -> bool {
    let mut groups = text.split(',');
    let Some(first) = groups.next() else { return false };
    let rest: Vec<&str> = groups.collect();
    let is_digits = |text: &str| !text.is_empty() && text.chars().all(|c| c.is_ascii_digit());
    is_digits(first)
        && first.len() <= 3
        && !first.starts_with('0')
        && !rest.is_empty()
        && rest.iter().all(|group| is_digits(group) && group.len() == 3)
        && rest.iter().any(|group| group.starts_with('0'))
}

pub(super) fn wide(text: &str, shown: &str) -> Option<Habit> {
    let marked = Marked::of(text);
    let found = marked.find(|c| half(c).is_some() && !c.is_whitespace())?;
    let meant = marked.put(half);
    let said = format!("“{shown}”里的 {found} 是全角字符，请改成半角，写成 {meant}");
    Habit::offering(&meant, said)
}

pub(super) fn unquoted(text: &str, shown: &str, kind: Kind) -> Option<Habit> {
    let is_text = match kind {
        Kind::Text => !text.contains(['"', '<', '>', '=', '?', '\\']) && text.chars().any(char::is_alphabetic),
        Kind::Any => is_word(text) && !text.contains(['(', ')', '（', '）']),
        _ => false,
    };
    if !is_text {
        return None;
    }
    let meant = format!("\"{text}\"");
    let said = format!("“{shown}”没有引号，会当作变量名；它若是文字，请写成 {meant}");
    Habit::offering(&meant, said)
}
