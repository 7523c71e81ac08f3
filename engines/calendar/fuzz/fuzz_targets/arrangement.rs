//! An administrator's file: refused in a sentence, or a calendar on which adding and counting are inverse. The text is the holidays, a
//! line `---`, the notices.
#![no_main]

use calendar::{Calendar, NaiveDate, parse_rows};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let (holidays, notices) = text.split_once("---\n").unwrap_or((text, "year,holidays,makeup_workdays,notice_address\n"));
    let rows = parse_rows(holidays);
    if let Err(error) = &rows {
        assert!(!error.to_string().is_empty() && !error.english().is_empty());
    }
    let calendar = match Calendar::from_csv(holidays, notices) {
        Ok(calendar) => calendar,
        Err(error) => {
            assert!(!error.to_string().is_empty() && !error.english().is_empty());
            return;
        }
    };
    let rows = rows.expect("what the calendar read");
    let days = rows.iter().map(|row| row.date).chain(["2026-02-12".parse::<NaiveDate>().expect("a date")]);
    for day in days.take(20) {
        let told = calendar.day(day);
        assert_eq!(told.kind.is_working(), calendar.is_working_day(day));
        for n in [1, 20, 250] {
            let end = calendar.add_working_days(day, n);
            assert!(calendar.is_working_day(end));
            assert_eq!(calendar.working_days_between(day, end), n);
        }
    }
    // What a change touches is what its rows say, and nothing else.
    let touched: Vec<NaiveDate> = rows.iter().map(|row| row.date).collect();
    let china = Calendar::china();
    assert!(china.with(rows).differences(&china).iter().all(|day| touched.contains(day)));
});
