//! 公布事项 · the texts that a change puts in force, as they were reviewed, and the day from which they are (B6.1-01, F089).

use super::draft::{self, FILES};
use super::{compare, shelf};
use crate::fault::Faults;
use crate::item::Facts;
use crate::powers::change::Change;
use crate::powers::changes;
use crate::versions::{Parts, keep_texts, sha256};
use crate::{Barred, Catalogue, Foundations, Item, ItemKind};
use axum::extract::{Path, Query, State};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use chrono::NaiveDate;
use foundation::page::Shell;
use foundation::{House, Moment, Stop};
use serde::Deserialize;
use sqlx::PgConnection;

/// Matters of a change that are shown, or read, at a time.
const PAGE: i64 = 20;

#[derive(sqlx::FromRow)]
struct Held {
    item: String,
    process: String,
    form: String,
    fit: Option<String>,
}

impl Held {
    fn build(self, change: &str) -> Result<Item, Stop> {
        let Held { item, process, form, fit, .. } = self;
        let mut faults = Faults::default();
        let parts = Parts { item: &item, process: &process, form: &form, fit: fit.as_deref() };
        let built = parts.build(Facts::read(&item)?, FILES, &mut faults);
        built.ok_or_else(|| Stop::Fault(format!("change {change}: {:?}", faults.0)))
    }
}

/// Keeps the texts of matters that go to review; those of an earlier draft of the same change give way.
pub async fn hold(conn: &mut PgConnection, change: &str, items: &[&Item]) -> Result<(), Stop> {
    sqlx::query("delete from item_changes where change = $1").bind(change).execute(&mut *conn).await?;
    for item in items {
        let parts = item.parts();
        sqlx::query(
            "insert into item_changes (change, slug, is_open, hash, item, process, form, fit)
             values ($1, $2, true, $3, $4, $5, $6, $7)",
        )
        .bind(change)
        .bind(&item.slug)
        .bind(&item.hash)
        .bind(parts.item)
        .bind(parts.process)
        .bind(parts.form)
        .bind(parts.fit)
        .execute(&mut *conn)
        .await?;
    }
    Ok(())
}

/// What is committed to of several matters: one line for each, its name in addresses and its version.
pub fn versions<'v>(of: impl IntoIterator<Item = (&'v str, &'v str)>) -> String {
    let mut lines: Vec<String> = of.into_iter().map(|(slug, hash)| format!("{slug} {hash}\n")).collect();
    lines.sort();
    lines.concat()
}

async fn held(conn: &mut PgConnection, change: &str, after: &str, most: i64) -> Result<Vec<Held>, Stop> {
    let held = sqlx::query_as(
        "select item, process, form, fit
           from item_changes
          where change = $1
            and slug > $2
          order by slug
          limit $3",
    )
    .bind(change)
    .bind(after)
    .bind(most)
    .fetch_all(conn)
    .await?;
    Ok(held)
}

/// The matters as a change would have them, by their names in addresses, after this one.
async fn items(conn: &mut PgConnection, change: &str, after: &str, most: i64) -> Result<Vec<Item>, Stop> {
    held(conn, change, after, most).await?.into_iter().map(|held| held.build(change)).collect()
}

/// What a change does to matters, each told beside the version that was in force before it; and the last of them, where there are more.
pub async fn told(
    conn: &mut PgConnection,
    house: &House,
    catalogue: &Catalogue,
    change: &Change,
    after: &str,
) -> Result<(Vec<(String, compare::Told)>, Option<String>), Stop> {
    if !change.is_of_matters() {
        return Ok((Vec::new(), None));
    }
    let mut items = items(conn, &change.no, after, PAGE + 1).await?;
    let is_more = items.len() as i64 > PAGE;
    items.truncate(PAGE as usize);
    let slugs: Vec<&str> = items.iter().map(|item| item.slug.as_str()).collect();
    // Of a published change, the version before it.
    let before: Vec<(String, Option<String>)> = sqlx::query_as(
        "select distinct on (v.slug) v.slug, v.hash
           from item_versions v
           left join item_versions own on own.slug = v.slug and own.change = $2
          where v.slug = any ($1)
            and not v.recalled
            and v.version < coalesce(own.version, 2147483647)
          order by v.slug, v.version desc",
    )
    .bind(&slugs)
    .bind(&change.no)
    .fetch_all(&mut *conn)
    .await?;
    let foundations = Foundations::of(&mut *conn, &items).await?;
    let mut all = Vec::with_capacity(items.len());
    for item in &items {
        let old = match before.iter().find(|(slug, _)| *slug == item.slug) {
            Some((slug, Some(hash))) => Some(catalogue.item_version(house.pool(), slug, hash).await?),
            _ => None,
        };
        let mut told = compare::told(old.as_deref(), item, catalogue)?;
        // For those who review it; of what is published the guide says it.
        if change.stage.is_open() {
            told.unlisted = item.unlisted(house.now().date(), &foundations).map(Barred::to_mend);
            told.is_free = told.is_new && item.kind == ItemKind::PublicService;
        }
        all.push((item.slug.clone(), told));
    }
    let more = all.last().filter(|_| is_more).map(|(slug, _)| slug.clone());
    Ok((all, more))
}

/// What keeps a passed change from being published after all: the laws or the other matters have changed since it was drafted; or a matter that
/// nobody could apply for yet would be found by everybody, because the list of powers does not name its power on its first day (A2.1-02).
pub async fn hindered(
    conn: &mut PgConnection,
    catalogue: &Catalogue,
    change: &Change,
    from: NaiveDate,
    today: NaiveDate,
) -> Result<Option<String>, Stop> {
    let items = items(conn, &change.no, "", i64::MAX).await?;
    let foundations = Foundations::of(&mut *conn, &items).await?;
    let new = items.iter().filter(|item| catalogue.item(&item.slug).is_none());
    let unlisted = new.filter_map(|item| Some((item, item.unlisted(from, &foundations)?.zh()))).next();
    if let Some((item, why)) = unlisted {
        return Ok(Some(format!("“{}”：{why}。请先公布这项职权，再公布这个事项", item.name)));
    }
    let faults = draft::check(conn, &items.iter().collect::<Vec<_>>(), catalogue, today).await?;
    let first = items.iter().zip(faults).find(|(_, faults)| !faults.0.is_empty());
    Ok(first.map(|(item, mut faults)| match items.len() {
        1 => faults.0.swap_remove(0).reason,
        _ => format!("{}：{}", item.name, faults.0.swap_remove(0).reason),
    }))
}

/// Puts the matters of a published change in force from that day on.
pub async fn into_force(conn: &mut PgConnection, change: &Change, from: NaiveDate, now: &Moment) -> Result<(), Stop> {
    let items = items(conn, &change.no, "", i64::MAX).await?;
    let digest = match &change.item {
        Some(_) => items.first().map(|item| item.hash.clone()).unwrap_or_default(),
        None => sha256(versions(items.iter().map(|item| (item.slug.as_str(), item.hash.as_str()))).as_bytes()),
    };
    if digest != change.digest {
        return Err(Stop::Fault(format!("the texts of {} are not those that were reviewed", change.no)));
    }
    shelf::alone(conn).await?;
    for item in &items {
        keep_texts(conn, item.definitions(), now).await?;
        shelf::put(conn, &item.slug, Some(&item.hash), Some(&change.no), from).await?;
    }
    Ok(())
}

#[derive(Default, Deserialize)]
pub struct Wanted {
    /// Which of several matters.
    #[serde(default)]
    of: String,
}

/// GET /items/changes/{no}/{part}: a text as it was reviewed, byte for byte.
/// Of several matters `versions.txt` is what the act has committed to.
pub async fn text(
    State(house): State<House>,
    shell: Shell,
    Path((no, part)): Path<(String, String)>,
    Query(wanted): Query<Wanted>,
) -> Result<Response, Stop> {
    let change = changes::shown(&house, shell.person.as_ref(), &no).await?;
    let mut conn = house.pool().acquire().await?;
    if part == "versions.txt" && change.is_of_matters() {
        let all: Vec<(String, String)> =
            sqlx::query_as("select slug, hash from item_changes where change = $1").bind(&no).fetch_all(&mut *conn).await?;
        let text = versions(all.iter().map(|(slug, hash)| (slug.as_str(), hash.as_str())));
        return Ok(([(header::CONTENT_TYPE, "text/plain; charset=utf-8")], text).into_response());
    }
    let slug = change.item.as_ref().unwrap_or(&wanted.of);
    let held: Option<Held> = sqlx::query_as("select item, process, form, fit from item_changes where change = $1 and slug = $2")
        .bind(&no)
        .bind(slug)
        .fetch_optional(&mut *conn)
        .await?;
    let held = held.ok_or(Stop::NotFound("变更"))?;
    let (kind, text) = match part.as_str() {
        "item.json" => ("application/json; charset=utf-8", Some(held.item)),
        "process.bpmn" => ("application/xml; charset=utf-8", Some(held.process)),
        "form.json" => ("application/json; charset=utf-8", Some(held.form)),
        "fit.dmn" => ("application/xml; charset=utf-8", held.fit),
        _ => ("", None),
    };
    let text = text.ok_or(Stop::NotFound("文本"))?;
    let name = format!("attachment; filename=\"{part}\"");
    Ok(([(header::CONTENT_TYPE, kind.to_owned()), (header::CONTENT_DISPOSITION, name)], text).into_response())
}
