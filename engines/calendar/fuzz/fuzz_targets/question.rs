//! What a person types: `start limit span span …`, one a line; a date, a limit in words or as a chart writes it, times, an extension.
#![no_main]

use calendar::{Calendar, Limit, MAX_LINES, Question, Span, Unit, parse_date};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let mut lines = text.lines();
    let start = parse_date(lines.next().unwrap_or_default());
    let written = lines.next().unwrap_or_default();
    let limit = written.parse::<Limit>();
    if let Ok(limit) = limit {
        assert_eq!(limit.to_string().parse(), Ok(limit));
    }
    let limit = limit.or_else(|_| Limit::from_iso8601(written, Unit::WorkingDay));
    if let Err(error) = &limit {
        assert!(!error.to_string().is_empty() && !error.english().is_empty());
    }
    let extension = lines.next().and_then(|text| text.parse().ok());
    let pauses: Vec<Span> = lines.filter_map(|line| line.parse().ok()).collect();
    let (Ok(start), Ok(limit)) = (start, limit) else { return };
    match (Question { start, limit, pauses, extension }).answer(&Calendar::china()) {
        Ok(answer) => {
            assert!(answer.days.len() <= MAX_LINES);
            assert_eq!(answer.days.first().map(|day| day.date), Some(start));
            assert!(
                answer.days_left_out > 0 || answer.due.is_none_or(|due| answer.days.last().is_some_and(|day| day.date == due))
            );
        }
        Err(error) => assert!(!error.to_string().is_empty() && !error.english().is_empty()),
    }
});
