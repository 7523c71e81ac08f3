//! 到期 · what the clock alone does to a card: nothing was said in time, or nothing was put right in time (C3.3-18, C3.3-22). Each is on
//! record in its second, and once.

use super::card::{self, Card};
use super::course::Progress;
use acts::Actor;
use calendar::{Calendar, end_of_day};
use foundation::jobs::{self, Job, Worker};
use foundation::{House, Moment, Stop, record};
use futures::future::BoxFuture;
use serde_json::Value;
use sqlx::PgConnection;

/// The timer's kind; its key is the case number and the rule.
pub const KIND: &str = "card";

pub fn key(case_no: &str, rule: &str) -> String {
    format!("{case_no} {rule}")
}

pub async fn set(conn: &mut PgConnection, case_no: &str, card: &Card, calendar: &Calendar) -> Result<(), Stop> {
    let key = key(case_no, &card.rule);
    let rings = matches!(card.progress, Progress::Issued | Progress::Rectifying);
    match card.due(calendar).filter(|_| rings) {
        Some(day) => jobs::set(conn, KIND, &key, &Value::Null, end_of_day(day)).await,
        None => jobs::cancel(conn, KIND, &key).await,
    }
}

pub struct Passes;

impl Worker for Passes {
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
            let Some((case_no, rule)) = job.key.split_once(' ') else { return Ok(()) };
            let card = card::lock(conn, case_no, rule).await?;
            match card.of_itself(now) {
                Some(act) => {
                    let entry = record::entry(card::subject(case_no), now.at, Actor::system(), None, act);
                    card::keep(conn, card, &entry, &now.calendar).await
                }
                // The calendar moved it, or the card is of before cards had a course.
                None => card::stand(conn, case_no, &card, &now.calendar).await,
            }
        })
    }
}
