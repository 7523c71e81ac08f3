//! 倒推 · the inverse questions: when must it begin so that it ends in time, and what is due next. How many days are left is
//! [`Standing::left`](crate::Standing::left).

use crate::{Calendar, Clock, Due, Limit, Unit, days::plus_days, end_of_day, local_date};
use chrono::{DateTime, Months, NaiveDate, TimeDelta, Utc};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The latest beginning of something that must be over by a day.
#[derive(Serialize, Deserialize, Clone, Copy, Debug, PartialEq, Eq)]
pub struct LatestStart {
    /// The latest event day, all of it (CLK-03).
    pub date: NaiveDate,
    /// A notice is not out yet that can still move it (CLK-07).
    pub provisional: bool,
}

impl LatestStart {
    /// The first instant that is too late to begin: 24:00 in Shanghai.
    pub fn instant(&self) -> DateTime<Utc> {
        end_of_day(self.date)
    }
}

/// One of many clocks, and when it is due.
#[derive(Serialize, Deserialize, Clone, Copy, Debug, PartialEq, Eq)]
pub struct Deadline<K> {
    /// What the caller calls the clock.
    pub key: K,
    /// Its last day.
    pub due: Due,
}

impl Clock {
    /// The latest event day from which the limit still ends on or before `finish_by`: when the papers must be in so that the answer
    /// is there by then. [`must_have_started_by`](Clock::must_have_started_by) also says whether that is certain.
    pub fn latest_start(calendar: &Calendar, limit: Limit, finish_by: NaiveDate) -> NaiveDate {
        if limit.unit == Unit::WorkingDay && limit.n > 0 {
            return plus_days(calendar.working_day_counting_back(finish_by, limit.n), -1);
        }
        let last = match limit.unit {
            Unit::Hour => finish_by,
            _ => calendar.previous_working_day(finish_by),
        };
        let back = |n: u32| last.checked_sub_months(Months::new(n)).unwrap_or(NaiveDate::MIN);
        match limit.unit {
            Unit::WorkingDay => last,
            Unit::CalendarDay => plus_days(last, -i64::from(limit.n)),
            Unit::Hour => plus_days(last, -i64::from(limit.n.div_ceil(24))),
            // 31 January and 28 February both have 28 February as the corresponding day of their month: take the latest.
            Unit::Month | Unit::Year => {
                let n = limit.n.saturating_mul(if limit.unit == Unit::Year { 12 } else { 1 });
                (0..4)
                    .map(|more| plus_days(back(n), more))
                    .filter(|day| day.checked_add_months(Months::new(n)).is_some_and(|end| end <= last))
                    .max()
                    .unwrap_or_else(|| back(n))
            }
        }
    }

    /// [`latest_start`](Clock::latest_start), and whether a notice that is not out yet can still move it (CLK-07).
    pub fn must_have_started_by(calendar: &Calendar, limit: Limit, finish_by: NaiveDate) -> LatestStart {
        let date = Clock::latest_start(calendar, limit, finish_by);
        // It is the latest because the day after it ends too late: both ends must be certain.
        let certain = |start| !calendar.due(start, limit).provisional;
        LatestStart { date, provisional: !(certain(date) && certain(plus_days(date, 1))) }
    }
}

impl Limit {
    /// The bound before which the event must have happened so that the limit is over by `end`; the inverse of
    /// [`ends_at`](Limit::ends_at). An event at the bound itself is in time for hours, and too late for everything else, which runs
    /// until the end of a day.
    pub fn must_begin_by(self, end: DateTime<Utc>, calendar: &Calendar) -> DateTime<Utc> {
        if self.unit == Unit::Hour {
            return end.checked_sub_signed(TimeDelta::hours(self.n.into())).unwrap_or(DateTime::<Utc>::MIN_UTC);
        }
        end_of_day(Clock::latest_start(calendar, self, plus_days(local_date(end), -1)))
    }
}

/// The next `n` deadlines that fall on or after `from`, the earliest first and those of one day in the order given. Left out: what is
/// concluded, what is over before `from`, and what an open pause hides. One pass that keeps `n` of them at a time.
pub fn next_deadlines<'a, K>(
    calendar: &Calendar,
    clocks: impl IntoIterator<Item = (K, &'a Clock)>,
    from: NaiveDate,
    n: usize,
) -> Vec<Deadline<K>> {
    let mut kept = BTreeMap::new();
    for (order, (key, clock)) in clocks.into_iter().enumerate() {
        if clock.stopped.is_some() {
            continue;
        }
        let Some(due) = clock.due(calendar).filter(|due| due.date >= from) else { continue };
        kept.insert((due.date, order), Deadline { key, due });
        if kept.len() > n {
            kept.pop_last();
        }
    }
    kept.into_values().collect()
}
