//! 视为准予延续 · a renewal applied for in time and not decided when the certificate expires is granted by the law (许可法 50(2), B4.1-12). No
//! person does it, and no decision comes after it.

use super::case::{Case, Rejection, Stage};
use super::chart;
use super::grant::certified;
use super::run::by_the_clock;
use crate::certificates::{self, licence_id, term};
use acts::{Asks, CaseAct};
use authority::Act;
use catalogue::{Catalogue, Item};
use foundation::jobs::{Job, Worker};
use foundation::{House, Moment, Stop};
use futures::future::BoxFuture;
use sqlx::PgConnection;

/// The timer's kind; its key is the case number.
pub const KIND: &str = "deemed_renewal";

/// Whether the last day has passed on which the agency could decide.
fn is_over(case: &Case, now: &Moment) -> bool {
    let renews = case.about.as_ref().is_some_and(|about| about.asks == Asks::Renewal);
    let valid_to = case.certificate.as_ref().and_then(|certificate| certificate.valid_to());
    renews && valid_to.is_some_and(|to| now.at >= calendar::end_of_day(to))
}

/// No decision on a renewal once the law has made it, also in the moment before the clock has come by. What was sent back for
/// correction waited for its applicant: there the certificate has expired.
pub fn still_open(case: &Case, now: &Moment) -> Result<(), Rejection> {
    let expired = case.certificate.as_ref().is_some_and(|certificate| certificate.expired.is_some());
    match is_over(case, now) && !expired {
        true => Err(certificates::Rejection::LawHasDecided.into()),
        false => Ok(()),
    }
}

pub fn decide(case: &Case, item: &Item, now: &Moment) -> Result<Vec<CaseAct>, Rejection> {
    if case.stage.is_concluded() || case.stage == Stage::CorrectionRequested {
        return Err(Rejection::TooLate("这一件不在等决定".into()));
    }
    let Some(certificate) = case.certificate.as_ref().filter(|_| is_over(case, now)) else {
        return Err(certificates::Rejection::NotYetOver.into());
    };
    let next = term::next(certificate, item, Asks::Renewal, now.date())?;
    Ok(vec![
        CaseAct::DeemedRenewed {
            on: now.date(),
            certificate_no: licence_id(item, &certificate.no, next.version),
            valid_from: next.from,
            valid_to: next.to,
            moved: chart::terminate(case, item, "视为准予延续")?,
            private: Some(certified(case, item, None)),
        },
        CaseAct::SealUsed { seal: "审批专用章".into(), document: "视为准予延续通知书、证照".into() },
    ])
}

pub struct DeemedRenewal {
    pub catalogue: Catalogue,
}

impl Worker for DeemedRenewal {
    fn kind(&self) -> &'static str {
        KIND
    }
    fn run<'a>(
        &'a self,
        house: &'a House,
        conn: &'a mut PgConnection,
        job: &'a Job,
        now: &'a Moment,
    ) -> BoxFuture<'a, Result<(), Stop>> {
        Box::pin(by_the_clock(conn, house, &self.catalogue, &job.key, Act::LapseCertificate, now, decide))
    }
}
