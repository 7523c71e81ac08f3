//! 一期一期 · what returns: its periods, the days of each turn, and how they are said (D3-01). A year's return and a week's are told apart here.

use super::assignment::{Assignment, Report};
use super::duty::About;
use acts::TimeNamed;
use calendar::Calendar;
use chrono::{Datelike, Days, Months, NaiveDate};
use std::collections::BTreeMap;

/// Whether it returns every week or every working day: then a unit is held to one turn at a time.
pub(super) fn is_frequent(kind: &str) -> bool {
    matches!(kind, "recurring-weekly" | "recurring-daily")
}

/// The first and the last day of the turn that runs on a day, of what returns within a week: a week ends on the day of the week that
/// is named, or on Sunday; a working day begins with the rest days before it, so that nothing is owed of a rest day by itself.
fn turn_on(time: &TimeNamed, day: NaiveDate, calendar: &Calendar) -> (NaiveDate, NaiveDate) {
    if time.kind == "recurring-daily" {
        let last = calendar.next_working_day(day);
        return (calendar.previous_working_day(last - Days::new(1)) + Days::new(1), last);
    }
    let ends = time.day.unwrap_or(7).clamp(1, 7);
    let last = day + Days::new(u64::from((ends + 7 - day.weekday().number_from_monday()) % 7));
    (last - Days::new(6), last)
}

/// 一次一期 · the one turn that each lead unit is held to of what returns within a week, with those held to it: the first that nothing
/// was said for. What is missed stays that one turn, reminded of and chased as one; a report for it, or for the turn that runs, takes
/// it and everything missed before along. So nothing is kept for each day, and a year of silence costs no more than a day of it.
pub(super) fn held(
    one: &Assignment,
    time: &TimeNamed,
    about: About,
    issued: NaiveDate,
    calendar: &Calendar,
) -> BTreeMap<(NaiveDate, NaiveDate), Vec<String>> {
    let turn = |day| turn_on(time, day, calendar);
    // The last day that a report speaks for.
    let until = |report: &Report| {
        let (first, last) = turn(calendar::local_date(report.at));
        if about.is_met_in_its_turn_by(report) {
            return Some(last);
        }
        let key = report.about.as_ref().filter(|key| about.is_met_by(report, key))?;
        let named: NaiveDate = key.strip_prefix("every:")?.parse().ok()?;
        (named <= last && turn(named).1 == named).then(|| named.max(first - Days::new(1)))
    };
    let mut turns: BTreeMap<_, Vec<String>> = BTreeMap::new();
    for lead in one.leads() {
        let said = one.reports_of(lead).filter_map(until).max();
        let issued = one.took_on(lead).map_or(issued, |on| issued.max(on));
        let from = said.map_or(issued, |day| issued.max(day + Days::new(1)));
        turns.entry(turn(from)).or_default().push(lead.to_owned());
    }
    turns
}

/// Months of the period of what returns; none for what returns within a week.
pub(super) fn period(kind: &str) -> Option<u32> {
    match kind {
        "recurring-yearly" => Some(12),
        "recurring-half-yearly" => Some(6),
        "recurring-quarterly" => Some(3),
        "recurring-monthly" => Some(1),
        _ => None,
    }
}

/// The month of its period and the day by which something returns, as a day of one occurrence says it: 1 月 31 日 of every year.
pub fn returning(kind: &str, day: NaiveDate) -> Option<(u32, u32)> {
    period(kind).map(|months| (day.month0() % months + 1, day.day()))
}

/// The day of the period that begins on `first` by which something is to be done: the one that is named, or the last.
fn last_of(time: &TimeNamed, first: NaiveDate, months: u32) -> Option<NaiveDate> {
    let month = time.month.map_or(months, |month| month.clamp(1, months));
    let end = first.checked_add_months(Months::new(month))?.pred_opt()?;
    Some(time.day.and_then(|day| end.with_day(day)).unwrap_or(end))
}

/// The day of what returns, in words: 1 月 31 日, 10 日, 每周一; empty where none is named.
pub fn returning_zh(time: &TimeNamed) -> String {
    notice::returning(&time.kind, time.month, time.day)
}

/// The last day of the turn of what returns that runs today, or of the next where that ends today; none of what is not followed.
pub fn next(time: &TimeNamed, today: NaiveDate, calendar: &Calendar) -> Option<NaiveDate> {
    if is_frequent(&time.kind) {
        return Some(turn_on(time, today + Days::new(1), calendar).1);
    }
    let ahead = today.checked_add_months(Months::new(2 * period(&time.kind)?))?;
    occurrences(time, today, ahead).into_iter().map(|(_, last)| last).find(|last| *last > today)
}

/// Whether the turn of what returns by the month or longer that ends on a day runs on another.
pub fn runs(time: &TimeNamed, last: NaiveDate, on: NaiveDate) -> bool {
    occurrences(time, on, on).iter().any(|(_, ends)| *ends == last)
}

/// The day of its first turn in a year.
pub fn turn(time: &TimeNamed, year: i32) -> Option<NaiveDate> {
    last_of(time, NaiveDate::from_ymd_opt(year, 1, 1)?, period(&time.kind)?)
}

/// The first and the last day of each turn of what returns, each from the day after the one before: from the first that was not over
/// when the notice was issued to the one that runs today.
pub(super) fn occurrences(time: &TimeNamed, issued: NaiveDate, today: NaiveDate) -> Vec<(NaiveDate, NaiveDate)> {
    let Some(months) = period(&time.kind) else { return Vec::new() };
    let before = issued.checked_sub_months(Months::new(months)).unwrap_or(issued);
    let begins = NaiveDate::from_ymd_opt(before.year(), before.month0() / months * months + 1, 1).unwrap_or(before);
    let lasts = (0..).map_while(|n| last_of(time, begins.checked_add_months(Months::new(n * months))?, months));
    let mut turns = Vec::new();
    let mut first = begins;
    for last in lasts {
        if first > today.max(issued) {
            break;
        }
        if last >= issued {
            turns.push((first, last));
        }
        first = last + Days::new(1);
    }
    turns
}
