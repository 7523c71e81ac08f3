//! 到时 · what the clock does by itself: a correction that does not come ends a request, an opinion that does not come is silence, and a day
//! that passes without an answer is put on record.

use super::fold::{self, Request, State};
use acts::{Actor, RequestAct, RequestOpinion};
use calendar::{Calendar, end_of_day};
use foundation::jobs::{self, Job, Worker};
use foundation::{House, Moment, Stop, record};
use futures::future::BoxFuture;
use serde_json::Value;
use sqlx::PgConnection;

/// The timer's kind; its key is the number of the request.
pub const KIND: &str = "information_request";

/// Looks again when something is due; not at a request that only waits for its office.
pub async fn set(conn: &mut PgConnection, request: &Request, calendar: &Calendar) -> Result<(), Stop> {
    let waits_for_the_office = request.state == State::Unconfirmed || request.overdue && request.waits().next().is_none();
    if !request.is_open() || waits_for_the_office {
        return jobs::cancel(conn, KIND, &request.no).await;
    }
    jobs::set(conn, KIND, &request.no, &Value::Null, end_of_day(request.next(calendar))).await
}

/// What time alone brings about.
pub fn decide(request: &Request, now: &Moment) -> Option<RequestAct> {
    let over = |day| now.at >= end_of_day(day);
    match (&request.correction, request.state) {
        (Some((until, _)), State::Correcting) if over(*until) => return Some(RequestAct::Abandoned { until: *until }),
        (_, State::Running) => {}
        _ => return None,
    }
    if let Some(asked) = request.waits().min_by_key(|asked| asked.until) {
        let silent = RequestAct::OpinionGiven { of: asked.of, opinion: RequestOpinion::Silent, on: asked.until, private: None };
        return over(asked.until).then_some(silent);
    }
    let due = request.due(&now.calendar).filter(|due| !request.overdue && over(*due))?;
    Some(RequestAct::Overdue { due })
}

pub struct Moves;

impl Worker for Moves {
    fn kind(&self) -> &'static str {
        KIND
    }
    fn run<'a>(
        &'a self,
        _: &'a House,
        conn: &'a mut PgConnection,
        job: &'a Job,
        now: &'a Moment,
    ) -> BoxFuture<'a, Result<(), Stop>> {
        Box::pin(async move {
            let request = fold::lock(conn, &job.key).await?;
            match decide(&request, now) {
                Some(act) => {
                    let entry = record::entry(fold::subject(&request.no), now.at, Actor::system(), None, act);
                    fold::keep(conn, request, entry, &now.calendar).await
                }
                // The calendar moved it.
                None => set(conn, &request, &now.calendar).await,
            }
        })
    }
}
