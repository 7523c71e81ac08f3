//! A stored clock, or a stored matter, from anywhere: whatever can be read can be asked everything, and its answers agree.
#![no_main]

use calendar::{Calendar, Clock, DayMark, MAX_LINES, Matter, Row, local_date, next_deadlines};
use chrono::{DateTime, Days, NaiveDate, Utc};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &[u8]| {
    let china = Calendar::china();
    if let Ok(clock) = serde_json::from_slice::<Clock>(text) {
        ask(&clock, &china);
    }
    if let Ok(mut matter) = serde_json::from_slice::<Matter>(text) {
        let _ = matter.check();
        let day = matter.promised.start.checked_add_days(Days::new(3)).unwrap_or(NaiveDate::MAX);
        matter.standing(&china, day).next();
        let _ = matter.begin_step(&china, "审查", matter.promised.limit, day);
        let _ = matter.pause("检测", "许可法 45", day);
        let _ = matter.resume("检测", day);
        let _ = matter.stop(day);
        matter.standing(&china, day);
    }
});

fn ask(clock: &Clock, china: &Calendar) {
    let sound = clock.check().is_ok();
    let due = clock.due(china);
    for today in [clock.start, due.map_or(clock.start, |due| due.date), local_date(DateTime::<Utc>::MIN_UTC)] {
        let standing = clock.standing(china, today);
        assert_eq!(standing.due, due);
        assert_eq!(i64::from(standing.used) + standing.left, i64::from(standing.total));
    }
    let lines = clock.explain(china, clock.start);
    assert!(lines.len() <= MAX_LINES);
    if sound && clock.stopped.is_none() && lines.len() < MAX_LINES {
        assert_eq!(due.is_some(), lines.iter().any(|line| line.mark == DayMark::Due));
    }
    let later = china.with([Row::holiday(clock.start.checked_add_days(Days::new(1)).unwrap_or(NaiveDate::MAX), "x")]);
    if let Some(change) = clock.change(china, &later) {
        assert_ne!(change.from, change.to);
        assert!(!change.chinese().is_empty() && !change.english().is_empty());
    }
    assert!(next_deadlines(china, [((), clock)], clock.start, 1).len() <= 1);
}
