//! 综窗收件 · what the comprehensive counter took in for another agency of its centre: one front accepts, back offices decide (B4.1-16). Whoever
//! took it in prints the slip for the applicant, on that day; the case itself is the agency's.

use crate::cases::{self, case};
use crate::hall::{self, Kind};
use acts::Handed;
use askama::Template;
use authority::{Act, Circumstance, Resource};
use axum::extract::{Path, State};
use axum::response::Response;
use catalogue::{Catalogue, Item};
use chrono::NaiveDate;
use foundation::page::{self, Shell, filters};
use foundation::people::Person;
use foundation::{House, Moment, SignedIn, Stop};
use sqlx::PgConnection;
use std::sync::Arc;

/// Whether this officer sits today at a counter that serves general numbers in the centre where the matter is handled.
pub async fn at_comprehensive_counter(
    conn: &mut PgConnection,
    catalogue: &Catalogue,
    officer: &Person,
    item: &Item,
    now: &Moment,
) -> Result<bool, Stop> {
    let counter = hall::counter_of(conn, officer.id, now.date()).await?;
    Ok(counter.is_some_and(|counter| is_general(catalogue, &counter, item, now)))
}

fn is_general(catalogue: &Catalogue, counter: &hall::Counter, item: &Item, now: &Moment) -> bool {
    counter.serves(Kind::General) && catalogue.is_handled_in(item, &counter.centre, now.date())
}

/// What an officer is told who may take this in as soon as a general counter is open: nothing an administrator could help with.
pub const OPEN_FIRST: &str = "您现在没有开着的综合窗口，收不了别的单位的件。请先到“叫号”里开窗口";

/// Refuses who may not take this in: an officer of another agency who sits at no comprehensive counter of its centre. Says how it is taken in.
pub async fn may_register(
    conn: &mut PgConnection,
    house: &House,
    catalogue: &Catalogue,
    officer: &Person,
    item: &Item,
) -> Result<Circumstance, Stop> {
    let now = house.now();
    let comprehensive = at_comprehensive_counter(conn, catalogue, officer, item, &now).await?;
    let how = Circumstance { at_counter: true, comprehensive, ..Circumstance::default() };
    let on = Resource::Agency { key: item.agency.clone() };
    let Err(refused) = house.may(&officer.principal(), Act::RegisterAtCounter, &on, &how) else { return Ok(how) };
    let open = Circumstance { comprehensive: true, ..how };
    let could = hall::sits_at(catalogue, officer, now.date()).iter().any(|at| catalogue.is_handled_in(item, at, now.date()))
        && house.may(&officer.principal(), Act::RegisterAtCounter, &on, &open).is_ok();
    Err(if could { Stop::NotAllowed { reason: OPEN_FIRST.into() } } else { refused })
}

#[derive(Template)]
#[template(path = "counter/taken.html")]
struct TakenPage {
    shell: Shell,
    no: String,
    code: String,
    qr: String,
    item: Arc<Item>,
    agency: String,
    applicant: String,
    papers: Vec<String>,
    due: Option<NaiveDate>,
}

/// GET /counter/taken/{no}
pub async fn show(
    State(house): State<House>,
    catalogue: Catalogue,
    shell: Shell,
    person: SignedIn,
    Path(no): Path<String>,
) -> Result<Response, Stop> {
    let mut conn = house.pool().acquire().await?;
    let history = case::history(&mut conn, &no).await?;
    drop(conn);
    let (case, item) = cases::run::read(&house, &catalogue, &no).await?;
    let first = history.first().map(|(_, entry)| entry).ok_or(Stop::NotFound("办件"))?;
    let mine = first.person.as_ref().is_some_and(|by| by.person == person.id) && first.by.role == "officer";
    let now = house.now();
    if !mine || calendar::local_date(first.at) != now.date() {
        return Err(Stop::NotAllowed { reason: "收件凭证由收件的人当天出具".into() });
    }
    let papers = case.materials.iter().filter_map(|handed: &Handed| item.materials.iter().find(|m| m.key == handed.material));
    let page = TakenPage {
        qr: page::qr(&format!("{}/cases/{no}?code={}", house.site().origin, house.lookup_code(&no))),
        code: house.lookup_code(&no),
        agency: catalogue.agency_name(&case.agency).to_owned(),
        applicant: case.applicant.as_ref().map(|party| party.name.clone()).unwrap_or_default(),
        papers: papers.map(|material| material.name.clone()).collect(),
        due: case.acceptance.due(&now.calendar).map(|due| due.date),
        item,
        no,
        shell,
    };
    page::render(&page.shell.clone(), &page)
}
