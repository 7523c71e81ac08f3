//! 到期 · a certificate that was not renewed expires with its last day (许可法 50, 70). No person does it. One whose renewal waits for its
//! decision does not: the law decides that (see `cases/renewed.rs`).

use super::certificate::{self, Certificate, Standing};
use acts::{Actor, CertificateAct, Subject};
use authority::{Act, Circumstance, Principal};
use catalogue::Catalogue;
use foundation::jobs::{Job, Worker};
use foundation::{House, Moment, Stop, record};
use futures::future::BoxFuture;
use sqlx::PgConnection;

/// The timer's kind; its key is the number of the certificate.
pub const KIND: &str = "certificate_expiry";

/// Whether it is over, its last day having passed. `renewing`: a renewal filed in time waits for its decision.
pub fn decide(certificate: &Certificate, renewing: bool, now: &Moment) -> Option<CertificateAct> {
    let last_day = certificate.valid_to()?;
    let over = certificate.standing() == Standing::Valid && now.date() > last_day && !renewing;
    over.then_some(CertificateAct::Expired { last_day })
}

pub struct Expiry {
    pub catalogue: Catalogue,
}

impl Worker for Expiry {
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
        Box::pin(async move {
            let mut certificate = certificate::lock(conn, &job.key).await?;
            // An application sent back for correction waits for its applicant, and no decision of the agency is overdue.
            let renewing: bool = sqlx::query_scalar(
                "select exists (select
                                  from cases
                                 where certificate = $1
                                   and asks = 'renewal'
                                   and concluded_on is null
                                   and stage <> 'correction_requested')",
            )
            .bind(&certificate.no)
            .fetch_one(&mut *conn)
            .await?;
            let Some(act) = decide(&certificate, renewing, now) else { return Ok(()) };
            let item = certificate::item_of(conn, house, &self.catalogue, &certificate).await?;
            house.may(&Principal::system(), Act::LapseCertificate, &certificate.resource(&item), &Circumstance::default())?;
            let entry = record::entry(Subject::certificate(&certificate.no), now.at, Actor::system(), None, act);
            certificate.apply(&entry);
            certificate::save(conn, &certificate, &item, now).await?;
            record::record(conn, &[entry]).await?;
            Ok(())
        })
    }
}

#[cfg(test)]
mod tests {
    use super::super::certificate::{Over, issued};
    use super::*;
    use acts::Ending;
    use calendar::Calendar;
    use std::sync::Arc;

    #[test]
    fn b4_1_12_it_expires_after_its_last_day_unless_its_renewal_waits_for_the_decision() {
        let day = |text: &str| text.parse::<chrono::NaiveDate>().unwrap();
        let certificate = issued("2024-01-01", Some("2026-03-31"));
        let at = |date: &str| {
            let noon = calendar::start_of_day(day(date)) + chrono::Duration::hours(12);
            Moment::new(noon, Arc::new(Calendar::china()))
        };
        assert_eq!(decide(&certificate, false, &at("2026-03-31")), None);
        let expired = Some(CertificateAct::Expired { last_day: day("2026-03-31") });
        assert_eq!(decide(&certificate, false, &at("2026-04-01")), expired);
        assert_eq!(decide(&certificate, true, &at("2026-04-01")), None);
        let mut over = certificate.clone();
        over.endings.push(Over { how: Ending::Revoked, on: day("2026-03-01"), basis: String::new() });
        assert_eq!(decide(&over, false, &at("2026-04-01")), None);
        // In the moment before the clock has come by it is over already.
        assert_eq!(certificate.standing_on(day("2026-04-01")), Standing::Expired);
        assert_eq!(certificate.standing_on(day("2026-03-31")), Standing::Valid);
    }
}
