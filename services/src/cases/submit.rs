//! 提交 · submit an application (B4.1, F071, F074). One form is one case, however often it is sent; the receipt and the case
//! number come at once, and the five working days for acceptance start.

use super::case::{self, Case, Rejection};
use super::chart;
use super::run::By;
use acts::{CaseAct, Channel, Handed, Party, Submission};
use authority::{Act, Circumstance, Resource};
use calendar::Clock;
use catalogue::Item;
use foundation::people::Person;
use foundation::{House, Moment, Stop, once, record};
use serde_json::{Map, Value};
use sqlx::PgConnection;
use uuid::Uuid;

/// Everything handed in.
#[derive(Clone, Debug)]
pub struct Application {
    pub applicant: Party,
    /// Whoever handed it in: the applicant or the agent; never the officer who typed it.
    pub filed_by: Uuid,
    /// Whether that person can sign in here.
    pub account: bool,
    pub channel: Channel,
    pub answers: Map<String, Value>,
    pub materials: Vec<Handed>,
}

/// What the law asks before there can be a case: a basis in force (F016) and a form filled in.
pub fn decide(application: &Application, item: &Item, now: &Moment) -> Result<CaseAct, Rejection> {
    if !item.basis_in_force(now.date()) {
        let lapsed: Vec<String> = item.without_basis(now.date()).iter().map(|b| format!("《{}》{}", b.law, b.article)).collect();
        return Err(Rejection::BasisLapsed(lapsed.join("、")));
    }
    let open = item.form.check_all(&application.answers, now.date());
    if !open.is_empty() {
        return Err(Rejection::Unfinished(open.len()));
    }
    Ok(CaseAct::Submitted {
        item: item.slug.clone(),
        agency: item.agency.clone(),
        region: item.region.clone(),
        channel: application.channel,
        versions: item.versions(),
        acceptance: Clock::start(now.date(), item.acceptance_limit),
        moved: chart::begin(item)?,
        private: Some(Submission {
            applicant: application.applicant.clone(),
            filed_by: application.filed_by,
            account: Some(application.account),
            answers: item.form.answered(&application.answers),
            materials: application.materials.clone(),
        }),
    })
}

/// Opens the case in the caller's transaction; a form sent before answers with the case it made then.
pub async fn run(
    conn: &mut PgConnection,
    house: &House,
    item: &Item,
    by: By<'_>,
    application: &Application,
    form: Uuid,
    now: &Moment,
) -> Result<String, Stop> {
    once::alone(conn, form).await?;
    if let Some(before) = case::of_form(conn, form).await? {
        return Ok(before);
    }
    if let By::Person(person, _) = by {
        let (act, on) = match application.channel {
            Channel::Online => (Act::Apply, Resource::Draft { owner: application.applicant.id.to_string() }),
            Channel::Counter => (Act::RegisterAtCounter, Resource::Agency { key: item.agency.clone() }),
        };
        house.may(
            &person.principal(),
            act,
            &on,
            &Circumstance { at_counter: application.channel == Channel::Counter, ..Circumstance::default() },
        )?;
    }
    let act = decide(application, item, now).map_err(|no| Stop::Rejected(no.to_string()))?;
    let no = case::next_number(conn, &item.region, now.date()).await?;
    let entry = by.entry(&no, now, act);
    record::record(conn, std::slice::from_ref(&entry)).await?;
    let case = Case::begin(&entry).ok_or_else(|| Stop::Fault("a submission begins a case".into()))?;
    case::insert(conn, &case, form, now).await?;
    Ok(no)
}

/// A person or an organisation as applicant, from the account.
pub fn party_of(person: &Person) -> Party {
    Party {
        id: person.id,
        name: person.name.clone(),
        identity: person.resident_id.clone(),
        mobile: person.mobile.clone(),
        organisation: false,
    }
}
