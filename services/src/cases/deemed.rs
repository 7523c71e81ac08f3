//! 视为受理 · silence past five working days is acceptance, dated the day the papers came (许可法 32(4), X.7-6). No person does it.

use super::case::{Case, Rejection};
use super::run::by_the_clock;
use super::{accept, chart};
use acts::CaseAct;
use authority::Act;
use catalogue::{Catalogue, Item};
use foundation::jobs::{Job, Worker};
use foundation::{House, Moment, Stop};
use futures::future::BoxFuture;
use sqlx::PgConnection;

/// The timer's kind; its key is the case number.
pub const KIND: &str = "deemed_acceptance";

pub fn decide(case: &Case, item: &Item, now: &Moment) -> Result<Vec<CaseAct>, Rejection> {
    case.must_wait_at("check_acceptance", "视为受理")?;
    let received = case.acceptance.start;
    if case.acceptance.due(&now.calendar).is_none_or(|due| now.at < due.instant()) {
        return Err(Rejection::Clock("受理期限还没有过".into()));
    }
    let (promised, statutory) = accept::clocks(item, case, received);
    let moved = chart::complete(case, item, "check_acceptance", &[("outcome", "accept")])?;
    Ok(vec![
        CaseAct::DeemedAccepted { received, promised, statutory, moved },
        CaseAct::SealUsed { seal: "审批专用章".into(), document: "受理通知书".into() },
    ])
}

pub struct DeemedAcceptance {
    pub catalogue: Catalogue,
}

impl Worker for DeemedAcceptance {
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
        Box::pin(by_the_clock(conn, house, &self.catalogue, &job.key, Act::Accept, now, decide))
    }
}
