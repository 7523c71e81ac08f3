//! 格子 · what people write into a cell who know spreadsheets and ordinary Chinese, and what the cell says instead (H13): a sentence
//! of its own for each habit, with the text to write. Asked where a text cannot be read, names what nobody knows, or reads as
//! something that is no test of its column.

use std::fmt::Write;

use dsntk_feel::FeelScope;
use dsntk_feel::values::Value as Feel;
use dsntk_feel_evaluator::limits::{locally, part};
use dsntk_feel_parser::AstNode;
use dsntk_feel_parser::AstNode as N;

use crate::Kind;
use crate::dmn::{literal_kinds, mentions_tested};
use crate::expression::prepare;
use crate::guard::{children, is_constant};

/// A text and which of its characters stand inside quotation marks, the marks themselves included.
struct Marked(Vec<(char, bool)>);

impl Marked {
    fn of(text: &str) -> Marked {
        let mut inside = false;
        let mut escaped = false;
        let mark = |c: char| {
            let was = inside;
            match c {
                '"' if !escaped => inside = !inside,
                _ => {}
            }
            escaped = was && c == '\\' && !escaped;
            (c, was || inside)
        };
        Marked(text.chars().map(mark).collect())
    }

    fn outside(&self) -> impl Iterator<Item = char> {
        self.0.iter().filter(|(_, inside)| !inside).map(|(c, _)| *c)
    }

    fn find(&self, wanted: impl Fn(char) -> bool) -> Option<char> {
        self.outside().find(|c| wanted(*c))
    }

    /// The text with its characters outside quotation marks put otherwise.
    fn put(&self, other: impl Fn(char) -> Option<&'static str>) -> String {
        let mut text = String::new();
        for (c, inside) in &self.0 {
            match other(*c).filter(|_| !inside) {
                Some(other) => text.push_str(other),
                None => text.push(*c),
            }
        }
        text
    }

    /// The text with what is inside quotation marks blanked, character by character.
    fn blank(&self) -> String {
        self.0.iter().map(|(c, inside)| if *inside { '\u{1}' } else { *c }).collect()
    }
}

/// The half-width form of a character that looks like one of those that FEEL reads.
fn half(c: char) -> Option<&'static str> {
    const DIGITS: [&str; 10] = ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"];
    Some(match c {
        '≥' | '≧' | '⩾' => ">=",
        '≤' | '≦' | '⩽' => "<=",
        '≠' => "!=",
        '＞' | '〉' => ">",
        '＜' | '〈' => "<",
        '＝' => "=",
        '，' | '、' | '；' => ",",
        '（' => "(",
        '）' => ")",
        '［' | '【' => "[",
        '］' | '】' => "]",
        '．' => ".",
        '＋' => "+",
        '－' | '−' => "-",
        '＊' | '×' => "*",
        '／' | '÷' => "/",
        '？' => "?",
        '！' => "!",
        '０'..='９' => DIGITS[(c as usize) - ('０' as usize)],
        '\u{3000}' | '\u{a0}' => " ",
        _ => return None,
    })
}

const COMPARING: [&str; 6] = [">=", "<=", "!=", ">", "<", "="];

/// A comparison at the beginning of a text, and what follows.
fn comparing(text: &str) -> Option<(&'static str, &str)> {
    let text = text.trim();
    COMPARING.into_iter().find_map(|sign| Some((sign, text.strip_prefix(sign)?.trim())))
}

/// Text in which nothing is compared or joined.
fn is_operand(text: &str) -> bool {
    !text.is_empty() && !text.contains(['<', '>', '=', '!']) && is_balanced(text)
}

fn is_balanced(text: &str) -> bool {
    let mut depth = 0;
    for c in text.chars() {
        match c {
            '(' | '[' => depth += 1,
            ')' | ']' => depth -= 1,
            _ => {}
        }
        if depth < 0 {
            return false;
        }
    }
    depth == 0
}

/// Two comparisons that hold together, as an interval: `>= 18` and `< 60` are `[18..60)`.
fn interval(one: &str, other: &str) -> Option<String> {
    let (one, other) = (comparing(one)?, comparing(other)?);
    let ((low, from), (high, to)) = match (one.0, other.0) {
        (">" | ">=", "<" | "<=") => (one, other),
        ("<" | "<=", ">" | ">=") => (other, one),
        _ => return None,
    };
    let is_ascending = match (from.parse::<f64>(), to.parse::<f64>()) {
        (Ok(from), Ok(to)) => from <= to,
        _ => true,
    };
    let start = if low == ">=" { '[' } else { '(' };
    let end = if high == "<=" { ']' } else { ')' };
    (is_operand(from) && is_operand(to) && is_ascending).then(|| format!("{start}{from}..{to}{end}"))
}

/// How parts of a cell are joined.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Joint {
    And,
    Or,
    Comma,
}

/// Words that join, longest first.
const JOINTS: [(&str, Joint); 16] = [
    (" and ", Joint::And),
    (" AND ", Joint::And),
    (" And ", Joint::And),
    ("并且", Joint::And),
    ("而且", Joint::And),
    ("同时", Joint::And),
    ("&&", Joint::And),
    ("且", Joint::And),
    ("&", Joint::And),
    (" or ", Joint::Or),
    (" OR ", Joint::Or),
    ("或者", Joint::Or),
    ("||", Joint::Or),
    ("或", Joint::Or),
    ("|", Joint::Or),
    (",", Joint::Comma),
];

/// The parts of a text and what joins them, the first joint with the word it is written in; `None` where nothing does.
fn parts(text: &str) -> Option<(Vec<String>, Vec<Joint>, &'static str)> {
    let blank = Marked::of(text).blank();
    let letters: Vec<char> = text.chars().collect();
    let blanked: Vec<char> = blank.chars().collect();
    let (mut all, mut joints, mut word) = (vec![String::new()], Vec::new(), None);
    let (mut at, mut depth) = (0, 0i32);
    while at < letters.len() {
        match blanked[at] {
            '(' | '[' => depth += 1,
            ')' | ']' => depth -= 1,
            _ => {}
        }
        // What stands in brackets together, `(> 5) and (< 10)`, is one part.
        let starts = |(joint, _): &&(&'static str, Joint)| {
            joint
                .chars()
                .enumerate()
                .all(|(ahead, c)| blanked.get(at + ahead).is_some_and(|found| *found == c || c == ' ' && found.is_whitespace()))
        };
        match JOINTS.iter().find(starts).filter(|_| depth == 0) {
            Some((joint, kind)) => {
                all.push(String::new());
                joints.push(*kind);
                word = word.or(Some(joint.trim()));
                at += joint.chars().count();
            }
            None => {
                if let Some(part) = all.last_mut() {
                    part.push(letters[at]);
                }
                at += 1;
            }
        }
    }
    let all = all.iter().map(|part| bare(part).to_owned()).collect::<Vec<_>>();
    Some((all, joints, word?))
}

/// A text without the brackets around all of it.
fn bare(text: &str) -> &str {
    let text = text.trim();
    match text.strip_prefix('(').and_then(|inner| inner.strip_suffix(')')) {
        Some(inner) if is_balanced(inner) && comparing(inner).is_some() => bare(inner),
        _ => text,
    }
}

/// What is meant by several tests of one cell that are joined by words.
fn joined(text: &str) -> Option<(String, &'static str, Joint)> {
    let (all, joints, word) = parts(text)?;
    if all.len() < 2 || all.iter().any(String::is_empty) {
        return None;
    }
    let kind = joints.iter().copied().find(|joint| *joint != Joint::Comma).unwrap_or(Joint::Comma);
    if joints.iter().any(|joint| *joint != kind) {
        return None;
    }
    let values = all.iter().map(String::as_str).map(literal).collect::<Option<Vec<_>>>();
    let tests = || all.iter().all(|part| comparing(part).is_some_and(|(_, rest)| is_operand(rest)));
    let meant = match (kind, values) {
        (Joint::Or, Some(values)) => values.join(", "),
        (Joint::Or, None) if tests() => all.join(", "),
        (Joint::And | Joint::Comma, None) if tests() => match all.as_slice() {
            [one, other] if interval(one, other).is_some() => interval(one, other)?,
            _ if kind == Joint::And => all.iter().map(|part| format!("? {part}")).collect::<Vec<_>>().join(" and "),
            _ => return None,
        },
        _ => return None,
    };
    Some((meant, word, kind))
}

/// A text as a literal: a number, or a text with its marks put right.
fn literal(text: &str) -> Option<String> {
    let text = text.trim();
    let inner = text.strip_prefix('"').and_then(|text| text.strip_suffix('"'));
    match inner {
        Some(inner) if !inner.contains('"') => Some(text.to_owned()),
        _ if is_number(text) => Some(text.to_owned()),
        _ if is_word(text) => Some(format!("\"{text}\"")),
        _ => None,
    }
}

fn is_number(text: &str) -> bool {
    text.parse::<f64>().is_ok() && text.chars().all(|c| c.is_ascii_digit() || "+-.".contains(c))
}

/// Text that may have been meant as such, its quotation marks forgotten.
fn is_word(text: &str) -> bool {
    !text.is_empty()
        && text.chars().any(char::is_alphabetic)
        && text.chars().all(|c| c.is_alphanumeric() || "_- ·（）()".contains(c))
}

/// Dates as people write them, put as FEEL reads them; `None` where there is none.
fn with_dates(text: &str, quoted: bool) -> Option<String> {
    let letters: Vec<char> = if quoted { text.chars().filter(|c| *c != '"').collect() } else { text.chars().collect() };
    let number = |at: usize, most: usize| {
        let digits: String = letters[at.min(letters.len())..].iter().take(most).take_while(|c| c.is_ascii_digit()).collect();
        let length = digits.len();
        digits.parse::<u32>().ok().map(|number| (number, at + length, length))
    };
    let sign = |at: usize, wanted: &[char]| letters.get(at).filter(|c| wanted.contains(c)).copied();
    let mut out = String::new();
    let (mut at, mut found, mut last_year) = (0, false, None);
    while at < letters.len() {
        let is_start = at == 0 || !letters[at - 1].is_ascii_digit() && letters[at - 1] != '"';
        let day = || {
            let (year, at, 4) = number(at, 5)? else { return None };
            let first = sign(at, &['-', '/', '.', '年'])?;
            let (month, at, _) = number(at + 1, 2)?;
            let wanted: &[char] = if first == '年' { &['月'] } else { &['-', '/', '.'] };
            sign(at, wanted)?;
            let (day, at, _) = number(at + 1, 2)?;
            let at = if sign(at, &['日', '号']).is_some() { at + 1 } else { at };
            let is_end = letters.get(at).is_none_or(|next| !next.is_ascii_digit());
            ((1..=12).contains(&month) && (1..=31).contains(&day) && is_end).then_some((year, month, day, at))
        };
        // 6月30日 is of the year named before.
        let short = || {
            let year = last_year?;
            let (month, at, _) = number(at, 2)?;
            sign(at, &['月'])?;
            let (day, at, _) = number(at + 1, 2)?;
            let at = if sign(at, &['日', '号']).is_some() { at + 1 } else { at };
            ((1..=12).contains(&month) && (1..=31).contains(&day)).then_some((year, month, day, at))
        };
        match is_start.then(|| day().or_else(short)).flatten() {
            Some((year, month, day, after)) => {
                let _ = write!(out, "date(\"{year:04}-{month:02}-{day:02}\")");
                (at, found, last_year) = (after, true, Some(year));
            }
            None => {
                out.push(letters[at]);
                at += 1;
            }
        }
    }
    found.then_some(out)
}

/// Signs that people put between the ends of a range.
const BETWEEN: [&str; 14] = ["...", "……", "…", "..", "～", "~", "——", "—", "–", "－", "至", "到", "-", "—"];

/// The two ends of a range that is written without its brackets.
fn ends(text: &str) -> Option<(String, String)> {
    let text = text.trim();
    BETWEEN.iter().find_map(|sign| {
        let (from, to) = text.split_once(sign)?;
        let number = |text: &str| percent(text).or_else(|| counted(text).map(|(number, _)| number));
        number(from).zip(number(to))
    })
}

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
fn counted(text: &str) -> Option<(String, String)> {
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
fn without_remark(text: &str) -> (String, Option<bool>) {
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
fn bound(text: &str) -> Option<String> {
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

/// Where a text stands.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Place {
    /// A test of a column.
    Test,
    /// A result, or the expression of a column.
    Value,
}

/// What is said of a habit, and the text that it offers instead, if it offers one.
struct Habit {
    said: String,
    meant: Option<String>,
}

impl Habit {
    fn told(said: impl Into<String>) -> Option<Habit> {
        Some(Habit { said: said.into(), meant: None })
    }

    fn offering(meant: &str, said: String) -> Option<Habit> {
        Some(Habit { said, meant: Some(meant.to_owned()) })
    }
}

/// Whether a text can be read where it is to stand, and says nothing else than it seems to.
pub(crate) type Reads<'a> = &'a dyn Fn(&str) -> bool;

/// A cell as it may be written, where what was meant is not known.
fn example(kind: Kind, place: Place) -> &'static str {
    match (kind, place) {
        (Kind::Number, Place::Test) => "[18..60) 或 >= 60",
        (Kind::Number, Place::Value) => "500",
        (Kind::Boolean, _) => "true",
        (Kind::Date, Place::Test) => "< date(\"2026-07-01\")",
        (Kind::Date, Place::Value) => "date(\"2026-07-01\")",
        (Kind::Time, Place::Test) => "< time(\"12:00:00\")",
        (Kind::Time, Place::Value) => "time(\"12:00:00\")",
        (Kind::DateTime, Place::Test) => "< date and time(\"2026-07-01T00:00:00\")",
        (Kind::DateTime, Place::Value) => "date and time(\"2026-07-01T00:00:00\")",
        (Kind::DaysAndTime, _) => "duration(\"P20D\")",
        (Kind::YearsAndMonths, _) => "duration(\"P18Y\")",
        (Kind::Text | Kind::Any, _) => "\"租赁\"",
    }
}

/// What a text that cannot be read, that names what nobody knows, or that is no test, was meant to be: one sentence with the
/// remedy; `None` where no habit is known in it. A remedy that would be refused in its turn is never offered.
pub(crate) fn misspelt(text: &str, kind: Kind, place: Place, reads: Reads) -> Option<String> {
    let text = text.trim();
    // A long text is no habit of a cell.
    if text.is_empty() || text.chars().count() > 300 {
        return None;
    }
    let is_test = place == Place::Test;
    let shown = crate::error::cut(text.to_owned());
    let is_number = matches!(kind, Kind::Number | Kind::Any);
    let habits: [&dyn Fn() -> Option<Habit>; 13] = [
        &|| quotes(text, &shown),
        &|| formula(text, &shown),
        &|| words(text, &shown, kind, place),
        &|| letters(text, &shown).filter(|_| is_number),
        &|| dates(text, &shown, kind, place),
        &|| ranges(text, &shown).filter(|_| is_test),
        &|| signs(text, &shown),
        &|| comparisons(text, &shown).filter(|_| is_test),
        &|| not(text, &shown).filter(|_| is_test),
        &|| bounds(text, &shown, kind, place),
        &|| numbers(text, &shown),
        &|| wide(text, &shown),
        &|| unquoted(text, &shown, kind),
    ];
    let mut is_known = false;
    for habit in habits {
        if let Some(Habit { said, meant }) = habit() {
            if meant.is_none_or(|meant| reads(&meant)) {
                return Some(said);
            }
            is_known = true;
        }
    }
    is_known.then(|| format!("“{shown}”在这里读不懂，请按这一列的写法重写，如 {}", example(kind, place)))
}

/// What can be told of any expression by its characters alone.
pub(crate) fn unreadable(text: &str, reads: Reads) -> Option<String> {
    let text = text.trim();
    if text.is_empty() || text.chars().count() > 300 {
        return None;
    }
    let shown = crate::error::cut(text.to_owned());
    let odd = text.chars().filter(|c| *c == '"').count() % 2 == 1;
    let is_readable = |habit: &Habit| habit.meant.as_deref().is_none_or(reads);
    quotes(text, &shown)
        .filter(|_| odd || text.contains(['“', '”', '„', '「', '」', '『', '』', '＂']))
        .filter(is_readable)
        .or_else(|| signs(text, &shown).filter(is_readable))
        .map(|habit| habit.said)
}

fn quotes(text: &str, shown: &str) -> Option<Habit> {
    const OURS: [char; 8] = ['“', '”', '„', '「', '」', '『', '』', '＂'];
    let marked = Marked::of(text);
    if let Some(found) = marked.find(|c| OURS.contains(&c)) {
        let meant = marked.put(|c| OURS.contains(&c).then_some("\"")).replace(['、', '，'], ",");
        return Habit::offering(&meant, format!("“{shown}”里的 {found} 不是半角双引号，请写成 {meant}"));
    }
    if text.chars().filter(|c| *c == '"').count() % 2 == 1 {
        return Habit::told(format!("“{shown}”的双引号不成对，请在文字前后各写一个，如 \"租赁\""));
    }
    let single = |c: char| matches!(c, '\'' | '‘' | '’' | '＇');
    if marked.outside().filter(|c| single(*c)).count() >= 2 {
        let meant = marked.put(|c| single(c).then_some("\""));
        return Habit::offering(&meant, format!("“{shown}”用了单引号，文字要用双引号，请写成 {meant}"));
    }
    None
}

fn formula(text: &str, shown: &str) -> Option<Habit> {
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

fn words(text: &str, shown: &str, kind: Kind, place: Place) -> Option<Habit> {
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
fn letters(text: &str, shown: &str) -> Option<Habit> {
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

/// Words after a day that make it a bound, and whether the day itself counts is written.
const DAYS_AFTER: [(&str, &str, bool); 14] = [
    ("及以前", "<=", true),
    ("及之前", "<=", true),
    ("及以后", ">=", true),
    ("及之后", ">=", true),
    ("以前", "<", false),
    ("之前", "<", false),
    ("以后", ">", false),
    ("之后", ">", false),
    ("截止", "<=", true),
    ("为止", "<=", true),
    ("前", "<", false),
    ("后", ">", false),
    ("起", ">=", true),
    ("止", "<=", true),
];

fn dates(text: &str, shown: &str, kind: Kind, place: Place) -> Option<Habit> {
    let is_date = matches!(kind, Kind::Date | Kind::DateTime);
    // In a column of another type 2025-01-01 may be meant as a sum, though hardly.
    if text.contains("date(") || text.contains("date and time(") || text.contains('@') {
        return impossible_day(text, shown);
    }
    let quoted = is_date && text.contains('"');
    if !is_date && text.contains('"') {
        return None;
    }
    let Some(meant) = with_dates(text, quoted) else {
        return is_date.then(|| no_day(text, shown, place)).flatten();
    };
    let meant = Marked::of(&meant).put(half);
    let meant = meant.trim();
    let is_day = |text: &str| text.starts_with("date(") && text.find(')') == Some(text.len() - 1);
    if place == Place::Test
        && let Some((word, sign, says)) = DAYS_AFTER.iter().find(|(word, ..)| meant.ends_with(word))
        && let Some(day) = meant.strip_suffix(word).map(str::trim).filter(|day| is_day(day))
    {
        let meant = format!("{sign} {day}");
        return Habit::offering(
            &meant,
            match says {
                true => format!("“{shown}”不是日期的写法，请写成 {meant}"),
                false => format!("“{shown}”不是日期的写法，请写成 {meant}；当天也算的，请在比较号后加 ="),
            },
        );
    }
    // A range of days has brackets and two points.
    let meant = BETWEEN
        .iter()
        .find_map(|sign| {
            let inner = meant.strip_prefix('[').and_then(|inner| inner.strip_suffix(']')).unwrap_or(meant);
            let (from, to) = inner.split_once(sign)?;
            let (from, to) = (from.trim(), to.trim().trim_end_matches('止'));
            (is_day(from) && is_day(to)).then(|| format!("[{from}..{to}]"))
        })
        .unwrap_or_else(|| meant.to_owned());
    let said = format!("“{shown}”不是日期的写法，请写成 {meant}");
    Habit::offering(&meant, said)
}

/// What is said of a result that is written as a day, and the text offered; an empty one where none is.
pub(crate) fn day_meant(text: &str, kind: Kind) -> Option<(String, String)> {
    let shown = crate::error::cut(text.trim().to_owned());
    let Habit { said, meant } = dates(text.trim(), &shown, kind, Place::Value)?;
    Some((said, meant.unwrap_or_default()))
}

/// A month or a year where a day is wanted: `2026-1`, `2026年`.
fn no_day(text: &str, shown: &str, place: Place) -> Option<Habit> {
    let (sign, text) = comparing(text).unwrap_or(("", text));
    let text = Marked::of(text.trim().trim_matches('"')).put(half);
    let (year, rest) = text.split_at_checked(4)?;
    let year: u32 = year.chars().all(|c| c.is_ascii_digit()).then(|| year.parse().ok()).flatten()?;
    let rest = if rest.is_empty() { rest } else { rest.strip_prefix(['年', '-', '/', '.'])?.trim() };
    let rest = rest.strip_suffix('月').unwrap_or(rest);
    let months = match rest {
        "" => (1, 12),
        month => month.parse::<u32>().ok().filter(|month| (1..=12).contains(month)).map(|month| (month, month))?,
    };
    if !(1800..=2200).contains(&year) {
        return None;
    }
    let days = match months.1 {
        2 if year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400)) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    };
    let (first, last) = (format!("date(\"{year}-{:02}-01\")", months.0), format!("date(\"{year}-{:02}-{days}\")", months.1));
    let meant = match (place, sign) {
        (Place::Value, _) => return Habit::told(format!("“{shown}”不是一天，结果要写到日，如 {last}")),
        (_, ">=" | "<") => format!("{sign} {first}"),
        (_, ">" | "<=") => format!("{sign} {last}"),
        (_, "!=") => format!("not([{first}..{last}])"),
        _ => format!("[{first}..{last}]"),
    };
    let said = format!("“{shown}”不是一天，日期要写到日，请写成 {meant}");
    Habit::offering(&meant, said)
}

/// A day in quotation marks that FEEL does not take: without its noughts, or one that no calendar has.
fn impossible_day(text: &str, shown: &str) -> Option<Habit> {
    // `date(2026-01-01)` takes one from another.
    if !text.contains('"')
        && let Some(meant) = with_dates(&text.replace("date(", "").replace(')', ""), false)
    {
        let said = format!("“{shown}”不是日期的写法，请写成 {meant}");
        return Habit::offering(&meant, said);
    }
    let pieces: Vec<&str> = text.split('"').collect();
    let mut fixed: Vec<String> = pieces.iter().map(|piece| (*piece).to_owned()).collect();
    let mut is_fixed = false;
    for (at, piece) in pieces.iter().enumerate().filter(|(at, _)| at % 2 == 1) {
        let (day, rest) = piece.split_once('T').map_or((*piece, String::new()), |(day, time)| (day, format!("T{time}")));
        let parts: Vec<&str> = day.split(['-', '/', '.']).collect();
        let [year, month, of_month] = parts.as_slice() else { continue };
        let (Ok(year), Ok(month), Ok(of_month)) = (year.parse::<u32>(), month.parse::<u32>(), of_month.parse::<u32>()) else {
            continue;
        };
        let written = format!("{year:04}-{month:02}-{of_month:02}");
        if Feel::try_from_xsd_date(&written).is_err() {
            return Habit::told(format!("“{shown}”：日历上没有 {day} 这一天，请改成有的日期，如 {}", "2026-06-30"));
        }
        let time = match rest.matches(':').count() {
            1 => format!("{rest}:00"),
            _ => rest,
        };
        is_fixed |= *piece != format!("{written}{time}");
        fixed[at] = format!("{written}{time}");
    }
    let meant = fixed.join("\"");
    if !is_fixed {
        let (from, to) = text.split_once("..").filter(|_| text.starts_with('d') && text.ends_with(')'))?;
        let meant = format!("[{}..{}]", from.trim(), to.trim());
        let said = format!("“{shown}”是没有括号的区间，请写成 {meant}；不含的一头用圆括号");
        return Habit::offering(&meant, said);
    }
    let said = format!("“{shown}”里的日期要写成四位年、两位月、两位日，请写成 {meant}");
    Habit::offering(&meant, said)
}

fn ranges(text: &str, shown: &str) -> Option<Habit> {
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
fn signs(text: &str, shown: &str) -> Option<Habit> {
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
fn percent(text: &str) -> Option<String> {
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

fn comparisons(text: &str, shown: &str) -> Option<Habit> {
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
    for (wrong, right) in [("<>", "!="), ("==", "="), ("=>", ">="), ("=<", "<=")] {
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

fn not(text: &str, shown: &str) -> Option<Habit> {
    let rest = ["not ", "NOT ", "非", "不是", "除", "!"].iter().find_map(|word| text.strip_prefix(word))?;
    let rest = rest.trim().trim_end_matches("以外").trim_end_matches('外');
    let rest = literal(rest.trim_start_matches('='))?;
    let meant = format!("not({rest})");
    let said = format!("“{shown}”读不了，除此以外请写成 {meant}");
    Habit::offering(&meant, said)
}

fn numbers(text: &str, shown: &str) -> Option<Habit> {
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

/// A bound or an order told in words.
fn bounds(text: &str, shown: &str, kind: Kind, place: Place) -> Option<Habit> {
    let meant = bound(text);
    if place == Place::Value && kind != Kind::Text && (meant.is_some() || ends(text).is_some()) {
        return Habit::told(format!("“{shown}”是一个范围，结果要写一个值；要给范围，请把下限和上限分两列写"));
    }
    if let Some(meant) = meant {
        return Habit::offering(&meant, format!("“{shown}”是文字说明，请写成 {meant}"));
    }
    order(text, shown, kind).map(|said| Habit { said, meant: None })
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

fn wide(text: &str, shown: &str) -> Option<Habit> {
    let marked = Marked::of(text);
    let found = marked.find(|c| half(c).is_some() && !c.is_whitespace())?;
    let meant = marked.put(half);
    let said = format!("“{shown}”里的 {found} 是全角字符，请改成半角，写成 {meant}");
    Habit::offering(&meant, said)
}

fn unquoted(text: &str, shown: &str, kind: Kind) -> Option<Habit> {
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

/// The column that a cell stands in.
#[derive(Clone, Copy)]
pub(crate) struct Asked<'a> {
    /// Its expression, as written and as read.
    pub(crate) text: &'a str,
    pub(crate) tree: &'a AstNode,
    pub(crate) kind: Kind,
}

/// Why a cell that can be read is no test of its column, or says something else than it seems to, with the remedy. `tests` is
/// what the parser made of it, before it is put over `?`.
///
/// By the standard a cell is an expression (DMN 1.5, grammar rule 13): where it has `?` in it, it is a condition; otherwise the
/// value of the column is compared with what it gives. So `x > 5` in the column x asks whether x is true or false, which no
/// number is, and a comparison within `and` is a range and no truth value.
pub(crate) fn reads_otherwise(tests: &AstNode, text: &str, column: Asked, reads: Reads) -> Option<String> {
    let all: Vec<&AstNode> = match tests {
        N::ExpressionList(all) | N::NegatedList(all) => all.iter().collect(),
        one => vec![one],
    };
    let shown = crate::error::cut(text.to_owned());
    let short = text.trim();
    let generic = || format!("“{shown}”不是判断：请写要比的值、区间如 [18..60)，或用 ? 代表这一列的值，如 ? >= 18 and ? < 60");
    // What a habit offers is told if it can be read, else that the cell is no test.
    let said = |habit: Option<Habit>| habit.filter(|habit| habit.meant.as_deref().is_none_or(reads)).map(|habit| habit.said);
    if all.iter().any(|test| compares_nothing(test) || joins_values(test)) {
        return misspelt(text, column.kind, Place::Test, reads).or_else(|| Some(generic()));
    }
    if let Some(own) = all.iter().find(|test| names_column(test, column.tree)) {
        let habit = match own {
            own if *own == column.tree => Habit::told(format!("“{shown}”就是这一列自己，总是相等；任意值请写 -")),
            N::Lt(a, _) | N::Le(a, _) | N::Gt(a, _) | N::Ge(a, _) | N::Eq(a, _) | N::Nq(a, _)
                if a.as_ref() == column.tree && all.len() == 1 =>
            {
                let rest = short.strip_prefix(column.text).map_or(short, str::trim);
                let named = column.text;
                Habit::offering(rest, format!("“{shown}”又写了这一列的 {named}，会拿判断的结果去比；请只写要比的，写成 {rest}"))
            }
            _ => {
                let (named, meant) = (column.text, short.replace(column.text, "?"));
                Habit::offering(
                    &meant,
                    format!("“{shown}”又写了这一列的 {named}，会拿判断的结果去比；请用 ? 代表它，写成 {meant}"),
                )
            }
        };
        return said(habit).or_else(|| Some(generic()));
    }
    if all.iter().any(|test| is_sum(test)) {
        let day = dates(short, &shown, column.kind, Place::Test);
        let is_day = day.is_some();
        if let Some(meant) = said(day).or_else(|| said(ranges(short, &shown))) {
            return Some(meant);
        }
        if is_day {
            return Some(format!("“{shown}”读作几个数相减或相除；要比日期，请把这一列改成日期"));
        }
    }
    if is_grouped(comparing(short).map_or(short, |(_, rest)| rest)) {
        return said(numbers(short, &shown)).or_else(|| Some(generic()));
    }
    if let [N::List(_)] = all.as_slice()
        && column.kind != Kind::Any
        && let Some(meant) = said(ranges(short, &shown))
    {
        return Some(meant);
    }
    if matches!(tests, N::ExpressionList(_)) && fits_everything(&all) {
        return said(comparisons(short, &shown))
            .or_else(|| Some(format!("“{shown}”里的逗号表示“或”，什么值都符合；要同时符合请写区间，如 [18..60)")));
    }
    if !matches!(column.kind, Kind::Any | Kind::Boolean) && all.iter().any(|test| is_condition(test) && !mentions_tested(test)) {
        return Some(format!("“{shown}”得出 true 或 false，与这一列的值比不了；请用 ? 代表这一列的值，或把它另立一列"));
    }
    let mut kinds = Vec::new();
    literal_kinds(tests, &mut kinds);
    if let Some(wrong) = kinds.into_iter().find(|found| column.kind != Kind::Any && *found != column.kind) {
        let habit = words(short, &shown, column.kind, Place::Test)
            .filter(|_| column.kind == Kind::Boolean)
            .or_else(|| dates(short, &shown, column.kind, Place::Test));
        return Some(said(habit).unwrap_or_else(|| of_another_kind(column.kind, wrong, &shown, Place::Test)));
    }
    let without_value = all.iter().find_map(|test| valueless(test))?;
    let habit = dates(short, &shown, column.kind, Place::Test);
    Some(said(habit).unwrap_or_else(|| format!("“{shown}”里的 {without_value} 算不出值，什么都比不了，请改正")))
}

/// What is said of a literal of another type than its column.
pub(crate) fn of_another_kind(kind: Kind, found: Kind, shown: &str, place: Place) -> String {
    // A number in a column of texts lacks its marks, a text in a column of numbers has them.
    let (_, operand) = comparing(shown).unwrap_or(("", shown));
    let bare_text = operand.trim_matches('"');
    let example = match (kind, found) {
        (Kind::Text, Kind::Number) if is_number(operand) => shown.replace(operand, &format!("\"{operand}\"")),
        (Kind::Number, Kind::Text) if is_number(bare_text) => shown.replace(operand, bare_text),
        _ => example(kind, place).to_owned(),
    };
    let (wanted, found) = (kind.name(), found.name());
    match place {
        Place::Test => format!("这一列是{wanted}，“{shown}”里却是{found}，请改成一样，如 {example}"),
        Place::Value => format!("这一列结果是{wanted}，“{shown}”却是{found}，请改成一样，如 {example}"),
    }
}

/// A part of a test, written without variables, that has no value: `date("2026-13-01")`, `1/0`.
fn valueless(test: &AstNode) -> Option<String> {
    match test {
        N::FunctionInvocation(..) | N::At(_) | N::Div(..) if is_constant(test) => {
            let value = prepare(test).ok().map(|run| locally(|| part(crate::MAX_STEPS, || run(&FeelScope::default()))))?;
            value.is_null().then(|| crate::blame::written(test))
        }
        other => children(other).into_iter().find_map(valueless),
    }
}

fn is_comparison(tree: &AstNode) -> bool {
    matches!(tree, N::UnaryGe(_) | N::UnaryGt(_) | N::UnaryLe(_) | N::UnaryLt(_) | N::UnaryEq(_) | N::UnaryNe(_))
}

/// Whether a comparison that has nothing before it stands where a value belongs: `> 5 and < 10`, `> 5 < 10`, `<> 3`.
fn compares_nothing(tree: &AstNode) -> bool {
    let takes_value = is_comparison(tree) || is_condition(tree) || is_arithmetic(tree);
    takes_value && children(tree).iter().any(|child| is_comparison(child) || compares_nothing(child))
}

/// Whether values are joined as if they were conditions: `"甲" or "乙"`.
fn joins_values(tree: &AstNode) -> bool {
    let is_value = |tree: &AstNode| matches!(tree, N::String(_) | N::Numeric(..) | N::Null | N::Range(..));
    match tree {
        N::And(a, b) | N::Or(a, b) => [a, b].iter().any(|side| is_value(side) || joins_values(side)),
        N::Sub(a, b) | N::Mul(a, b) | N::Div(a, b) => {
            [a, b].iter().any(|side| matches!(side.as_ref(), N::String(_)) || joins_values(side))
        }
        _ => false,
    }
}

/// Whether an expression is true or false by its form.
fn is_condition(tree: &AstNode) -> bool {
    matches!(
        tree,
        N::And(..)
            | N::Or(..)
            | N::Lt(..)
            | N::Le(..)
            | N::Gt(..)
            | N::Ge(..)
            | N::Eq(..)
            | N::Nq(..)
            | N::Between(..)
            | N::In(..)
            | N::InstanceOf(..)
            | N::Some(..)
            | N::Every(..)
    )
}

fn is_arithmetic(tree: &AstNode) -> bool {
    matches!(tree, N::Add(..) | N::Sub(..) | N::Mul(..) | N::Div(..) | N::Exp(..) | N::Neg(_))
}

/// Whether a test is a sum of numbers alone, such as `18-60` or `2025/1/1`, compared or not.
fn is_sum(tree: &AstNode) -> bool {
    fn of_numbers(tree: &AstNode) -> bool {
        matches!(tree, N::Numeric(..)) || is_arithmetic(tree) && children(tree).into_iter().all(of_numbers)
    }
    match tree {
        N::UnaryGe(a) | N::UnaryGt(a) | N::UnaryLe(a) | N::UnaryLt(a) | N::UnaryEq(a) | N::UnaryNe(a) => is_sum(a),
        N::Sub(..) | N::Div(..) => of_numbers(tree),
        N::Range(a, b) => [a, b].into_iter().flat_map(|end| children(end)).all(is_sum),
        _ => false,
    }
}

/// Whether a test names the expression of its own column, a name or a path.
fn names_column(tree: &AstNode, column: &AstNode) -> bool {
    matches!(column, N::Name(_) | N::QualifiedName(_) | N::Path(..))
        && (tree == column || children(tree).into_iter().any(|child| names_column(child, column)))
}

/// Whether of tests, one of which must hold, two leave nothing out: `>= 18, < 60`.
fn fits_everything(tests: &[&AstNode]) -> bool {
    let is_less = |a: &AstNode, b: &AstNode| {
        let less = N::Lt(Box::new(a.clone()), Box::new(b.clone()));
        // The names of variables have no value here, so only literals are compared.
        prepare(&less).is_ok_and(|less| less(&FeelScope::default()) == Feel::Boolean(true))
    };
    tests.iter().any(|one| {
        let (N::UnaryGe(from) | N::UnaryGt(from)) = one else { return false };
        tests.iter().any(|other| matches!(other, N::UnaryLe(to) | N::UnaryLt(to) if is_less(from, to)))
    })
}
