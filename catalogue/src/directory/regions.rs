//! 各地覆盖 · how many entries of its level each place has answered, out of how many, and which it has not (A2.1).

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
use sqlx::PgConnection;
use std::collections::{BTreeMap, HashMap};

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

/// How many entries name the level, by where their directory holds.
async fn entries_of(conn: &mut PgConnection, level: Level, on: NaiveDate) -> Result<Vec<(String, i64)>, Stop> {
    Ok(sqlx::query_as(
        "select region, count(*)
           from power_versions
          where levels is not null
            and $1 = any (levels)
            and standing = 'in_use'
            and not sample
            and effective_from <= $2
            and (effective_to is null or effective_to > $2)
          group by region
          order by region",
    )
    .bind(level.key())
    .bind(on)
    .fetch_all(conn)
    .await?)
}

/// How many of the entries of their level these places drew, and how many they do not have.
async fn answered(
    conn: &mut PgConnection,
    regions: &[&str],
    level: Level,
    on: NaiveDate,
) -> Result<HashMap<String, (i64, i64)>, Stop> {
    let rows: Vec<(String, i64, i64)> = sqlx::query_as(
        "select region, count(*) filter (where drawn), count(*) filter (where not drawn)
           from (select v.region, v.entry, bool_or(v.standing <> 'absent') as drawn
                   from power_versions v
                   join power_versions e on e.code = v.entry
                  where v.region = any ($1)
                    and v.entry is not null
                    and v.standing in ('in_use', 'suspended', 'absent')
                    and v.effective_from <= $3
                    and (v.effective_to is null or v.effective_to > $3)
                    and $2 = any (e.levels)
                    and e.standing = 'in_use'
                    and not e.sample
                    and e.effective_from <= $3
                    and (e.effective_to is null or e.effective_to > $3)
                  group by v.region, v.entry) a
          group by region",
    )
    .bind(regions)
    .bind(level.key())
    .bind(on)
    .fetch_all(conn)
    .await?;
    Ok(rows.into_iter().map(|(region, drawn, absent)| (region, (drawn, absent))).collect())
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
            let (drawn, absent) = answered.get(code).copied().unwrap_or_default();
            let count = Count { all: entries, drawn: drawn as usize, absent: absent as usize };
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
