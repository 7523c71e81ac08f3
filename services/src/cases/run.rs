//! 办理 · one act on a case, all the way: lock, may they, decide, apply, save, number, record. Every door to a case passes here.

use super::case::{self, Case, Rejection};
use crate::certificates::{certificate, drawn_from};
use crate::delegations;
use crate::numbers;
use acts::{CaseAct, Party, Subject};
use authority::{Act, Circumstance};
use axum::response::Redirect;
use catalogue::{Catalogue, Item};
use foundation::integrity::{self, Held};
use foundation::people::Person;
use foundation::{House, Moment, Stop, once, record};
use sqlx::PgConnection;
use std::sync::Arc;
use uuid::Uuid;

/// Who acts, in which role.
#[derive(Clone, Copy)]
pub enum By<'a> {
    Person(&'a Person, &'static str),
    /// Whoever holds the code of the receipt: the door that let them in has asked for it.
    Holder,
    /// The clock.
    System,
}

impl By<'_> {
    fn principal(&self) -> authority::Principal {
        match self {
            By::Person(person, _) => person.principal(),
            By::Holder => authority::Principal::nobody(),
            By::System => authority::Principal::system(),
        }
    }
    pub fn entry(&self, no: &str, now: &Moment, act: CaseAct) -> acts::Entry<CaseAct> {
        let (actor, person) = match self {
            By::Person(person, role) => (person.actor(role), Some(person.private())),
            By::Holder => (acts::Actor { role: "applicant".into(), agency: None, post: None }, None),
            By::System => (acts::Actor::system(), None),
        };
        record::entry(Subject::case(no), now.at, actor, person, act)
    }
}

/// What ended an act: the rules of the case, or anything else.
pub enum No {
    Rejected(Rejection),
    Stop(Stop),
}

impl<E: Into<Stop>> From<E> for No {
    fn from(error: E) -> No {
        No::Stop(error.into())
    }
}

/// Reads the case of this number, with the version of its matter that it runs on.
pub async fn read(house: &House, catalogue: &Catalogue, no: &str) -> Result<(Case, Arc<Item>), Stop> {
    let case = case::find(&mut *house.pool().acquire().await?, no).await?;
    let item = catalogue.item_version(house.pool(), &case.item, &case.versions.item).await?;
    Ok((case, item))
}

/// Reads the case for somebody who may do this to it.
pub async fn open(house: &House, catalogue: &Catalogue, person: &Person, act: Act, no: &str) -> Result<(Case, Arc<Item>), Stop> {
    let (case, item) = read(house, catalogue, no).await?;
    house.may(&person.principal(), act, &case.resource(&item), &Circumstance::default())?;
    Ok((case, item))
}

/// Where somebody comes back to who had to sign in first to press a button: to the case, whose page has it.
pub async fn back_to(house: &House, catalogue: &Catalogue, person: &Person, act: Act, no: &str) -> Result<Redirect, Stop> {
    let (case, _) = open(house, catalogue, person, act, no).await?;
    Ok(Redirect::to(&case.url()))
}

/// Does one act in the caller's transaction.
pub async fn run(
    conn: &mut PgConnection,
    house: &House,
    catalogue: &Catalogue,
    by: By<'_>,
    no: &str,
    act: Act,
    how: &Circumstance,
    now: &Moment,
    decide: impl FnOnce(&Case, &Item, &Moment) -> Result<Vec<CaseAct>, Rejection>,
) -> Result<Case, No> {
    let mut case = case::lock(conn, no).await?;
    if let Some(about) = &case.about {
        case.certificate = Some(Box::new(certificate::lock_with(conn, about).await?));
    }
    let item = catalogue.item_version(house.pool(), &case.item, &case.versions.item).await?;
    if !matches!(by, By::Holder) {
        house.may(&by.principal(), act, &case.resource(&item), how)?;
    }
    if let By::Person(person, _) = by {
        if f055_may_be_the_same(person, &case) {
            return Err(No::Rejected(Rejection::SameName));
        }
        f054_controls_hold(conn, person, no, act).await?;
    }
    let decided = decide(&case, &item, now).map_err(No::Rejected)?;
    let mut entries: Vec<_> = decided.into_iter().map(|act| by.entry(no, now, act)).collect();
    for entry in &entries {
        case.apply(entry);
    }
    case::save(conn, &case, now).await?;
    for entry in &mut entries {
        entry.document_no = numbers::next(conn, catalogue, &case, &item, entry).await?;
        entry.letters = drawn_from(catalogue, &case, &item, &entry.act, &now.calendar);
    }
    record::record(conn, &entries).await?;
    certificate::moved_by(conn, &case, &item, &entries, now).await?;
    Ok(case)
}

/// 同名 · an officer whose card is not on record, and an applicant of the same name: nobody can tell whether it is the own case (公务员法 76; F055).
fn f055_may_be_the_same(person: &Person, case: &Case) -> bool {
    let name = forms::text::fold_name(&person.name);
    // Of their own account the policy says what they may.
    let bears = |party: &Party| !party.organisation && party.id != person.id && forms::text::fold_name(&party.name) == name;
    person.agency.is_some() && person.resident_id.is_none() && case.applicant.as_ref().is_some_and(bears)
}

/// What open warnings ask of the case before somebody judges or decides it (A6, F054).
async fn f054_controls_hold(conn: &mut PgConnection, person: &Person, no: &str, act: Act) -> Result<(), No> {
    if !matches!(act, Act::Survey | Act::Examine | Act::Decide) {
        return Ok(());
    }
    let holds = integrity::holds(conn, no).await?;
    integrity::f054_may(&holds, person.id, act == Act::Decide).map_err(|held| {
        No::Rejected(match held {
            Held::SecondPerson => Rejection::SecondPersonWanted,
            Held::SecondDecides => Rejection::SecondDecides,
            Held::Rotation => Rejection::RotationWanted,
        })
    })
}

/// Does what the clock does by itself, in the transaction of its job. Where somebody was faster, nothing is left to do.
pub async fn by_the_clock(
    conn: &mut PgConnection,
    house: &House,
    catalogue: &Catalogue,
    no: &str,
    act: Act,
    now: &Moment,
    decide: impl FnOnce(&Case, &Item, &Moment) -> Result<Vec<CaseAct>, Rejection>,
) -> Result<(), Stop> {
    match run(conn, house, catalogue, By::System, no, act, &Circumstance::default(), now, decide).await {
        Ok(_) | Err(No::Rejected(_)) => Ok(()),
        Err(No::Stop(stop)) => Err(stop),
    }
}

/// Does one act in a transaction of its own, once per form, and keeps the refusal when the rules say no (F148).
/// Returns the address the answer leads to.
pub async fn perform(
    house: &House,
    catalogue: &Catalogue,
    person: &Person,
    role: &'static str,
    no: &str,
    act: Act,
    how: &Circumstance,
    form: Uuid,
    leads_to: String,
    decide: impl FnOnce(&Case, &Item, &Moment) -> Result<Vec<CaseAct>, Rejection>,
) -> Result<String, Stop> {
    perform_with(house, catalogue, person, role, no, act, how, form, leads_to, decide, async |_| Ok(())).await
}

/// The same, with what has to happen in one transaction with the act.
pub async fn perform_with(
    house: &House,
    catalogue: &Catalogue,
    person: &Person,
    role: &'static str,
    no: &str,
    act: Act,
    how: &Circumstance,
    form: Uuid,
    leads_to: String,
    decide: impl FnOnce(&Case, &Item, &Moment) -> Result<Vec<CaseAct>, Rejection>,
    with_it: impl AsyncFnOnce(&mut PgConnection) -> Result<(), Stop>,
) -> Result<String, Stop> {
    let mut tx = house.pool().begin().await?;
    if let Some(before) = once::answered(&mut tx, person.id, form).await? {
        return Ok(before);
    }
    let now = house.now();
    match run(&mut tx, house, catalogue, By::Person(person, role), no, act, how, &now, decide).await {
        Ok(_) => {
            with_it(&mut tx).await?;
            once::finish(house, tx, person.id, form, &leads_to).await?;
            Ok(leads_to)
        }
        Err(No::Stop(stop @ Stop::NotAllowed { .. })) => {
            tx.rollback().await?;
            let (case, item) = read(house, catalogue, no).await?;
            Err(delegations::explained(house, person, (act, &case.resource(&item), how), stop).await?)
        }
        Err(No::Stop(stop)) => Err(stop),
        Err(No::Rejected(rejection)) => {
            tx.rollback().await?;
            Err(refuse(house, person, role, no, act, &rejection).await?)
        }
    }
}

/// Keeps the refusal, once a day for the same attempt by the same person, and tells it. The reason may name a colleague: the
/// public body says only which act was refused.
pub async fn refuse(
    house: &House,
    person: &Person,
    role: &'static str,
    no: &str,
    act: Act,
    rejection: &Rejection,
) -> Result<Stop, Stop> {
    let refused = CaseAct::AttemptRefused { attempt: act.as_str().into(), reason: rejection.kind().into() };
    let now = house.now();
    let mut tx = house.pool().begin().await?;
    case::lock(&mut tx, no).await?;
    let before = case::history(&mut tx, no).await?.into_iter().any(|(_, entry)| {
        entry.act == refused
            && entry.person.is_some_and(|by| by.person == person.id)
            && calendar::local_date(entry.at) == now.date()
    });
    if !before {
        record::record(&mut tx, &[By::Person(person, role).entry(no, &now, refused)]).await?;
        tx.commit().await?;
        house.wake();
    }
    Ok(Stop::Rejected(rejection.to_string()))
}
