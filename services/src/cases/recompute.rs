//! 期限重算 · once a notice of holidays is recorded, every open case whose end it moves or makes certain gets an act with the reason;
//! concluded ones stay as they are (H03, CLK-07). Done by the clock, some cases at a time.

use super::case::{self, Case, Stage};
use super::deemed;
use super::run::By;
use acts::CaseAct;
use calendar::Revision;
use chrono::{DateTime, Duration, Utc};
use foundation::jobs::{self, Job, Worker};
use foundation::{House, Moment, Stop, arrangements, record};
use futures::future::BoxFuture;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use sqlx::PgConnection;

/// The job's kind; its key is which notice it is, counted from 1.
pub const KIND: &str = "recompute_limits";

/// So many cases are held at a time.
const AT_A_TIME: i64 = 200;

/// By then every instance counts by the new notice: what it computes from here on needs no recomputing.
pub const EVERYWHERE: Duration = Duration::seconds(5);

/// How far it has come.
#[derive(Default, Serialize, Deserialize)]
struct Come {
    agency: String,
    after: String,
}

/// Begins with the notice that was just recorded.
pub async fn begin(conn: &mut PgConnection, nth: i64, now: &Moment) -> Result<(), Stop> {
    jobs::set(conn, KIND, &nth.to_string(), &serde_json::to_value(Come::default())?, now.at + EVERYWHERE).await
}

/// What the notice does to a case; nothing to one that it leaves as it was.
pub fn decide(case: &Case, notice: &str, revision: &Revision) -> Option<CaseAct> {
    let acceptance = (case.stage == Stage::Submitted).then(|| revision.of(&case.acceptance)).flatten();
    let promised = case.promised.as_ref().and_then(|clock| revision.of(clock));
    let statutory = case.statutory.as_ref().and_then(|clock| revision.of(clock));
    let moves = acceptance.is_some() || promised.is_some() || statutory.is_some();
    moves.then(|| CaseAct::LimitsRecomputed { notice: notice.to_owned(), acceptance, promised, statutory })
}

pub struct Recompute;

impl Worker for Recompute {
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
            let moves = arrangements::Moves::of(house, &mut *conn, &job.key, now).await?;
            let come: Come = serde_json::from_value(job.payload.clone())?;
            let open = next(conn, &come, moves.loaded_at).await?;
            recompute(conn, &open, &moves).await?;
            let come = match open.last() {
                Some(last) => Some(Come { after: last.clone(), ..come }),
                None => next_agency(conn, &come.agency).await?.map(|agency| Come { agency, after: String::new() }),
            };
            match come {
                Some(come) => jobs::set(conn, KIND, &job.key, &serde_json::to_value(come)?, now.at).await,
                None => Ok(()),
            }
        })
    }
}

/// The next open cases of the agency that were begun before the notice, by number: it costs what is open, not what there ever was.
async fn next(conn: &mut PgConnection, come: &Come, before: DateTime<Utc>) -> Result<Vec<String>, Stop> {
    let open: Vec<&str> = Stage::ALL.into_iter().filter(|stage| !stage.is_concluded()).map(Stage::key).collect();
    Ok(sqlx::query_scalar(
        "select case_no
           from cases
          where agency = $1
            and stage = any ($2)
            and submitted_at <= $3
            and case_no > $4
          order by case_no
          limit $5",
    )
    .bind(&come.agency)
    .bind(open)
    .bind(before)
    .bind(&come.after)
    .bind(AT_A_TIME)
    .fetch_all(conn)
    .await?)
}

/// The agency after this one that has cases.
async fn next_agency(conn: &mut PgConnection, after: &str) -> Result<Option<String>, Stop> {
    Ok(sqlx::query_scalar("select min(agency) from cases where agency > $1").bind(after).fetch_one(conn).await?)
}

async fn recompute(
    conn: &mut PgConnection,
    numbers: &[String],
    arrangements::Moves { title, revision, now, .. }: &arrangements::Moves,
) -> Result<(), Stop> {
    jobs::hold(conn, deemed::KIND, numbers).await?;
    let states: Vec<Value> = sqlx::query_scalar(
        "select state
           from cases
          where case_no = any ($1)
            and concluded_on is null
          order by case_no
            for update",
    )
    .bind(numbers)
    .fetch_all(&mut *conn)
    .await?;
    let mut entries = Vec::new();
    for state in states {
        let mut case: Case = serde_json::from_value(state)?;
        let Some(act) = decide(&case, title, revision) else { continue };
        let entry = By::System.entry(&case.no, now, act);
        case.apply(&entry);
        case::save(conn, &case, now).await?;
        entries.push(entry);
    }
    record::record(conn, &entries).await?;
    Ok(())
}
