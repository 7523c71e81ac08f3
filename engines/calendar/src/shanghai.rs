//! 北京时间 · the one time zone of the law (CLK-03). Asia/Shanghai is UTC+8 without summer time since 1992, so a fixed offset
//! is exact for every date this library serves.

use chrono::{DateTime, FixedOffset, NaiveDate, NaiveTime, TimeDelta, Utc};

const HOURS_EAST: i32 = 8;

/// UTC+8.
pub const SHANGHAI: FixedOffset = match FixedOffset::east_opt(HOURS_EAST * 3600) {
    Some(offset) => offset,
    None => unreachable!(),
};

/// The date in Shanghai at that instant. Every date in a case comes from here and never from the date in UTC: a request received
/// at 00:00:10 on 1 July in Beijing was received on 1 July.
pub fn local_date(at: DateTime<Utc>) -> NaiveDate {
    at.naive_utc().checked_add_signed(TimeDelta::hours(HOURS_EAST.into())).map_or(NaiveDate::MAX, |local| local.date())
}

/// 00:00 of that day in Shanghai.
pub fn start_of_day(day: NaiveDate) -> DateTime<Utc> {
    day.and_time(NaiveTime::MIN)
        .checked_sub_signed(TimeDelta::hours(HOURS_EAST.into()))
        .map_or(DateTime::<Utc>::MIN_UTC, |utc| utc.and_utc())
}

/// 24:00 of that day in Shanghai, which is 00:00 of the next: the first instant that is too late (民法典 203).
pub fn end_of_day(day: NaiveDate) -> DateTime<Utc> {
    day.succ_opt().map_or(DateTime::<Utc>::MAX_UTC, start_of_day)
}

/// That time of that day in Shanghai: when a counter closes, what is handed over there is too late (民法典 203).
pub fn closing_time(day: NaiveDate, closes: NaiveTime) -> DateTime<Utc> {
    start_of_day(day).checked_add_signed(closes - NaiveTime::MIN).unwrap_or(DateTime::<Utc>::MAX_UTC)
}
