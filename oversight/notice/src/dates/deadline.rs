//! 时限 · by when, from when and within how long: a point of time with the words around it, the end of a plan, a day known by its name.

use super::point::{RANGE, number};
use super::{Date, DateKind, Reader};
use crate::line::{Piece, begins};
use crate::outline::numeral_digit;
use crate::unread::{Unread, Why};
use calendar::NaiveDate;

impl Reader {
    /// “十四五”期间: until the end of the plan, where that is not yet past.
    pub(super) fn plan(self, piece: Piece<'_>, at: usize) -> Option<(Vec<Date>, usize)> {
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
        Some((day.map(|day| Date::new(DateKind::By, Some(day), piece.sub(from, end))).into_iter().collect(), end))
    }

    /// 春节前, 次月10日前: a time whose day is not written.
    pub(super) fn named(self, piece: Piece<'_>, at: usize, unread: &mut Vec<Unread>) -> Option<(Vec<Date>, usize)> {
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
        Some((vec![Date::new(DateKind::Undated, None, words)], at + end))
    }

    /// 自印发之日起30日内, 15个工作日内.
    pub(super) fn within(self, piece: Piece<'_>, at: usize) -> Option<(Vec<Date>, usize)> {
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
        Some((vec![Date::new(DateKind::Within, None, piece.sub(from, at + end))], at + end))
    }

    /// 力争到2012年底, 2012年6月30日前, 从2012年起, 2012年5月至6月.
    pub(super) fn absolute(self, piece: Piece<'_>, at: usize, unread: &mut Vec<Unread>) -> Option<(Vec<Date>, usize)> {
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
        let date = |kind, day| Date { year_assumed: assumed, ..Date::new(kind, Some(day), words) };
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

/// Days and times known by a name.
pub const DAYS: [&str; 14] =
    ["春节", "元旦", "清明节", "清明", "劳动节", "端午节", "端午", "中秋节", "中秋", "国庆节", "国庆", "五一", "年初", "月初"];

/// Periods after the one that is spoken of.
pub const NEXT: [&str; 7] = ["次月", "下个月", "下月", "次年", "翌年", "下季度", "次季度"];
