//! 到时 · a last day that passes, to call back or to put right, is put on record in its second, once.

use super::order::Order;
use super::record;
use acts::{Actor, RatingOrderAct, RatingStep};
use calendar::{Calendar, end_of_day};
use foundation::jobs::{self, Job, Worker};
use foundation::{House, Moment, Stop};
use futures::future::BoxFuture;
use serde_json::Value;
use sqlx::PgConnection;

/// The timer's kind; its key is the number of the order.
pub const KIND: &str = "rating_order";

pub async fn set(conn: &mut PgConnection, order: &Order, calendar: &Calendar) -> Result<(), Stop> {
    let calls = order.waits_for_call() && !order.call_overdue;
    if !order.is_open() || order.overdue && !calls {
        return jobs::cancel(conn, KIND, &order.no).await;
    }
    jobs::set(conn, KIND, &order.no, &Value::Null, end_of_day(order.next(calendar))).await
}

/// What time alone brings about.
pub fn decide(order: &Order, now: &Moment) -> Option<RatingOrderAct> {
    if !order.is_open() {
        return None;
    }
    let over = |day: &chrono::NaiveDate| now.at >= end_of_day(*day);
    if let Some(due) = order.call_by(&now.calendar).filter(|day| !order.call_overdue && over(day)) {
        return Some(RatingOrderAct::Overdue { step: RatingStep::CallBack, due });
    }
    let due = Some(order.due(&now.calendar)).filter(|day| !order.overdue && over(day))?;
    Some(RatingOrderAct::Overdue { step: RatingStep::Answer, due })
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
            let order = record::lock(conn, &job.key).await?;
            match decide(&order, now) {
                Some(act) => {
                    let entry = foundation::record::entry(record::subject(&order.no), now.at, Actor::system(), None, act);
                    record::keep(conn, order, entry, &now.calendar).await
                }
                // The calendar moved it.
                None => set(conn, &order, &now.calendar).await,
            }
        })
    }
}
