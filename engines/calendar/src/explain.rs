//! 期限逐日说明 · no date without the days behind it: what each day was for the clock, and why.

use crate::{Calendar, Clock, Day, DayKind, Unit, clock::Stretch};
use chrono::{Datelike, NaiveDate};
use serde::{Deserialize, Serialize};

/// The most lines that [`Clock::explain`] gives: somewhat over ten years of days.
pub const MAX_LINES: usize = 3_700;

/// Of a longer limit, so many of the lines are its last days: how it ended is never left out.
const LAST_LINES: usize = 400;

/// Days that are walked through without a line, at most; beyond, only the first days of a limit are told.
const MOST_WALKED: usize = 100_000;

/// What a day is for a clock. The first that fits, from [`Start`](DayMark::Start) down.
#[derive(Serialize, Deserialize, Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[serde(rename_all = "snake_case")]
pub enum DayMark {
    /// The day of the event: not counted (CLK-01).
    Start,
    /// The last day of the limit.
    Due,
    /// After the last day.
    Late,
    /// The count ended on this rest day; the last day moves on (CLK-02).
    End,
    /// A rest day between the end of the count and the last day.
    Shifted,
    /// A pause is open: not counted (CLK-09).
    Paused,
    /// Counted, a Saturday or Sunday that is worked (CLK-05). Working-day limits only.
    MakeUp,
    /// Counted.
    Counted,
    /// A holiday, not counted. Working-day limits only.
    Holiday,
    /// A Saturday or Sunday, not counted. Working-day limits only.
    Weekend,
}

/// One day of a clock.
#[derive(Serialize, Deserialize, Clone, Debug, PartialEq, Eq)]
pub struct DayLine {
    /// The date in Shanghai.
    pub date: NaiveDate,
    /// The number under which it is counted, from 1; `None` if it is not.
    pub counted: Option<u32>,
    /// After the last day: how many days late by then, as [`Clock::standing`](crate::Clock::standing) counts them; `None` on a
    /// day that adds nothing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub late: Option<u32>,
    /// What it is for the clock.
    pub mark: DayMark,
    /// The same in a Chinese sentence, with the reason.
    pub zh: String,
    /// In English.
    pub en: String,
    /// A notice that can still change this day is not out yet (CLK-07).
    pub provisional: bool,
    /// The address of the notice that decides the day; `None` where no loaded notice does.
    #[serde(default)]
    pub source: Option<String>,
}

impl Clock {
    /// Every day from the event through the last day or `today`, whichever is later; through the conclusion if there was one. Of
    /// more than [`MAX_LINES`] days the first and the last are told, and those between are left out.
    pub fn explain(&self, calendar: &Calendar, today: NaiveDate) -> Vec<DayLine> {
        let spans = self.spans(None);
        let stretches = self.stretches(calendar, &spans);
        let due = self.due_of(calendar, &spans, &stretches);
        let end = stretches.last().and_then(|last| last.end);
        let through = match self.stopped {
            Some(on) if on <= today => on,
            _ => due.map_or(today, |due| due.date.max(today)).max(self.start),
        };

        let without = self.ends_before_extensions(calendar, &spans);

        let mut lines = Vec::new();
        let mut count = Count { at: 0, done: 0, n: 0 };
        let mut late_before = 0;
        let all = usize::try_from((through - self.start).num_days()).unwrap_or_default() + 1;
        let left_out = match all {
            MAX_LINES.. if all <= MOST_WALKED => MAX_LINES - LAST_LINES..all - LAST_LINES,
            _ => 0..0,
        };
        let days = self.start.iter_days().take(all).enumerate().take(MAX_LINES + left_out.len());
        for (at, date) in days {
            if left_out.contains(&at) {
                if end.is_none_or(|end| date <= end) && !self.is_paused(date) {
                    let kind = if calendar.is_working_day(date) { DayKind::Working } else { DayKind::Weekend };
                    count.take(&stretches, kind);
                }
                if at + 1 == left_out.end {
                    late_before = u32::try_from(-self.standing(calendar, date).left).unwrap_or_default();
                }
                continue;
            }
            let day = calendar.day(date);
            let before_end = date > self.start && end.is_none_or(|end| date <= end);
            let counted = match before_end && !self.is_paused(date) {
                true => count.take(&stretches, day.kind),
                false => None,
            };
            let unit = stretches[count.at].unit;
            let moved = due.is_none_or(|due| date < due.date);
            let mark = match due {
                Some(due) if date == due.date => DayMark::Due,
                _ if date == self.start => DayMark::Start,
                Some(due) if date > due.date => DayMark::Late,
                _ if end == Some(date) && moved => DayMark::End,
                // A day of work on the way is one on which a pause holds the end open.
                _ if end.is_some_and(|end| date > end) && day.kind.is_working() => DayMark::Paused,
                _ if end.is_some_and(|end| date > end) => DayMark::Shifted,
                _ => self.mark_on_the_way(&day, unit, counted),
            };
            let late = (mark == DayMark::Late).then(|| u32::try_from(-self.standing(calendar, date).left).unwrap_or_default());
            // A rest day after a limit in working days is late and counts as none.
            let late = late.filter(|late| *late > late_before && (unit != Unit::WorkingDay || day.kind.is_working()));
            late_before = late.unwrap_or(late_before);
            let (mut zh, mut en) = self.sentence(&day, mark, counted.or(late), unit);
            self.add_events(&without, date, &mut zh, &mut en);
            if day.provisional {
                // At the end of a year that is known, days may still be made up for the New Year after it.
                let year = date.year() + i32::from(calendar.has_year(date.year()));
                zh.push_str(&format!("（{year} 年放假安排尚未公布或载入，暂按周末和法定节假日推算）"));
                en.push_str(&format!(" (provisional: the holiday notice of {year} is not loaded yet)"));
            }
            lines.push(DayLine { date, counted, late, mark, zh, en, provisional: day.provisional, source: day.source });
        }
        lines
    }

    fn mark_on_the_way(&self, day: &Day, unit: Unit, counted: Option<u32>) -> DayMark {
        match (counted, day.kind) {
            (Some(_), DayKind::MakeUpWork) if unit == Unit::WorkingDay => DayMark::MakeUp,
            (Some(_), _) => DayMark::Counted,
            // A weekend inside a pause of a working-day limit would not have been counted anyway; say so.
            (None, DayKind::Weekend) if unit == Unit::WorkingDay => DayMark::Weekend,
            (None, DayKind::Holiday) if unit == Unit::WorkingDay => DayMark::Holiday,
            (None, _) => DayMark::Paused,
        }
    }

    fn sentence(&self, day: &Day, mark: DayMark, counted: Option<u32>, unit: Unit) -> (String, String) {
        let name = day.name.as_deref().unwrap_or("节日");
        let name_en = day.name_english().unwrap_or_else(|| "holiday".to_owned());
        let (weekday, weekday_en) = weekday(day.date);
        let rest = match day.kind {
            DayKind::Holiday => Some((format!("{name}放假"), format!("{name_en} holiday"))),
            DayKind::Weekend => Some((weekday.to_owned(), weekday_en.to_owned())),
            DayKind::Working | DayKind::MakeUpWork => None,
        };
        let number = counted.map(|n| match unit {
            Unit::WorkingDay if day.kind == DayKind::MakeUpWork => {
                (format!("第 {n} 个工作日（{name}调休上班）"), format!("Working day {n} (make-up day for {name_en})"))
            }
            Unit::WorkingDay => (format!("第 {n} 个工作日"), format!("Working day {n}")),
            _ => match &rest {
                Some((zh, en)) => (format!("第 {n} 日（{zh}，照计）"), format!("Day {n} ({en}, counted)")),
                None => (format!("第 {n} 日"), format!("Day {n}")),
            },
        });
        let rest_or_not = || rest.clone().unwrap_or_default();
        match mark {
            DayMark::Start => ("期限自次日起算，当日不计".to_owned(), "Day of the event; counting begins after it".to_owned()),
            DayMark::Due => match number {
                Some((zh, en)) => (format!("{zh}，当日 24 时届满"), format!("{en}; the limit ends at 24:00")),
                None if day.date == self.start => {
                    ("即办，当日 24 时届满".to_owned(), "To be done the same day; the limit ends at 24:00".to_owned())
                }
                None => (
                    "顺延后的最后一日，当日 24 时届满".to_owned(),
                    "Last day after moving on from a rest day; the limit ends at 24:00".to_owned(),
                ),
            },
            DayMark::Late => match (counted, unit) {
                (Some(n), Unit::WorkingDay) => (format!("已逾期 {n} 个工作日"), format!("{n} working days overdue")),
                (Some(n), _) => (format!("已逾期 {n} 日"), format!("{n} days overdue")),
                (None, _) => match &rest {
                    Some((why, why_en)) => (format!("{why}，不计入逾期"), format!("{why_en}; adds nothing to the delay")),
                    None => ("已逾期".to_owned(), "Overdue".to_owned()),
                },
            },
            DayMark::End => {
                let (zh, en) = number.unwrap_or_default();
                (
                    format!("{zh}，末日为休息日，顺延至其后的第一个工作日"),
                    format!("{en}; the last day is a rest day and moves to the next working day"),
                )
            }
            DayMark::Shifted => {
                let (why, why_en) = rest_or_not();
                (format!("{why}，顺延"), format!("{why_en}; the last day moves on"))
            }
            DayMark::Paused => {
                let (mut zh, mut en) = (Vec::new(), Vec::new());
                for pause in self.pauses_on(day.date) {
                    zh.push(format!("{}（{}）", pause.ground, pause.basis));
                    en.push(format!("{} ({})", ground_english(&pause.ground), pause.basis));
                }
                (format!("{}期间，不计入期限", zh.join("、")), format!("Paused: {}; not counted", en.join(", ")))
            }
            DayMark::MakeUp | DayMark::Counted => number.unwrap_or_default(),
            DayMark::Holiday | DayMark::Weekend => {
                let (why, why_en) = rest_or_not();
                (format!("{why}，不计"), format!("{why_en}; not counted"))
            }
        }
    }

    /// What was decided on that day, and where the limit would have ended without each extension.
    fn add_events(&self, without: &[Option<(NaiveDate, NaiveDate)>], date: NaiveDate, zh: &mut String, en: &mut String) {
        for (extension, ended) in self.extensions.iter().zip(without) {
            let (by, by_en) = (extension.by, extension.by.english());
            if extension.on == date {
                zh.push_str(&format!("；当日批准延长 {by}"));
                en.push_str(&format!("; extended by {by_en} on this day"));
            }
            match ended {
                Some((end, due)) if *end == date && *due != date => {
                    zh.push_str(&format!("；延长前于本日届满（应顺延至 {due}），延长的 {by}自本日而非顺延日起接续计算"));
                    en.push_str(&format!(
                        "; the limit ended here before the extension (it would have moved to {due}); \
                         the added {by_en} count from this day, not from there"
                    ));
                }
                Some((end, _)) if *end == date => {
                    zh.push_str(&format!("；延长前于本日届满，延长的 {by}自本日起接续计算"));
                    en.push_str(&format!("; the limit ended here before the extension; the added {by_en} count from this day"));
                }
                _ => {}
            }
        }
        if self.stopped == Some(date) {
            zh.push_str("；当日办结");
            en.push_str("; concluded on this day");
        }
    }
}

/// The count on its way through the stretches.
struct Count {
    at: usize,
    /// Days counted in the present stretch.
    done: u32,
    /// Days counted in all.
    n: u32,
}

impl Count {
    fn take(&mut self, stretches: &[Stretch], kind: DayKind) -> Option<u32> {
        while self.done == stretches[self.at].days && self.at + 1 < stretches.len() {
            (self.at, self.done) = (self.at + 1, 0);
        }
        if stretches[self.at].unit == Unit::WorkingDay && !kind.is_working() {
            return None;
        }
        self.done += 1;
        self.n += 1;
        Some(self.n)
    }
}

/// The English name of a ground for a pause: the eight of 行政许可法 45, and the opinions of others of 公开条例 33. Any other is given
/// back as it is.
pub fn ground_english(ground: &str) -> &str {
    match ground {
        "听证" => "hearing",
        "招标" => "tendering",
        "拍卖" => "auction",
        "检验" => "inspection",
        "检测" => "testing",
        "检疫" => "quarantine",
        "鉴定" => "appraisal",
        "专家评审" => "expert review",
        "征求第三方意见" | "第三方意见" => "third-party opinion",
        "征求其他机关意见" => "opinion of another agency",
        "暂停" => "pause",
        other => other,
    }
}

pub(crate) fn weekday(date: NaiveDate) -> (&'static str, &'static str) {
    match date.weekday() {
        chrono::Weekday::Mon => ("星期一", "Monday"),
        chrono::Weekday::Tue => ("星期二", "Tuesday"),
        chrono::Weekday::Wed => ("星期三", "Wednesday"),
        chrono::Weekday::Thu => ("星期四", "Thursday"),
        chrono::Weekday::Fri => ("星期五", "Friday"),
        chrono::Weekday::Sat => ("星期六", "Saturday"),
        chrono::Weekday::Sun => ("星期日", "Sunday"),
    }
}
