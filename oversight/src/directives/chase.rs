//! 催办 · a report that does not come is chased by the clock itself (D3-01, F145), again and again, until the last lead unit has
//! reported.

use super::assignment::{self, Assignment};
use acts::{Actor, AssignmentAct, Entry, Subject};
use calendar::{Calendar, start_of_day};
use chrono::NaiveDate;
use foundation::jobs::{self, Job, Worker};
use foundation::{House, Moment, Stop, record};
use futures::future::BoxFuture;
use serde_json::Value;
use sqlx::PgConnection;

/// The timer's kind; its key is the assignment's number.
pub const KIND: &str = "directive_chase";

/// Working days from the last day of a report to its first chase (D3-01).
const FIRST: u32 = 1;
/// Working days from one chase to the next.
const AGAIN: u32 = 5;
/// So often at most: then it is for people to ask.
const MOST: usize = 6;

fn day(assignment: &Assignment, calendar: &Calendar) -> Option<NaiveDate> {
    let from = match assignment.chased.last() {
        Some((last, _)) => calendar.add_working_days(*last, AGAIN),
        None => calendar.add_working_days(assignment.due?, FIRST),
    };
    let owed = assignment.closed_on.is_none() && !assignment.silent().is_empty() && assignment.chased.len() < MOST;
    owed.then_some(from)
}

/// Sets the timer to the next day on which a report is chased, or takes it away.
pub async fn set(conn: &mut PgConnection, assignment: &Assignment, calendar: &Calendar) -> Result<(), Stop> {
    match day(assignment, calendar) {
        Some(day) => jobs::set(conn, KIND, &assignment.no, &Value::Null, start_of_day(day)).await,
        None => jobs::cancel(conn, KIND, &assignment.no).await,
    }
}

/// Sets the first timers of a directive just issued: all its reports are owed by the same day.
pub async fn begin(conn: &mut PgConnection, assignments: &[Assignment], calendar: &Calendar) -> Result<(), Stop> {
    let Some(day) = assignments.first().and_then(|one| day(one, calendar)) else { return Ok(()) };
    let timers: Vec<_> = assignments.iter().map(|one| (one.no.as_str(), start_of_day(day))).collect();
    jobs::set_each(conn, KIND, &timers, &Value::Null).await
}

pub struct Chase;

impl Worker for Chase {
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
            let mut one = assignment::lock(conn, &job.key).await?;
            let Some(due) = one.due.filter(|_| day(&one, &now.calendar).is_some_and(|day| day <= now.date())) else {
                return set(conn, &one, &now.calendar).await;
            };
            let units = one.silent().into_iter().map(ToOwned::to_owned).collect();
            let act = AssignmentAct::Chased { units, due, nth: one.chased.len() as u32 + 1 };
            let entry: Entry<AssignmentAct> = record::entry(subject(&one.no), now.at, Actor::system(), None, act);
            record::record(conn, std::slice::from_ref(&entry)).await?;
            one.apply(&entry);
            assignment::save(conn, std::slice::from_ref(&one)).await?;
            set(conn, &one, &now.calendar).await
        })
    }
}

pub fn subject(no: &str) -> Subject {
    Subject { kind: "assignment".into(), no: no.into() }
}
