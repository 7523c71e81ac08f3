//! 期限重算 · a notice of holidays moves the last day of open requests, each by an act that names it; concluded ones stay as they are (H03).

use super::fold::{self, Request, State};
use acts::{Actor, RequestAct};
use calendar::Revision;
use foundation::arrangements;
use foundation::jobs::{self, Job, Worker};
use foundation::kept::Timed;
use foundation::{House, Moment, Stop, record};
use futures::future::BoxFuture;
use serde_json::Value;
use sqlx::PgConnection;
use sqlx::types::Json;

/// So many requests are held at a time.
const AT_A_TIME: i64 = 200;

/// What the notice does to a request; nothing to one that it leaves as it was.
pub fn decide(request: &Request, notice: &str, revision: &Revision, now: &Moment) -> Option<RequestAct> {
    let clock = request.clock.as_ref().filter(|_| request.state == State::Running)?;
    revision.of(clock)?;
    Some(RequestAct::LimitRecomputed { notice: notice.to_owned(), due: request.due(&now.calendar)? })
}

pub struct Recompute;

impl Worker for Recompute {
    fn kind(&self) -> &'static str {
        arrangements::RECOMPUTES_REQUESTS
    }
    fn run<'a>(
        &'a self,
        house: &'a House,
        conn: &'a mut PgConnection,
        job: &'a Job,
        now: &'a Moment,
    ) -> BoxFuture<'a, Result<(), Stop>> {
        Box::pin(async move {
            let arrangements::Moves { title, revision, now, .. } =
                arrangements::Moves::of(house, &mut *conn, &job.key, now).await?;
            let come = job.payload.as_str().unwrap_or_default();
            let numbers = next(conn, come).await?;
            jobs::hold(conn, Request::KIND, &numbers).await?;
            let held: Vec<Json<Request>> = sqlx::query_scalar(
                "select request
                   from information_requests
                  where no = any ($1)
                    and state = 'running'
                  order by no
                    for update",
            )
            .bind(&numbers)
            .fetch_all(&mut *conn)
            .await?;
            for Json(request) in held {
                let Some(act) = decide(&request, &title, &revision, &now) else { continue };
                let entry = record::entry(fold::subject(&request.no), now.at, Actor::system(), None, act);
                fold::keep(conn, request, entry, &now.calendar).await?;
            }
            match numbers.last() {
                Some(last) => jobs::set(conn, self.kind(), &job.key, &Value::from(last.as_str()), now.at).await,
                None => Ok(()),
            }
        })
    }
}

/// The next open requests by number: it costs what is open.
async fn next(conn: &mut PgConnection, after: &str) -> Result<Vec<String>, Stop> {
    Ok(sqlx::query_scalar(
        "select no
           from information_requests
          where state = 'running'
            and no > $1
          order by no
          limit $2",
    )
    .bind(after)
    .bind(AT_A_TIME)
    .fetch_all(conn)
    .await?)
}
