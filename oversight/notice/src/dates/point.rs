//! 时点 · one point or period of time as it is written: a year, a month, a day, and parts of them.

use super::Reader;
use crate::line::{begins, is_stop};
use crate::outline::{digits, numeral, numeral_digit};
use calendar::NaiveDate;
use chrono::{Datelike, Months};

impl Reader {
    /// One point or period of time: 2012年6月底, 二○一二年四月二十日, 2012.6.30, 年底, 明年3月. `earlier`: the one that it goes on with.
    pub(super) fn point(self, chars: &[char], at: usize, earlier: Option<&Point>) -> Option<Point> {
        let mut point = Point {
            year: earlier.and_then(|earlier| earlier.year),
            relative: earlier.is_some_and(|earlier| earlier.relative),
            month: None,
            day: None,
            closed: false,
            vague: false,
            part: Part::Whole,
            end: at,
        };
        let mut named_year = true;
        if let Some((year, length)) = year(&chars[at.min(chars.len())..]) {
            point.year = Some(year);
            point.relative = false;
            point.end += length;
            if let Some((month, day, length)) = numeric(&chars[point.end..]) {
                return Some(Point { month: Some(month), day, end: point.end + length, ..point });
            }
            if let Some((month, day)) = in_eight(&chars[point.end..], self.deadline) {
                return Some(Point { month: Some(month), day: Some(day), end: point.end + 4, ..point });
            }
            if shares_a_year(&chars[point.end..]) {
                return Some(point);
            }
            if chars.get(point.end) != Some(&'年') {
                return None;
            }
            point.end += 1;
            // 2014年度末
            let year = chars.get(point.end) == Some(&'度') && matches!(chars.get(point.end + 1), Some('末' | '底' | '内'));
            point.end += usize::from(year);
        } else if let Some((year, length)) = self.short_year(chars, at).or_else(|| self.spoken_year(chars, at)) {
            point.year = year;
            point.relative = true;
            point.end += length;
        } else if let Some((month, day, length)) = of_two(chars, at, self.deadline).filter(|_| earlier.is_none()) {
            return Some(Point { month: Some(month), day: Some(day), end: at + length, ..point });
        } else if let Some(length) = this_year(chars, at, self.deadline) {
            point.end += length;
        } else {
            named_year = false;
        }
        // 2014年年底
        if point.end > at
            && chars[point.end..].first() == Some(&'年')
            && matches!(chars.get(point.end + 1), Some('底' | '末' | '内' | '初'))
        {
            point.end += 1;
        }
        // The month, the day.
        let rest = &chars[point.end.min(chars.len())..];
        // 9—12月, 6、9月, 5月1—8日: the last says what all are. What stands before 、 without a year may be the number of a paragraph.
        let led = at > 0 && matches!(chars[at - 1], '于' | '在' | '到' | '至' | '别');
        let sure = named_year || earlier.is_some() || led;
        let opens = |rest: &[char]| opens_a_range(rest, &['月']) || sure && shares(rest, &['月']);
        if let Some((month, length)) = number(rest, 2).filter(|(_, length)| opens(&rest[*length..])) {
            return Some(Point { month: Some(month), end: point.end + length, ..point });
        }
        if let Some((day, length)) = number(rest, 2)
            .filter(|(_, length)| {
                !named_year && (matches!(rest.get(*length), Some('日' | '号')) || shares(&rest[*length..], &['日', '号']))
            })
            .filter(|_| earlier.is_some_and(|earlier| earlier.day.is_some()))
        {
            let end = point.end + length + usize::from(matches!(rest.get(length), Some('日' | '号')));
            return Some(Point { month: earlier?.month, day: Some(day), end, ..point });
        }
        if let Some((month, length)) = number(rest, 2).filter(|(_, length)| rest.get(*length) == Some(&'月')) {
            point.month = Some(month);
            point.end += length + 1;
            if chars.get(point.end) == Some(&'份') {
                point.end += 1;
            }
            let rest = &chars[point.end..];
            if let Some((day, length)) = number(rest, 2).filter(|(_, length)| matches!(rest.get(*length), Some('日' | '号'))) {
                point.day = Some(day);
                point.end += length + 1;
                return Some(point);
            }
            let opens = |rest: &[char]| opens_a_range(rest, &['日', '号']) || shares(rest, &['日', '号']);
            if let Some((day, length)) = number(rest, 2).filter(|(_, length)| opens(&rest[*length..])) {
                return Some(Point { day: Some(day), end: point.end + length, ..point });
            }
        }
        // 6月月底
        let again = point.month.is_some() && matches!(chars[point.end..], ['月', '底' | '末', ..]);
        point.end += usize::from(again);
        let rest = &chars[point.end..];
        let part = if point.month.is_some() { part_of(&MONTH_PARTS, rest) } else { part_of_a_year(rest) };
        if let Some((part, length)) = part {
            point.part = part;
            point.end += length;
            // 第一季度 is a period; 第一季度末, like 底, is its end.
            point.closed = part == Part::Whole || matches!(chars.get(point.end), Some('末' | '底'));
            point.end += usize::from(point.closed && part != Part::Whole);
        } else if rest.first() == Some(&'初') && !matches!(rest.get(1), Some('步' | '级' | '审' | '始' | '验' | '中')) {
            point.vague = true;
            point.end += 1;
        }
        (named_year || point.month.is_some()).then_some(point)
    }

    /// 14年6月, 14年底: two digits and a month or part behind them are a year near that of the notice, if there is one.
    fn short_year(self, chars: &[char], at: usize) -> Option<(Option<i32>, usize)> {
        let rest = chars.get(at..)?;
        let (short, length) = digits(rest);
        let now = self.year?;
        let year = now - now % 100 + short as i32;
        let behind = rest.get(3..).filter(|_| length == 2 && rest.get(2) == Some(&'年'))?;
        let month =
            number(behind, 2).is_some_and(|(_, length)| behind.get(length) == Some(&'月') || shares(&behind[length..], &['月']));
        let near = (now - 2..=now + 15).contains(&year);
        (near && (month || part_of_a_year(behind).is_some())).then_some((Some(year), 3))
    }

    /// 今年, 明年: years by their distance from that of the notice.
    fn spoken_year(self, chars: &[char], at: usize) -> Option<(Option<i32>, usize)> {
        let (word, offset) = YEARS.iter().find(|(word, _)| begins(chars.get(at..).unwrap_or_default(), word))?;
        // 会后年底, 大后年: 后年 begins where a word does.
        let begins_a_word = chars[..at].last().is_none_or(|c| !c.is_alphabetic() || "到至在于从自争取保和及与".contains(*c));
        (!word.starts_with('后') || begins_a_word).then(|| (self.year.map(|year| year + offset), word.chars().count()))
    }
}

/// A point or period of time as it is written.
pub struct Point {
    pub year: Option<i32>,
    /// 今年, 明年, 14年: the year follows from that of the notice.
    pub relative: bool,
    pub month: Option<u32>,
    pub day: Option<u32>,
    /// Something like 底 says that its end is meant.
    pub closed: bool,
    /// 初: which day is not said.
    pub vague: bool,
    pub part: Part,
    pub end: usize,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Part {
    Whole,
    /// 上旬, 中旬, 下旬: 0 to 2.
    Third(u32),
    /// 上半年, 下半年: 0, 1.
    Half(u32),
    /// 0 to 3.
    Quarter(u32),
}

impl Point {
    /// Another point of the same year.
    pub fn alone(&self) -> Point {
        let Point { year, relative, end, .. } = *self;
        Point { year, relative, month: None, day: None, closed: false, vague: false, part: Part::Whole, end }
    }

    /// Its first and last day; `None` where there is no such day.
    pub fn period(&self, year: i32) -> Option<(NaiveDate, NaiveDate)> {
        let months = |first: u32, count: u32| {
            let from = NaiveDate::from_ymd_opt(year, first, 1)?;
            Some((from, from.checked_add_months(Months::new(count))?.pred_opt()?))
        };
        match (self.month, self.day, self.part) {
            (Some(month), Some(day), _) => NaiveDate::from_ymd_opt(year, month, day).map(|day| (day, day)),
            (Some(month), None, Part::Third(third)) => {
                let (from, to) = months(month, 1)?;
                let day = |day| from.with_day(day);
                match third {
                    0 => Some((from, day(10)?)),
                    1 => Some((day(11)?, day(20)?)),
                    _ => Some((day(21)?, to)),
                }
            }
            (Some(month), None, _) => months(month, 1),
            (None, _, Part::Half(half)) => months(1 + 6 * half, 6),
            (None, _, Part::Quarter(quarter)) => months(1 + 3 * quarter, 3),
            (None, ..) => months(1, 12),
        }
    }
}

/// A year that opens a part of a sentence and says when what follows is done: 2025年新增50家, not 2012年工作要点 or 2024年度.
pub fn opening_year(chars: &[char], at: usize) -> Option<(i32, usize)> {
    let opens = at == 0 || matches!(chars[at - 1], '，' | '。' | '；' | '：' | '\t' | '（') || chars[at - 1].is_whitespace();
    let (year, length) = year(&chars[at..]).filter(|_| opens)?;
    let end = at + length + 1;
    let is_year = chars.get(end - 1) == Some(&'年')
        && !matches!(chars.get(end), None | Some('度' | '的' | '以' | '和' | '、' | '，' | '至'));
    is_year.then_some((year, end))
}

/// A year with four digits in either script, without 年.
pub fn year(chars: &[char]) -> Option<(i32, usize)> {
    let value = match chars.iter().take(4).map(|c| c.to_digit(10).or_else(|| numeral_digit(*c))).collect::<Option<Vec<_>>>() {
        Some(digits) if digits.len() == 4 => digits.into_iter().fold(0, |sum, digit| sum * 10 + digit as i32),
        _ => return None,
    };
    (1900..2200).contains(&value).then_some((value, 4))
}

/// `.6.30`, `-06-30`, `/6` behind a year.
fn numeric(chars: &[char]) -> Option<(u32, Option<u32>, usize)> {
    let mark = *chars.first().filter(|c| matches!(c, '．' | '—' | '／'))?;
    let (month, length) = digits(&chars[1..]);
    if !(1..=2).contains(&length) || chars.get(length + 1).is_some_and(|c| *c == '年') {
        return None;
    }
    let end = 1 + length;
    if chars.get(end) == Some(&mark) {
        let (day, length) = digits(&chars[end + 1..]);
        if (1..=2).contains(&length) {
            return Some((month, Some(day), end + 1 + length));
        }
    }
    // 2012-2015 is no month; 2012-6 may be.
    Some((month, None, end))
}

/// 1130 behind a year: a day in eight digits, where what follows says that it is one.
fn in_eight(chars: &[char], deadline: bool) -> Option<(u32, u32)> {
    let (value, length) = digits(chars);
    let closed = is_closed(&chars[length..]) || deadline && chars[length..].iter().all(|c| is_stop(*c));
    let (month, day) = (value / 100, value % 100);
    (length == 4 && closed && is_day(month, day)).then_some((month, day))
}

/// 12/8前, 11-30前, 9.30前: month and day, where what follows says that they are; alone where only a time can stand.
fn of_two(chars: &[char], at: usize, deadline: bool) -> Option<(u32, u32, usize)> {
    let rest = chars.get(at..)?;
    let (month, length) = digits(rest);
    let marked = matches!(rest.get(length), Some('．' | '—' | '／')) && (1..=2).contains(&length);
    let goes_on = at > 0 && matches!(chars[at - 1], '．' | '—' | '／');
    let (day, more) = digits(rest.get(length + 1..).filter(|_| marked && !goes_on)?);
    let end = length + 1 + more;
    let closed = is_closed(&rest[end..]) || deadline && at == 0 && rest[end..].iter().all(|c| is_stop(*c));
    ((1..=2).contains(&more) && closed && is_day(month, day)).then_some((month, day, end))
}

fn is_day(month: u32, day: u32) -> bool {
    NaiveDate::from_ymd_opt(2024, month, day).is_some()
}

/// Whether what follows says that a time stands before it.
fn is_closed(rest: &[char]) -> bool {
    ["前", "之前", "以前", "止", "为止", "截止", "起"].iter().any(|word| begins(rest, word))
}

/// A number in either script, in digits at most `most` of them, and its length.
pub fn number(chars: &[char], most: usize) -> Option<(u32, usize)> {
    let found = Some(digits(chars)).filter(|(_, length)| (1..=most).contains(length));
    found.or_else(|| Some(numeral(chars)).filter(|(_, length)| (1..=3).contains(length)))
}

/// 年底, 年内, 第三季度末 and 上半年完成 without a year are of that of the notice: how many characters stand before the part. `deadline`:
/// a part alone is one too.
fn this_year(chars: &[char], at: usize, deadline: bool) -> Option<usize> {
    let rest = chars.get(at..)?;
    let counted = at > 0 && matches!(chars[at - 1], '两' | '半' | '几' | '多' | '每' | '近' | '学' | '个');
    if rest.first() == Some(&'年') && matches!(rest.get(1), Some('底' | '末' | '内')) {
        return (!counted).then_some(1);
    }
    let (_, length) = part_of_a_year(rest).filter(|(part, _)| *part != Part::Whole && chars[..at].last() != Some(&'前'))?;
    let done = ["完成", "建成", "印发", "出台", "实现"].iter().any(|word| begins(&rest[length..], word));
    let alone = deadline && at == 0 && rest.len() == length;
    (done || alone || matches!(rest.get(length), Some('末' | '底' | '前' | '内'))).then_some(0)
}

/// 、2014年: the rest of a list of years whose first has no 年 of its own.
fn shares_a_year(rest: &[char]) -> bool {
    let mut rest = rest;
    while rest.first().is_some_and(|c| is_joint(*c)) && year(&rest[1..]).is_some() {
        rest = &rest[5..];
        if rest.first() == Some(&'年') {
            return true;
        }
    }
    false
}

/// What joins times: 6月和9月.
pub fn is_joint(c: char) -> bool {
    matches!(c, '、' | '和' | '及' | '与')
}

/// 、9月: the rest of a list whose first number has no word of its own.
pub fn shares(rest: &[char], words: &[char]) -> bool {
    let mut rest = rest;
    for _ in 0..MOST_SHARED {
        let Some((_, length)) = rest.first().filter(|c| is_joint(**c)).and_then(|_| number(&rest[1..], 2)) else { return false };
        rest = &rest[1 + length..];
        if rest.first().is_some_and(|c| words.contains(c)) {
            return true;
        }
    }
    false
}

/// Numbers that share one word.
const MOST_SHARED: usize = 31;

/// —12月: the rest of a range whose first number has no word of its own.
fn opens_a_range(rest: &[char], words: &[char]) -> bool {
    let Some(joint) = RANGE.into_iter().find(|word| begins(rest, word)) else { return false };
    let rest = &rest[joint.chars().count()..];
    number(rest, 2).is_some_and(|(_, length)| rest.get(length).is_some_and(|c| words.contains(c)))
}

pub fn part_of(parts: &[(&str, Part)], rest: &[char]) -> Option<(Part, usize)> {
    parts.iter().find(|(word, _)| begins(rest, word)).map(|(word, part)| (*part, word.chars().count()))
}

/// 上半年, 第三季度, 第3季度, 前三季度, Q3, 底.
pub fn part_of_a_year(rest: &[char]) -> Option<(Part, usize)> {
    if let Some(quarter) = rest.get(1).and_then(|c| c.to_digit(10)).filter(|_| matches!(rest[0], 'Q' | 'q')) {
        let apart = !rest.get(2).is_some_and(char::is_ascii_alphanumeric);
        return ((1..=4).contains(&quarter) && apart).then(|| (Part::Quarter(quarter - 1), 2));
    }
    if rest.first() == Some(&'前') {
        let (part, length) = part_of_a_year(&rest[1..]).filter(|(part, _)| matches!(part, Part::Quarter(_)))?;
        return Some((part, length + 1));
    }
    let ordinal = usize::from(rest.first() == Some(&'第'));
    let quarter = number(&rest[ordinal.min(rest.len())..], 1)
        .filter(|(quarter, length)| (1..=4).contains(quarter) && begins(&rest[ordinal + length..], "季度"));
    quarter.map(|(quarter, length)| (Part::Quarter(quarter - 1), ordinal + length + 2)).or_else(|| part_of(&YEAR_PARTS, rest))
}

pub const RANGE: [&str; 4] = ["——", "—", "至", "到"];

pub const MONTH_PARTS: [(&str, Part); 5] =
    [("上旬", Part::Third(0)), ("中旬", Part::Third(1)), ("下旬", Part::Third(2)), ("底", Part::Whole), ("末", Part::Whole)];

pub const YEAR_PARTS: [(&str, Part); 4] =
    [("上半年", Part::Half(0)), ("下半年", Part::Half(1)), ("底", Part::Whole), ("末", Part::Whole)];

/// Years by their distance from that of the notice.
pub const YEARS: [(&str, i32); 7] = [("今年", 0), ("本年度", 0), ("本年", 0), ("当年", 0), ("明年", 1), ("来年", 1), ("后年", 2)];
