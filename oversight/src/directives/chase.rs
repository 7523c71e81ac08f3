//! 提醒与催办 · the clock itself reminds of a day ten, five and one working days before it, and chases what does not come every five
//! working days, six times at most; then it is for people to ask, and the pages say so (D3-01, F145). Each telling is an act.

use super::assignment::{self, Assignment};
use super::duty::{self, Duty, REMINDERS};
use acts::{ActBody, Actor, AssignmentAct, Entry, Subject};
use calendar::start_of_day;
use chrono::{Days, NaiveDate};
use foundation::jobs::{self, Job, Worker};
use foundation::{House, Moment, Stop, record};
use futures::future::BoxFuture;
use serde_json::Value;
use sqlx::PgConnection;

/// The timer's kind; its key is the assignment's number.
pub const KIND: &str = "directive_chase";

/// How far ahead the clock looks for what returns: a year, and the reminders before its end.
const AHEAD: Days = Days::new(400);

fn watched(assignment: &Assignment, now: &Moment) -> Vec<Duty> {
    duty::owed(assignment, &now.calendar, now.date() + AHEAD)
}

/// The next day on which somebody is told of something.
fn day(assignment: &Assignment, now: &Moment) -> Option<NaiveDate> {
    let telling = |duty: &Duty| match duty::telling(assignment, duty, &now.calendar, now.date()) {
        (Some(_), _) => Some(now.date()),
        (None, next) => next,
    };
    watched(assignment, now).iter().filter_map(telling).min()
}

/// Sets the timers of these to the next day on which somebody is told of something, or takes them away.
pub async fn set(conn: &mut PgConnection, assignments: &[Assignment], now: &Moment) -> Result<(), Stop> {
    let (mut timers, mut none) = (Vec::new(), Vec::new());
    for one in assignments {
        match day(one, now) {
            Some(day) => timers.push((one.no.as_str(), start_of_day(day))),
            None => none.push(one.no.as_str()),
        }
    }
    jobs::set_each(conn, KIND, &timers, &Value::Null).await?;
    jobs::cancel_all(conn, KIND, &none).await
}

/// What is told today: a reminder before the day, with the working days that are left of it; a chase after it.
fn act(duty: Duty, stage: u32, now: &Moment) -> AssignmentAct {
    let Duty { key, words, units, due, .. } = duty;
    match (stage as usize).checked_sub(REMINDERS.len()) {
        None => {
            let days = now.calendar.working_days_between(now.date(), due);
            AssignmentAct::Reminded { duty: key, words, units, due, days, stage: Some(stage) }
        }
        Some(before) => AssignmentAct::Chased { units, due, nth: before as u32 + 1, duty: key, words },
    }
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
            for duty in watched(&one, now) {
                if let (Some(stage), _) = duty::telling(&one, &duty, &now.calendar, now.date()) {
                    let act = act(duty, stage, now);
                    let entry: Entry<AssignmentAct> = record::entry(subject(&one.no), now.at, Actor::system(), None, act);
                    record::record(conn, std::slice::from_ref(&entry)).await?;
                    one.apply(&entry);
                }
            }
            let one = std::slice::from_ref(&one);
            assignment::save(conn, one, now).await?;
            set(conn, one, now).await
        })
    }
}

pub fn subject(no: &str) -> Subject {
    Subject { kind: AssignmentAct::SUBJECT.into(), no: no.into() }
}
