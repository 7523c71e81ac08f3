//! 到时 · a last day that passes without an answer, or without a word on acceptance, is put on record in its second; supervision reads it there.

use super::fold::{self, Complaint};
use acts::{Actor, ComplaintAct};
use calendar::{Calendar, end_of_day};
use foundation::jobs::{self, Job, Worker};
use foundation::{House, Moment, Stop, record};
use futures::future::BoxFuture;
use serde_json::Value;
use sqlx::PgConnection;

/// The timer's kind; its key is the number of the complaint.
pub const KIND: &str = "complaint";

pub async fn set(conn: &mut PgConnection, complaint: &Complaint, calendar: &Calendar) -> Result<(), Stop> {
    let acceptance = complaint.waits_for_acceptance() && !complaint.acceptance_overdue;
    if !complaint.is_open() || complaint.overdue && !acceptance {
        return jobs::cancel(conn, KIND, &complaint.no).await;
    }
    jobs::set(conn, KIND, &complaint.no, &Value::Null, end_of_day(complaint.next(calendar))).await
}

/// What time alone brings about.
pub fn decide(complaint: &Complaint, now: &Moment) -> Option<ComplaintAct> {
    if !complaint.is_open() {
        return None;
    }
    let over = |day: &chrono::NaiveDate| now.at >= end_of_day(*day);
    let waits = complaint.waits_for_acceptance() && !complaint.acceptance_overdue;
    if let Some(due) = complaint.accept_by(&now.calendar).filter(|day| waits && over(day)) {
        return Some(ComplaintAct::Overdue { due, acceptance: true });
    }
    let due = complaint.due(&now.calendar).filter(|day| !complaint.overdue && over(day))?;
    Some(ComplaintAct::Overdue { due, acceptance: false })
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
            let complaint = fold::lock(conn, &job.key).await?;
            match decide(&complaint, now) {
                Some(act) => {
                    let entry = record::entry(fold::subject(&complaint.no), now.at, Actor::system(), None, act);
                    fold::keep(conn, complaint, entry, &now.calendar).await
                }
                // The calendar moved it.
                None => set(conn, &complaint, &now.calendar).await,
            }
        })
    }
}
