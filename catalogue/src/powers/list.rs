//! 权责清单公开 · the list for everybody: filtered, in pages by code, as it is or as it was on any day, and as tables (A2.2, B6.1).

use super::facts::{Row, Standing};
use super::is_offered;
use super::sheet;
use crate::search::{Synonyms, database_words, stood_for};
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
use sqlx::types::Json;
use sqlx::{PgConnection, PgPool, Postgres, QueryBuilder};

/// Powers on one page.
const PAGE: i64 = 50;

/// What is asked of the list.
#[derive(Clone, Debug, Default, Deserialize)]
pub struct Wanted {
    #[serde(default)]
    pub q: String,
    #[serde(default)]
    pub region: String,
    #[serde(default)]
    pub agency: String,
    #[serde(default)]
    pub kind: String,
    /// A standing, `no_basis` or `missing`.
    #[serde(default)]
    pub standing: String,
    /// The day that is asked for.
    #[serde(default)]
    pub on: String,
    #[serde(default)]
    pub after: String,
    #[serde(default, rename = "as")]
    form: String,
}

/// A power in the list.
#[derive(sqlx::FromRow)]
struct Listed {
    pub code: String,
    pub name: String,
    pub agency: String,
    kind: String,
    standing: String,
    pub sample: bool,
    pub missing: i32,
    /// Citations, and those of them in force that day.
    pub cited: i64,
    pub in_force: i64,
    facts: Json<Row>,
}

impl Listed {
    pub fn kind(&self) -> &'static str {
        ItemKind::ALL.into_iter().find(|kind| kind.key() == self.kind).map_or("", ItemKind::zh)
    }
    pub fn standing(&self) -> Standing {
        Standing::of(&self.standing).unwrap_or(Standing::Cancelled)
    }
    /// In the list as being in use, and nothing it stands on is in force: it may not be used (A2.1-04).
    pub fn is_without_basis(&self) -> bool {
        self.standing().is_listed() && self.in_force == 0
    }
}

impl Wanted {
    /// The day that is asked for; today when none is.
    pub fn day(&self, today: NaiveDate) -> Result<NaiveDate, ()> {
        match self.on.trim() {
            "" => Ok(today),
            said => forms::text::read_date(said).ok_or(()),
        }
    }
    /// The same question without the page it is at.
    fn address(&self) -> String {
        let pairs = [
            ("q", &self.q),
            ("region", &self.region),
            ("agency", &self.agency),
            ("kind", &self.kind),
            ("standing", &self.standing),
            ("on", &self.on),
        ];
        let said: Vec<String> = pairs
            .into_iter()
            .filter(|(_, value)| !value.is_empty())
            .map(|(key, value)| format!("{key}={}", encode(value)))
            .collect();
        said.join("&")
    }
}

/// The powers that are asked for, as they stood that day, in the order of their codes.
async fn find(
    conn: &mut PgConnection,
    synonyms: &Synonyms,
    wanted: &Wanted,
    on: NaiveDate,
    most: i64,
) -> Result<Vec<Listed>, Stop> {
    let mut sql: QueryBuilder<Postgres> = QueryBuilder::new(
        "select v.code, v.name, v.agency, v.kind, v.standing, v.sample, v.missing, v.facts,
                (select count(*) from power_bases b where b.code = v.code and b.version = v.version) as cited,
                (select count(*)
                   from founding_bases b
                  where b.code = v.code
                    and b.version = v.version
                    and (b.until is null or b.until >= ",
    );
    sql.push_bind(on).push(")) as in_force from power_versions v where v.effective_from <= ");
    sql.push_bind(on).push(" and (v.effective_to is null or v.effective_to > ").push_bind(on).push(") and v.levels is null");
    if !wanted.after.is_empty() {
        sql.push(" and v.code > ").push_bind(wanted.after.clone());
    }
    for (column, value) in [("region", &wanted.region), ("agency", &wanted.agency), ("kind", &wanted.kind)] {
        if !value.is_empty() {
            sql.push(format!(" and v.{column} = ")).push_bind(value.clone());
        }
    }
    match wanted.standing.as_str() {
        // An answer that a place has no such matter is no power.
        "" => {
            sql.push(" and v.standing <> 'absent'");
        }
        "no_basis" => {
            sql.push(
                " and v.standing in ('in_use', 'suspended')
                  and not exists (select from founding_bases b
                                   where b.code = v.code
                                     and b.version = v.version
                                     and (b.until is null or b.until >= ",
            );
            sql.push_bind(on).push("))");
        }
        "missing" => {
            sql.push(" and v.missing > 0");
        }
        standing => {
            sql.push(" and v.standing = ").push_bind(standing.to_owned());
        }
    }
    match database_words(&wanted.q, synonyms) {
        Some(words) => drop(sql.push(" and v.grams @@ ").push_bind(words).push("::text::tsquery")),
        // What was asked has no word in it: that finds nothing, and not everything.
        None if !wanted.q.trim().is_empty() => return Ok(Vec::new()),
        None => {}
    }
    sql.push(" order by v.code limit ").push_bind(most);
    Ok(sql.build_query_as().fetch_all(conn).await?)
}

/// A power that the words of a search lead to.
#[derive(sqlx::FromRow)]
pub(crate) struct Named {
    pub code: String,
    pub name: String,
    pub agency: String,
    pub sample: bool,
}

/// The first powers in force that a person's words name, for whoever finds no matter by them.
pub(crate) async fn named(pool: &PgPool, synonyms: &Synonyms, q: &str, on: NaiveDate, most: i64) -> Result<Vec<Named>, Stop> {
    let Some(words) = database_words(q, synonyms) else { return Ok(Vec::new()) };
    Ok(sqlx::query_as(
        "select code, name, agency, sample
           from power_versions
          where grams @@ $1::text::tsquery
            and effective_from <= $2
            and (effective_to is null or effective_to > $2)
            and standing = 'in_use'
            and levels is null
          order by code
          limit $3",
    )
    .bind(words)
    .bind(on)
    .bind(most)
    .fetch_all(pool)
    .await?)
}

#[derive(Template)]
#[template(path = "powers/list.html")]
struct ListPage<'a> {
    shell: Shell,
    wanted: &'a Wanted,
    rows: Vec<Listed>,
    next: Option<String>,
    on: NaiveDate,
    /// What was written as a day and is none.
    no_day: bool,
    region: String,
    may_draft: bool,
    /// Words that others were looked for too.
    stood_for: Vec<String>,
    /// The first matters that the words lead to: slug and name.
    matters: Vec<(String, String)>,
    /// All of them.
    all_matters: String,
}

/// Matters that are shown beside the powers.
const MATTERS: usize = 3;

impl ListPage<'_> {
    fn kinds(&self) -> [ItemKind; 11] {
        ItemKind::ALL
    }
    fn standings(&self) -> Vec<(&'static str, &'static str)> {
        let known = Standing::ALL.into_iter().map(|standing| (standing.key(), standing.zh()));
        known.chain([("no_basis", "没有依据在效"), ("missing", "要素不全")]).collect()
    }
    fn is_filtered(&self) -> bool {
        !self.wanted.address().is_empty()
    }
    /// This list in another form, or from another place.
    fn to(&self, key: &str, value: &str) -> String {
        let address = self.wanted.address();
        let between = if address.is_empty() { "" } else { "&" };
        format!("/powers?{address}{between}{key}={}", encode(value))
    }
}

pub async fn show(
    State(house): State<House>,
    catalogue: Catalogue,
    shell: Shell,
    Query(wanted): Query<Wanted>,
) -> Result<Response, Stop> {
    let today = house.now().date();
    let (on, no_day) = wanted.day(today).map_or((today, true), |day| (day, false));
    let mut conn = house.pool().acquire().await?;
    if let Some(format) = Format::of(Some(wanted.form.as_str())) {
        if no_day {
            return Err(Stop::Unreadable("日期请写年月日，如 2026-11-26".into()));
        }
        let rows = whole(find(&mut conn, catalogue.synonyms(), &wanted, on, WANTED).await?)?;
        let rows: Vec<Row> = rows.into_iter().map(|row| row.facts.0).collect();
        // A table to be filled in and read again speaks the language it is read in.
        return sheet::table("权责清单", &rows).download(format, page::Lang::Zh);
    }
    let mut rows = find(&mut conn, catalogue.synonyms(), &wanted, on, PAGE + 1).await?;
    drop(conn);
    let is_more = rows.len() as i64 > PAGE;
    rows.truncate(PAGE as usize);
    let mut matters = Vec::new();
    if !wanted.q.trim().is_empty() {
        let found = catalogue.find(crate::Asked::of(wanted.q.trim(), MATTERS), "");
        let hits = found.hits.into_iter().filter(|_| !found.weak);
        matters = hits.map(|hit| (hit.item.slug.clone(), hit.item.name.clone())).collect();
    }
    let page = ListPage {
        matters,
        all_matters: format!("/matters?q={}", encode(wanted.q.trim())),
        next: rows.last().filter(|_| is_more).map(|row| row.code.clone()),
        rows,
        on,
        no_day,
        region: if wanted.region.is_empty() { String::new() } else { catalogue.region_name(&wanted.region) },
        may_draft: is_offered(&house, shell.person.as_ref(), Act::DraftPowerChange),
        stood_for: stood_for(&wanted.q, catalogue.synonyms())
            .into_iter()
            .map(|(said, also)| format!("写成“{also}”的，也当作“{said}”找了"))
            .collect(),
        wanted: &wanted,
        shell,
    };
    page::render(&page.shell, &page)
}
