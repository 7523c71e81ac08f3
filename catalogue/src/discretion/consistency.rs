//! 同案不同判 · equal facts under one table, in whatever version it stands, that were decided differently (F027): found as decisions come, in one place or in
//! several. It accuses nobody: a reason may be on record.

use crate::Catalogue;
use askama::Template;
use axum::extract::{Query, State};
use axum::response::Response;
use foundation::page::table::{Format, Table, WANTED, whole};
use foundation::page::{self, Shell, encode, filters};
use foundation::{House, Stop};
use serde::Deserialize;
use sqlx::PgConnection;

const PAGE: i64 = 50;

#[derive(Deserialize)]
pub struct Wanted {
    /// `{code}~{hash}~{facts}` of the last row of the page before.
    #[serde(default)]
    after: String,
    #[serde(default, rename = "as")]
    form: String,
}

#[derive(sqlx::FromRow)]
struct Differing {
    code: String,
    hash: String,
    facts_key: String,
    told: String,
    decisions: i64,
    outcomes: Vec<String>,
    agencies: Vec<String>,
    title: String,
    unit: String,
}

impl Differing {
    /// From the least to the most; what was not punished comes first.
    fn outcomes(&self) -> Vec<String> {
        let mut figures: Vec<Option<forms::Decimal>> = self.outcomes.iter().map(|text| text.parse().ok()).collect();
        figures.sort();
        let told = |figure: Option<forms::Decimal>| figure.map_or("不予处罚".to_owned(), |n| format!("{n} {}", self.unit));
        figures.into_iter().map(told).collect()
    }
    fn key(&self) -> String {
        format!("{}~{}~{}", self.code, self.hash, self.facts_key)
    }
}

async fn find(conn: &mut PgConnection, after: &str, most: i64) -> Result<Vec<Differing>, Stop> {
    let mut parts = after.splitn(3, '~');
    let (code, hash, key) = (parts.next(), parts.next(), parts.next());
    Ok(sqlx::query_as(
        "select code, hash, facts_key, told, decisions, outcomes, agencies, title, unit
           from discretion_groups
          where cardinality(outcomes) > 1
            and (code, hash, facts_key) > ($1, $2, $3)
          order by code, hash, facts_key
          limit $4",
    )
    .bind(code.unwrap_or_default())
    .bind(hash.unwrap_or_default())
    .bind(key.unwrap_or_default())
    .bind(most)
    .fetch_all(conn)
    .await?)
}

#[derive(Template)]
#[template(path = "discretion/consistency.html")]
struct ListPage {
    shell: Shell,
    rows: Vec<(Differing, Vec<String>)>,
    next: Option<String>,
}

/// GET /discretion/consistency
pub async fn show(
    State(house): State<House>,
    catalogue: Catalogue,
    shell: Shell,
    Query(wanted): Query<Wanted>,
) -> Result<Response, Stop> {
    let mut conn = house.pool().acquire().await?;
    let names =
        |row: &Differing| -> Vec<String> { row.agencies.iter().map(|key| catalogue.agency_name(key).to_owned()).collect() };
    if let Some(format) = Format::of(Some(wanted.form.as_str())) {
        let rows = whole(find(&mut conn, "", WANTED).await?)?;
        let row = |row: Differing| {
            vec![
                row.code.clone().into(),
                row.title.clone().into(),
                row.told.clone().into(),
                row.decisions.into(),
                row.outcomes().join("、").into(),
                names(&row).join("、").into(),
            ]
        };
        return Table {
            name: "同样事实不同决定".into(),
            columns: vec![
                ("code", "裁量基准"),
                ("title", "名称"),
                ("facts", "事实"),
                ("decisions", "决定数"),
                ("outcomes", "不同的决定"),
                ("agencies", "单位"),
            ],
            rows: rows.into_iter().map(row).collect(),
        }
        .download(format, shell.lang);
    }
    let mut rows = find(&mut conn, &wanted.after, PAGE + 1).await?;
    drop(conn);
    let more = rows.len() as i64 > PAGE;
    rows.truncate(PAGE as usize);
    let next = rows.last().filter(|_| more).map(|row| encode(&row.key()));
    let rows = rows.into_iter().map(|row| (names(&row), row)).map(|(names, row)| (row, names)).collect();
    let page = ListPage { rows, next, shell };
    page::render(&page.shell.clone(), &page)
}
