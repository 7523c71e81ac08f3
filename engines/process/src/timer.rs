//! 定时 · when the time of a timer comes. The engine keeps no clock: whoever does asks here when to send
//! [`crate::Command::TimerFired`]. A limit in working days (`<sunlit:task limit="5" unit="working_day"/>`) counts on the
//! official calendar (CLK-01, CLK-05); an ISO 8601 duration counts calendar time and nothing else (H07).

use crate::definition::{Node, Trigger};
use crate::words::Words;
use calendar::{Calendar, Limit, Unit};
use chrono::{DateTime, FixedOffset, Months, NaiveDate, NaiveDateTime, TimeDelta, Utc};
use std::num::NonZeroU32;

/// When a timer is due, as the chart says it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Timing {
    /// A limit of the law, counted on the calendar; over at 24:00 of its last day.
    Limit(Limit),
    /// A length of time from the moment the wait began.
    After {
        /// Calendar months.
        months: u32,
        /// Days, hours, minutes and seconds, in seconds.
        seconds: i64,
        /// How often it comes again; none for a single time, `Some(None)` without end.
        again: Option<Option<NonZeroU32>>,
    },
    /// A fixed moment.
    At(DateTime<Utc>),
}

/// No length longer than this is meant: about 200 years.
const MOST_SECONDS: i64 = 200 * 366 * 86_400;

impl Timing {
    /// Reads the timer of an event: our limit if it has one, else `timeDuration`, `timeDate` or `timeCycle`. The error says
    /// what is wrong with it.
    pub fn of(node: &Node) -> Result<Timing, Words> {
        if let Some(limit) = node.extension.get("limit") {
            return limit_of(limit, node.extension.get("unit").map(String::as_str));
        }
        let Trigger::Timer { sort, text } = &node.trigger else {
            return Err(Words::new("不是定时事件", "not a timer"));
        };
        if text.is_empty() {
            return Err(Words::new("定时没有写时间", "the timer has no time"));
        }
        let read = match sort.as_str() {
            "timeDuration" => duration(text).map(|(months, seconds)| Timing::After { months, seconds, again: None }),
            "timeCycle" => cycle(text),
            "timeDate" => moment(text).map(Timing::At),
            _ => None,
        };
        read.ok_or_else(|| {
            Words::new(
                format!("时间“{text}”看不懂，应如 P30D、PT2H、2026-01-31T17:00:00+08:00、R3/PT24H"),
                format!("the time “{text}” is not understood: write P30D, PT2H, 2026-01-31T17:00:00+08:00 or R3/PT24H"),
            )
        })
    }

    /// When it is due, if the wait began at `since`.
    pub fn due(&self, since: DateTime<Utc>, calendar: &Calendar) -> DateTime<Utc> {
        match *self {
            Timing::Limit(limit) => limit.ends_at(since, calendar),
            Timing::At(at) => at,
            Timing::After { months, seconds, .. } => since
                .checked_add_months(Months::new(months))
                .and_then(|t| t.checked_add_signed(TimeDelta::seconds(seconds)))
                .unwrap_or(DateTime::<Utc>::MAX_UTC),
        }
    }
}

/// The limit written on a step or a timer by `limit` and `unit` of `sunlit:task`; working days where no unit is given.
pub(crate) fn limit_of(limit: &str, unit_written: Option<&str>) -> Result<Timing, Words> {
    let n = limit.trim().parse::<u32>().ok();
    let unit = match unit_written.unwrap_or("working_day") {
        "working_day" => Some(Unit::WorkingDay),
        "calendar_day" => Some(Unit::CalendarDay),
        "month" => Some(Unit::Month),
        "year" => Some(Unit::Year),
        "hour" => Some(Unit::Hour),
        _ => None,
    };
    let read = n.zip(unit).map(|(n, unit)| Limit { n, unit }).filter(|limit| limit.is_bounded());
    read.map(Timing::Limit).ok_or_else(|| {
        let written = format!("limit=\"{limit}\"{}", unit_written.map_or(String::new(), |unit| format!(" unit=\"{unit}\"")));
        Words::new(
            format!("期限“{written}”看不懂：limit 应为整数，不超过 200 年，unit 应为 working_day、calendar_day、month、year 或 hour"),
            format!(
                "the limit “{written}” is not understood: limit is a whole number of at most 200 years, unit one of working_day, calendar_day, month, year, hour"
            ),
        )
    })
}

/// `P1Y2M3DT4H5M6S` or `P2W`: months and seconds.
fn duration(text: &str) -> Option<(u32, i64)> {
    let (mut months, mut seconds) = (0_u32, 0_i64);
    let mut rest = text.trim().strip_prefix('P')?;
    if rest.is_empty() {
        return None;
    }
    let (mut time, mut any) = (false, false);
    while !rest.is_empty() {
        if let Some(after) = rest.strip_prefix('T').filter(|_| !time) {
            (time, rest) = (true, after);
            continue;
        }
        let digits = rest.find(|c: char| !c.is_ascii_digit())?;
        let n: u32 = rest[..digits].parse().ok()?;
        let unit = rest[digits..].chars().next()?;
        rest = &rest[digits + unit.len_utf8()..];
        any = true;
        let second = match (unit, time) {
            ('Y', false) => {
                months = months.checked_add(n.checked_mul(12)?)?;
                0
            }
            ('M', false) => {
                months = months.checked_add(n)?;
                0
            }
            ('W', false) => 7 * 86_400,
            ('D', false) => 86_400,
            ('H', true) => 3_600,
            ('M', true) => 60,
            ('S', true) => 1,
            _ => return None,
        };
        seconds = seconds.checked_add(i64::from(n).checked_mul(second)?)?;
    }
    (any && months <= 2_400 && seconds <= MOST_SECONDS).then_some((months, seconds))
}

/// `R3/PT10M`, `R/P1D`.
fn cycle(text: &str) -> Option<Timing> {
    let (times, every) = text.trim().strip_prefix('R')?.split_once('/')?;
    let again = if times.is_empty() { None } else { Some(times.parse::<NonZeroU32>().ok()?) };
    let (months, seconds) = duration(every).filter(|(m, s)| *m > 0 || *s > 0)?;
    Some(Timing::After { months, seconds, again: Some(again) })
}

/// A date (over at its end), or a moment; without an offset it is Beijing time.
fn moment(text: &str) -> Option<DateTime<Utc>> {
    let text = text.trim();
    if let Ok(at) = DateTime::parse_from_rfc3339(text) {
        return Some(at.to_utc());
    }
    let beijing = FixedOffset::east_opt(8 * 3_600)?;
    if let Ok(at) = text.parse::<NaiveDateTime>() {
        return Some(at.and_local_timezone(beijing).single()?.to_utc());
    }
    text.parse::<NaiveDate>().ok().filter(|d| d.format("%Y").to_string().len() == 4).map(calendar::end_of_day)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn h07_a_day_is_a_day_and_a_working_day_is_a_working_day() {
        let china = Calendar::china();
        // Friday 2025-07-04, 16:00 in Beijing.
        let friday: DateTime<Utc> = "2025-07-04T08:00:00Z".parse().expect("a moment");
        let due =
            |t: Timing| t.due(friday, &china).with_timezone(&FixedOffset::east_opt(28_800).expect("an offset")).to_rfc3339();
        // The end of Monday, never Wednesday.
        assert_eq!(due(limit_of("1", None).expect("a limit")), "2025-07-08T00:00:00+08:00");
        let (months, seconds) = duration("P1D").expect("a day");
        assert_eq!(due(Timing::After { months, seconds, again: None }), "2025-07-05T16:00:00+08:00");
    }

    #[test]
    fn times_are_read_or_refused() {
        assert_eq!(duration("P1Y2M3DT4H5M6S"), Some((14, 3 * 86_400 + 4 * 3_600 + 5 * 60 + 6)));
        assert_eq!(duration("P2W"), Some((0, 14 * 86_400)));
        for bad in ["", "P", "PT", "P1H", "PT1D", "1D", "P-1D", "P99999999999D", "P9999999D", "P1.5D", "P１D", "PDT"] {
            assert_eq!(duration(bad), None, "{bad}");
        }
        assert!(cycle("R3/PT10M").is_some() && cycle("R/P1D").is_some());
        assert!(cycle("R0/P1D").is_none() && cycle("R3/PT0S").is_none() && cycle("R3").is_none());
        assert_eq!(moment("2026-01-31T17:00:00"), moment("2026-01-31T17:00:00+08:00"));
        assert!(moment("2026-01-31").is_some() && moment("0000-00-00").is_none() && moment("+12026-01-01").is_none());
    }
}
