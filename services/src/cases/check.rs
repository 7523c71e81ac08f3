//! 核查证照 · while a case is in hand, whoever handles it asks for a certificate of the applicant that another agency issued, with the ground (B9, F117;
//! 优化营商环境条例 37). What comes of it stands on the case and is an act of it; that it was asked, or refused, is a look the applicant reads.

use super::case::{Case, Rejection};
use super::officer::role;
use super::run::{perform, read};
use crate::certificates::certificate::Certificate;
use crate::queries::find;
use acts::{CaseAct, Checked};
use askama::Template;
use authority::{Act, Circumstance};
use axum::Router;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;
use catalogue::{Catalogue, Item};
use chrono::NaiveDate;
use foundation::held::{Entered, Held, Posted};
use foundation::looking::{self, Ground, Opened, Sight};
use foundation::page::fields::{Filled, field_error, text};
use foundation::page::{self, Shell, filters};
use foundation::people::Person;
use foundation::{House, SignedIn, Stop};
use std::sync::Arc;
use uuid::Uuid;

const TITLE: &str = "核查证照";
const LONGEST: usize = 300;

pub fn routes() -> Router<House> {
    Router::new().route("/counter/cases/{no}/check-certificate", get(show).post(send))
}

/// The law: of a case in hand, the applicant's certificate of another agency, with a reason.
pub fn f117_check(case: &Case, kept_by: &str, checked: Checked) -> Result<Vec<CaseAct>, Rejection> {
    if case.stage.is_concluded() {
        case.must_wait_at("", TITLE)?;
    }
    if kept_by == case.agency {
        return Err(Rejection::OwnCertificate);
    }
    Ok(vec![CaseAct::CertificateChecked { private: Some(checked) }])
}

/// What is told of a certificate, and no more: whether there is one in force, until when.
fn told(certificate: Option<&Certificate>, item: &Item, reason: String, today: NaiveDate) -> Checked {
    let name = item.result.name.clone();
    match certificate {
        None => Checked { name, reason, ..Checked::default() },
        Some(one) => Checked {
            name,
            reason,
            no: one.no.clone(),
            state: one.standing_on(today).zh().into(),
            valid_to: one.current(today).valid_to,
        },
    }
}

#[derive(Template)]
#[template(path = "cases/check.html")]
struct CheckPage {
    shell: Shell,
    case: Case,
    item: Arc<Item>,
    once: Uuid,
    summary: String,
    trouble: Option<String>,
    fields: String,
}

/// Matters of other agencies that have a certificate.
fn others(catalogue: &Catalogue, agency: &str) -> Vec<Arc<Item>> {
    let issues = |item: &Arc<Item>| !item.result.certificate.is_empty() && item.agency != agency;
    catalogue.listed().into_iter().filter(issues).collect()
}

fn draw(
    catalogue: &Catalogue,
    shell: Shell,
    (case, item): (Case, Arc<Item>),
    filled: Filled,
    trouble: Option<String>,
    once: Uuid,
) -> Result<Response, Stop> {
    let offered: Vec<(String, String)> = others(catalogue, &case.agency)
        .iter()
        .map(|item| (item.slug.clone(), format!("{}（{}）", item.result.name, catalogue.agency_name(&item.agency))))
        .collect();
    let offered: Vec<(&str, &str)> = offered.iter().map(|(slug, name)| (slug.as_str(), name.as_str())).collect();
    let fields = [
        filled.choice("certificate", "查哪一种证照", "radio", &offered),
        filled.textarea("reason", "为什么要查", "这一件用它来核对什么。只进案卷，申请人看得到", 3),
    ]
    .concat();
    let status = match (&trouble, filled.errors.is_empty()) {
        (Some(_), _) => StatusCode::CONFLICT,
        (None, false) => StatusCode::UNPROCESSABLE_ENTITY,
        (None, true) => StatusCode::OK,
    };
    let page = CheckPage { summary: filled.summary(), once, trouble, fields, case, item, shell };
    page::render_status(&page.shell.clone(), status, &page)
}

/// The case for somebody who may check for it; that somebody else tried is kept.
async fn case_for(house: &House, catalogue: &Catalogue, person: &Person, no: &str) -> Result<(Case, Arc<Item>), Stop> {
    let (case, item) = read(house, catalogue, no).await?;
    let on = case.resource(&item);
    let verdict = house.authority().may(&person.principal(), Act::CheckCertificate, &on, &Circumstance::default());
    if !verdict.allowed {
        looking::came_to(house, person, &on, Opened::Check, "", Ground::of(&verdict)).await?;
        house.may(&person.principal(), Act::CheckCertificate, &on, &Circumstance::default())?;
    }
    Ok((case, item))
}

/// GET /counter/cases/{no}/check-certificate
async fn show(
    State(house): State<House>,
    catalogue: Catalogue,
    shell: Shell,
    person: SignedIn,
    Held(held): Held,
    Path(no): Path<String>,
) -> Result<Response, Stop> {
    let of = case_for(&house, &catalogue, &person, &no).await?;
    looking::look(&house, &person, &of.0.resource(&of.1), Opened::Form, TITLE).await?;
    if of.0.stage.is_concluded() {
        return Ok(Redirect::to(&format!("/counter/cases/{no}")).into_response());
    }
    let filled = Filled::new(shell.lang, held.unwrap_or_default(), Vec::new());
    draw(&catalogue, shell, of, filled, None, Uuid::new_v4())
}

/// POST /counter/cases/{no}/check-certificate
async fn send(
    State(house): State<House>,
    catalogue: Catalogue,
    shell: Shell,
    person: SignedIn,
    Path(no): Path<String>,
    posted: Posted,
) -> Result<Response, Stop> {
    let form = posted.once()?;
    let (case, item) = case_for(&house, &catalogue, &person, &no).await?;
    let mut errors = Vec::new();
    let chosen = others(&catalogue, &case.agency).into_iter().find(|item| item.slug == posted.one("certificate"));
    if chosen.is_none() {
        errors.push(field_error("certificate", "查哪一种证照", "请选查哪一种证照", "Choose the certificate"));
    }
    let reason = text(&posted, "reason", "为什么要查", ("请写为什么要查", "Say what it is needed for"), LONGEST, &mut errors);
    let again = |shell: Shell, of, entered: Entered, errors, trouble, once| {
        draw(&catalogue, shell.clone(), of, Filled::new(shell.lang, entered, errors), trouble, once)
    };
    let Some(chosen) = chosen.filter(|_| errors.is_empty()) else {
        return again(shell, (case, item), posted.0, errors, None, form);
    };
    let Some(applicant) = case.applicant.as_ref() else { return Err(Stop::NotFound("申请人")) };
    let now = house.now();
    let certificate = find::held(&mut *house.pool().acquire().await?, applicant.id, &chosen.slug, now.date()).await?;
    let checked = told(certificate.as_ref(), &chosen, reason.clone(), now.date());
    let keeper = certificate.as_ref().map_or(chosen.agency.clone(), |one| one.agency.clone());
    let leads_to = format!("/counter/cases/{no}");
    let how = Circumstance { at_counter: true, ..Circumstance::default() };
    let kept = Sight { whose: vec![applicant.id], no: &no, keeper: &keeper, opened: Opened::Check, part: &checked.name };
    let done =
        perform(&house, &catalogue, &person, role(&person), &no, Act::CheckCertificate, &how, form, leads_to, |case, _, _| {
            f117_check(case, &keeper, checked.clone())
        })
        .await;
    match done {
        Ok(to) => {
            looking::keep(&house, &person, kept, Ground { allowed: true, policy: String::new(), words: reason }).await?;
            Ok(Redirect::to(&to).into_response())
        }
        Err(Stop::Rejected(why)) => {
            looking::keep(&house, &person, kept, Ground::refused(why.clone())).await?;
            let of = read(&house, &catalogue, &no).await?;
            again(shell, of, posted.0, Vec::new(), Some(why), Uuid::new_v4())
        }
        Err(stop) => Err(stop),
    }
}
