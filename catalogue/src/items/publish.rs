//! 公布事项 · the texts that a change puts in force, as they were reviewed, and the day from which they are (B6.1-01, F089).

use super::draft::{self, FILES};
use super::{compare, shelf};
use crate::fault::Faults;
use crate::item::Facts;
use crate::powers::change::{Change, Rejection};
use crate::powers::changes;
use crate::versions::{Parts, keep_texts};
use crate::{Catalogue, Item};
use axum::extract::{Path, State};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use chrono::NaiveDate;
use foundation::page::Shell;
use foundation::{House, Moment, Stop};
use sqlx::PgConnection;

#[derive(sqlx::FromRow)]
struct Held {
    item: String,
    process: String,
    form: String,
    fit: Option<String>,
}

/// Keeps the texts of a matter that goes to review; those of an earlier draft of the same change give way.
pub async fn hold(conn: &mut PgConnection, change: &str, item: &Item) -> Result<(), Stop> {
    let parts = item.parts();
    sqlx::query(
        "insert into item_changes (change, slug, is_open, hash, item, process, form, fit)
         values ($1, $2, true, $3, $4, $5, $6, $7)
         on conflict (change) do update
            set is_open = true, hash = excluded.hash, item = excluded.item, process = excluded.process,
                form = excluded.form, fit = excluded.fit",
    )
    .bind(change)
    .bind(&item.slug)
    .bind(&item.hash)
    .bind(parts.item)
    .bind(parts.process)
    .bind(parts.form)
    .bind(parts.fit)
    .execute(conn)
    .await?;
    Ok(())
}

async fn held(conn: &mut PgConnection, change: &str) -> Result<Held, Stop> {
    let held = sqlx::query_as("select item, process, form, fit from item_changes where change = $1")
        .bind(change)
        .fetch_optional(conn)
        .await?;
    held.ok_or(Stop::NotFound("变更"))
}

/// The matter as a change would have it.
pub async fn item(conn: &mut PgConnection, change: &str) -> Result<Item, Stop> {
    let Held { item, process, form, fit } = held(conn, change).await?;
    let mut faults = Faults::default();
    let parts = Parts { item: &item, process: &process, form: &form, fit: fit.as_deref() };
    let built = parts.build(Facts::read(&item)?, FILES, &mut faults);
    built.ok_or_else(|| Stop::Fault(format!("change {change}: {:?}", faults.0)))
}

/// What a change does to a matter, told beside the version that was in force before it.
pub async fn told(
    conn: &mut PgConnection,
    house: &House,
    catalogue: &Catalogue,
    change: &Change,
) -> Result<Option<compare::Told>, Stop> {
    let Some(slug) = &change.item else { return Ok(None) };
    let new = item(conn, &change.no).await?;
    // Of a published change, the version before it.
    let before: Option<Option<String>> = sqlx::query_scalar(
        "select hash
           from item_versions
          where slug = $1
            and version < coalesce((select version from item_versions where slug = $1 and change = $2), 2147483647)
          order by version desc
          limit 1",
    )
    .bind(slug)
    .bind(&change.no)
    .fetch_optional(&mut *conn)
    .await?;
    let old = match before.flatten() {
        Some(hash) => Some(catalogue.item_version(house.pool(), slug, &hash).await?),
        None => None,
    };
    Ok(Some(compare::told(old.as_deref(), &new, catalogue)?))
}

/// What keeps a passed change from being published after all: the laws or the other matters have changed since it was drafted.
pub async fn hindered(
    conn: &mut PgConnection,
    catalogue: &Catalogue,
    change: &Change,
    today: NaiveDate,
) -> Result<Option<String>, Stop> {
    let item = item(conn, &change.no).await?;
    let mut faults = Faults::default();
    draft::check(conn, &item, catalogue, today, &mut faults).await?;
    Ok((!faults.0.is_empty()).then(|| faults.0.swap_remove(0).reason))
}

/// Puts the matter of a published change in force from that day on.
pub async fn into_force(conn: &mut PgConnection, change: &Change, from: NaiveDate, now: &Moment) -> Result<(), Stop> {
    let item = item(conn, &change.no).await?;
    if item.hash != change.digest {
        return Err(Stop::Fault(format!("the texts of {} are not those that were reviewed", change.no)));
    }
    shelf::alone(conn).await?;
    let latest: Option<(i32, NaiveDate)> =
        sqlx::query_as("select version, effective_from from item_versions where slug = $1 and effective_to is null")
            .bind(&item.slug)
            .fetch_optional(&mut *conn)
            .await?;
    if let Some((_, since)) = latest.filter(|(_, since)| *since > from) {
        return Err(Rejection::NotAfter(item.name.clone(), since).into());
    }
    keep_texts(conn, item.definitions(), now).await?;
    let version = latest.map_or(1, |(version, _)| version + 1);
    shelf::put(conn, &item.slug, version, Some(&item.hash), Some(&change.no), from).await
}

/// GET /items/changes/{no}/{part}: a text as it was reviewed, byte for byte.
pub async fn text(State(house): State<House>, shell: Shell, Path((no, part)): Path<(String, String)>) -> Result<Response, Stop> {
    changes::shown(&house, shell.person.as_ref(), &no).await?;
    let held = held(&mut *house.pool().acquire().await?, &no).await?;
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
