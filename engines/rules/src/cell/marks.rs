//! 标记和部分 · the parts of a cell: what stands in quotation marks, what is compared, what joins.

use super::bounds::counted;
use super::habits::percent;

/// A text and which of its characters stand inside quotation marks, the marks themselves included.
pub(super) struct Marked(Vec<(char, bool)>);

impl Marked {
    pub(super) fn of(text: &str) -> Marked {
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

    pub(super) fn outside(&self) -> impl Iterator<Item = char> {
        self.0.iter().filter(|(_, inside)| !inside).map(|(c, _)| *c)
    }

    pub(super) fn find(&self, wanted: impl Fn(char) -> bool) -> Option<char> {
        self.outside().find(|c| wanted(*c))
    }

    /// The text with its characters outside quotation marks put otherwise.
    pub(super) fn put(&self, other: impl Fn(char) -> Option<&'static str>) -> String {
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
    pub(super) fn blank(&self) -> String {
        self.0.iter().map(|(c, inside)| if *inside { '\u{1}' } else { *c }).collect()
    }
}

/// The half-width form of a character that looks like one of those that FEEL reads.
pub(super) fn half(c: char) -> Option<&'static str> {
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
pub(super) fn comparing(text: &str) -> Option<(&'static str, &str)> {
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
pub(super) fn interval(one: &str, other: &str) -> Option<String> {
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
pub(super) enum Joint {
    And,
    Or,
    Comma,
}

/// Whether it is a single quotation mark, of whatever keyboard.
pub(super) fn is_single(c: char) -> bool {
    matches!(c, '\'' | '‘' | '’' | '＇')
}

/// Comparisons as programs write them, and as FEEL does.
pub(super) const OF_PROGRAMS: [(&str, &str); 4] = [("<>", "!="), ("==", "="), ("=>", ">="), ("=<", "<=")];

/// Words that join, longest first.
pub(super) const JOINTS: [(&str, Joint); 16] = [
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
pub(super) fn parts(text: &str) -> Option<(Vec<String>, Vec<Joint>, &'static str)> {
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
pub(super) fn joined(text: &str) -> Option<(String, &'static str, Joint)> {
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
pub(super) fn literal(text: &str) -> Option<String> {
    let text = text.trim();
    let inner = text.strip_prefix('"').and_then(|text| text.strip_suffix('"'));
    match inner {
        Some(inner) if !inner.contains('"') => Some(text.to_owned()),
        _ if is_number(text) => Some(text.to_owned()),
        _ if is_word(text) => Some(format!("\"{text}\"")),
        _ => None,
    }
}

pub(super) fn is_number(text: &str) -> bool {
    text.parse::<f64>().is_ok() && text.chars().all(|c| c.is_ascii_digit() || "+-.".contains(c))
}

/// Text that may have been meant as such, its quotation marks forgotten.
pub(super) fn is_word(text: &str) -> bool {
    !text.is_empty()
        && text.chars().any(char::is_alphabetic)
        && text.chars().all(|c| c.is_alphanumeric() || "_- ·（）()".contains(c))
}

/// Signs that people put between the ends of a range.
pub(super) const BETWEEN: [&str; 14] = ["...", "……", "…", "..", "～", "~", "——", "—", "–", "－", "至", "到", "-", "—"];

/// The two ends of a range that is written without its brackets.
pub(super) fn ends(text: &str) -> Option<(String, String)> {
    let text = text.trim();
    BETWEEN.iter().find_map(|sign| {
        let (from, to) = text.split_once(sign)?;
        let number = |text: &str| percent(text).or_else(|| counted(text).map(|(number, _)| number));
        number(from).zip(number(to))
    })
}
