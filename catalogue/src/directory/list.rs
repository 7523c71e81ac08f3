//! 基本目录公开 · the directory for everybody: by level and kind, as it is or as it was on any day, and as tables (A2.1).

use super::{PAGE, day, kind_of};
use crate::powers::facts::{Level, Row, Standing};
use crate::powers::{is_offered, sheet};
use crate::search::database_words;
use crate::{Catalogue, ItemKind};
use askama::Template;
use authority::Act;
use axum::extract::{Query, State};
use axum::response::Response;
use chrono::NaiveDate;
use foundation::page::table::{Format, WANTED, whole};
use foundation::page::{self, Shell, encode, filters};
use foundation::{House, Stop};
use serde::Deserialize;
use sqlx::PgConnection;
use sqlx::types::Json;

#[derive(Default, Deserialize)]
pub struct Wanted {
    #[serde(default)]
    q: String,
    #[serde(default)]
    level: String,
    #[serde(default)]
    kind: String,
    /// The day that is asked for.
    #[serde(default)]
    on: String,
    #[serde(default)]
    after: String,
    #[serde(rename = "as")]
    form: Option<String>,
}

impl Wanted {
    /// The same question in another form, or from another place.
    fn to(&self, key: &str, value: &str) -> String {
        let pairs = [("q", &self.q), ("level", &self.level), ("kind", &self.kind), ("on", &self.on)];
        let said = pairs.into_iter().filter(|(_, value)| !value.is_empty());
        let said: String = said.map(|(key, value)| format!("{key}={}&", encode(value))).collect();
        format!("/directory?{said}{key}={}", encode(value))
    }
}

#[derive(sqlx::FromRow)]
struct Listed {
    code: String,
    name: String,
    kind: String,
    agency: String,
    standing: String,
    sample: bool,
    facts: Json<Row>,
}

impl Listed {
    fn kind(&self) -> &'static str {
        kind_of(&self.kind)
    }
    fn standing(&self) -> Standing {
        Standing::of(&self.standing).unwrap_or(Standing::Cancelled)
    }
    fn levels(&self) -> &[Level] {
        &self.facts.power.levels
    }
}

/// The entries that are asked for, as they stood that day, in the order of their codes.
async fn find(
    conn: &mut PgConnection,
    wanted: &Wanted,
    words: Option<String>,
    on: NaiveDate,
    most: i64,
) -> Result<Vec<Listed>, Stop> {
    // What was asked has no word in it: that finds nothing, and not everything.
    if words.is_none() && !wanted.q.trim().is_empty() {
        return Ok(Vec::new());
    }
    Ok(sqlx::query_as(
        "select code, name, kind, agency, standing, sample, facts
           from power_versions
          where levels is not null
            and effective_from <= $1
            and (effective_to is null or effective_to > $1)
            and code > $2
            and ($3 = '' or $3 = any (levels))
            and ($4 = '' or kind = $4)
            and ($5::text is null or grams @@ $5::text::tsquery)
          order by code
          limit $6",
    )
    .bind(on)
    .bind(&wanted.after)
    .bind(&wanted.level)
    .bind(&wanted.kind)
    .bind(words)
    .bind(most)
    .fetch_all(conn)
    .await?)
}

#[derive(Template)]
#[template(path = "directory/list.html")]
struct ListPage<'a> {
    shell: Shell,
    wanted: &'a Wanted,
    rows: Vec<Listed>,
    next: Option<String>,
    on: NaiveDate,
    may_draft: bool,
}

impl ListPage<'_> {
    fn levels(&self) -> [Level; 7] {
        Level::ALL
    }
    fn kinds(&self) -> [ItemKind; 11] {
        ItemKind::ALL
    }
}

pub async fn show(
    State(house): State<House>,
    catalogue: Catalogue,
    shell: Shell,
    Query(wanted): Query<Wanted>,
) -> Result<Response, Stop> {
    let on = day(&wanted.on, house.now().date())?;
    let words = database_words(&wanted.q, catalogue.synonyms());
    let mut conn = house.pool().acquire().await?;
    if let Some(format) = Format::of(wanted.form.as_deref()) {
        let rows = whole(find(&mut conn, &wanted, words, on, WANTED).await?)?;
        let rows: Vec<Row> = rows.into_iter().map(|row| row.facts.0).collect();
        // A table to be filled in and read again speaks the language it is read in.
        return sheet::table("基本目录", &rows).download(format, page::Lang::Zh);
    }
    let mut rows = find(&mut conn, &wanted, words, on, PAGE as i64 + 1).await?;
    drop(conn);
    let is_more = rows.len() > PAGE;
    rows.truncate(PAGE);
    let page = ListPage {
        next: rows.last().filter(|_| is_more).map(|row| wanted.to("after", &row.code)),
        rows,
        on,
        may_draft: is_offered(&house, shell.person.as_ref(), Act::DraftPowerChange),
        wanted: &wanted,
        shell,
    };
    page::render(&page.shell, &page)
}
