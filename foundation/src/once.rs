//! 一次 · a form sent five times is answered once and gets the same answer five times (H15).

use crate::Stop;
use sqlx::PgConnection;
use uuid::Uuid;

/// The answer already given to this form, when there is one. Waits for a twin that is still being handled:
/// the advisory lock is held to the end of the transaction.
pub async fn answered(conn: &mut PgConnection, person: Uuid, once: Uuid) -> Result<Option<String>, Stop> {
    let key = i64::from_be_bytes(once.as_bytes()[..8].try_into().unwrap_or_default());
    sqlx::query("select pg_advisory_xact_lock($1)").bind(key).execute(&mut *conn).await?;
    Ok(sqlx::query_scalar("select location from answered_forms where person = $1 and once = $2")
        .bind(person)
        .bind(once)
        .fetch_optional(conn)
        .await?)
}

/// Keeps the answer, in the transaction that makes it true.
pub async fn answer(conn: &mut PgConnection, person: Uuid, once: Uuid, location: &str) -> Result<(), Stop> {
    sqlx::query("insert into answered_forms (person, once, location) values ($1, $2, $3)")
        .bind(person)
        .bind(once)
        .bind(location)
        .execute(conn)
        .await?;
    Ok(())
}
