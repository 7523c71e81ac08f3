//! 生效前撤回 · a published change that waits for its day is taken back before it: its versions are in force on no day, and those before go on.

use super::change::{Change, Rejection};
use super::facts::Row;
use crate::directory;
use crate::items::shelf;
use foundation::Stop;
use sqlx::PgConnection;
use sqlx::types::Json;

/// Takes the versions of a change out again, as far as nothing was built on them since.
pub async fn out_of_force(conn: &mut PgConnection, change: &Change) -> Result<(), Stop> {
    match change.is_of_matters() {
        true => matters(conn, change).await,
        false => powers(conn, change).await,
    }
}

async fn matters(conn: &mut PgConnection, change: &Change) -> Result<(), Stop> {
    shelf::alone(conn).await?;
    let overtaken: Option<String> =
        sqlx::query_scalar("select slug from item_versions where change = $1 and effective_to is not null order by slug limit 1")
            .bind(&change.no)
            .fetch_optional(&mut *conn)
            .await?;
    if let Some(slug) = overtaken {
        return Err(Rejection::Overtaken(slug).into());
    }
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
    let overtaken: Option<String> = sqlx::query_scalar(
        "select name from power_versions where change = $1 and effective_to is not null order by code limit 1",
    )
    .bind(&change.no)
    .fetch_optional(&mut *conn)
    .await?;
    if let Some(name) = overtaken {
        return Err(Rejection::Overtaken(name).into());
    }
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
