//! 一年 · a year as a map of days: 53 weeks of seven days, in four tables. Each day has its number in it, so that colour says nothing alone,
//! and opens on the acts behind it.

use super::page::{Asked, Choice, Choices, choices, downloads, told};
use ::figures::{Counters, FIGURES, Figure, Kind, Question, Value};
use askama::Template;
use axum::extract::{Query, State};
use axum::response::Response;
use catalogue::Catalogue;
use chrono::{Datelike, Days, NaiveDate};
use foundation::page::table::Table;
use foundation::page::{self, Shell, filters};
use foundation::{House, Stop};
use serde::Deserialize;
use std::collections::BTreeMap;

/// Weeks on the map, and on each of its four tables.
const WEEKS: u64 = 53;
const ON_A_TABLE: usize = 14;

/// What is counted day by day.
fn figures() -> impl Iterator<Item = &'static Figure> {
    FIGURES.iter().filter(|figure| figure.kind == Kind::Count && !figure.is_standing())
}

#[derive(Deserialize, Default)]
#[serde(default)]
pub struct Wanted {
    figure: String,
}

struct Day {
    date: NaiveDate,
    count: i64,
    /// How much, from 0 to 4.
    level: i64,
    address: String,
}

struct Week {
    monday: NaiveDate,
    /// From Monday on; none of a day that is still to come.
    days: Vec<Option<Day>>,
}

/// The weeks that have a day that is asked for.
fn weeks(figure: &Figure, asked: &Question, counts: &BTreeMap<NaiveDate, Value>) -> Vec<Week> {
    let most = counts.values().map(|value| value.sum).max().unwrap_or(0).max(1);
    let day = |date: NaiveDate| {
        (asked.from <= date && date <= asked.to).then(|| {
            let count = counts.get(&date).map_or(0, |value| value.sum);
            let address = format!("/sunlight/figures/{}?{}", figure.key, asked.over(date, date).query());
            // Any at all is more than nothing.
            Day { date, count, level: (4 * count + most - 1) / most, address }
        })
    };
    let first = monday_of(asked.from);
    let monday = |week: u64| first + Days::new(7 * week);
    let week = |nth: u64| Week { monday: monday(nth), days: (0..7).map(|n| day(monday(nth) + Days::new(n))).collect() };
    (0..WEEKS).take_while(|nth| monday(*nth) <= asked.to).map(week).collect()
}

fn monday_of(day: NaiveDate) -> NaiveDate {
    day - Days::new(u64::from(day.weekday().num_days_from_monday()))
}

/// The Monday from which the map of this day begins.
fn begins(today: NaiveDate) -> NaiveDate {
    monday_of(today) - Days::new(7 * (WEEKS - 1))
}

#[derive(Template)]
#[template(path = "sunlight/figures/year.html")]
struct YearPage {
    shell: Shell,
    figure: &'static Figure,
    figures: Vec<Choice>,
    choices: Choices,
    asked: Question,
    of: Vec<String>,
    tables: Vec<Vec<Week>>,
    total: i64,
    busiest: Option<(NaiveDate, i64)>,
    entries: i64,
    downloads: [(&'static str, String); 3],
}

/// Each day with its number, those without any among them.
fn table(figure: &Figure, asked: &Question, counts: &BTreeMap<NaiveDate, Value>) -> Table {
    let days = asked.from.iter_days().take_while(|day| *day <= asked.to);
    let row = |day: NaiveDate| vec![day.to_string().into(), counts.get(&day).map_or(0, |value| value.sum).into()];
    Table { name: figure.zh.into(), columns: vec![("day", "日期"), ("count", "件数")], rows: days.map(row).collect() }
}

/// GET /sunlight/year
pub async fn show(
    State(house): State<House>,
    shell: Shell,
    catalogue: Catalogue,
    Query(wanted): Query<Wanted>,
    Query(wished): Query<Asked>,
) -> Result<Response, Stop> {
    let key = if wanted.figure.is_empty() { "decided" } else { &wanted.figure };
    let figure = figures().find(|figure| figure.key == key).ok_or_else(|| {
        let names: Vec<&str> = figures().map(|figure| figure.key).collect();
        Stop::Unreadable(format!("这个数字不是一天一天数的，一年里能看的有：{}", names.join("、")))
    })?;
    let asked = wished.question(&house, &catalogue).await?;
    let first = begins(asked.to);
    // Without a first day it is a year.
    let asked = if wished.from.trim().is_empty() { asked.over(first, asked.to) } else { asked };
    if asked.from < first {
        return Err(Stop::Unreadable(format!("这里一次看 {WEEKS} 周，到 {} 为止的最早从 {first} 起", asked.to)));
    }
    let mut counters = Counters::read(house.pool()).await?;
    let counts = counters.by_day(figure, &asked).await?;
    let entries = counters.entries;
    drop(counters);
    if let Some(format) = wished.format() {
        return table(figure, &asked, &counts).download(format, shell.lang);
    }
    let mut weeks = weeks(figure, &asked, &counts).into_iter().peekable();
    let tables = std::iter::from_fn(|| weeks.peek().is_some().then(|| weeks.by_ref().take(ON_A_TABLE).collect())).collect();
    let choice = |one: &Figure| Choice { value: one.key.into(), label: shell.t(one.zh), chosen: one.key == figure.key };
    let page = YearPage {
        figures: figures().map(choice).collect(),
        choices: choices(&asked, &catalogue, &shell),
        of: told(&asked, &catalogue, &shell),
        tables,
        total: counts.values().map(|value| value.sum).sum(),
        busiest: counts.iter().max_by_key(|(_, value)| value.sum).map(|(day, value)| (*day, value.sum)),
        entries,
        downloads: downloads(&format!("/sunlight/year?figure={}&{}", figure.key, asked.query())),
        figure,
        asked,
        shell,
    };
    page::render(&page.shell, &page)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn a2_4_a_year_is_53_weeks_of_seven_days_up_to_today() {
        let late = Figure::of("late").unwrap();
        // A Saturday.
        let asked = Question::until(day("2026-11-28")).over(begins(day("2026-11-28")), day("2026-11-28"));
        assert_eq!(asked.from, day("2025-11-24"));
        let of = |count| late.value(|measure| if measure == ::figures::Measure::Late { (count, count) } else { (0, 0) });
        let counts = BTreeMap::from([(day("2026-11-27"), of(100)), (day("2026-11-26"), of(1)), (day("2026-11-25"), of(25))]);
        let weeks = weeks(late, &asked, &counts);
        assert_eq!((weeks.len(), weeks.iter().map(|week| week.days.len()).sum::<usize>()), (53, 371));
        let last = &weeks[52].days;
        assert_eq!(last.iter().flatten().map(|day| day.level).collect::<Vec<_>>(), [0, 0, 1, 1, 4, 0]);
        assert!(last[6].is_none(), "tomorrow is not there yet");
        let span = super::weeks(late, &asked.over(day("2026-11-05"), day("2026-11-17")), &counts);
        assert_eq!(span.iter().map(|week| week.days.iter().flatten().count()).collect::<Vec<_>>(), [4, 7, 2]);
        assert!(last[3].as_ref().unwrap().address.contains("from=2026-11-26&to=2026-11-26"));
    }
}
