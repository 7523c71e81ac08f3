//! 一次 · a form sent five times is answered once and gets the same answer five times (H15).

use crate::{House, Stop};
use axum::response::{IntoResponse, Redirect, Response};
use sqlx::{PgConnection, Postgres, Transaction};
use uuid::Uuid;

/// Waits for a twin of this form that is still being handled, and makes later ones wait to the end of the transaction.
/// The lock is named by the half of the number that is random in every version; the other half is the hour in some.
pub async fn alone(conn: &mut PgConnection, form: Uuid) -> Result<(), Stop> {
    let key = i64::from_be_bytes(form.as_bytes()[8..].try_into().unwrap_or_default());
    sqlx::query("select pg_advisory_xact_lock($1)").bind(key).execute(conn).await?;
    Ok(())
}

/// Begins the transaction in which a form is answered; or leads to the answer it was given already.
pub async fn begin(house: &House, person: Uuid, once: Uuid) -> Result<Result<Transaction<'static, Postgres>, Response>, Stop> {
    let mut tx = house.pool().begin().await?;
    Ok(match answered(&mut tx, person, once).await? {
        Some(before) => Err(Redirect::to(&before).into_response()),
        None => Ok(tx),
    })
}

/// The answer already given to this form, when there is one.
pub async fn answered(conn: &mut PgConnection, person: Uuid, once: Uuid) -> Result<Option<String>, Stop> {
    alone(conn, once).await?;
    Ok(sqlx::query_scalar("select location from answered_forms where person = $1 and once = $2")
        .bind(person)
        .bind(once)
        .fetch_optional(conn)
        .await?)
}

/// Keeps the answer, in the transaction that makes it true.
async fn answer(conn: &mut PgConnection, person: Uuid, once: Uuid, location: &str) -> Result<(), Stop> {
    sqlx::query("insert into answered_forms (person, once, location) values ($1, $2, $3)")
        .bind(person)
        .bind(once)
        .bind(location)
        .execute(conn)
        .await?;
    Ok(())
}

/// Keeps the answer, commits, and tells the background that there is something to read.
pub async fn finish(
    house: &House,
    mut tx: Transaction<'_, Postgres>,
    person: Uuid,
    once: Uuid,
    location: &str,
) -> Result<(), Stop> {
    answer(&mut tx, person, once, location).await?;
    tx.commit().await?;
    house.wake();
    Ok(())
}
