//! 时限 · by when, from when and within how long: a point of time with the words around it, the end of a plan, a day known by its name.

use super::point::{Part, Point, RANGE, is_joint, number};
use super::spoken::quoted;
use super::tight::Tight;
use super::{Before, Date, DateKind, Reader};
use crate::line::{begins, is_stop};
use crate::outline::numeral_digit;
use crate::unread::{Unread, Why};
use calendar::{Calendar, NaiveDate};
use chrono::{Datelike, Days, Months};

impl Reader {
    /// “十四五”期间: until the end of the plan, where that is not yet past.
    pub(super) fn plan(self, text: &Tight<'_>, at: usize) -> Option<(Vec<Date>, usize)> {
        let chars = text.chars();
        let (plan, length) = match (chars[at], chars.get(at + 1), chars.get(at + 2)) {
            ('十', Some(n), Some('五')) if numeral_digit(*n).is_some() => (10 + numeral_digit(*n).unwrap_or(0) as i32, 3),
            ('十', Some('五'), _) => (10, 2),
            _ => return None,
        };
        let quoted = usize::from(matches!(chars.get(at + length), Some('”' | '"' | '＂' | '’' | '」')));
        let rest = &chars[at + length + quoted..];
        let word = ["期间", "时期", "期末", "末期", "末"].into_iter().find(|word| begins(rest, word))?;
        let end = at + length + quoted + word.chars().count();
        let from =
            if at > 0 && quoted == 1 && matches!(chars[at - 1], '“' | '"' | '＂' | '‘' | '「') { at - 1 } else { at };
        let year = 1955 + 5 * plan;
        let past = self.year.is_some_and(|now| now > year);
        let day = NaiveDate::from_ymd_opt(year, 12, 31).filter(|_| !past);
        Some((day.map(|day| Date::new(DateKind::By, Some(day), text.sub(from, end))).into_iter().collect(), end))
    }

    /// 春节前, 次月10日前: a time whose day is not written.
    pub(super) fn named(self, text: &Tight<'_>, at: usize, unread: &mut Vec<Unread>) -> Option<(Vec<Date>, usize)> {
        const CLOSES: [&str; 10] = ["期间", "之前", "以前", "前后", "前", "之后", "后", "之内", "以内", "内"];
        if let Some(word) = EVENTS.iter().find(|word| begins(&text.chars()[at..], word)) {
            // 党的十八大召开前: what it is that is waited for stands before it.
            let before = &text.chars()[at.saturating_sub(LONGEST_EVENT)..at];
            let named = before.iter().rev().take_while(|c| c.is_alphanumeric()).count();
            let (words, end) = (text.sub(at - named, at + word.chars().count()), at + word.chars().count());
            unread.push(Why::NoDay.at(words));
            return Some((vec![Date::new(DateKind::Undated, None, words)], end));
        }
        let rest = &text.chars()[at..];
        let closed = |from: usize| {
            CLOSES.iter().find(|word| begins(&rest[from.min(rest.len())..], word)).map(|word| from + word.chars().count())
        };
        let end = if let Some(word) = DAYS.iter().find(|word| begins(rest, word)) {
            // 每年年初 was read with its period; 今年初 is a time too.
            let of = word.chars().count() + usize::from(rest.get(word.chars().count()) == Some(&'”'));
            // 暑期完成 and 暑期 in a cell are times too, 暑期工作 is none.
            let done = word.ends_with(['期', '假']) && ["完成", "建成", "办结"].iter().any(|word| begins(&rest[of..], word));
            let alone = self.deadline && rest[of..].iter().all(|c| is_stop(*c));
            closed(of).or((done || alone).then_some(of))?
        } else {
            let word = NEXT.iter().find(|word| begins(rest, word))?;
            let mut end = word.chars().count();
            if let Some((_, length)) = number(&rest[end..], 2).filter(|(_, length)| rest.get(end + length) == Some(&'月')) {
                end += length + 1;
            }
            match number(&rest[end..], 2).filter(|(_, length)| matches!(rest.get(end + length), Some('日' | '号'))) {
                Some((_, length)) => end += length + 1,
                None if word.ends_with('周') => end += usize::from(rest.get(end).is_some_and(|c| "一二三四五六日".contains(*c))),
                None => end += usize::from(matches!(rest.get(end), Some('底' | '末' | '初'))),
            }
            if begins(&rest[end..], "起") {
                // 自本月起: from then on, and no day is written.
                let words = text.sub(at, at + end + 1);
                unread.push(Why::TimeUnclear.at(words));
                return Some((vec![Date::new(DateKind::Undated, None, words)], at + end + 1));
            }
            Some(closed(end).unwrap_or(end)).filter(|end| *end > word.chars().count())?
        };
        let words = text.sub(at, at + end);
        unread.push(Why::NoDay.at(words));
        Some((vec![Date::new(DateKind::Undated, None, words)], at + end))
    }

    /// 2024年上半年完成一半，全年全部完成: the whole year of the time before it in the sentence. 全年完成 alone is of the year of the notice.
    pub(super) fn all_year(self, text: &Tight<'_>, at: usize, before: &Before) -> Option<(Vec<Date>, usize)> {
        const DONE: [&str; 7] = ["完成", "建成", "实现", "达到", "办结", "覆盖", "全部完成"];
        let chars = text.chars();
        if !begins(&chars[at..], "全年") || at > 0 && matches!(chars[at - 1], '年' | '度' | '每' | '占' | '于') {
            return None;
        }
        let rest = &chars[at + 2..];
        // 报送全年总结: what is spoken of, and no time.
        if OF_A_YEAR.iter().any(|word| begins(rest, word)) {
            return None;
        }
        let done = DONE.iter().any(|word| begins(rest, word));
        let year = before.last.map(|day| day.year()).or(before.year).or(self.year.filter(|_| done))?;
        let date = Date::new(DateKind::By, NaiveDate::from_ymd_opt(year, 12, 31), text.sub(at, at + 2));
        Some((vec![Date { year_assumed: true, ..date }], at + 2))
    }

    /// 自印发之日起30日内, 15个工作日内.
    ///
    /// What counts from the notice is a deadline: the day of the signature is not counted (民法典 201, CLK-01), working days are those of
    /// the calendar. So is a length alone where the cell or label says that it is a deadline. A notice without that day and working days
    /// of a year whose holidays are not known are told, and so is a length alone in a sentence: from when on it counts is not written.
    pub(super) fn within(self, text: &Tight<'_>, at: usize, unread: &mut Vec<Unread>) -> Option<(Vec<Date>, usize)> {
        let chars = text.chars();
        let (count, number) = number(&chars[at..], 3).or_else(|| matches!(chars[at], '两' | '半').then_some((2, 1)))?;
        let rest = &chars[at + number..];
        // 3月内 is by the end of March, 半月内 a length; 上半年内 and 近半年内 are none.
        let half = chars[at] == '半';
        if half && at > 0 && matches!(chars[at - 1], '上' | '下' | '前' | '后' | '近' | '每') {
            return None;
        }
        let unit = UNITS.into_iter().chain(half.then_some("月")).find(|unit| begins(rest, unit))?;
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
        let of =
            ["本通知印发之日起", "通知印发之日起", "印发之日起", "下发之日起", "本通知印发后", "通知印发后", "印发后", "下发后"];
        let of = of.iter().find(|word| ends(before, word)).map(|word| before.len() - word.chars().count());
        let from = named.or(of).map_or(at, |named| at - before.len() + named);
        let words = text.sub(from, at + end);
        let bare = from == at && !starts_elsewhere(&chars[..at]);
        let of_the_notice =
            bare && self.deadline || ["印发", "发文", "下发", "通知", "发布"].iter().any(|word| words.contains(word));
        let day = self.signed.filter(|_| of_the_notice && !half).and_then(|signed| match unit {
            "日" | "天" => signed.checked_add_days(Days::new(count.into())),
            "周" | "个星期" => signed.checked_add_days(Days::new(7 * u64::from(count))),
            "个月" => signed.checked_add_months(Months::new(count)),
            "年" => signed.checked_add_months(Months::new(12 * count)),
            "个工作日" | "工作日" => {
                let china = Calendar::china();
                let day = china.add_working_days(signed, count);
                (!china.any_provisional(signed, day)).then_some(day)
            }
            _ => None,
        });
        if let Some(day) = day {
            let date = Date { year_assumed: true, ..Date::new(DateKind::By, Some(day), words) };
            return Some((vec![date], at + end));
        }
        if of_the_notice || bare {
            unread.push(Why::NoDay.at(words));
        }
        Some((vec![Date::new(DateKind::Within, None, words)], at + end))
    }

    /// 力争到2012年底, 2012年6月30日前, 从2012年起, 2012年5月至6月, 2014年6、9月底前. `before`: what its sentence said before it.
    pub(super) fn absolute(
        self,
        text: &Tight<'_>,
        at: usize,
        before: &Before,
        unread: &mut Vec<Unread>,
    ) -> Option<(Vec<Date>, usize)> {
        let chars = text.chars();
        if at > 0 && (chars[at - 1].is_ascii_digit() || numeral_digit(chars[at - 1]).is_some()) {
            return None;
        }
        let mut first = self.point(chars, at, None)?;
        // Two times that only stops part: 2014年6月底前、9月底前. The second is of the year of the first, if it can be.
        let beside = before.written.filter(|(_, end)| chars[*end..at].iter().all(|c| is_stop(*c) || is_joint(*c)));
        if let Some((day, _)) = beside.filter(|_| first.year.is_none()) {
            let later = first.period(day.year()).is_some_and(|(_, last)| last > day);
            (first.year, first.relative) = (later.then_some(day.year()), later);
        }
        let mut end = first.end;
        // A range: from the one to the other.
        let joined = RANGE.into_iter().find(|word| begins(&chars[end..], word));
        let last = joined.and_then(|word| self.point(chars, end + word.chars().count(), Some(&first)));
        if let Some(last) = &last {
            end = last.end;
        }
        // A list: each of them.
        let mut others: Vec<Point> = Vec::new();
        while last.is_none() && others.len() < MOST_LISTED && chars.get(end).is_some_and(|c| is_joint(*c)) {
            let last = others.last().unwrap_or(&first);
            let Some(next) = self.point(chars, end + 1, Some(last)).filter(|next| goes_on(last, next)) else { break };
            end = next.end;
            others.push(next);
        }
        // 6月、12月中旬前: what the last says holds for all.
        if let Some(part @ Part::Third(_)) = others.last().map(|last| last.part) {
            let listed = std::iter::once(&mut first).chain(&mut others);
            listed.filter(|point| point.part == Part::Whole && point.day.is_none()).for_each(|point| point.part = part);
        }
        // 6月30日17时前, 6月30日（含）前: what stands between the day and the word that closes it.
        let beside_it = self.beside(&chars[end..], last.as_ref().or(others.last()).unwrap_or(&first));
        let (closes, length) = Closing::read(&chars[end + beside_it.length..]);
        let closed_by = matches!(closes, Closing::Before | Closing::Within | Closing::After);
        let (closes, length, very, inclusive) = match beside_it.length {
            0 => (closes, length, None, false),
            between if closed_by => (closes, between + length, beside_it.day, beside_it.inclusive),
            _ => {
                let (closes, length) = Closing::read(&chars[end..]);
                (closes, length, None, false)
            }
        };
        end += length;
        let from = at - lead_in(&chars[..at]);
        let opens = Closing::before(&chars[from..at]);
        // 2011年底前下发的文件: the day is the document's.
        let rest = &chars[end..];
        let of_a_document = |word: &&str| begins(rest, word) && rest.get(word.chars().count()) == Some(&'的');
        if ISSUED.iter().any(of_a_document) || closes == Closing::Start && IN_FORCE.iter().any(of_a_document) {
            return Some((Vec::new(), end));
        }
        // 以2011年12月31日为基准日: what is looked at as it stood on that day.
        if chars[..from].last() == Some(&'以') && BASES.iter().any(|word| begins(rest, word)) {
            return Some((Vec::new(), end));
        }
        let words = text.sub(from, end);
        let last_point = last.as_ref().or(others.last()).unwrap_or(&first);
        // 确保2017年春节前: the year is that of the day, which is not written.
        let is_year = last_point.month.is_none() && last_point.part == Part::Whole && !last_point.closed && !last_point.vague;
        let quote = usize::from(matches!(rest.first(), Some('“' | '"')));
        let names_a_day = |word: &&&str| begins(&rest[quote..], word);
        // 2024年高温来临前: what is waited for is none of those that are known by name.
        let waits = is_year && closes == Closing::Nothing && !DAYS.iter().chain(&EVENTS).any(|word| names_a_day(&word));
        if waits && let Some(length) = waits_for(rest, self.deadline) {
            let words = text.sub(from, end + length);
            unread.push(Why::TimeUnclear.at(words));
            return Some((vec![Date::new(DateKind::Undated, None, words)], end + length));
        }
        if is_year
            && closes == Closing::Nothing
            && let Some(to) = chars.get(end).and_then(|_| quoted(chars, end))
        {
            let words = text.sub(from, to);
            unread.push(Why::NoDay.at(words));
            return Some((vec![Date::new(DateKind::Undated, None, words)], to));
        }
        if is_year
            && closes == Closing::Nothing
            && let Some(word) = DAYS.iter().chain(&EVENTS).find(names_a_day)
        {
            let to = match self.named(text, end + quote, &mut Vec::new()) {
                Some((_, to)) => to,
                None => end + quote + word.chars().count(),
            };
            let words = text.sub(from, to);
            unread.push(Why::NoDay.at(words));
            return Some((vec![Date::new(DateKind::Undated, None, words)], to));
        }
        let mut tell = |why: Why| unread.push(why.at(words));
        let exact = last_point.day.is_some();
        // A month alone is no date until something says that it is one.
        let is_time = self.deadline || closes != Closing::Nothing || last_point.closed || exact || opens != Closing::Nothing;
        if first.year.is_none() {
            // 去年12月 is over; of 三年6月, and of what follows a day of another year, nobody knows which year it is.
            if ["去年", "上年", "上一年", "前年", "往年"].iter().any(|past| ends(&chars[..from], past)) {
                return Some((Vec::new(), end));
            }
            let other = before.year.is_some_and(|written| self.year.is_some_and(|year| written > year));
            let behind = &chars[..from];
            let behind = behind.strip_suffix(&['的']).or_else(|| behind.strip_suffix(&['，'])).unwrap_or(behind);
            let year_before = behind.ends_with(&['年']) && at > 0;
            if is_time && (other || year_before) {
                tell(Why::WhichYear);
                return Some((Vec::new(), end));
            }
        }
        let Some(year) = last_point.year.or(self.year) else {
            if closes != Closing::Nothing || last_point.closed || exact {
                tell(Why::NoYear);
            }
            return Some((Vec::new(), end));
        };
        let Some((_, period_end)) = last_point.period(year) else {
            tell(Why::NoSuchDate);
            return Some((Vec::new(), end));
        };
        let periods: Option<Vec<_>> =
            std::iter::once(&first).chain(&others).map(|point| point.period(point.year.or(self.year).unwrap_or(year))).collect();
        let Some(periods) = periods else {
            tell(Why::NoSuchDate);
            return Some((Vec::new(), end));
        };
        let mut periods = periods;
        let very_day = very.as_ref().map(|very| very.day);
        let period_start = periods[0].0;
        let mut period_end = period_end;
        // 6月底（28日）前: that very day, where it is in the time before it.
        if let Some(very) = very {
            let of = periods[periods.len() - 1];
            match very.period(very.year.unwrap_or(year)).filter(|(day, _)| (of.0..=of.1).contains(day) && others.is_empty()) {
                Some((day, _)) => {
                    periods = vec![(day, day)];
                    period_end = day;
                }
                None => {
                    tell(Why::TimeUnclear);
                    return Some((vec![Date::new(DateKind::Undated, None, words)], end));
                }
            }
        }
        if periods.windows(2).any(|pair| pair[0].1 >= pair[1].1) {
            tell(Why::TimeUnclear);
            return Some((Vec::new(), end));
        }
        let assumed = last_point.year.is_none() || last_point.relative;
        let date = |kind, day| Date { year_assumed: assumed, ..Date::new(kind, Some(day), words) };
        let ends = |kind| periods.iter().map(|(_, day)| date(kind, *day)).collect();
        let unclear = self.deadline
            && (closes, last_point.part) == (Closing::Nothing, Part::Whole)
            && !last_point.closed
            && chars.get(end).is_some_and(|c| c.is_ascii_alphanumeric() || matches!(c, '春' | '夏' | '秋' | '冬'));
        let dates = match (closes, opens) {
            (Closing::Around, _) => {
                tell(Why::Roughly);
                vec![Date::new(DateKind::Undated, None, words)]
            }
            _ if last_point.vague => {
                tell(Why::NoDay);
                vec![Date::new(DateKind::Undated, None, words)]
            }
            _ if unclear => {
                tell(Why::TimeUnclear);
                Vec::new()
            }
            _ if last.is_some() && (self.deadline || closes != Closing::Nothing || last_point.month.is_some()) => {
                vec![date(DateKind::From, period_start), date(DateKind::By, period_end)]
            }
            (Closing::Start, _) => vec![date(DateKind::From, period_start)],
            (Closing::After, _) if exact => vec![date(DateKind::From, period_start)],
            // 2012年6月后: with that month or with the next.
            (Closing::After, _) => {
                if self.signed.is_none_or(|signed| period_end >= signed) {
                    tell(Why::TimeUnclear);
                }
                Vec::new()
            }
            (Closing::Before, _) if !exact && !last_point.closed && !inclusive && very_day.is_none() => {
                tell(Why::TwoDates);
                periods.iter().map(|(day, _)| date(DateKind::By, day.pred_opt().unwrap_or(*day))).collect()
            }
            (Closing::Before | Closing::Within | Closing::Done, _) => ends(DateKind::By),
            (Closing::Nothing, Closing::Within) => ends(DateKind::By),
            (Closing::Nothing, Closing::Start) => vec![date(DateKind::From, period_start)],
            _ if self.deadline || last_point.closed => ends(DateKind::By),
            _ if exact => ends(DateKind::On),
            // 2014年第四季度开展, 2013、2014年分两批: a time to come, and nothing says what it is to the task.
            _ if self.is_planned(last_point, period_end) || !others.is_empty() && self.year.is_some_and(|now| year >= now) => {
                tell(Why::NoDay);
                vec![Date::new(DateKind::Undated, None, words)]
            }
            // 6月底前试点，9月推开: a second time in the sentence, and nothing says what it is to the task.
            _ if before.any && !is_year && begins_a_part(&chars[..from]) => {
                tell(Why::NoDay);
                vec![Date::new(DateKind::Undated, None, words)]
            }
            _ => return None,
        };
        Some((dates, end))
    }

    /// Whether a quarter or month whose year is written is still to come.
    fn is_planned(self, point: &Point, end: NaiveDate) -> bool {
        let narrow = point.month.is_some() || point.part != Part::Whole;
        narrow && point.year.is_some() && !point.relative && self.signed.is_some_and(|signed| end > signed)
    }
}

/// Whether the words before a length of time say that it counts from something else, or is what is aimed at: 对申请在15个工作日内答复,
/// 办理时间压缩至3个工作日以内.
fn starts_elsewhere(before: &[char]) -> bool {
    const STARTS: [&str; 10] = ["申请", "受理", "举报", "投诉", "来信", "来件", "收到", "接到", "提出", "发生"];
    let from = before.iter().rposition(|c| matches!(c, '。' | '；')).map_or(0, |at| at + 1);
    let sentence: String = before[from.max(before.len().saturating_sub(40))..].iter().collect();
    sentence.starts_with('对')
        || sentence.ends_with(['后', '起', '至', '到', '短'])
        || sentence.ends_with("控制在")
        || STARTS.iter().any(|word| sentence.contains(word))
}

/// Characters of what a year waits for, where it is no year alone: 高温来临前; in a cell that must be a time also 秋季, 学期.
fn waits_for(rest: &[char], deadline: bool) -> Option<usize> {
    const NONE: [&str; 6] = ["之前", "以前", "目前", "前三", "提前", "当前"];
    let part = rest.iter().take(LONGEST_EVENT).take_while(|c| c.is_alphabetic()).count();
    let part = &rest[..part];
    let before = part.iter().rposition(|c| *c == '前').filter(|at| *at > 0);
    let before = before.filter(|at| !NONE.iter().any(|word| begins(&part[at - 1..], word) || begins(&part[*at..], word)));
    // 2024年工作前期: no time.
    let before = before.filter(|at| part.get(at + 1) != Some(&'期')).map(|at| at + 1);
    let season = || part.iter().position(|c| "季期节假汛春夏秋冬".contains(*c)).map(|_| part.len());
    before.or_else(|| season().filter(|_| deadline))
}

/// What is of a whole year.
const OF_A_YEAR: [&str; 17] = [
    "总结",
    "小结",
    "情况",
    "工作",
    "落实",
    "进展",
    "任务",
    "目标",
    "计划",
    "报告",
    "台账",
    "统计",
    "汇总",
    "完成情况",
    "数据",
    "总体",
    "的",
];

/// Whether a time opens its part of the sentence.
fn begins_a_part(before: &[char]) -> bool {
    before.last().is_none_or(|c| matches!(c, '，' | '；' | '、') || c.is_whitespace())
}

/// Whether a list goes on with that: both are of one kind.
fn goes_on(before: &Point, next: &Point) -> bool {
    (before.month.is_some(), before.day.is_some()) == (next.month.is_some(), next.day.is_some())
}

fn ends(chars: &[char], word: &str) -> bool {
    let length = word.chars().count();
    chars.len() >= length && begins(&chars[chars.len() - length..], word)
}

/// What is done with documents: with 的 behind it, it tells which one is meant.
const ISSUED: [&str; 12] = ["下发", "印发", "发布", "公布", "颁布", "出台", "制定", "签发", "发出", "通过", "批准", "签订"];

/// What a document does from a day on: with 的 behind it, it tells which one is meant.
const IN_FORCE: [&str; 5] = ["施行", "实施", "执行", "生效", "正式施行"];

/// What a day is that says of what state something is spoken, behind 以.
const BASES: [&str; 9] = ["为基准", "作为基准", "为基期", "为基数", "为时点", "为统计时点", "为界", "为节点", "为准"];

/// Times of one list.
const MOST_LISTED: usize = 31;

/// Characters that are taken along of what is waited for.
const LONGEST_EVENT: usize = 12;

/// Lengths of time, the longer before those they begin with.
const UNITS: [&str; 11] = ["个工作日", "工作日", "个半月", "个季度", "个星期", "个月", "年半", "日", "天", "周", "年"];

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
    /// 前后, 左右: about that time
    Around,
    /// 后
    After,
}

impl Closing {
    fn read(chars: &[char]) -> (Closing, usize) {
        const AFTER: [(&str, Closing); 31] = [
            ("之后", Closing::After),
            ("以后", Closing::After),
            ("后", Closing::After),
            ("前后", Closing::Around),
            ("左右", Closing::Around),
            ("上下", Closing::Around),
            ("前夕", Closing::Around),
            ("为止", Closing::Within),
            ("截止", Closing::Within),
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
            ("全覆盖", Closing::Done),
            ("全面覆盖", Closing::Done),
            ("基本覆盖", Closing::Done),
            ("覆盖", Closing::Done),
            ("达到", Closing::Done),
            ("全部", Closing::Done),
            ("全面完成", Closing::Done),
            ("基本完成", Closing::Done),
        ];
        // 后续, 后勤: no 后 of a time.
        let after = |word: &str| word != "后" || !chars.get(1).is_some_and(|c| "续期勤年备台果面者代置".contains(*c));
        let found = AFTER.iter().find(|(word, _)| begins(chars, word) && after(word));
        // 完成 and its like are the task's words, not the date's.
        found.map_or((Closing::Nothing, 0), |(word, closing)| {
            (*closing, if *closing == Closing::Done { 0 } else { word.chars().count() })
        })
    }

    fn before(chars: &[char]) -> Closing {
        if NOT_LATER.iter().any(|word| ends(chars, word)) {
            return Closing::Within;
        }
        if NOT_EARLIER.iter().any(|word| ends(chars, word)) {
            return Closing::Start;
        }
        match chars.last() {
            Some('从' | '自') => Closing::Start,
            Some('到' | '至' | '争' | '取' | '保') => Closing::Within,
            _ => Closing::Nothing,
        }
    }
}

/// Words before a deadline, and before a start; the longer first.
const NOT_LATER: [&str; 12] =
    ["不得晚于", "不得迟于", "不得超过", "不晚于", "不迟于", "不超过", "最晚于", "最迟于", "最晚在", "最迟在", "最晚", "最迟"];
const NOT_EARLIER: [&str; 2] = ["不得早于", "不早于"];

/// How many characters before a date belong to it: 力争到, 从, 在.
fn lead_in(before: &[char]) -> usize {
    const WORDS: [&str; 14] =
        ["力争到", "争取到", "确保到", "力争在", "争取在", "确保在", "力争于", "截至", "力争", "争取", "确保", "到", "至", "在"];
    let found =
        NOT_LATER.iter().chain(&NOT_EARLIER).chain(&WORDS).find(|word| ends(before, word)).map_or(0, |word| word.chars().count());
    if found == 0 && matches!(before.last(), Some('从' | '自' | '于')) { 1 } else { found }
}

/// Days and times known by a name.
pub const DAYS: [&str; 47] = [
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
    "除夕",
    "元宵节",
    "重阳节",
    "暑期",
    "暑假",
    "寒暑假",
    "寒假",
    "春季学期",
    "秋季学期",
    "新学期",
    "学期末",
    "学年",
    "春季",
    "夏季",
    "秋季",
    "冬季",
    "春耕",
    "秋收",
    "夏收",
    "秋冬",
    "冬春",
    "主汛期",
    "汛期",
    "防汛期",
    "雨季",
    "梅雨期",
    "农忙",
    "采暖期",
    "采暖季",
    "供暖期",
    "供暖季",
    "入学季",
    "高温季节",
];

/// Periods around the one that is spoken of.
pub const NEXT: [&str; 13] =
    ["次月", "下个月", "下月", "次年", "翌年", "下季度", "次季度", "本月", "当月", "本季度", "当季度", "本周", "下周"];

/// What is waited for, and no day says when it is.
pub const EVENTS: [&str; 21] = [
    "汛前",
    "召开前",
    "召开之前",
    "召开以前",
    "召开期间",
    "召开后",
    "闭幕前",
    "开幕前",
    "开学前",
    "开工前",
    "汛期前",
    "汛期来临前",
    "入汛前",
    "入冬前",
    "换届前",
    "任期内",
    "两会前",
    "两会期间",
    "高考前",
    "中考前",
    "开考前",
];
