//! 行为流 · the feed: numbered acts in order, read by consumers that keep a cursor and can start again from zero.

use crate::record::{Stored, entries};
use crate::{Moment, Stop, TimeSource};
use acts::{ActBody, ArrangementAct};
use chrono::{DateTime, Utc};
use futures::future::BoxFuture;
use sqlx::{PgConnection, PgPool};

/// Derives something from acts. Runs in the transaction that moves its cursor, so each act counts once.
pub trait Consumer: Send + Sync {
    fn name(&self) -> &'static str;
    /// Reads acts in the order of their numbers, as many as came together: what they touch is fetched once and written once.
    fn on_acts<'a>(&'a self, conn: &'a mut PgConnection, acts: &'a [Stored], now: &'a Moment) -> BoxFuture<'a, Result<(), Stop>>;
    /// Forgets everything derived, before a rebuild from zero.
    fn clear<'a>(&'a self, conn: &'a mut PgConnection) -> BoxFuture<'a, Result<(), Stop>>;
}

/// Lets `consumer` read up to `limit` acts; returns how many it read. Skips when another instance is reading. Days are counted as they
/// were when these acts were numbered: a notice of holidays counts for what comes after it.
pub async fn advance(
    pool: &PgPool,
    consumer: &dyn Consumer,
    limit: i64,
    at: DateTime<Utc>,
    time: &TimeSource,
) -> Result<usize, Stop> {
    let behind: bool = sqlx::query_scalar(
        "select coalesce((select max(n) from log_entries), -1) >= coalesce((select next from feed_cursors where consumer = $1), 0)",
    )
    .bind(consumer.name())
    .fetch_one(pool)
    .await?;
    if !behind {
        return Ok(0);
    }
    sqlx::query("insert into feed_cursors (consumer, next) values ($1, 0) on conflict do nothing")
        .bind(consumer.name())
        .execute(pool)
        .await?;
    let mut tx = pool.begin().await?;
    let next: Option<i64> = sqlx::query_scalar("select next from feed_cursors where consumer = $1 for update skip locked")
        .bind(consumer.name())
        .fetch_optional(&mut *tx)
        .await?;
    let Some(next) = next else { return Ok(0) };
    let mut acts = entries(&mut tx, next, next + limit).await?;
    if let Some(at) = acts.iter().position(|act| act.subject_kind == ArrangementAct::SUBJECT) {
        acts.truncate(at.max(1));
    }
    let now = Moment::new(at, time.calendar_at(&mut tx, next).await?);
    consumer.on_acts(&mut tx, &acts, &now).await?;
    sqlx::query("update feed_cursors set next = $2 where consumer = $1")
        .bind(consumer.name())
        .bind(next + acts.len() as i64)
        .execute(&mut *tx)
        .await?;
    tx.commit().await?;
    Ok(acts.len())
}

/// Starts a consumer again from the first act (`sunlit rebuild NAME`).
pub async fn rebuild(pool: &PgPool, consumer: &dyn Consumer, time: &TimeSource) -> Result<usize, Stop> {
    let mut tx = pool.begin().await?;
    sqlx::query("insert into feed_cursors (consumer, next) values ($1, 0) on conflict (consumer) do update set next = 0")
        .bind(consumer.name())
        .execute(&mut *tx)
        .await?;
    consumer.clear(&mut tx).await?;
    tx.commit().await?;
    let mut total = 0;
    loop {
        match advance(pool, consumer, 500, time.now().at, time).await? {
            0 => return Ok(total),
            read => total += read,
        }
    }
}
