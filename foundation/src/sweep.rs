//! 清扫 · once a day, what was kept for a time and is over goes, as the pages promise. Each wing names what it sweeps.

use crate::jobs::{self, Job, Worker};
use crate::{House, Moment, Stop, files};
use chrono::{DateTime, Duration, NaiveTime, Utc};
use futures::future::BoxFuture;
use serde_json::json;
use sqlx::{PgConnection, PgPool};
use uuid::Uuid;

/// Sweeps one kind of thing, at most [`BATCH`] of them at once; says how many it took.
pub type Broom = for<'a> fn(&'a House, &'a mut PgConnection, DateTime<Utc>) -> BoxFuture<'a, Result<u64, Stop>>;

pub const BATCH: i64 = 500;

/// Sessions that are over, answers to forms, and forms that were held are of use for so long.
const SESSIONS_DAYS: i64 = 30;
const ANSWERS_DAYS: i64 = 90;
const HELD_HOURS: i64 = 24;
/// Records of what was done with personal data are kept three years at least (《个人信息保护法》第五十六条).
const LOOKS_DAYS: i64 = 3 * 366;

const KIND: &str = "sweep";
const DAILY: &str = "daily";

/// What this crate sweeps.
pub const BROOMS: [Broom; 6] = [sessions, answers, held, looks, queries, uploads];

/// The daily job; it sets itself again.
pub struct Sweep(pub Vec<Broom>);

/// Sets the first; the one that is there stays.
pub async fn begin(pool: &PgPool, now: DateTime<Utc>) -> Result<(), Stop> {
    jobs::set_once(&mut *pool.acquire().await?, KIND, DAILY, &json!({}), now).await
}

impl Worker for Sweep {
    fn kind(&self) -> &'static str {
        KIND
    }
    fn run<'a>(
        &'a self,
        house: &'a House,
        conn: &'a mut PgConnection,
        job: &'a Job,
        now: &'a Moment,
    ) -> BoxFuture<'a, Result<(), Stop>> {
        Box::pin(async move {
            let mut most = 0;
            for broom in &self.0 {
                most = most.max(broom(house, conn, now.at).await?);
            }
            // Three in the morning in China; at once while there is more, each batch in a transaction of its own.
            let tomorrow = (now.date() + Duration::days(1)).and_time(NaiveTime::MIN).and_utc() - Duration::hours(5);
            let next = if most >= BATCH as u64 { job.run_at + Duration::microseconds(1) } else { tomorrow };
            jobs::set(conn, KIND, DAILY, &json!({}), next).await
        })
    }
}

/// Deletes what is older than `before`, by a statement that takes the day and how many.
async fn over(conn: &mut PgConnection, sql: &'static str, before: DateTime<Utc>) -> Result<u64, Stop> {
    Ok(sqlx::query(sql).bind(before).bind(BATCH).execute(conn).await?.rows_affected())
}

/// One that was ended would have expired within the hour.
fn sessions<'a>(_: &'a House, conn: &'a mut PgConnection, now: DateTime<Utc>) -> BoxFuture<'a, Result<u64, Stop>> {
    let sql = "delete from sessions
      where token_hash in (select token_hash from sessions where expires_at < $1 order by expires_at limit $2)";
    Box::pin(over(conn, sql, now - Duration::days(SESSIONS_DAYS)))
}

fn answers<'a>(_: &'a House, conn: &'a mut PgConnection, now: DateTime<Utc>) -> BoxFuture<'a, Result<u64, Stop>> {
    let sql = "delete from answered_forms
      where (person, once) in (select person, once from answered_forms where answered_at < $1 order by answered_at limit $2)";
    Box::pin(over(conn, sql, now - Duration::days(ANSWERS_DAYS)))
}

fn held<'a>(_: &'a House, conn: &'a mut PgConnection, now: DateTime<Utc>) -> BoxFuture<'a, Result<u64, Stop>> {
    let sql = "delete from held_forms
      where token_hash in (select token_hash from held_forms where held_at < $1 order by held_at limit $2)";
    Box::pin(over(conn, sql, now - Duration::hours(HELD_HOURS)))
}

fn looks<'a>(_: &'a House, conn: &'a mut PgConnection, now: DateTime<Utc>) -> BoxFuture<'a, Result<u64, Stop>> {
    let sql = "delete from looks where id in (select id from looks where at < $1 order by at limit $2)";
    Box::pin(over(conn, sql, now - Duration::days(LOOKS_DAYS)))
}

fn queries<'a>(_: &'a House, conn: &'a mut PgConnection, now: DateTime<Utc>) -> BoxFuture<'a, Result<u64, Stop>> {
    let sql = "delete from queries where id in (select id from queries where at < $1 order by at limit $2)";
    Box::pin(over(conn, sql, now - Duration::days(LOOKS_DAYS)))
}

/// What was begun and not finished within a week, and what forms whose line dropped left behind.
fn uploads<'a>(house: &'a House, conn: &'a mut PgConnection, now: DateTime<Utc>) -> BoxFuture<'a, Result<u64, Stop>> {
    Box::pin(async move {
        let gone: Vec<Uuid> = sqlx::query_scalar(
            "delete from uploads
              where id in (select id from uploads where created_at < $1 order by created_at limit $2)
              returning id",
        )
        .bind(now - Duration::days(files::KEPT_DAYS))
        .bind(BATCH)
        .fetch_all(conn)
        .await?;
        gone.iter().for_each(|id| house.files().discard(*id));
        house.files().sweep()?;
        Ok(gone.len() as u64)
    })
}
