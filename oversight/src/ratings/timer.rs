//! 到时 · a last day that passes, to call back or to put right, is put on record in its second, once.

use super::order::Order;
use super::record;
use acts::{Entry, RatingOrderAct, RatingStep};
use calendar::{Calendar, end_of_day};
use chrono::{DateTime, Utc};
use foundation::kept::Timed;
use foundation::{Moment, Stop};
use sqlx::PgConnection;

impl Timed for Order {
    type Act = RatingOrderAct;
    const KIND: &'static str = "rating_order";

    fn no(&self) -> &str {
        &self.no
    }

    fn rings(&self, calendar: &Calendar) -> Option<DateTime<Utc>> {
        let calls = self.waits_for_call() && !self.call_overdue;
        (self.is_open() && (calls || !self.overdue)).then(|| end_of_day(self.next(calendar)))
    }

    fn of_itself(&self, now: &Moment) -> Option<RatingOrderAct> {
        if !self.is_open() {
            return None;
        }
        let over = |day: &chrono::NaiveDate| now.at >= end_of_day(*day);
        if let Some(due) = self.call_by(&now.calendar).filter(|day| !self.call_overdue && over(day)) {
            return Some(RatingOrderAct::Overdue { step: RatingStep::CallBack, due });
        }
        let due = Some(self.due(&now.calendar)).filter(|day| !self.overdue && over(day))?;
        Some(RatingOrderAct::Overdue { step: RatingStep::Answer, due })
    }

    async fn lock(conn: &mut PgConnection, no: &str) -> Result<Order, Stop> {
        record::lock(conn, no).await
    }

    async fn keep(self, conn: &mut PgConnection, entry: Entry<RatingOrderAct>, calendar: &Calendar) -> Result<(), Stop> {
        record::keep(conn, self, entry, calendar).await
    }
}
