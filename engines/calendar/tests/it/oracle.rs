//! The same questions, answered by walking day by day over the files.

use crate::d;
use crate::naive::{Naive, a_million_clocks};
use calendar::*;
use chrono::{Datelike, Days, Weekday};
use proptest::prelude::*;
use std::collections::HashMap;
use std::sync::LazyLock;

static LISTED: LazyLock<HashMap<NaiveDate, bool>> = LazyLock::new(|| {
    include_str!("../../data/holidays.csv")
        .lines()
        .skip(1)
        .map(|line| (d(&line[..10]), line[11..].starts_with("workday")))
        .collect()
});

static NAIVE: LazyLock<Naive> = LazyLock::new(Naive::read);

/// Only for 2008–2026, where the files have the answer.
fn worked(date: NaiveDate) -> bool {
    let weekend = matches!(date.weekday(), Weekday::Sat | Weekday::Sun);
    LISTED.get(&date).copied().unwrap_or(!weekend)
}

fn next(date: NaiveDate) -> NaiveDate {
    date.checked_add_days(Days::new(1)).unwrap()
}

/// The million of the benchmark: paused, extended, in every unit, from every year.
#[test]
fn clk_01_a_million_deadlines_are_the_walk() {
    let china = Calendar::china();
    let (mut compared, mut open, mut provisional, mut shifted) = (0, 0, 0, 0);
    for clock in a_million_clocks() {
        let due = clock.due(&china);
        assert_eq!(due, NAIVE.due(&clock), "{clock:?}");
        compared += 1;
        open += u32::from(due.is_none());
        provisional += u32::from(due.is_some_and(|due| due.provisional));
        shifted += u32::from(due.is_some_and(|due| due.shifted_from.is_some()));
    }
    assert_eq!(compared, 1_000_000);
    assert!(open > 1_000 && provisional > 1_000 && shifted > 50_000, "{open} {provisional} {shifted}");
}

fn a_date() -> impl Strategy<Value = NaiveDate> {
    (0u64..5_000).prop_map(|days| d("2008-01-01").checked_add_days(Days::new(days)).unwrap())
}

fn a_limit() -> impl Strategy<Value = Limit> {
    prop_oneof![
        (0u32..90).prop_map(Limit::working_days),
        (0u32..120).prop_map(Limit::calendar_days),
        (0u32..8).prop_map(Limit::months),
        (0u32..2).prop_map(Limit::years),
        (0u32..100).prop_map(Limit::hours),
    ]
}

/// A clock and what happened to it, in order: (0 pause, 1 resume, 2 extend; ground; days later).
fn a_clock() -> impl Strategy<Value = Clock> {
    let events = prop::collection::vec((0u8..3, 0usize..3, 0u64..15, a_limit()), 0..10);
    (a_date(), a_limit(), events).prop_map(|(start, limit, events)| {
        let grounds = ["听证", "检测", "鉴定"];
        let mut clock = Clock::start(start, limit);
        let mut on = start;
        for (what, ground, later, by) in events {
            on = on.checked_add_days(Days::new(later)).unwrap();
            let _ = match what {
                0 => clock.pause(grounds[ground], "许可法 45", on),
                1 => clock.resume(grounds[ground], on),
                _ => clock.extend_again(by, on, "局长", "复杂"),
            };
        }
        clock
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn adding_and_counting_are_the_walk(start in a_date(), n in 0u32..500) {
        let china = Calendar::china();
        let (mut at, mut left) = (start, n);
        while left > 0 {
            at = next(at);
            left -= u32::from(worked(at));
        }
        prop_assert_eq!(china.add_working_days(start, n), at);
        prop_assert_eq!(china.working_days_between(start, at), n);
        prop_assert_eq!(china.is_working_day(start), worked(start));
        prop_assert_eq!(china.day(start).kind.is_working(), worked(start));
        let mut coming = start;
        while !worked(coming) {
            coming = next(coming);
        }
        prop_assert_eq!(china.next_working_day(start), coming);
        prop_assert_eq!(china.previous_working_day(coming), coming);
    }

    #[test]
    fn outside_the_table_days_go_by_their_weekday(days in -400_000i64..400_000, n in 0u32..3_000) {
        let china = Calendar::china();
        let start = d("2045-06-15") + chrono::TimeDelta::days(days);
        let end = china.add_working_days(start, n);
        prop_assert!(n == 0 || china.is_working_day(end));
        prop_assert_eq!(china.working_days_between(start, end), n);
        let walked = start.iter_days().skip(1).take_while(|day| *day <= end)
            .filter(|day| china.day(*day).kind.is_working()).count();
        prop_assert_eq!(walked, n as usize);
    }

    #[test]
    fn a_clock_ends_where_the_walk_ends(clock in a_clock()) {
        prop_assert_eq!(clock.due(&Calendar::china()), NAIVE.due(&clock));
        prop_assert_eq!(clock.check(), Ok(()));
    }

    #[test]
    fn the_explanation_and_the_standing_agree(clock in a_clock(), later in 0u64..200) {
        let china = Calendar::china();
        let today = clock.start.checked_add_days(Days::new(later)).unwrap();
        let standing = clock.standing(&china, today);
        let lines = clock.explain(&china, today);
        prop_assert_eq!(standing.due, clock.due(&china));
        prop_assert_eq!(i64::from(standing.used) + standing.left, i64::from(standing.total));
        prop_assert_eq!(standing.state == State::Late, standing.due.is_some_and(|due| due.date < today));
        prop_assert_eq!(standing.state == State::Late, standing.left < 0);
        let counted = lines.iter().filter(|line| line.date <= today).filter_map(|line| line.counted).max().unwrap_or(0);
        if standing.left >= 0 {
            prop_assert_eq!(standing.used, counted);
        } else {
            prop_assert_eq!(standing.total, counted);
        }
        let numbers: Vec<u32> = lines.iter().filter_map(|line| line.counted).collect();
        prop_assert!(numbers.iter().copied().eq(1..=numbers.len() as u32));
        let last = standing.due.map_or(today, |due| due.date.max(today));
        prop_assert_eq!(lines.last().unwrap().date, last);
        let dues = lines.iter().filter(|line| line.mark == DayMark::Due).count();
        prop_assert_eq!(dues, usize::from(standing.due.is_some()));
        prop_assert!(lines.iter().all(|line| !line.zh.is_empty() && !line.zh.starts_with('，') && !line.en.is_empty()));
    }

    /// X.7, 1
    #[test]
    fn a_working_day_limit_ends_on_a_working_day(clock in a_clock(), n in 0u32..90) {
        let china = Calendar::china();
        let clock = Clock { limit: Limit::working_days(n), extensions: Vec::new(), ..clock };
        if let Some(due) = clock.due(&china) {
            prop_assert!(china.is_working_day(due.date));
            prop_assert!(due.shifted_from.is_none() || n == 0);
        }
    }

    /// X.7, 2
    #[test]
    fn a_make_up_day_never_delays_and_a_holiday_never_hastens(
        clock in a_clock(), n in 1u32..90, later in 0u64..150,
    ) {
        let china = Calendar::china();
        let clock = Clock { limit: Limit::working_days(n), extensions: Vec::new(), ..clock };
        let day = clock.start.checked_add_days(Days::new(later)).unwrap();
        let date = |calendar: &Calendar| clock.due(calendar).map(|due| due.date);
        if let Some(before) = date(&china) {
            // An open pause may swallow the one day that brought the clock home.
            prop_assert!(date(&china.with([Row::workday(day, "")])).unwrap() <= before);
            prop_assert!(date(&china.with([Row::holiday(day, "")])).is_none_or(|after| after >= before));
        }
    }

    /// X.7, 3
    #[test]
    fn a_pause_or_an_extension_never_shortens(clock in a_clock(), by in a_limit(), later in 0u64..60, long in 0u64..30) {
        let china = Calendar::china();
        let Some(before) = clock.due(&china) else { return Ok(()) };
        let last = clock.pauses.iter().map(|p| p.to.unwrap_or(p.from))
            .chain(clock.extensions.iter().map(|e| e.on)).fold(clock.start, NaiveDate::max);
        let from = last.checked_add_days(Days::new(later)).unwrap();
        let mut paused = clock.clone();
        paused.pause("检疫", "许可法 45", from).unwrap();
        prop_assert!(paused.due(&china).is_none_or(|due| due == before));
        let to = from.checked_add_days(Days::new(long)).unwrap();
        let expected = paused.due_if_resumed_on(&china, to);
        paused.resume("检疫", to).unwrap();
        if let Some(due) = paused.due(&china) {
            prop_assert!(due.date >= before.date);
            prop_assert_eq!(due, expected);
        }
        let mut extended = clock.clone();
        if extended.extend_again(by, from, "局长", "复杂").is_ok() {
            prop_assert!(extended.due(&china).is_none_or(|due| due.date >= before.date));
        }
    }

    #[test]
    fn the_latest_start_is_the_latest(by in a_date(), limit in a_limit()) {
        let china = Calendar::china();
        let start = Clock::latest_start(&china, limit, by);
        prop_assert!(china.due(start, limit).date <= by);
        for more in 1..12 {
            let later = start.checked_add_days(Days::new(more)).unwrap();
            prop_assert!(china.due(later, limit).date > by, "{} would do", later);
        }
    }

    /// In two parts by the hour as well: what begins at the bound is over in time, what begins later is not.
    #[test]
    fn the_latest_moment_is_the_inverse_of_the_end(by in a_date(), seconds in 0i64..86_400, limit in a_limit()) {
        let china = Calendar::china();
        let end = start_of_day(by) + chrono::TimeDelta::seconds(seconds);
        let bound = limit.must_begin_by(end, &china);
        let second = chrono::TimeDelta::seconds(1);
        let in_time = if limit.unit == Unit::Hour { bound } else { bound - second };
        prop_assert!(limit.ends_at(in_time, &china) <= end);
        prop_assert!(limit.ends_at(in_time + second, &china) > end);
    }

    #[test]
    fn the_next_deadlines_are_the_first_of_all_sorted(
        clocks in prop::collection::vec(a_clock(), 0..40), from in a_date(), n in 0usize..10,
    ) {
        let china = Calendar::china();
        let found = next_deadlines(&china, clocks.iter().enumerate(), from, n);
        let mut all: Vec<(NaiveDate, usize)> = clocks.iter().enumerate()
            .filter_map(|(at, clock)| Some((clock.due(&china)?.date, at)))
            .filter(|(due, _)| *due >= from).collect();
        all.sort();
        all.truncate(n);
        prop_assert_eq!(found.iter().map(|one| (one.due.date, one.key)).collect::<Vec<_>>(), all);
    }

    /// X.7, 4: as long as only the shared things happen, the promise never ends after the law.
    #[test]
    fn clk_08_the_promise_never_ends_after_the_law(
        start in a_date(), promised in a_limit(), statutory in a_limit(), on in 0u64..20, long in 0u64..20, more in 1u32..10,
    ) {
        let china = Calendar::china();
        let Ok(mut matter) = Matter::start(&china, start, statutory, promised) else { return Ok(()) };
        if promised.unit != statutory.unit { return Ok(()) }
        let on = start + Days::new(on);
        matter.pause("检测", "许可法 45", on).unwrap();
        matter.resume("检测", on + Days::new(long)).unwrap();
        let _ = matter.extend(&china, Limit { n: more, unit: statutory.unit }, on + Days::new(long), "局长", "复杂");
        let (law, promise) = (matter.statutory.due(&china).unwrap(), matter.promised.due(&china).unwrap());
        prop_assert!(promise.date <= law.date);
        prop_assert_eq!(matter.check(), Ok(()));
    }
}

proptest! {
    // Each case builds a calendar.
    #![proptest_config(ProptestConfig { cases: 30, failure_persistence: None, ..ProptestConfig::default() })]

    /// H03: the clocks that move are exactly those whose end is another one, and each names the days between.
    #[test]
    fn h03_a_revision_is_the_difference_of_both_ends(
        clocks in prop::collection::vec(a_clock(), 1..20), day in a_date(), long in 1u64..5,
    ) {
        let before = Calendar::china();
        let rows = (0..long).map(|more| Row::holiday(day + Days::new(more), "增加").from_notice("https://example.cn/n"));
        let after = before.with(rows);
        let revision = Revision::between(&before, &after);
        let changes: Vec<_> = revision.changes(clocks.iter().enumerate()).collect();
        for (at, clock) in clocks.iter().enumerate() {
            let change = changes.iter().find(|(key, _)| *key == at).map(|(_, change)| change);
            prop_assert_eq!(change.is_some(), clock.due(&before) != clock.due(&after));
            prop_assert_eq!(change.cloned(), clock.change(&before, &after));
            if let Some(change) = change {
                prop_assert!(change.days.iter().all(|one| (day..day + Days::new(long)).contains(one)));
                prop_assert!(!change.days.is_empty());
                prop_assert_eq!(&change.sources, &["https://example.cn/n"]);
            }
        }
    }
}
