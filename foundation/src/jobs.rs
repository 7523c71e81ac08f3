//! 任务 · work that happens later, and the timers of legal limits. A job runs in one transaction with its own removal,
//! so what it does to the database happens once, whichever instance takes it and whenever that instance dies.

use crate::{House, Moment, Stop};
use chrono::{DateTime, Duration, Utc};
use futures::future::BoxFuture;
use serde_json::Value;
use sqlx::{Acquire, PgConnection};

#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Job {
    pub id: i64,
    pub kind: String,
    pub key: String,
    pub payload: Value,
    pub run_at: DateTime<Utc>,
    pub attempts: i32,
}

/// Does one kind of job.
pub trait Worker: Send + Sync {
    fn kind(&self) -> &'static str;
    /// `now` is the house's clock, never earlier than the job's `run_at`.
    fn run<'a>(
        &'a self,
        house: &'a House,
        conn: &'a mut PgConnection,
        job: &'a Job,
        now: &'a Moment,
    ) -> BoxFuture<'a, Result<(), Stop>>;
}

/// Sets or moves the job `kind`/`key`.
pub async fn set(conn: &mut PgConnection, kind: &str, key: &str, payload: &Value, run_at: DateTime<Utc>) -> Result<(), Stop> {
    set_each(conn, kind, &[(key, run_at)], payload).await
}

/// Sets or moves the jobs of these keys, each to its time.
pub async fn set_each(conn: &mut PgConnection, kind: &str, keys: &[(&str, DateTime<Utc>)], payload: &Value) -> Result<(), Stop> {
    if keys.is_empty() {
        return Ok(());
    }
    let (keys, times): (Vec<&str>, Vec<DateTime<Utc>>) = keys.iter().copied().unzip();
    sqlx::query(
        "insert into jobs (kind, key, payload, run_at)
         select $1, key, $4, run_at from unnest($2::text[], $3::timestamptz[]) as t (key, run_at)
         on conflict (kind, key) do update
            set payload = excluded.payload,
                run_at = excluded.run_at,
                attempts = 0",
    )
    .bind(kind)
    .bind(keys)
    .bind(times)
    .bind(payload)
    .execute(conn)
    .await?;
    Ok(())
}

/// Sets the job; the one that is there stays.
pub async fn set_once(
    conn: &mut PgConnection,
    kind: &str,
    key: &str,
    payload: &Value,
    run_at: DateTime<Utc>,
) -> Result<(), Stop> {
    sqlx::query("insert into jobs (kind, key, payload, run_at) values ($1, $2, $3, $4) on conflict do nothing")
        .bind(kind)
        .bind(key)
        .bind(payload)
        .bind(run_at)
        .execute(conn)
        .await?;
    Ok(())
}

/// Waits for the workers that are at these jobs, and keeps the next from them to the end of the transaction. Who holds a subject
/// whose timer it will move holds the timer first, as its worker does: else each might wait for the other.
pub async fn hold(conn: &mut PgConnection, kind: &str, keys: &[impl AsRef<str>]) -> Result<(), Stop> {
    sqlx::query("select from jobs where kind = $1 and key = any ($2) order by key for update")
        .bind(kind)
        .bind(keys.iter().map(AsRef::as_ref).collect::<Vec<_>>())
        .execute(conn)
        .await?;
    Ok(())
}

/// Takes the job away.
pub async fn cancel(conn: &mut PgConnection, kind: &str, key: &str) -> Result<(), Stop> {
    cancel_all(conn, kind, &[key]).await
}

/// Takes these jobs away. One that is being run just now is left: its worker waits for what we hold, and then finds nothing to do;
/// waiting for it here, we would wait for each other.
pub async fn cancel_all(conn: &mut PgConnection, kind: &str, keys: &[&str]) -> Result<(), Stop> {
    if keys.is_empty() {
        return Ok(());
    }
    sqlx::query("delete from jobs where id in (select id from jobs where kind = $1 and key = any ($2) for update skip locked)")
        .bind(kind)
        .bind(keys)
        .execute(conn)
        .await?;
    Ok(())
}

/// A job that fails is tried again after longer and longer, and then every hour until it is done: a limit of the law does not lapse
/// because something was broken for a day.
const LONGEST_WAIT_SECONDS: i64 = 3600;

/// Runs one due job; `false` when none is due.
pub async fn run_one(house: &House, now: &Moment) -> Result<bool, Stop> {
    let mut tx = house.pool().begin().await?;
    let job: Option<Job> = sqlx::query_as(
        "select id, kind, key, payload, run_at, attempts
           from jobs
          where run_at <= $1
          order by run_at
          limit 1
            for update skip locked",
    )
    .bind(now.at)
    .fetch_optional(&mut *tx)
    .await?;
    let Some(job) = job else { return Ok(false) };
    let mut attempt = tx.begin().await?;
    // Taken off first: what the worker sets again, be it for this very moment, is a job anew.
    sqlx::query("delete from jobs where id = $1").bind(job.id).execute(&mut *attempt).await?;
    let done = match house.worker(&job.kind) {
        Some(worker) => worker.run(house, &mut attempt, &job, now).await,
        None => Err(Stop::Fault(format!("nobody does jobs of kind {}", job.kind))),
    };
    match done {
        Ok(()) => attempt.commit().await?,
        Err(error) => {
            attempt.rollback().await?;
            tracing::warn!(kind = job.kind, key = job.key, %error, "job failed; it will be tried again");
            let wait = Duration::seconds(2i64.pow(job.attempts.clamp(0, 12) as u32).min(LONGEST_WAIT_SECONDS));
            sqlx::query("update jobs set attempts = attempts + 1, last_error = $2, run_at = $3 where id = $1")
                .bind(job.id)
                .bind(error.to_string())
                .bind(now.at + wait)
                .execute(&mut *tx)
                .await?;
        }
    }
    tx.commit().await?;
    Ok(true)
}
