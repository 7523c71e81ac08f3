//! 全年未听取 · a year without a report to the executive meeting is flagged by the clock itself on the first day of the next (F122).

use super::body::{self, Body};
use acts::{Actor, LeadershipAct};
use calendar::start_of_day;
use chrono::{Datelike, NaiveDate};
use foundation::jobs::{self, Job, Worker};
use foundation::{House, Moment, Stop, record};
use futures::future::BoxFuture;
use serde_json::Value;
use sqlx::PgConnection;

/// The timer's kind; its key is the body's.
pub const KIND: &str = "leadership_hearing";

/// Sets the timer to the first day of next year; where past years are without, because the record was begun with an older hearing, to
/// tomorrow: today their hearings can still be entered.
pub async fn set(conn: &mut PgConnection, body: &Body, now: &Moment) -> Result<(), Stop> {
    let today = now.date();
    let day = match body.to_flag(today).is_empty() {
        true => NaiveDate::from_ymd_opt(today.year() + 1, 1, 1),
        false => today.succ_opt(),
    };
    let Some(day) = day else { return Ok(()) };
    jobs::set(conn, KIND, &body.key, &Value::Null, start_of_day(day)).await
}

pub struct Missed;

impl Worker for Missed {
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
            let mut body = body::lock(conn, &job.key).await?;
            for year in body.to_flag(now.date()) {
                let act = LeadershipAct::HearingMissed { year };
                let entry = record::entry(body::subject(&body.key), now.at, Actor::system(), None, act);
                record::record(conn, std::slice::from_ref(&entry)).await?;
                body.apply(&entry);
            }
            body::save(conn, &body).await?;
            set(conn, &body, now).await
        })
    }
}
