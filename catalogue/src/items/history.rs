//! 历次版本 · every version of a matter with the days on which it is in force, the document it rests on, and what it changed (B6.1-01).

use super::compare::{self, Told};
use super::shelf;
use crate::pages::guide::GuidePage;
use crate::{Catalogue, Foundations};
use askama::Template;
use axum::extract::{Path, Query, State};
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Response};
use chrono::NaiveDate;
use foundation::page::{self, Shell, filters};
use foundation::{House, Stop, wants_json};
use serde::{Deserialize, Serialize};
use sqlx::PgConnection;

#[derive(Clone, Debug, Serialize, sqlx::FromRow)]
pub struct Version {
    pub version: i32,
    /// None where the matter is no longer offered.
    pub hash: Option<String>,
    pub change: Option<String>,
    pub effective_from: NaiveDate,
    pub effective_to: Option<NaiveDate>,
    /// Taken back before its first day.
    pub recalled: bool,
    /// What the change was called and rests on; empty for one that came with the files of the house.
    pub title: Option<String>,
    pub decision: Option<String>,
}

impl Version {
    /// Whether it is what the house began with.
    fn is_first(&self) -> bool {
        self.effective_from == shelf::BEGINNING
    }
    /// Its last day; none while it is the latest.
    fn last_day(&self) -> Option<NaiveDate> {
        self.effective_to.and_then(|to| to.pred_opt())
    }
    fn holds(&self, on: NaiveDate) -> bool {
        self.effective_from <= on && self.effective_to.is_none_or(|to| on < to)
    }
}

async fn versions_of(conn: &mut PgConnection, slug: &str) -> Result<Vec<Version>, Stop> {
    Ok(sqlx::query_as(
        "select v.version, v.hash, v.change, v.effective_from, v.effective_to, v.recalled,
                c.state -> 'heading' ->> 'title' as title, c.state -> 'heading' ->> 'decision' as decision
           from item_versions v
           left join power_changes c on c.no = v.change
          where v.slug = $1
          order by v.version desc",
    )
    .bind(slug)
    .fetch_all(conn)
    .await?)
}

#[derive(Default, Deserialize)]
pub struct Wanted {
    /// A day: what was in force then?
    #[serde(default)]
    on: String,
    #[serde(rename = "as")]
    form: Option<String>,
}

#[derive(Template)]
#[template(path = "items/history.html")]
struct HistoryPage {
    shell: Shell,
    slug: String,
    name: String,
    versions: Vec<Version>,
    on: String,
    no_day: bool,
    /// The version in force on the day that was asked for.
    then: Option<i32>,
}

impl HistoryPage {
    /// The version that this one changed.
    fn before(&self, version: &Version) -> Option<i32> {
        let older = self.versions.iter().filter(|one| one.version < version.version && !one.recalled);
        older.map(|one| one.version).next()
    }
}

/// GET /matters/{slug}/versions
pub async fn list(
    State(house): State<House>,
    catalogue: Catalogue,
    shell: Shell,
    Path(slug): Path<String>,
    Query(wanted): Query<Wanted>,
    headers: HeaderMap,
) -> Result<Response, Stop> {
    let versions = versions_of(&mut *house.pool().acquire().await?, &slug).await?;
    if versions.is_empty() {
        return Err(Stop::NotFound("事项"));
    }
    if wanted.form.as_deref() == Some("json") || wants_json(&headers) {
        return Ok(axum::Json(serde_json::json!({ "slug": slug, "versions": versions })).into_response());
    }
    let day = forms::text::read_date(wanted.on.trim());
    let page = HistoryPage {
        name: catalogue.item_name(&slug, &shell.lang),
        then: day.and_then(|day| versions.iter().find(|version| version.holds(day)).map(|version| version.version)),
        no_day: day.is_none() && !wanted.on.trim().is_empty(),
        on: wanted.on,
        versions,
        slug,
        shell,
    };
    page::render(&page.shell, &page)
}

#[derive(Default, Deserialize)]
pub struct Compared {
    /// The number of the version it is compared with.
    with: Option<i32>,
}

#[derive(Template)]
#[template(path = "items/compared.html")]
struct ComparedPage {
    shell: Shell,
    slug: String,
    before: i32,
    after: i32,
    told: Told,
}

/// GET /matters/{slug}/versions/{version}: the guide as that version had it, or what it changed beside another.
pub async fn one(
    State(house): State<House>,
    catalogue: Catalogue,
    shell: Shell,
    Path((slug, version)): Path<(String, i32)>,
    Query(wanted): Query<Compared>,
) -> Result<Response, Stop> {
    let mut conn = house.pool().acquire().await?;
    let versions = versions_of(&mut conn, &slug).await?;
    let hash = |n: i32| {
        let found = versions.iter().find(|version| version.version == n).and_then(|version| version.hash.clone());
        found.ok_or(Stop::NotFound("事项版本"))
    };
    let item = catalogue.item_version(house.pool(), &slug, &hash(version)?).await?;
    if let Some(with) = wanted.with {
        let other = catalogue.item_version(house.pool(), &slug, &hash(with)?).await?;
        let told = compare::told(Some(&other), &item, &catalogue)?;
        let page = ComparedPage { slug, before: with, after: version, told, shell };
        return page::render(&page.shell, &page);
    }
    let foundations = Foundations::of(&mut conn, [item.as_ref()]).await?;
    drop(conn);
    let this = versions.iter().find(|one| one.version == version).filter(|one| !one.holds(shell.now.date()));
    let recalled = this.is_some_and(|one| one.recalled);
    let days = this.map(|one| (one.effective_from, one.last_day()));
    let page = GuidePage::of(&catalogue, &item, &shell, None, &foundations).at(days, recalled);
    page::render(&shell, &page)
}
