//! 时间 · the dates in a text: by when, from when, how often; computed, with the words they came from.

use crate::line::{Piece, begins};
use crate::outline::{digits, numeral, numeral_digit};
use crate::units::is_nothing;
use crate::unread::{Unread, Why};
use crate::{Span, Words};
use calendar::{Calendar, DayKind, NaiveDate};
use chrono::{Datelike, Months};
use serde::{Deserialize, Serialize};

/// A time that a text names.
#[derive(Serialize, Deserialize, Clone, Debug, PartialEq, Eq)]
pub struct Date {
    /// What it is.
    pub kind: DateKind,
    /// The day: the last one of a deadline, the first one of a start. `None` where no day is named.
    pub date: Option<NaiveDate>,
    /// Of what returns: the month of its period, from 1 (每年1月31日前: 1). `None`: the last of the period.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub month: Option<u32>,
    /// Of what returns: the day of that month (每月10日前: 10), of what returns weekly the day of the week from Monday (每周一: 1). A day
    /// that the month does not have is its last one. `None`: the last of the month or week.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub day: Option<u32>,
    /// The words.
    #[serde(flatten)]
    pub words: Words,
    /// The year is not written; it is that of the notice.
    pub year_assumed: bool,
}

/// What a time is to a task.
#[derive(Serialize, Deserialize, Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[serde(rename_all = "kebab-case")]
pub enum DateKind {
    /// 2012年6月底前: a deadline.
    By,
    /// 从2012年起: a start.
    From,
    /// 2012年6月30日: that day.
    On,
    /// The day of the signature.
    Signed,
    /// 每年 and longer.
    RecurringYearly,
    /// 每半年.
    RecurringHalfYearly,
    /// 每季度.
    RecurringQuarterly,
    /// 每月.
    RecurringMonthly,
    /// 每周.
    RecurringWeekly,
    /// 每日.
    RecurringDaily,
    /// 印发之日起10个工作日内: a length of time; the day follows from the calendar.
    Within,
    /// 每两年, 逢单月: a period that is none of these.
    RecurringOther,
    /// 长期坚持, 持续推进: it goes on without an end.
    Ongoing,
    /// 抓紧, 适时: a time and no date.
    Undated,
}

impl DateKind {
    /// The name in tables: `by`, `recurring-yearly`.
    pub fn name(self) -> &'static str {
        match self {
            DateKind::By => "by",
            DateKind::From => "from",
            DateKind::On => "on",
            DateKind::Signed => "signed",
            DateKind::RecurringYearly => "recurring-yearly",
            DateKind::RecurringHalfYearly => "recurring-half-yearly",
            DateKind::RecurringQuarterly => "recurring-quarterly",
            DateKind::RecurringMonthly => "recurring-monthly",
            DateKind::RecurringWeekly => "recurring-weekly",
            DateKind::RecurringDaily => "recurring-daily",
            DateKind::Within => "within",
            DateKind::RecurringOther => "recurring-other",
            DateKind::Ongoing => "ongoing",
            DateKind::Undated => "undated",
        }
    }
}

impl Date {
    /// The day on which a deadline ends under that calendar: one that falls on a rest day ends on the next working day (CLK-02,
    /// 民法典 203). [`date`](Date::date) stays the day that is written. `None` for what is no deadline.
    pub fn due(&self, calendar: &Calendar) -> Option<NaiveDate> {
        self.date.filter(|_| self.kind == DateKind::By).map(|written| calendar.next_working_day(written))
    }
}

impl Date {
    /// Where a rest day moves the end of a deadline: the day it ends on, and what the written day is (星期六, 国庆节放假).
    pub fn moved(&self, calendar: &Calendar) -> Option<(NaiveDate, String)> {
        let written = self.date?;
        let due = self.due(calendar).filter(|due| *due != written)?;
        let day = calendar.day(written);
        let why = match day.name.filter(|_| day.kind == DayKind::Holiday) {
            Some(name) => format!("{name}放假"),
            None => WEEKDAYS[written.weekday().num_days_from_monday() as usize].to_owned(),
        };
        Some((due, why))
    }
}

const WEEKDAYS: [&str; 7] = ["星期一", "星期二", "星期三", "星期四", "星期五", "星期六", "星期日"];

/// How a text is read for dates.
#[derive(Clone, Copy)]
pub(crate) struct Reader {
    /// The year of the notice.
    pub year: Option<i32>,
    /// A date alone is a deadline: the cell or label says so.
    pub deadline: bool,
}

impl Reader {
    /// The times in a piece, in their order.
    pub fn read(self, piece: Piece<'_>, unread: &mut Vec<Unread>) -> Vec<Date> {
        let chars = piece.chars();
        let mut dates = Vec::new();
        let mut at = 0;
        while at < chars.len() {
            if !begins_a_time(chars[at]) {
                at += 1;
                continue;
            }
            let found = self.recurring(piece, at, unread).or_else(|| self.within(piece, at));
            let found = found.or_else(|| self.plan(piece, at)).or_else(|| self.named(piece, at, unread));
            match found.or_else(|| self.absolute(piece, at, unread)) {
                Some((found, end)) => {
                    dates.extend(found);
                    at = end.max(at + 1);
                }
                None => at += 1,
            }
        }
        dates
    }

    /// The times of a value that must be one: the cell or the label says so. 长期坚持 and 立即 are kept as they are.
    pub fn value(self, piece: Piece<'_>, unread: &mut Vec<Unread>) -> Vec<Date> {
        let before = unread.len();
        let mut dates = Reader { deadline: true, ..self }.read(piece, unread);
        dates.extend(ongoing(piece));
        dates.extend(undated(piece));
        dates.sort_by_key(|date| date.words.at);
        if dates.is_empty() && unread.len() == before && !is_nothing(piece) {
            unread.push(Why::NoTime.at(piece));
        }
        dates
    }

    /// The times of a piece that holds nothing else, and what of them could not be read.
    pub fn alone(self, piece: Piece<'_>) -> Option<(Vec<Date>, Vec<Unread>)> {
        if ["牵头", "负责", "配合", "参加", "参与", "协助"].iter().any(|verb| piece.contains(verb)) {
            return None;
        }
        let mut unread = Vec::new();
        let dates = self.value(piece, &mut unread);
        unread.retain(|unread| unread.why != Why::NoTime);
        let mut spans: Vec<Span> = dates.iter().map(|date| date.words.at).chain(unread.iter().map(|at| at.words.at)).collect();
        spans.sort_unstable();
        spans.dedup();
        let covered: u32 = spans.iter().map(|Span { from, to, .. }| to - from).sum();
        (covered > 0 && piece.trim().len() <= covered as usize + 4).then_some((dates, unread))
    }

    fn date(self, piece: Piece<'_>, kind: DateKind, date: Option<NaiveDate>) -> Date {
        Date { kind, date, month: None, day: None, words: piece.words(), year_assumed: false }
    }

    /// 每年至少听取一次, 每季度末, 按月, 每月5日、20日前.
    fn recurring(self, piece: Piece<'_>, at: usize, unread: &mut Vec<Unread>) -> Option<(Vec<Date>, usize)> {
        let rest = &piece.chars()[at..];
        let known = RECURRING.iter().find_map(|(words, kind)| begins(rest, words).then(|| (*kind, words.chars().count())));
        let (kind, length) = known.or_else(|| other_period(rest))?;
        let rest = &rest[..rest.len().min(LONGEST_CLAUSE)];
        let clause = rest.iter().position(|c| is_clause_end(*c)).unwrap_or(rest.len());
        let counted = rest[..clause]
            .windows(2)
            .any(|pair| pair[1] == '次' && (numeral_digit(pair[0]).is_some() || pair[0].is_ascii_digit() || pair[0] == '两'));
        let (turns, tail) = turns(kind, &rest[length.min(rest.len())..]);
        let end = if counted { clause.max(length + tail) } else { length + tail };
        let words = piece.sub(at, at + end);
        if kind == DateKind::RecurringOther {
            unread.push(Why::Period.at(words));
        }
        let mut dates = Vec::new();
        for Turn { month, day, vague } in turns {
            let of_a_leap_year = |month| NaiveDate::from_ymd_opt(2024, month, day.unwrap_or(1)).is_some();
            let (month, day) = match kind {
                DateKind::RecurringYearly => (month, day.filter(|_| month.is_some())),
                _ => (month, day),
            };
            let months = if kind == DateKind::RecurringYearly { month.unwrap_or(1) } else { 1 };
            let is = day.is_none_or(|day| (1..=31).contains(&day)) && (1..=12).contains(&months) && of_a_leap_year(months);
            if !is || vague {
                unread.push(if is { Why::NoDay } else { Why::NoSuchDate }.at(words));
            }
            dates.push(Date { month: month.filter(|_| is), day: day.filter(|_| is), ..self.date(words, kind, None) });
        }
        Some((dates, at + end))
    }

    /// “十四五”期间: until the end of the plan, where that is not yet past.
    fn plan(self, piece: Piece<'_>, at: usize) -> Option<(Vec<Date>, usize)> {
        let chars = piece.chars();
        let (plan, length) = match (chars[at], chars.get(at + 1), chars.get(at + 2)) {
            ('十', Some(n), Some('五')) if numeral_digit(*n).is_some() => (10 + numeral_digit(*n).unwrap_or(0) as i32, 3),
            ('十', Some('五'), _) => (10, 2),
            _ => return None,
        };
        let quoted = usize::from(chars.get(at + length) == Some(&'”'));
        let rest = &chars[at + length + quoted..];
        let word = ["期间", "时期", "期末", "末期", "末"].into_iter().find(|word| begins(rest, word))?;
        let end = at + length + quoted + word.chars().count();
        let from = if at > 0 && quoted == 1 && chars[at - 1] == '“' { at - 1 } else { at };
        let year = 1955 + 5 * plan;
        let past = self.year.is_some_and(|now| now > year);
        let day = NaiveDate::from_ymd_opt(year, 12, 31).filter(|_| !past);
        Some((day.map(|day| self.date(piece.sub(from, end), DateKind::By, Some(day))).into_iter().collect(), end))
    }

    /// 春节前, 次月10日前: a time whose day is not written.
    fn named(self, piece: Piece<'_>, at: usize, unread: &mut Vec<Unread>) -> Option<(Vec<Date>, usize)> {
        const DAYS: [&str; 14] = [
            "春节",
            "元旦",
            "清明节",
            "清明",
            "劳动节",
            "端午节",
            "端午",
            "中秋节",
            "中秋",
            "国庆节",
            "国庆",
            "五一",
            "年初",
            "月初",
        ];
        const NEXT: [&str; 7] = ["次月", "下个月", "下月", "次年", "翌年", "下季度", "次季度"];
        const CLOSES: [&str; 7] = ["期间", "之前", "以前", "前后", "前", "之后", "后"];
        let rest = &piece.chars()[at..];
        let closed = |from: usize| {
            CLOSES.iter().find(|word| begins(&rest[from.min(rest.len())..], word)).map(|word| from + word.chars().count())
        };
        let end = if let Some(word) = DAYS.iter().find(|word| begins(rest, word)) {
            // 每年年初 was read with its period; 今年初 is a time too.
            closed(word.chars().count() + usize::from(rest.get(word.chars().count()) == Some(&'”')))?
        } else {
            let word = NEXT.iter().find(|word| begins(rest, word))?;
            let mut end = word.chars().count();
            if let Some((_, length)) = number(&rest[end..], 2).filter(|(_, length)| rest.get(end + length) == Some(&'月')) {
                end += length + 1;
            }
            match number(&rest[end..], 2).filter(|(_, length)| matches!(rest.get(end + length), Some('日' | '号'))) {
                Some((_, length)) => end += length + 1,
                None => end += usize::from(matches!(rest.get(end), Some('底' | '末' | '初'))),
            }
            Some(closed(end).unwrap_or(end)).filter(|end| *end > word.chars().count())?
        };
        let words = piece.sub(at, at + end);
        unread.push(Why::NoDay.at(words));
        Some((vec![self.date(words, DateKind::Undated, None)], at + end))
    }

    /// 自印发之日起30日内, 15个工作日内.
    fn within(self, piece: Piece<'_>, at: usize) -> Option<(Vec<Date>, usize)> {
        let chars = piece.chars();
        let (_, number) = number(&chars[at..], 3).or_else(|| (chars[at] == '两').then_some((2, 1)))?;
        let rest = &chars[at + number..];
        let unit = ["个工作日", "工作日", "个月", "日", "天", "周", "年"].into_iter().find(|unit| begins(rest, unit))?;
        let end = number + unit.chars().count();
        let end = end + ["之内", "以内", "内"].into_iter().find(|word| begins(&chars[at + end..], word))?.chars().count();
        if at > 0 && (chars[at - 1] == '月' || chars[at - 1].is_ascii_digit() || numeral_digit(chars[at - 1]).is_some()) {
            return None;
        }
        // The day it counts from, if it is named just before: 自本通知印发之日起.
        let before = &chars[at.saturating_sub(20)..at];
        let named = before
            .iter()
            .rposition(|c| matches!(c, '自' | '从' | '在'))
            .filter(|_| before.ends_with(&['日', '起']) || before.ends_with(&['后']));
        let from = named.map_or(at, |named| at - before.len() + named);
        Some((vec![self.date(piece.sub(from, at + end), DateKind::Within, None)], at + end))
    }

    /// 力争到2012年底, 2012年6月30日前, 从2012年起, 2012年5月至6月.
    fn absolute(self, piece: Piece<'_>, at: usize, unread: &mut Vec<Unread>) -> Option<(Vec<Date>, usize)> {
        let chars = piece.chars();
        if at > 0 && (chars[at - 1].is_ascii_digit() || numeral_digit(chars[at - 1]).is_some()) {
            return None;
        }
        let first = self.point(piece, at, None)?;
        let mut end = first.end;
        // A range: from the one to the other.
        let joined = RANGE.into_iter().find(|word| begins(&chars[end..], word));
        let last = joined.and_then(|word| self.point(piece, end + word.chars().count(), Some(&first)));
        if let Some(last) = &last {
            end = last.end;
        }
        let (closes, length) = Closing::read(&chars[end..]);
        end += length;
        let from = at - lead_in(&chars[..at]);
        let opens = Closing::before(&chars[from..at]);
        let words = piece.sub(from, end);
        let mut tell = |why: Why| unread.push(why.at(words));
        let last_point = last.as_ref().unwrap_or(&first);
        let Some(year) = last_point.year.or(self.year) else {
            // A month alone is no date until something says that it is one.
            if closes != Closing::Nothing || last_point.closed || last_point.day.is_some() {
                tell(Why::NoYear);
            }
            return Some((Vec::new(), end));
        };
        let assumed = last_point.year.is_none() || last_point.relative;
        let Some((_, period_end)) = last_point.period(year) else {
            tell(Why::NoSuchDate);
            return Some((Vec::new(), end));
        };
        let Some((period_start, _)) = first.period(first.year.or(self.year).unwrap_or(year)) else {
            tell(Why::NoSuchDate);
            return Some((Vec::new(), end));
        };
        let date =
            |kind, day| Date { kind, date: Some(day), words: words.words(), year_assumed: assumed, month: None, day: None };
        let exact = last_point.day.is_some();
        let dates = match (closes, opens) {
            _ if last.is_some() && (self.deadline || closes != Closing::Nothing || last_point.month.is_some()) => {
                vec![date(DateKind::From, period_start), date(DateKind::By, period_end)]
            }
            (Closing::Start, _) => vec![date(DateKind::From, period_start)],
            (Closing::Before, _) if !exact && !last_point.closed => {
                tell(Why::TwoDates);
                vec![date(DateKind::By, period_start.pred_opt().unwrap_or(period_start))]
            }
            (Closing::Before | Closing::Within | Closing::Done, _) => vec![date(DateKind::By, period_end)],
            (Closing::Nothing, Closing::Within) => vec![date(DateKind::By, period_end)],
            (Closing::Nothing, Closing::Start) => vec![date(DateKind::From, period_start)],
            _ if self.deadline || last_point.closed => vec![date(DateKind::By, period_end)],
            _ if exact => vec![date(DateKind::On, period_end)],
            _ => return None,
        };
        Some((dates, end))
    }

    /// One point or period of time: 2012年6月底, 二○一二年四月二十日, 2012.6.30, 年底, 明年3月.
    fn point(self, piece: Piece<'_>, at: usize, earlier: Option<&Point>) -> Option<Point> {
        let chars = piece.chars();
        let year_before = earlier.and_then(|earlier| earlier.year);
        let mut point =
            Point { year: year_before, relative: false, month: None, day: None, closed: false, part: Part::Whole, end: at };
        if let Some((year, length)) = year(&chars[at.min(chars.len())..]) {
            point.year = Some(year);
            point.end += length;
            if let Some((month, day, length)) = numeric(&chars[point.end..]) {
                return Some(Point { month: Some(month), day, end: point.end + length, ..point });
            }
            if chars.get(point.end) != Some(&'年') {
                return None;
            }
            point.end += 1;
        } else if let Some((offset, length)) = relative(chars, at) {
            point.year = self.year.map(|year| year + offset);
            point.relative = true;
            point.end += length;
        }
        let named_year = point.end > at || point.relative;
        // The month, the day.
        let rest = &chars[point.end.min(chars.len())..];
        // 9—12月, 5月1—8日: the second says what both are.
        if let Some((month, length)) = number(rest, 2).filter(|(_, length)| opens_a_range(&rest[*length..], &['月'])) {
            return Some(Point { month: Some(month), end: point.end + length, ..point });
        }
        if let Some((day, length)) = number(rest, 2)
            .filter(|(_, length)| !named_year && matches!(rest.get(*length), Some('日' | '号')))
            .filter(|_| earlier.is_some_and(|earlier| earlier.day.is_some()))
        {
            return Some(Point { month: earlier?.month, day: Some(day), end: point.end + length + 1, ..point });
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
            if let Some((day, length)) = number(rest, 2).filter(|(_, length)| opens_a_range(&rest[*length..], &['日', '号'])) {
                return Some(Point { day: Some(day), end: point.end + length, ..point });
            }
        }
        let rest = &chars[point.end..];
        let part = if point.month.is_some() { part_of(&MONTH_PARTS, rest) } else { part_of_a_year(rest) };
        if let Some((part, length)) = part {
            point.part = part;
            point.end += length;
            // 第一季度 is a period; 第一季度末, like 底, is its end.
            point.closed = part == Part::Whole || matches!(chars.get(point.end), Some('末' | '底'));
            point.end += usize::from(point.closed && part != Part::Whole);
        }
        (named_year || point.month.is_some()).then_some(point)
    }
}

/// A point or period of time as it is written.
struct Point {
    year: Option<i32>,
    /// 今年, 年底: the year is that of the notice.
    relative: bool,
    month: Option<u32>,
    day: Option<u32>,
    /// Something like 底 says that its end is meant.
    closed: bool,
    part: Part,
    end: usize,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Part {
    Whole,
    /// 上旬, 中旬, 下旬: 0 to 2.
    Third(u32),
    /// 上半年, 下半年: 0, 1.
    Half(u32),
    /// 0 to 3.
    Quarter(u32),
}

impl Point {
    /// Its first and last day; `None` where there is no such day.
    fn period(&self, year: i32) -> Option<(NaiveDate, NaiveDate)> {
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

/// What the words after or before a point make of it.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Closing {
    Nothing,
    /// 起
    Start,
    /// 前
    Before,
    /// 内, 到
    Within,
    /// 完成, after a bare month
    Done,
}

impl Closing {
    fn read(chars: &[char]) -> (Closing, usize) {
        const AFTER: [(&str, Closing); 14] = [
            ("起", Closing::Start),
            ("开始", Closing::Start),
            ("之前", Closing::Before),
            ("以前", Closing::Before),
            ("前", Closing::Before),
            ("以内", Closing::Within),
            ("之内", Closing::Within),
            ("内", Closing::Within),
            ("止", Closing::Within),
            ("完成", Closing::Done),
            ("建成", Closing::Done),
            ("印发", Closing::Done),
            ("出台", Closing::Done),
            ("实现", Closing::Done),
        ];
        let found = AFTER.iter().find(|(word, _)| begins(chars, word));
        // 完成 and its like are the task's words, not the date's.
        found.map_or((Closing::Nothing, 0), |(word, closing)| {
            (*closing, if *closing == Closing::Done { 0 } else { word.chars().count() })
        })
    }

    fn before(chars: &[char]) -> Closing {
        match chars.last() {
            Some('从' | '自') => Closing::Start,
            Some('到' | '至' | '争' | '取' | '保') => Closing::Within,
            _ => Closing::Nothing,
        }
    }
}

/// How many characters before a date belong to it: 力争到, 从, 在.
fn lead_in(before: &[char]) -> usize {
    const WORDS: [&str; 14] =
        ["力争到", "争取到", "确保到", "力争在", "争取在", "确保在", "力争于", "截至", "力争", "争取", "确保", "到", "至", "在"];
    let ends =
        |word: &&&str| before.len() >= word.chars().count() && begins(&before[before.len() - word.chars().count()..], word);
    let found = WORDS.iter().find(ends).map_or(0, |word| word.chars().count());
    if found == 0 && matches!(before.last(), Some('从' | '自' | '于')) { 1 } else { found }
}

/// A year with four digits in either script, without 年.
fn year(chars: &[char]) -> Option<(i32, usize)> {
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

fn number(chars: &[char], most: usize) -> Option<(u32, usize)> {
    let found = Some(digits(chars)).filter(|(_, length)| (1..=most).contains(length));
    found.or_else(|| Some(numeral(chars)).filter(|(_, length)| (1..=3).contains(length)))
}

/// When in its period something returns.
#[derive(Default)]
struct Turn {
    month: Option<u32>,
    day: Option<u32>,
    /// 初: which day is not said.
    vague: bool,
}

/// When in their period things return, and how many characters say so: 每季度首月10日前, 每月5日、20日前. One without words is its end.
fn turns(kind: DateKind, rest: &[char]) -> (Vec<Turn>, usize) {
    let (first, mut end) = turn(kind, rest);
    let mut turns = vec![first];
    while matches!(rest.get(end), Some('、' | '和' | '及' | '与')) {
        let (next, length) = turn(kind, &rest[end + 1..]);
        if next.day.is_none() {
            break;
        }
        turns.push(next);
        end += 1 + length;
    }
    (turns, end)
}

fn turn(kind: DateKind, rest: &[char]) -> (Turn, usize) {
    const MONTHS: [(&str, Option<u32>); 7] = [
        ("第一个月", Some(1)),
        ("首月", Some(1)),
        ("第二个月", Some(2)),
        ("第三个月", Some(3)),
        ("最后一个月", None),
        ("末月", None),
        ("尾月", None),
    ];
    let mut turn = Turn::default();
    let mut end = usize::from(matches!(rest.first(), Some('度' | '的')));
    match kind {
        DateKind::RecurringWeekly => {
            const DAYS: [char; 8] = ['一', '二', '三', '四', '五', '六', '日', '天'];
            let day = rest.first().and_then(|c| DAYS.iter().position(|day| day == c));
            turn.day = day.filter(|_| rest.get(1) != Some(&'次')).map(|day| (day as u32).min(6) + 1);
            end = usize::from(turn.day.is_some());
        }
        DateKind::RecurringYearly => {
            if let Some((month, length)) = number(&rest[end..], 2).filter(|(_, n)| rest.get(end + n) == Some(&'月')) {
                turn.month = Some(month);
                end += length + 1;
            } else if let Some((part, length)) = part_of_a_year(&rest[end..]) {
                turn.month = match part {
                    Part::Half(half) => Some(6 + 6 * half),
                    Part::Quarter(quarter) => Some(3 + 3 * quarter),
                    _ => None,
                };
                end += length;
            } else if begins(&rest[end..], "年底") || begins(&rest[end..], "年末") {
                end += 2;
            }
        }
        DateKind::RecurringQuarterly | DateKind::RecurringHalfYearly => {
            let found = MONTHS.iter().find(|(word, _)| begins(&rest[end..], word));
            if let Some((word, month)) = found {
                turn.month = month.or(Some(if kind == DateKind::RecurringQuarterly { 3 } else { 6 }));
                end += word.chars().count();
            }
        }
        _ => {}
    }
    if kind != DateKind::RecurringWeekly {
        let day = number(&rest[end..], 2).filter(|(_, length)| matches!(rest.get(end + length), Some('日' | '号')));
        if let Some((day, length)) = day {
            turn.day = Some(day);
            end += length + 1;
        } else if let Some((part, length)) = part_of(&MONTH_PARTS, &rest[end..]) {
            turn.day = match part {
                Part::Third(0) => Some(10),
                Part::Third(1) => Some(20),
                _ => None,
            };
            end += length;
        } else if rest.get(end) == Some(&'初') {
            turn.vague = true;
            end += 1;
        }
    }
    let closes = ["之前", "以前", "前"].into_iter().find(|word| begins(&rest[end..], word));
    if end > 0 {
        end += closes.map_or(0, |word| word.chars().count());
    }
    (turn, if end == 1 && rest[0] == '的' { 0 } else { end })
}

/// A period that is counted in others, or goes by odd and even: 每两年, 每3个月, 两年一次, 逢单月, 隔年.
fn other_period(rest: &[char]) -> Option<(DateKind, usize)> {
    const WORDS: [&str; 8] = ["逢单月", "逢双月", "逢单周", "逢双周", "隔年", "隔月", "隔周", "每旬"];
    if let Some(word) = WORDS.iter().find(|word| begins(rest, word)) {
        return Some((DateKind::RecurringOther, word.chars().count()));
    }
    let every = match rest {
        ['每', '隔', ..] => 2,
        ['每', ..] => 1,
        _ => 0,
    };
    let count = rest.get(every)?;
    let counted = number(&rest[every..], 2).or((*count == '两').then_some((2, 1)));
    let (value, length) = counted.filter(|(value, _)| *value > 0)?;
    let mut end = every + length;
    end += usize::from(rest.get(end) == Some(&'个'));
    let units = [
        ("年", DateKind::RecurringYearly),
        ("季度", DateKind::RecurringQuarterly),
        ("月", DateKind::RecurringMonthly),
        ("周", DateKind::RecurringWeekly),
        ("星期", DateKind::RecurringWeekly),
        ("天", DateKind::RecurringDaily),
    ];
    let (word, kind) = units.into_iter().find(|(word, _)| begins(&rest[end..], word))?;
    end += word.chars().count();
    let once = begins(&rest[end..], "一次");
    (every > 0 || once && value > 1).then_some((if value == 1 { kind } else { DateKind::RecurringOther }, end))
}

/// —12月: the rest of a range whose first number has no word of its own.
fn opens_a_range(rest: &[char], words: &[char]) -> bool {
    let Some(joint) = RANGE.into_iter().find(|word| begins(rest, word)) else { return false };
    let rest = &rest[joint.chars().count()..];
    number(rest, 2).is_some_and(|(_, length)| rest.get(length).is_some_and(|c| words.contains(c)))
}

fn part_of(parts: &[(&str, Part)], rest: &[char]) -> Option<(Part, usize)> {
    parts.iter().find(|(word, _)| begins(rest, word)).map(|(word, part)| (*part, word.chars().count()))
}

/// 上半年, 第三季度, 第3季度, 底.
fn part_of_a_year(rest: &[char]) -> Option<(Part, usize)> {
    let ordinal = usize::from(rest.first() == Some(&'第'));
    let quarter = number(&rest[ordinal.min(rest.len())..], 1)
        .filter(|(quarter, length)| (1..=4).contains(quarter) && begins(&rest[ordinal + length..], "季度"));
    quarter.map(|(quarter, length)| (Part::Quarter(quarter - 1), ordinal + length + 2)).or_else(|| part_of(&YEAR_PARTS, rest))
}

fn is_clause_end(c: char) -> bool {
    matches!(c, '，' | '。' | '；' | '、' | '（' | '）' | '\t')
}

/// What words for a time begin with.
fn begins_a_time(c: char) -> bool {
    matches!(
        c,
        '0'..='9'
            | '〇'
            | '一'
            | '二'
            | '三'
            | '四'
            | '五'
            | '六'
            | '七'
            | '八'
            | '九'
            | '十'
            | '百'
            | '两'
            | '每'
            | '半'
            | '按'
            | '今'
            | '本'
            | '当'
            | '明'
            | '年'
            | '第'
            | '上'
            | '下'
            | '隔'
            | '逢'
            | '春'
            | '元'
            | '清'
            | '劳'
            | '端'
            | '中'
            | '国'
            | '次'
            | '翌'
            | '月'
    )
}

/// Characters of the longest clause around a recurrence.
const LONGEST_CLAUSE: usize = 40;

const RECURRING: [(&str, DateKind); 22] = [
    ("每半年", DateKind::RecurringHalfYearly),
    ("半年一次", DateKind::RecurringHalfYearly),
    ("每年", DateKind::RecurringYearly),
    ("一年一次", DateKind::RecurringYearly),
    ("按年度", DateKind::RecurringYearly),
    ("每季度", DateKind::RecurringQuarterly),
    ("每个季度", DateKind::RecurringQuarterly),
    ("每季", DateKind::RecurringQuarterly),
    ("按季度", DateKind::RecurringQuarterly),
    ("一季度一次", DateKind::RecurringQuarterly),
    ("每月", DateKind::RecurringMonthly),
    ("每个月", DateKind::RecurringMonthly),
    ("按月", DateKind::RecurringMonthly),
    ("一月一次", DateKind::RecurringMonthly),
    ("每周", DateKind::RecurringWeekly),
    ("每星期", DateKind::RecurringWeekly),
    ("按周", DateKind::RecurringWeekly),
    ("一周一次", DateKind::RecurringWeekly),
    ("每日", DateKind::RecurringDaily),
    ("每天", DateKind::RecurringDaily),
    ("按日", DateKind::RecurringDaily),
    ("一日一次", DateKind::RecurringDaily),
];

/// 今年 and its like, as years from that of the notice; 年底, 年内 and 第三季度末 without a year are of that year.
fn relative(chars: &[char], at: usize) -> Option<(i32, usize)> {
    const WORDS: [(&str, i32); 5] = [("今年", 0), ("本年度", 0), ("本年", 0), ("当年", 0), ("明年", 1)];
    let rest = chars.get(at..)?;
    if let Some((word, offset)) = WORDS.iter().find(|(word, _)| begins(rest, word)) {
        return Some((*offset, word.chars().count()));
    }
    let counted = at > 0 && matches!(chars[at - 1], '两' | '半' | '几' | '多' | '每' | '近' | '学' | '个');
    if rest.first() == Some(&'年') && matches!(rest.get(1), Some('底' | '末' | '内')) {
        return (!counted).then_some((0, 1));
    }
    let (_, length) = part_of_a_year(rest).filter(|(part, _)| *part != Part::Whole && chars[..at].last() != Some(&'前'))?;
    matches!(rest.get(length), Some('末' | '底' | '前')).then_some((0, 0))
}

const RANGE: [&str; 4] = ["——", "—", "至", "到"];

const MONTH_PARTS: [(&str, Part); 5] =
    [("上旬", Part::Third(0)), ("中旬", Part::Third(1)), ("下旬", Part::Third(2)), ("底", Part::Whole), ("末", Part::Whole)];

const YEAR_PARTS: [(&str, Part); 4] =
    [("上半年", Part::Half(0)), ("下半年", Part::Half(1)), ("底", Part::Whole), ("末", Part::Whole)];

/// A date that a line begins with and that names a day: the line of a signature.
pub(crate) fn signed(line: Piece<'_>) -> Option<Date> {
    let line = line.trim();
    let point = Reader { year: None, deadline: false }.point(line, 0, None)?;
    let (day, _) = point.period(point.year?).filter(|_| point.day.is_some())?;
    // Behind it stands nothing, or something apart.
    let apart = line.at(point.end).is_none_or(|c| c.is_whitespace() || c == '（');
    apart.then(|| Date {
        kind: DateKind::Signed,
        date: Some(day),
        words: line.before(point.end).words(),
        year_assumed: false,
        month: None,
        day: None,
    })
}

/// Words that name a time and no date.
pub(crate) fn undated(piece: Piece<'_>) -> Vec<Date> {
    words_of(&["抓紧", "适时", "尽快", "立即", "尽早", "即日起"], DateKind::Undated, piece)
}

/// Words that say that something goes on.
fn ongoing(piece: Piece<'_>) -> Vec<Date> {
    const WORDS: [&str; 12] = [
        "长期坚持",
        "长期推进",
        "长期",
        "持续推进",
        "持续开展",
        "持续实施",
        "持续",
        "常态化推进",
        "常态化开展",
        "常态化",
        "常年",
        "全年",
    ];
    words_of(&WORDS, DateKind::Ongoing, piece)
}

/// Those of the words that stand in a piece, in its order; of two that begin at one place the first.
fn words_of(words: &[&str], kind: DateKind, piece: Piece<'_>) -> Vec<Date> {
    let found = |word: &&str| piece.find(word).map(|at| (at, at + word.chars().count()));
    let mut found: Vec<(usize, usize)> = words.iter().filter_map(found).collect();
    found.sort_by_key(|(from, _)| *from);
    found.dedup_by_key(|(from, _)| *from);
    let date =
        |(from, to)| Date { kind, date: None, month: None, day: None, words: piece.sub(from, to).words(), year_assumed: false };
    found.into_iter().map(date).collect()
}
