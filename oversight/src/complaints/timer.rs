//! 到时 · a last day that passes without an answer, or without a word on acceptance, is put on record in its second; supervision reads it there.

use super::fold::{self, Complaint};
use acts::{ComplaintAct, Entry};
use calendar::{Calendar, end_of_day};
use chrono::{DateTime, Utc};
use foundation::kept::Timed;
use foundation::{Moment, Stop};
use sqlx::PgConnection;

impl Timed for Complaint {
    type Act = ComplaintAct;
    const KIND: &'static str = "complaint";

    fn no(&self) -> &str {
        &self.no
    }

    fn rings(&self, calendar: &Calendar) -> Option<DateTime<Utc>> {
        let acceptance = self.waits_for_acceptance() && !self.acceptance_overdue;
        (self.is_open() && (acceptance || !self.overdue)).then(|| end_of_day(self.next(calendar)))
    }

    fn of_itself(&self, now: &Moment) -> Option<ComplaintAct> {
        if !self.is_open() {
            return None;
        }
        let over = |day: &chrono::NaiveDate| now.at >= end_of_day(*day);
        let waits = self.waits_for_acceptance() && !self.acceptance_overdue;
        if let Some(due) = self.accept_by(&now.calendar).filter(|day| waits && over(day)) {
            return Some(ComplaintAct::Overdue { due, acceptance: true });
        }
        let due = self.due(&now.calendar).filter(|day| !self.overdue && over(day))?;
        Some(ComplaintAct::Overdue { due, acceptance: false })
    }

    async fn lock(conn: &mut PgConnection, no: &str) -> Result<Complaint, Stop> {
        fold::lock(conn, no).await
    }

    async fn keep(self, conn: &mut PgConnection, entry: Entry<ComplaintAct>, calendar: &Calendar) -> Result<(), Stop> {
        fold::keep(conn, self, entry, calendar).await
    }
}
