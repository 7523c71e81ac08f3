//! 在用版本 · which version of each matter is in force on which day (B6.1-01; F089). What a change published goes before what the files
//! of the house say; a day begins with the versions of that day, on every instance.

use crate::versions::keep_texts;
use crate::{Catalogue, Item};
use chrono::NaiveDate;
use foundation::{Moment, Stop};
use sqlx::{PgConnection, PgPool};
use std::collections::HashMap;
use std::sync::Arc;

/// The version that a house begins with is in force as long as the house has been: since when it was before, its record cannot say.
pub const BEGINNING: NaiveDate = NaiveDate::from_ymd_opt(1, 1, 1).unwrap();

/// Whoever publishes waits for whoever publishes at the same moment: an instance that knows the last publication knows all.
pub async fn alone(conn: &mut PgConnection) -> Result<(), Stop> {
    sqlx::query("select pg_advisory_xact_lock(hashtextextended('item_versions', 0))").execute(conn).await?;
    Ok(())
}

#[derive(sqlx::FromRow)]
struct Latest {
    slug: String,
    hash: Option<String>,
    change: Option<String>,
}

/// The items of the files come into force where no change has published another version, and are no longer offered once their file is gone.
pub(crate) async fn of_files(conn: &mut PgConnection, items: &[Arc<Item>], now: &Moment) -> Result<(), Stop> {
    alone(conn).await?;
    let latest: Vec<Latest> =
        sqlx::query_as("select slug, hash, change from item_versions where effective_to is null").fetch_all(&mut *conn).await?;
    let latest: HashMap<&str, &Latest> = latest.iter().map(|row| (row.slug.as_str(), row)).collect();
    let today = now.date();
    for item in items {
        match latest.get(item.slug.as_str()) {
            Some(row) if row.hash.as_ref() == Some(&item.hash) => {}
            Some(Latest { change: Some(change), .. }) => {
                tracing::info!(item = %item.slug, %change, "the file of a matter gives way to its published version");
            }
            row => {
                keep_texts(conn, item.definitions(), now).await?;
                put(conn, &item.slug, Some(&item.hash), None, row.map_or(BEGINNING, |_| today)).await?;
            }
        }
    }
    for row in latest.values() {
        if row.change.is_none() && row.hash.is_some() && !items.iter().any(|item| item.slug == row.slug) {
            put(conn, &row.slug, None, None, today).await?;
        }
    }
    Ok(())
}

/// Puts a version in force from a day on; the one before ends on it. Numbers are given once, though a version was taken back.
pub(crate) async fn put(
    conn: &mut PgConnection,
    slug: &str,
    hash: Option<&str>,
    change: Option<&str>,
    from: NaiveDate,
) -> Result<(), Stop> {
    sqlx::query("update item_versions set effective_to = $2 where slug = $1 and effective_to is null")
        .bind(slug)
        .bind(from)
        .execute(&mut *conn)
        .await?;
    sqlx::query(
        "insert into item_versions (slug, version, hash, change, effective_from)
         select $1, coalesce(max(version), 0) + 1, $2, $3, $4
           from item_versions
          where slug = $1",
    )
    .bind(slug)
    .bind(hash)
    .bind(change)
    .bind(from)
    .execute(conn)
    .await?;
    Ok(())
}

/// The version of a matter that was published last, by its digest, though it may begin later only.
pub(crate) async fn latest(conn: &mut PgConnection, slug: &str) -> Result<Option<String>, Stop> {
    let hash: Option<Option<String>> =
        sqlx::query_scalar("select hash from item_versions where slug = $1 and effective_to is null")
            .bind(slug)
            .fetch_optional(conn)
            .await?;
    Ok(hash.flatten())
}

/// The version of a matter that is in force that day, by its digest; `None` also for one that the record does not know.
pub async fn in_force(conn: &mut PgConnection, slug: &str, on: NaiveDate) -> Result<Option<String>, Stop> {
    let hash: Option<Option<String>> = sqlx::query_scalar(
        "select hash
           from item_versions
          where slug = $1
            and effective_from <= $2
            and (effective_to is null or effective_to > $2)",
    )
    .bind(slug)
    .bind(on)
    .fetch_optional(conn)
    .await?;
    Ok(hash.flatten())
}

impl Catalogue {
    /// Puts up the versions in force today, and what words of a search were said to mean, if something was published or said, or
    /// the day has changed, since it last looked. Only versions that it does not know yet are read. Returns whether there was
    /// anything new.
    pub async fn keep_up(&self, pool: &PgPool, today: NaiveDate) -> Result<bool, Stop> {
        let said = self.keep_up_with_words(pool).await?
            | crate::centres::record::keep_up(self, pool, today).await?
            | crate::letters::record::keep_up(self, pool).await?;
        let last: Option<i64> = sqlx::query_scalar("select max(nth) from item_versions").fetch_one(pool).await?;
        let Some(last) = last else { return Ok(said) };
        let shelf = self.shelf();
        if shelf.edition == Some((last, today)) {
            return Ok(said);
        }
        let rows: Vec<(String, String)> = sqlx::query_as(
            "select slug, hash
               from item_versions
              where effective_from <= $1
                and (effective_to is null or effective_to > $1)
                and hash is not null
                and nth <= $2",
        )
        .bind(today)
        .bind(last)
        .fetch_all(pool)
        .await?;
        let mut items = Vec::with_capacity(rows.len());
        for (slug, hash) in rows {
            match self.item_version(pool, &slug, &hash).await {
                Ok(item) => items.push(item),
                // One that cannot be read any more must not take the others with it.
                Err(stop) => {
                    tracing::error!(%stop, item = %slug, version = %hash, "a version in force cannot be read");
                    items.extend(self.item(&slug));
                }
            }
        }
        self.put_up(items, Some((last, today)));
        Ok(true)
    }
}
