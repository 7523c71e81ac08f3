//! The clock by clause, then against an oracle that counts day by day.

mod announced;
mod clock;
mod days;
mod explain;
mod hard;
mod matter;
mod naive;
mod oracle;
mod question;
mod refused;

use calendar::{Calendar, Clock, Limit, NaiveDate};

fn d(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn due(start: &str, limit: Limit) -> String {
    Clock::start(d(start), limit).due(&Calendar::china()).unwrap().date.to_string()
}

/// The calendar as it was before any notice for 2027, so that adding a year to the data breaks no test about missing years.
fn through_2026() -> Calendar {
    let until = |text: &str| -> String {
        text.lines()
            .filter(|line| !line.starts_with(|c: char| c.is_ascii_digit()) || &line[..4] <= "2026")
            .map(|line| format!("{line}\n"))
            .collect()
    };
    let holidays = until(include_str!("../../data/holidays.csv"));
    // Counts are left out: a later notice may have arranged the end of 2026.
    let notices: String = until(include_str!("../../data/holiday-notices.csv"))
        .lines()
        .map(|line| line.split(',').collect::<Vec<_>>())
        .map(|cells| match cells[0] {
            "year" => format!("{}\n", cells.join(",")),
            year => format!("{year},,,{}\n", cells[3]),
        })
        .collect();
    Calendar::from_csv(&holidays, &notices).unwrap()
}
