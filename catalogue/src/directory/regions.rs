//! 各地覆盖 · how many entries of its level each place has answered, out of how many, and which it has not (A2.1).

use super::answers::{answered, entries_of};
use super::{Answered, Count, PAGE, day, places};
use crate::Catalogue;
use crate::powers::facts::Level;
use askama::Template;
use axum::extract::{Query, State};
use axum::response::Response;
use chrono::NaiveDate;
use foundation::page::table::{Format, Table};
use foundation::page::{self, Shell, encode, filters};
use foundation::{House, Stop};
use serde::Deserialize;
use std::collections::BTreeMap;

#[derive(Default, Deserialize)]
pub struct Wanted {
    #[serde(default)]
    level: String,
    #[serde(default)]
    on: String,
    #[serde(default)]
    after: String,
    #[serde(rename = "as")]
    form: Option<String>,
}

impl Wanted {
    fn to(&self, key: &str, value: &str) -> String {
        let said = [("level", &self.level), ("on", &self.on)].into_iter().filter(|(_, value)| !value.is_empty());
        let said: String = said.map(|(key, value)| format!("{key}={}&", encode(value))).collect();
        format!("/directory/regions?{said}{key}={}", encode(value))
    }
}

/// A place with its figure.
struct Line {
    code: String,
    name: String,
    count: Count,
}

#[derive(Template)]
#[template(path = "directory/regions.html")]
struct RegionsPage<'a> {
    shell: Shell,
    wanted: &'a Wanted,
    on: NaiveDate,
    level: Level,
    rows: Vec<Line>,
    next: Option<String>,
}

impl RegionsPage<'_> {
    /// Levels whose places are known by their codes.
    fn levels(&self) -> [Level; 4] {
        [Level::Province, Level::City, Level::County, Level::Township]
    }
    fn answers(&self) -> [Answered; 3] {
        Answered::ALL
    }
    fn to(&self, row: &Line, answer: &Answered) -> String {
        let on = if self.wanted.on.is_empty() { String::new() } else { format!("&on={}", self.on) };
        format!("/directory/regions/{}?answer={}{on}", row.code, answer.key())
    }
}

pub async fn show(
    State(house): State<House>,
    catalogue: Catalogue,
    shell: Shell,
    Query(wanted): Query<Wanted>,
) -> Result<Response, Stop> {
    let on = day(&wanted.on, house.now().date())?;
    let level = Level::of(&wanted.level).unwrap_or(Level::County);
    let mut conn = house.pool().acquire().await?;
    // Two directories may hold in one place: that of the province, and that of its city.
    let mut all: BTreeMap<&str, usize> = BTreeMap::new();
    for (territory, entries) in entries_of(&mut conn, level, on).await? {
        for place in places(&catalogue, &territory, level) {
            *all.entry(&place.code).or_default() += entries as usize;
        }
    }
    let format = Format::of(wanted.form.as_deref());
    let most = if format.is_some() { all.len() } else { PAGE };
    let mut shown: Vec<(&str, usize)> =
        all.into_iter().filter(|(code, _)| *code > wanted.after.as_str()).take(most + 1).collect();
    let is_more = shown.len() > most;
    shown.truncate(most);
    let codes: Vec<&str> = shown.iter().map(|(code, _)| *code).collect();
    let answered = answered(&mut conn, &codes, level, on).await?;
    drop(conn);
    let rows: Vec<Line> = shown
        .into_iter()
        .map(|(code, entries)| {
            let count = Count { all: entries, ..answered.get(code).copied().unwrap_or_default() };
            Line { code: code.to_owned(), name: catalogue.region_name(code), count }
        })
        .collect();
    if let Some(format) = format {
        return table(rows).download(format, shell.lang);
    }
    let page = RegionsPage {
        next: rows.last().filter(|_| is_more).map(|row| wanted.to("after", &row.code)),
        wanted: &wanted,
        on,
        level,
        rows,
        shell,
    };
    page::render(&page.shell, &page)
}

fn table(rows: Vec<Line>) -> Table {
    let line = |row: Line| {
        let of = |answered| (row.count.of(answered) as i64).into();
        vec![
            row.code.clone().into(),
            row.name.clone().into(),
            (row.count.all as i64).into(),
            of(Answered::Drawn),
            of(Answered::Absent),
            of(Answered::Missing),
            row.count.percent().into(),
        ]
    };
    Table {
        name: "各地覆盖".into(),
        columns: vec![
            ("region", "行政区划"),
            ("name", "名称"),
            ("entries", "应答复"),
            ("drawn", "已认领"),
            ("absent", "本地无此情形"),
            ("missing", "还没有答复"),
            ("coverage", "覆盖率"),
        ],
        rows: rows.into_iter().map(line).collect(),
    }
}
