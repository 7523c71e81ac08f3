//! 查放假安排 · which days are worked, year by year, and by which notice (F154). For anybody, as a page and as a table.

use askama::Template;
use authority::{Act, Circumstance, Resource};
use axum::extract::{Query, State};
use axum::response::Response;
use calendar::{Calendar, Day, DayKind, NaiveDate};
use chrono::Datelike;
use foundation::arrangements::{self, Arrangement};
use foundation::page::table::{Format, Table};
use foundation::page::{self, Shell, filters};
use foundation::{House, Stop};
use serde::Deserialize;

#[derive(Deserialize)]
pub struct Wanted {
    year: Option<String>,
    #[serde(rename = "as")]
    format: Option<String>,
}

/// Days in a row that are one holiday, or are worked for it.
struct Stretch {
    from: NaiveDate,
    to: NaiveDate,
    worked: bool,
    name: Option<String>,
}

impl Stretch {
    fn kind(&self) -> &'static str {
        if self.worked { "上班" } else { "放假" }
    }
    fn days(&self) -> i64 {
        (self.to - self.from).num_days() + 1
    }
}

fn stretches(days: &[Day]) -> Vec<Stretch> {
    let mut out: Vec<Stretch> = Vec::new();
    for day in days {
        let worked = day.kind.is_working();
        match out.last_mut() {
            Some(last) if last.to.succ_opt() == Some(day.date) && last.worked == worked && last.name == day.name => {
                last.to = day.date;
            }
            _ => out.push(Stretch { from: day.date, to: day.date, worked, name: day.name.clone() }),
        }
    }
    out
}

/// A year in the list of years.
struct Year {
    year: i32,
    announced: bool,
}

#[derive(Template)]
#[template(path = "arrangements/show.html")]
struct Page {
    shell: Shell,
    year: i32,
    announced: bool,
    notice: Option<String>,
    stretches: Vec<Stretch>,
    years: Vec<Year>,
    changes: Vec<Arrangement>,
    version: String,
    may_keep: bool,
}

/// What the arrangement says about the days of a year: days off and make-up days, not the ordinary ones.
fn arranged(calendar: &Calendar, year: i32) -> Vec<Day> {
    let first = NaiveDate::from_ymd_opt(year, 1, 1).into_iter();
    let days = first.flat_map(|day| day.iter_days()).take_while(|day| day.year() == year).map(|day| calendar.day(day));
    days.filter(|day| matches!(day.kind, DayKind::Holiday | DayKind::MakeUpWork)).collect()
}

fn name(year: i32) -> String {
    format!("{year}年放假安排")
}

impl Page {
    fn name(&self) -> String {
        name(self.year)
    }
    fn loaded_on(&self, one: &Arrangement) -> NaiveDate {
        calendar::local_date(one.loaded_at)
    }
    /// The page of a notice, when it is one that a browser opens.
    fn link<'a>(&self, address: &'a str) -> Option<&'a str> {
        Some(address).filter(|address| address.starts_with("https://") || address.starts_with("http://"))
    }
}

/// GET /calendar?year=2026: this year's when no other is asked for.
pub async fn show(State(house): State<House>, shell: Shell, Query(wanted): Query<Wanted>) -> Result<Response, Stop> {
    let now = house.now();
    let calendar = &now.calendar;
    let this = now.date().year();
    let said = wanted.year.as_deref().map(str::trim).filter(|year| !year.is_empty());
    let year = match said.map(|year| forms::text::fold_digits(year).parse()) {
        None => this,
        Some(Ok(year)) if calendar::YEARS.contains(&year) => year,
        Some(_) => return Err(Stop::NotFound("这一年的放假安排")),
    };
    let days = arranged(calendar, year);
    if let Some(format) = Format::of(wanted.format.as_deref()) {
        let row = |day: Day| {
            let kind = if day.kind.is_working() { "workday" } else { "holiday" };
            vec![day.date.to_string().into(), kind.into(), day.name.into(), day.provisional.to_string().into(), day.source.into()]
        };
        return Table {
            name: name(year),
            columns: vec![
                ("date", "日期"),
                ("kind", "放假或者上班"),
                ("name", "节日"),
                ("provisional", "尚未公布"),
                ("source", "依据"),
            ],
            rows: days.into_iter().map(row).collect(),
        }
        .download(format, shell.lang);
    }
    let mut years: Vec<i32> = calendar.years().chain([this, this + 1]).collect();
    years.sort_unstable();
    years.dedup();
    let years = years.into_iter().rev().map(|year| Year { year, announced: calendar.has_year(year) });
    let may_keep = shell.person.as_ref().is_some_and(|person| {
        house.may(&person.principal(), Act::KeepCalendar, &Resource::Site, &Circumstance::default()).is_ok()
    });
    let mut changes = arrangements::all(&mut *house.pool().acquire().await?).await?;
    changes.reverse();
    let page = Page {
        year,
        announced: calendar.has_year(year),
        notice: calendar.notice(year).map(str::to_owned),
        stretches: stretches(&days),
        years: years.collect(),
        changes,
        version: calendar.version().to_owned(),
        may_keep,
        shell,
    };
    page::render(&page.shell.clone(), &page)
}
