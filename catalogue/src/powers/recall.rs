//! 生效前撤回 · a published change that waits for its day is taken back before it: its versions are in force on no day, and those before go on.

use super::change::{Change, Rejection};
use super::facts::Row;
use crate::directory;
use crate::items::shelf;
use foundation::Stop;
use sqlx::PgConnection;
use sqlx::types::Json;

/// The matter or power of a change that has a later version: that one is taken back first.
pub async fn overtaken(conn: &mut PgConnection, change: &Change) -> Result<Option<String>, Stop> {
    let sql = match change.is_of_matters() {
        true => {
            "select c.item::jsonb ->> 'name'
               from item_versions v
               join item_changes c on c.change = v.change and c.slug = v.slug
              where v.change = $1
                and v.effective_to is not null
              order by v.slug
              limit 1"
        }
        false => "select name from power_versions where change = $1 and effective_to is not null order by code limit 1",
    };
    Ok(sqlx::query_scalar(sql).bind(&change.no).fetch_optional(conn).await?)
}

/// The other change under way of a matter or power: it was compared with the version that is taken back, and would bring it in force with its own.
async fn reviewed(conn: &mut PgConnection, change: &Change) -> Result<Option<(String, String)>, Stop> {
    let sql = match change.is_of_matters() {
        true => {
            "select own.item::jsonb ->> 'name', other.change
               from item_changes own
               join item_changes other on other.slug = own.slug and other.is_open
              where own.change = $1
              order by own.slug
              limit 1"
        }
        false => {
            "select own.row -> 'power' ->> 'name', other.change
               from power_change_rows own
               join power_change_rows other on other.code = own.code and other.is_open
              where own.change = $1
              order by own.nth
              limit 1"
        }
    };
    Ok(sqlx::query_as(sql).bind(&change.no).fetch_optional(conn).await?)
}

/// Takes the versions of a change out again, as far as nothing was built on them since.
pub async fn out_of_force(conn: &mut PgConnection, change: &Change) -> Result<(), Stop> {
    if let Some(name) = overtaken(&mut *conn, change).await? {
        return Err(Rejection::Overtaken(name).into());
    }
    if let Some((name, other)) = reviewed(&mut *conn, change).await? {
        return Err(Rejection::Reviewed(name, other).into());
    }
    match change.is_of_matters() {
        true => matters(conn, change).await,
        false => powers(conn, change).await,
    }
}

async fn matters(conn: &mut PgConnection, change: &Change) -> Result<(), Stop> {
    shelf::alone(conn).await?;
    sqlx::query("update item_versions set recalled = true, effective_to = effective_from where change = $1")
        .bind(&change.no)
        .execute(&mut *conn)
        .await?;
    sqlx::query(
        "update item_versions as v
            set effective_to = null
           from (select b.slug, max(b.version) as version
                   from item_versions r
                   join item_versions b on b.slug = r.slug and not b.recalled
                  where r.change = $1
                  group by b.slug) as before
          where v.slug = before.slug
            and v.version = before.version",
    )
    .bind(&change.no)
    .execute(conn)
    .await?;
    Ok(())
}

async fn powers(conn: &mut PgConnection, change: &Change) -> Result<(), Stop> {
    let drawn: Option<String> = sqlx::query_scalar(
        "select e.name
           from power_versions e
           join power_versions v on v.entry = e.code and v.effective_to is null
          where e.change = $1
            and not exists (select from power_versions b where b.code = e.code and b.version < e.version and not b.recalled)
          order by e.code
          limit 1",
    )
    .bind(&change.no)
    .fetch_optional(&mut *conn)
    .await?;
    if let Some(name) = drawn {
        return Err(Rejection::DrawnFrom(name).into());
    }
    // A matter that waits, too, was published on its power.
    let stands_on: Option<String> = sqlx::query_scalar(
        "select c.item::jsonb ->> 'name'
           from item_versions v
           join item_changes c on c.change = v.change and c.slug = v.slug
           join power_versions p on p.code in (c.item::jsonb ->> 'code', c.item::jsonb ->> 'basic_code') and p.change = $1
          where v.effective_to is null
            and v.effective_from >= $2
            and not exists (select from power_versions b where b.code = p.code and b.version < p.version and not b.recalled)
          order by c.slug
          limit 1",
    )
    .bind(&change.no)
    .bind(change.effective_from)
    .fetch_optional(&mut *conn)
    .await?;
    if let Some(name) = stands_on {
        return Err(Rejection::StandsOn(name).into());
    }
    sqlx::query("update power_versions set recalled = true, effective_to = effective_from where change = $1")
        .bind(&change.no)
        .execute(&mut *conn)
        .await?;
    let again: Vec<Json<Row>> = sqlx::query_scalar(
        "update power_versions as v
            set effective_to = null
           from (select b.code, max(b.version) as version
                   from power_versions r
                   join power_versions b on b.code = r.code and not b.recalled
                  where r.change = $1
                  group by b.code) as before
          where v.code = before.code
            and v.version = before.version
         returning v.facts",
    )
    .bind(&change.no)
    .fetch_all(&mut *conn)
    .await?;
    directory::answers::follow(conn, &again.into_iter().map(|row| row.0).collect::<Vec<_>>()).await
}
