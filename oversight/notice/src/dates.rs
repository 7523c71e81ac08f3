//! 时间 · the dates in a text: by when, from when, how often; computed, with the words they came from.

mod bare;
mod deadline;
mod earlier;
mod hour;
mod point;
mod recurring;
mod spoken;
mod tight;

use self::tight::Tight;
use crate::line::Piece;
use crate::outline::numeral_digit;
use crate::units::is_nothing;
use crate::unread::{Unread, Why};
use crate::{Span, Words};
use calendar::{Calendar, DayKind, NaiveDate};
use chrono::Datelike;
use serde::{Deserialize, Serialize};

/// A time that a text names.
#[derive(Serialize, Deserialize, Clone, Debug, PartialEq, Eq)]
pub struct Date {
    /// What it is.
    pub kind: DateKind,
    /// The day: the last one of a deadline, the first one of a start. `None` where no day is named. One that the text itself moves
    /// (遇节假日提前) is the working day before.
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

/// The day of what returns, in words, by its kind as [`DateKind::name`] and its month and day in the period: 每年 1 月 31 日, 每月 10 日,
/// 每周一; empty where none is named.
pub fn returning(kind: &str, month: Option<u32>, day: Option<u32>) -> String {
    const WEEK: [&str; 7] = ["每周一", "每周二", "每周三", "每周四", "每周五", "每周六", "每周日"];
    let within = |period: &str, month: u32| match day {
        Some(day) => format!("{period}第 {month} 个月 {day} 日"),
        None => format!("{period}第 {month} 个月底"),
    };
    match (kind, month, day) {
        ("recurring-weekly", _, Some(day @ 1..=7)) => WEEK[day as usize - 1].into(),
        ("recurring-monthly", _, Some(day)) => format!("每月 {day} 日"),
        ("recurring-yearly", Some(month), Some(day)) => format!("每年 {month} 月 {day} 日"),
        ("recurring-yearly", Some(month), None) => format!("每年 {month} 月底"),
        (_, None, None) => String::new(),
        ("recurring-half-yearly", month, _) => within("每半年", month.unwrap_or(6)),
        ("recurring-quarterly", month, _) => within("每季度", month.unwrap_or(3)),
        _ => String::new(),
    }
}

impl Date {
    /// The day of what returns, in words; empty where none is named.
    pub fn returning(&self) -> String {
        returning(self.kind.name(), self.month, self.day)
    }

    fn new(kind: DateKind, date: Option<NaiveDate>, words: Piece<'_>) -> Date {
        Date { kind, date, month: None, day: None, words: words.words(), year_assumed: false }
    }

    /// The day on which a deadline ends under that calendar: one that falls on a rest day ends on the next working day (CLK-02,
    /// 民法典 203). [`date`](Date::date) stays the day that is written. `None` for what is no deadline.
    pub fn due(&self, calendar: &Calendar) -> Option<NaiveDate> {
        self.date.filter(|_| self.kind == DateKind::By).map(|written| calendar.next_working_day(written))
    }

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
    /// The day it was signed.
    pub signed: Option<NaiveDate>,
    /// A date alone is a deadline: the cell or label says so.
    pub deadline: bool,
}

impl Reader {
    /// The times in a piece, in their order.
    pub fn read(self, piece: Piece<'_>, unread: &mut Vec<Unread>) -> Vec<Date> {
        let tight = Tight::new(piece);
        let chars = tight.chars();
        let mut dates: Vec<Date> = Vec::new();
        let mut before = Before::default();
        // Years that open a part of this sentence and were not read.
        let mut years: Vec<(i32, Piece<'_>)> = Vec::new();
        let (told, mut at) = (unread.len(), 0);
        while at < chars.len() {
            if dates.len() + unread.len() - told >= MOST_DATES {
                unread.push(Why::TooManyDates.at(tight.sub(at, chars.len())));
                break;
            }
            if matches!(chars[at], '。' | '\t') {
                self.tell_years(&mut years, &before, unread);
                before = Before { end: at, ..Before::default() };
            }
            if !begins_a_time(chars[at]) && !spoken::may_begin(chars[at]) {
                at += 1;
                continue;
            }
            let found = self.recurring(&tight, at, unread).or_else(|| self.within(&tight, at, unread));
            let found = found.or_else(|| self.plan(&tight, at)).or_else(|| self.named(&tight, at, unread));
            let found = found.or_else(|| self.all_year(&tight, at, &before));
            let of_a_year = point::year(&chars[at..]).map(|(year, _)| year);
            let found = found.or_else(|| self.absolute(&tight, at, &before, unread));
            match found.or_else(|| self.in_words(&tight, before.end, at, unread)) {
                Some((found, end)) => {
                    before.end = end.max(at + 1);
                    before.year = of_a_year.or(before.year);
                    at = end.max(at + 1);
                    let day = found.iter().rfind(|date| !date.year_assumed).and_then(|date| date.date);
                    before.written = day.map(|day| (day, at)).or(before.written);
                    before.last = found.iter().rev().find_map(|date| date.date).or(before.last);
                    before.any = true;
                    dates.extend(found);
                }
                None => {
                    if let Some((year, end)) = point::opening_year(chars, at) {
                        before.year = Some(year);
                        years.push((year, tight.sub(at, end)));
                    }
                    at += 1;
                }
            }
        }
        self.tell_years(&mut years, &before, unread);
        self.earlier(&tight, &mut dates, unread);
        dates
    }

    /// 岁末前, “七一”前: a time in ordinary words, whose last day is not written.
    fn in_words(self, text: &Tight<'_>, floor: usize, at: usize, unread: &mut Vec<Unread>) -> Option<(Vec<Date>, usize)> {
        let (from, end) = spoken::spoken(text.chars(), floor, at)?;
        let words = text.sub(from, end);
        unread.push(Why::NoDay.at(words));
        Some((vec![Date::new(DateKind::Undated, None, words)], end))
    }

    /// Tells of the years that open parts of a sentence, where they are its times: 2024年新增30家，2025年新增50家.
    fn tell_years(self, years: &mut Vec<(i32, Piece<'_>)>, before: &Before, unread: &mut Vec<Unread>) {
        let several = years.len() > 1 || before.any;
        let told = years.drain(..).filter(|(year, _)| several && self.year.is_none_or(|now| *year >= now));
        unread.extend(told.map(|(_, words)| Why::TimeUnclear.at(words)));
    }

    /// Tells of the days before that of the signature: they may be no time of what is to be done, or of the next year.
    pub fn past(self, dates: &[Date]) -> impl Iterator<Item = Unread> {
        let is_past = move |date: &&Date| {
            matches!(date.kind, DateKind::By | DateKind::On)
                && date.date.zip(self.signed).is_some_and(|(day, signed)| day < signed)
        };
        dates.iter().filter(is_past).map(|date| Why::Past.of(date.words.clone()))
    }

    /// The times of a value that must be one: the cell or the label says so. 长期坚持 and 立即 are kept as they are.
    pub fn value(self, piece: Piece<'_>, unread: &mut Vec<Unread>) -> Vec<Date> {
        let before = unread.len();
        let mut dates = Reader { deadline: true, ..self }.read(piece, unread);
        let read: Vec<Span> = dates.iter().map(|date| date.words.at).collect();
        let apart = |date: &Date| !read.iter().any(|at| at.from < date.words.at.to && date.words.at.from < at.to);
        dates.extend(ongoing(piece).into_iter().filter(apart));
        dates.extend(undated(piece).into_iter().filter(apart));
        dates.sort_by_key(|date| date.words.at);
        if !dates.is_empty() && unread.len() == before && leaves_a_time(piece, &dates) {
            unread.push(Why::TimeUnclear.at(piece));
        }
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
}

/// What a sentence said of times before the one that is read.
#[derive(Clone, Copy, Default)]
struct Before {
    /// The last day whose year is written, and where its words end.
    written: Option<(NaiveDate, usize)>,
    /// The last year that is written.
    year: Option<i32>,
    /// The last day.
    last: Option<NaiveDate>,
    /// There was some time.
    any: bool,
    /// Where the words of the one before end.
    end: usize,
}

/// Times of one task; a task with more is no task.
pub(crate) const MOST_DATES: usize = 200;

/// Whether something like a time stands outside the dates, which are in their order: 月 or 季 that none of them took along.
fn leaves_a_time(piece: Piece<'_>, dates: &[Date]) -> bool {
    let from = piece.span().from;
    let mut dates = dates.iter().map(|date| date.words.at).peekable();
    (0..piece.len()).any(|at| {
        let place = from + at as u32;
        while dates.next_if(|read| read.to <= place).is_some() {}
        let read = dates.peek().is_some_and(|read| read.from <= place);
        let rest = piece.after(at);
        let names = ["年度", "年报", "月度", "月报", "季报", "旬报"].iter().any(|word| rest.starts_with(word));
        !read && !names && matches!(rest.at(0), Some('年' | '月' | '季' | '旬'))
    })
}

/// What looks like a time in the words of a task, where no time was read and nothing was told: 上半年, 年中.
pub(crate) fn missed(piece: Piece<'_>, dates: &[Date], told: &[Unread]) -> Vec<Unread> {
    const WORDS: [&str; 12] =
        ["上半年", "下半年", "季度", "年中", "日内", "月内", "年内", "今明两年", "今明年", "上旬", "中旬", "下旬"];
    /// 季度通报, 上半年工作总结, 近年中央文件: no time for the task.
    const NAMES: [&str; 15] =
        ["期", "报", "例会", "通报", "考核", "分析", "会议", "工作", "总结", "末", "初", "央", "国", "小", "瓦"];
    let from = piece.span().from;
    let taken = |at: usize, to: usize| {
        let spans = dates.iter().map(|date| date.words.at).chain(told.iter().map(|told| told.words.at));
        spans.into_iter().any(|span| span.from < from + to as u32 && from + (at as u32) < span.to)
    };
    let mut missed = Vec::new();
    for at in 0..piece.len() {
        let rest = piece.after(at);
        let Some(word) = WORDS.iter().find(|word| rest.starts_with(word)) else { continue };
        let to = at + word.chars().count();
        // 2011年上半年 was read as what is over; 每季度, 按季度 are periods.
        let before = at.checked_sub(1).and_then(|at| piece.at(at));
        let coming = ["今年", "本年", "当年", "明年"].iter().any(|year| piece.before(at).ends_with(year));
        // 2013年中, 2013年年中 are the middle of a year; 一年中 is the course of one.
        let numbers = |c: &&char| c.is_ascii_digit() || numeral_digit(**c).is_some();
        let year = piece.before(at).chars();
        let year = year.strip_suffix(&['年']).unwrap_or(year).iter().rev().take_while(numbers).count() >= 2;
        let other = if *word == "年中" {
            !year
                && before.is_some_and(|c| matches!(c, '年' | '去' | '前' | '上' | '全' | '几' | '每' | '历' | '一' | '两'))
                && !coming
        } else {
            !coming
                && !word.ends_with('内')
                && before.is_some_and(|c| matches!(c, '年' | '每' | '按' | '逐' | '分' | '各' | '近' | '前' | '上' | '个'))
        };
        if !other && !NAMES.iter().any(|name| piece.after(to).starts_with(name)) && !taken(at, to) {
            let number = |c: &&char| **c == '第' || c.is_ascii_digit() || numeral_digit(**c).is_some();
            let counted = piece.before(at).chars().iter().rev().take_while(number).count();
            missed.push(Why::TimeUnclear.at(piece.sub(at - counted, to)));
        }
        if missed.len() >= MOST_DATES {
            break;
        }
    }
    missed.extend(bare::times(piece).filter(|(at, to)| !taken(*at, *to)).map(|(at, to)| Why::TimeUnclear.at(piece.sub(at, to))));
    missed
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
            | '廿'
            | '卅'
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
            | 'Q'
            | 'q'
            | '后'
            | '来'
            | '召'
            | '闭'
            | '开'
            | '汛'
            | '入'
            | '换'
            | '任'
            | '高'
            | '全'
            | '暑'
            | '寒'
            | '除'
            | '重'
            | '秋'
            | '夏'
            | '冬'
            | '雨'
            | '主'
            | '防'
            | '梅'
            | '农'
            | '采'
            | '供'
            | '新'
            | '学'
            | '逐'
            | '周'
            | '天'
            | '岁'
            | '季'
            | '正'
            | '腊'
            | '旬'
            | '双'
            | '单'
            | '日'
    )
}

/// A date that a line begins with and that names a day: the line of a signature. With its year, and without a day where there is no such day.
pub(crate) fn signed(line: Piece<'_>) -> Option<(Date, i32)> {
    let line = Tight::new(line.trim().before(LONGEST_SIGNED));
    let point = Reader { year: None, signed: None, deadline: false }.point(line.chars(), 0, None)?;
    let year = point.year.filter(|_| point.day.is_some())?;
    let day = point.period(year).map(|(day, _)| day);
    // Behind it stands nothing, or something apart.
    let apart = line.chars().get(point.end).is_none_or(|c| c.is_whitespace() || *c == '（');
    apart.then(|| (Date::new(DateKind::Signed, day, line.sub(0, point.end)), year))
}

/// Characters that are looked at for the day of a signature.
const LONGEST_SIGNED: usize = 60;

/// Words that name a time and no date.
pub(crate) fn undated(piece: Piece<'_>) -> Vec<Date> {
    words_of(
        &["抓紧", "适时", "尽快", "立即", "尽早", "即日起", "立行立改", "即知即改", "立查立改", "边查边改"],
        DateKind::Undated,
        piece,
    )
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
    found.into_iter().map(|(from, to)| Date::new(kind, None, piece.sub(from, to))).collect()
}

#[cfg(test)]
mod tests {
    use super::begins_a_time;
    use super::deadline::{DAYS, EVENTS, NEXT};
    use super::point::{Part, YEAR_PARTS, YEARS};
    use super::recurring::{OTHER, RECURRING};
    use super::spoken::{ENDS, SEASONS};

    #[test]
    fn d1_every_word_for_a_time_is_looked_for() {
        let named = DAYS.into_iter().chain(NEXT).chain(EVENTS).chain(OTHER).chain(YEARS.map(|(word, _)| word));
        // 底 and 末 close a time and begin none.
        let parts = YEAR_PARTS.into_iter().filter(|(_, part)| *part != Part::Whole).map(|(word, _)| word);
        let named = named.chain(SEASONS).chain(ENDS);
        for word in named.chain(RECURRING.map(|(word, _)| word)).chain(parts) {
            assert!(word.starts_with(begins_a_time), "{word}");
        }
    }
}
