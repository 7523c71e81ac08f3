//! 条件 · what people write into a whole condition of a chart, put as FEEL reads it: other quotation marks, signs of programs, words that
//! join, percentages and ten thousands, days, and a value between two others.

use super::Habit;
use super::days::with_dates;
use super::marks::{JOINTS, Joint, Marked, OF_PROGRAMS, is_single};
use dsntk_feel::FeelNumber;

/// What joins conditions in FEEL, by what joins parts of a cell; a comma and a single sign may be meant otherwise here.
fn joint(written: &str, joint: Joint) -> Option<(&str, &'static str)> {
    let written = written.trim();
    match joint {
        _ if matches!(written, "and" | "or" | "&" | "|") => None,
        Joint::And => Some((written, " and ")),
        Joint::Or => Some((written, " or ")),
        Joint::Comma => None,
    }
}

/// Marks that end a sentence and no condition.
const ENDS: [char; 4] = [';', '；', '。', '，'];

/// A condition as it is meant, with what was written in another way.
struct Mended {
    text: String,
    odd: Vec<String>,
}

impl Mended {
    fn odd(&mut self, found: &str) {
        if !self.odd.iter().any(|odd| odd == found) {
            self.odd.push(found.to_owned());
        }
    }

    /// The text with its parts outside quotation marks put otherwise: `other` gives what stands at a place, as many characters as it is
    /// long, and what to write for it.
    fn put(&mut self, other: impl Fn(&[char], usize) -> Option<(usize, String)>) {
        let letters: Vec<char> = self.text.chars().collect();
        let outside: Vec<char> = Marked::of(&self.text).blank().chars().collect();
        let (mut out, mut at) = (String::new(), 0);
        while at < letters.len() {
            match other(&outside, at) {
                Some((length, instead)) => {
                    self.odd(&letters[at..at + length].iter().collect::<String>());
                    out.push_str(&instead);
                    at += length;
                }
                None => {
                    out.push(letters[at]);
                    at += 1;
                }
            }
        }
        self.text = out;
    }

    fn quotation_marks(&mut self) {
        let marked = Marked::of(&self.text);
        if marked.outside().filter(|c| is_single(*c)).count() >= 2 {
            self.text = marked.put(|c| is_single(c).then_some("\""));
            self.odd("单引号");
        }
    }

    fn end(&mut self) {
        let text = self.text.trim_end();
        if let Some(end) = text.chars().last().filter(|c| ENDS.contains(c)) {
            self.text = text.trim_end_matches(ENDS).to_owned();
            self.odd(&end.to_string());
        }
    }

    fn signs_and_words(&mut self) {
        self.put(|text, at| {
            let is = |written: &str| written.chars().enumerate().all(|(ahead, c)| text.get(at + ahead) == Some(&c));
            // A name may begin with 或 or end in it: a word that joins has no letter before it and no Chinese one after it.
            let alone = |length: usize| {
                let before = at.checked_sub(1).and_then(|at| text.get(at)).is_some_and(|c| c.is_alphabetic());
                let after = text.get(at + length).is_some_and(|c| c.is_alphabetic() && !c.is_ascii());
                !before && !after
            };
            let joints = JOINTS.iter().filter_map(|(written, kind)| joint(written, *kind));
            // Signs stand where they like; a word is found only where it stands alone.
            let sign = |written: &str| !written.contains(char::is_alphabetic);
            let mut found = OF_PROGRAMS.into_iter().chain(joints);
            let found = found.find(|(written, _)| is(written) && (sign(written) || alone(written.chars().count())));
            found.map(|(written, instead)| (written.chars().count(), instead.to_owned()))
        });
    }

    /// `50%` and `1万`.
    fn numbers(&mut self) {
        self.put(|text, at| {
            let digit = |c: &char| c.is_ascii_digit() || *c == '.';
            let begins = text[at].is_ascii_digit()
                && at.checked_sub(1).is_none_or(|before| !text[before].is_alphanumeric() && !"._".contains(text[before]));
            let digits: String = text[at..].iter().take_while(|c| begins && digit(c)).collect();
            let factor = match text.get(at + digits.len())? {
                '%' | '％' => "0.01",
                '万' => "10000",
                '亿' => "100000000",
                _ => return None,
            };
            let number: FeelNumber = digits.parse().ok()?;
            let factor: FeelNumber = factor.parse().ok()?;
            Some((digits.len() + 1, (number * factor).to_string()))
        });
    }

    fn days(&mut self) {
        if let Some(put) = with_dates(&self.text, false) {
            self.text = put;
            self.odd("日期");
        }
    }

    /// `10 < n < 20`: both comparisons written out.
    fn between(&mut self) {
        let mut parts: Vec<String> = Vec::new();
        for part in self.text.split(" and ") {
            match chained(part) {
                Some(written_out) => {
                    self.odd.push(format!("“{}”", part.trim()));
                    parts.push(written_out);
                }
                None => parts.push(part.to_owned()),
            }
        }
        self.text = parts.join(" and ");
    }
}

/// `a < b < c` as `a < b and b < c`; none where a bracket, a text or another joint stands in it.
fn chained(part: &str) -> Option<String> {
    if part.contains(['"', '(', '[', '{']) || part.contains(" or ") {
        return None;
    }
    let signs: Vec<(usize, &str)> = part.match_indices(['<', '>']).collect();
    let [(first, a), (second, b)] = signs[..] else { return None };
    let width = |at: usize| 1 + usize::from(part[at + 1..].starts_with('='));
    let (left, middle, right) = (&part[..first], &part[first + width(first)..second], &part[second + width(second)..]);
    let empty = [left, middle, right].iter().any(|side| side.trim().is_empty());
    let (one, other) = (&part[first..first + width(first)], &part[second..second + width(second)]);
    (a == b && !empty).then(|| format!("{} {one} {} and {} {other} {}", left.trim(), middle.trim(), middle.trim(), right.trim()))
}

/// What is told of a condition that FEEL reads otherwise or not at all.
pub(super) fn condition(text: &str, shown: &str) -> Option<Habit> {
    let mut mended = Mended { text: text.to_owned(), odd: Vec::new() };
    mended.quotation_marks();
    mended.end();
    mended.signs_and_words();
    mended.numbers();
    mended.days();
    mended.between();
    if mended.odd.is_empty() {
        return None;
    }
    let meant = mended.text.split_whitespace().collect::<Vec<_>>().join(" ");
    Habit::offering(&meant, format!("“{shown}”里的 {} 在条件里不这样写，请写成 {meant}", mended.odd.join("、")))
}

/// What is told of a condition in which a day is written bare: FEEL takes `2026-01-01` for a sum.
pub(super) fn bare_day(text: &str, shown: &str) -> Option<Habit> {
    let outside = Marked::of(text).blank();
    with_dates(&outside, false)?;
    let meant = with_dates(text, false)?;
    Habit::offering(&meant, format!("“{shown}”里的日期读作了几个数相减或相除，请写成 {meant}"))
}
