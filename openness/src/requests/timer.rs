//! 到时 · what the clock does by itself: a correction that does not come ends a request, an opinion that does not come is silence, and a day
//! that passes without an answer is put on record.

use super::fold::{self, Request, State};
use acts::{Entry, RequestAct, RequestOpinion};
use calendar::{Calendar, end_of_day};
use chrono::{DateTime, Utc};
use foundation::kept::Timed;
use foundation::{Moment, Stop};
use sqlx::PgConnection;

impl Timed for Request {
    type Act = RequestAct;
    const KIND: &'static str = "information_request";

    fn no(&self) -> &str {
        &self.no
    }

    /// When something is due; not while it only waits for its office.
    fn rings(&self, calendar: &Calendar) -> Option<DateTime<Utc>> {
        let waits_for_the_office = self.state == State::Unconfirmed || self.overdue && self.waits().next().is_none();
        (self.is_open() && !waits_for_the_office).then(|| end_of_day(self.next(calendar)))
    }

    fn of_itself(&self, now: &Moment) -> Option<RequestAct> {
        let over = |day| now.at >= end_of_day(day);
        match (&self.correction, self.state) {
            (Some((until, _)), State::Correcting) if over(*until) => return Some(RequestAct::Abandoned { until: *until }),
            (_, State::Running) => {}
            _ => return None,
        }
        if let Some(asked) = self.waits().min_by_key(|asked| asked.until) {
            let silent =
                RequestAct::OpinionGiven { of: asked.of, opinion: RequestOpinion::Silent, on: asked.until, private: None };
            return over(asked.until).then_some(silent);
        }
        let due = self.due(&now.calendar).filter(|due| !self.overdue && over(*due))?;
        Some(RequestAct::Overdue { due })
    }

    async fn lock(conn: &mut PgConnection, no: &str) -> Result<Request, Stop> {
        fold::lock(conn, no).await
    }

    async fn keep(self, conn: &mut PgConnection, entry: Entry<RequestAct>, calendar: &Calendar) -> Result<(), Stop> {
        fold::keep(conn, self, entry, calendar).await
    }
}
