//! 重排时刻 · a newly published version may find a moment that comes before the one at which a case is looked at next (F137). The watches are
//! gone through by key, some at a time; a timer is only brought forward, never put off.

use super::rules::Inquiry;
use super::watch::Watch;
use super::{book, issue};
use catalogue::Catalogue;
use chrono::{DateTime, Utc};
use foundation::jobs::{self, Job, Worker};
use foundation::{House, Moment, Stop};
use futures::future::BoxFuture;
use serde_json::{Value, json};
use sqlx::PgConnection;
use sqlx::types::Json;

/// Watches that are looked at in one transaction.
const PIECE: i64 = 500;

pub struct Retime {
    pub catalogue: Catalogue,
}

impl Worker for Retime {
    fn kind(&self) -> &'static str {
        book::RETIME
    }

    fn run<'a>(
        &'a self,
        house: &'a House,
        conn: &'a mut PgConnection,
        job: &'a Job,
        now: &'a Moment,
    ) -> BoxFuture<'a, Result<(), Stop>> {
        Box::pin(async move {
            let Some((id, version)) = job.key.rsplit_once(' ') else { return Ok(()) };
            let mut versions = book::hold(conn).await?;
            versions.retain(|one| one.rule.id() == id && one.version.to_string() == version);
            let after = job.payload["after"].as_str().unwrap_or_default();
            let rows: Vec<(String, Json<Watch>)> =
                sqlx::query_as("select case_no, watch from watches where case_no > $1 order by case_no limit $2")
                    .bind(after)
                    .bind(PIECE)
                    .fetch_all(&mut *conn)
                    .await?;
            let Some((last, _)) = rows.last().filter(|_| !versions.is_empty()) else { return Ok(()) };
            let mut moments: Vec<(&str, DateTime<Utc>)> = Vec::new();
            for (case_no, watch) in &rows {
                let steps = issue::published_with(house, &self.catalogue, watch).await?;
                let found = Inquiry::new(&versions, watch, &steps, &now.calendar).find(&mut |_| ());
                moments.extend(found.first().map(|found| (case_no.as_str(), found.at.max(now.at))));
            }
            bring_forward(conn, &moments).await?;
            jobs::set(conn, book::RETIME, &job.key, &json!({ "after": last }), now.at).await
        })
    }
}

async fn bring_forward(conn: &mut PgConnection, moments: &[(&str, DateTime<Utc>)]) -> Result<(), Stop> {
    let (cases, times): (Vec<&str>, Vec<DateTime<Utc>>) = moments.iter().copied().unzip();
    sqlx::query(
        "insert into jobs (kind, key, payload, run_at)
         select $1, key, $4, run_at from unnest($2::text[], $3::timestamptz[]) as t (key, run_at)
         on conflict (kind, key) do update
            set run_at = least(jobs.run_at, excluded.run_at)",
    )
    .bind(issue::KIND)
    .bind(cases)
    .bind(times)
    .bind(Value::Null)
    .execute(conn)
    .await?;
    Ok(())
}
