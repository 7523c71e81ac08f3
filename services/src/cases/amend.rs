//! 更正申请 · the applicant mends the own statement while the office has not examined it (许可法 31: whoever applies answers for what it says;
//! B4.1). It is no supplement: nobody asked for it, and it moves no clock, so that nothing an applicant does makes the office late or
//! gives it time. What was accepted stays what it was: a change that would make it another procedure, or ask for papers that are not there,
//! is a new application.

use super::case::{Case, Rejection};
use super::officer::OfficerAct;
use super::run::{open, perform_with};
use super::submit::{self, NoTelephone};
use super::supplement::{answered, is_of};
use super::together;
use crate::agents;
use acts::{Amendment, Asks, CaseAct};
use askama::Template;
use authority::{Act, Circumstance};
use axum::Router;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;
use catalogue::{Catalogue, Item, MaterialSource};
use chrono::NaiveDate;
use forms::{Answers, Field, FieldError, Kind};
use foundation::held::{Held, Posted};
use foundation::page::fields::{self, Filled, field_error};
use foundation::page::{self, Shell, filters};
use foundation::{House, Moment, SignedIn, Stop};
use serde_json::Value;
use std::fmt::Write;
use std::sync::Arc;
use uuid::Uuid;

pub fn routes() -> Router<House> {
    Router::new().route("/cases/{no}/amend", get(show).post(send))
}

/// Whether the own statement can be mended now: not while the one notice waits, which asks for everything at once; not once it was examined.
pub fn may(case: &Case) -> Result<(), Rejection> {
    if case.stage.is_concluded() || case.decision.is_some() {
        case.must_wait_at("", "更正申请")?;
        return Err(Rejection::DecidedAlready);
    }
    if case.waits_at("await_correction") {
        return Err(Rejection::AmendedBySupplement);
    }
    if case.examined_by.is_some() {
        return Err(Rejection::ExaminedAlready);
    }
    // What was looked at is what was written then.
    if case.surveyed_by.is_some() {
        return Err(Rejection::SurveyedAlready);
    }
    // What all of them agreed to and the office accepted, one does not change.
    let together = case.accepted_on.is_some() && !case.together.is_empty();
    if together { Err(Rejection::AcceptedTogether) } else { Ok(()) }
}

/// What the applicant may mend: all but what is declared, and what is known of who applies.
fn is_theirs(field: &Field, case: &Case) -> bool {
    field.kind != Kind::Declaration && !submit::is_known_of(case, field)
}

/// What the applicant mends, and why.
pub struct Amend {
    pub answers: Answers,
    pub why: String,
}

fn without_telephone(case: &Case) -> NoTelephone {
    NoTelephone::of(case.channel, case.agent.is_some(), case.applicant.as_ref())
}

/// The law of it.
pub fn decide(case: &Case, item: &Item, amend: &Amend, now: &Moment) -> Result<Vec<CaseAct>, Rejection> {
    may(case)?;
    let mut whole = case.answers.clone();
    whole.extend(amend.answers.clone());
    let whole = item.form.answered(&whole);
    let mut changed = Answers::new();
    for (key, new) in &amend.answers {
        if case.answers.get(key).unwrap_or(&Value::Null) != new {
            changed.insert(key.clone(), new.clone());
        }
    }
    // What is not asked any more is taken back with the answer it hung on.
    let gone = case.answers.iter().filter(|(key, was)| !was.is_null() && !whole.contains_key(*key));
    for (key, _) in gone {
        changed.entry(key.clone()).or_insert(Value::Null);
    }
    if changed.is_empty() {
        return Err(Rejection::NothingAmended);
    }
    let open = submit::unfinished(item, &whole, without_telephone(case), now.date());
    if !open.is_empty() {
        return Err(Rejection::Unfinished(open.len()));
    }
    if let Some(about) = case.about.as_ref().filter(|about| matches!(about.asks, Asks::Reissue | Asks::Renewal)) {
        let (was, is) = (item.certificate(&case.answers), item.certificate(&whole));
        if let Some((label, _)) = was.iter().find(|(label, was)| is.iter().any(|(other, is)| other == label && is != was)) {
            return Err(Rejection::AmendedPrint(about.asks.zh(), label.clone()));
        }
    }
    let there = |key: &str| case.materials.iter().any(|handed| handed.material == key);
    let wanted = item.materials_for(&whole).into_iter();
    let short: Vec<String> = wanted
        .filter(|material| material.required && material.source == MaterialSource::Applicant && !there(&material.key))
        .filter(|material| !item.materials_for(&case.answers).iter().any(|before| before.key == material.key))
        .map(|material| material.name.clone())
        .collect();
    // Once told of everything, or accepted, nothing more can be asked for.
    if !short.is_empty() && (case.accepted_on.is_some() || case.correction.is_some()) {
        return Err(Rejection::AmendedWants(short));
    }
    if case.accepted_on.is_some() {
        let situation = |answers: &Answers| item.situation(answers).map(|situation| situation.name.clone());
        if item.is_ordinary(&whole) != item.is_ordinary(&case.answers) || situation(&whole) != situation(&case.answers) {
            return Err(Rejection::AnotherProcedure);
        }
    }
    let together = together::named(item, &whole, case.applicant.as_ref());
    together::keeps(case, &together)?;
    let private = Amendment { answers: changed, why: amend.why.clone(), together };
    Ok(vec![CaseAct::Amended { count: private.answers.len(), private: Some(private) }])
}

/// The hidden name by which a page says which fields it shows: an empty box is an answer where it is shown.
const SHOWN: &str = "shown";

/// Reads what was mended: of the fields that the page showed, in the order of the form.
fn read(posted: &Posted, case: &Case, item: &Item, today: NaiveDate) -> Result<Amend, Vec<FieldError>> {
    let shown = posted.all(SHOWN);
    let here = |field: &Field| is_theirs(field, case) && shown.contains(&field.key);
    let (mut whole, mut errors) = (case.answers.clone(), Vec::new());
    for step in item.form.steps().iter().filter(|step| step.fields.iter().any(here)) {
        let of_page = |key: &str| step.fields.iter().any(|field| here(field) && is_of(key, field));
        let mut entered = item.form.entered(&step.key, &whole);
        entered.retain(|key, _| !of_page(key));
        entered.extend(posted.0.iter().filter(|(key, _)| of_page(key)).map(|(key, typed)| (key.clone(), typed.clone())));
        let reading = item.form.read_step_after(&step.key, &entered, &whole, today);
        whole.extend(reading.answers.into_iter().filter(|(key, _)| of_page(key)));
        errors.extend(reading.errors.into_iter().filter(|error| of_page(&error.field)));
    }
    let own = case.applicant.as_ref().and_then(|party| party.identity.as_deref());
    errors.extend(together::wrong(item, &whole, own, today));
    // What is asked only now, because another answer changed.
    for (_, error) in submit::unfinished(item, &whole, without_telephone(case), today) {
        if !errors.iter().any(|told: &FieldError| told.field == error.field) {
            errors.push(error);
        }
    }
    let wanted = ("请写明为什么更正", "Say why it is corrected");
    let why = fields::text(posted, "amend_why", "为什么更正", wanted, 500, &mut errors);
    if posted.one("amend_truth") != "yes" {
        errors.push(field_error("amend_truth", "声明", "请确认更正后的内容真实", "Confirm that it is true as corrected"));
    }
    if !errors.is_empty() {
        return Err(errors);
    }
    let theirs = item.form.fields().filter(|field| here(field));
    let answers = theirs.filter_map(|field| Some((field.key.clone(), whole.get(&field.key)?.clone()))).collect();
    Ok(Amend { answers, why })
}

/// The whole form as it stands, step by step, with what follows from what was typed just now.
fn form(filled: &Filled, case: &Case, item: &Item) -> String {
    // Only which questions follow is asked, so that the day does not matter.
    let today = calendar::local_date(case.submitted_at);
    let mut entered = answered(case, item);
    let posted = Posted(filled.entered.clone());
    let mut whole = case.answers.clone();
    if filled.entered.contains_key(SHOWN) {
        let shown = posted.all(SHOWN);
        entered.retain(|key, _| !item.form.fields().any(|field| shown.contains(&field.key) && is_of(key, field)));
        for step in item.form.steps() {
            let reading = item.form.read_step_after(&step.key, &posted.0, &whole, today);
            whole.extend(reading.answers.into_iter().filter(|(key, _)| shown.contains(key)));
        }
    }
    entered.extend(filled.entered.clone());
    let filled = Filled::new(filled.lang, entered, filled.errors.clone());
    let mut out = String::new();
    for step in item.form.steps_asked(&whole) {
        let fields: Vec<&Field> = item.form.asked(step, &whole).filter(|field| is_theirs(field, case)).collect();
        if fields.is_empty() {
            continue;
        }
        let wrong = |error: &FieldError| fields.iter().any(|field| is_of(&error.field, field));
        let open = if filled.errors.iter().any(wrong) { " open" } else { "" };
        let _ = write!(out, r#"<details{open}><summary>{}</summary>"#, filled.t(&step.title));
        for field in fields {
            let _ = write!(out, r#"<input type="hidden" name="{SHOWN}" value="{}">{}"#, field.key, filled.field(field));
        }
        out.push_str("</details>");
    }
    out.push_str(&filled.textarea("amend_why", "为什么更正", "例如：门牌号写错了", 3));
    out.push_str(&filled.choice("amend_truth", "声明", "checkbox", &[("yes", "更正后的内容真实")]));
    out
}

#[derive(Template)]
#[template(path = "cases/amend.html")]
struct AmendPage {
    shell: Shell,
    case: Case,
    item: Arc<Item>,
    fields: String,
    summary: String,
    once: Uuid,
    trouble: Option<String>,
}

fn draw(
    shell: Shell,
    (case, item): (Case, Arc<Item>),
    filled: &Filled,
    trouble: Option<(StatusCode, String)>,
) -> Result<Response, Stop> {
    let status = match &trouble {
        Some((status, _)) => *status,
        None if filled.errors.is_empty() => StatusCode::OK,
        None => StatusCode::UNPROCESSABLE_ENTITY,
    };
    let page = AmendPage {
        fields: form(filled, &case, &item),
        summary: filled.summary(),
        once: Uuid::new_v4(),
        trouble: trouble.map(|(_, why)| why),
        case,
        item,
        shell,
    };
    page::render_status(&page.shell.clone(), status, &page)
}

async fn show(
    State(house): State<House>,
    catalogue: Catalogue,
    shell: Shell,
    person: SignedIn,
    Held(held): Held,
    Path(no): Path<String>,
) -> Result<Response, Stop> {
    let (case, item) = open(&house, &catalogue, &person, Act::Supplement, &no).await?;
    if may(&case).is_err() {
        return Ok(Redirect::to(&case.url()).into_response());
    }
    let filled = Filled::new(shell.lang, held.unwrap_or_default(), Vec::new());
    draw(shell, (case, item), &filled, None)
}

async fn send(
    State(house): State<House>,
    catalogue: Catalogue,
    shell: Shell,
    person: SignedIn,
    Path(no): Path<String>,
    posted: Posted,
) -> Result<Response, Stop> {
    let once = posted.once()?;
    let (case, item) = open(&house, &catalogue, &person, Act::Supplement, &no).await?;
    if let Some(pressed) = item.form.press(&posted.0, posted.one("then")) {
        let filled = Filled::new(shell.lang, pressed, Vec::new());
        return draw(shell, (case, item), &filled, None);
    }
    let amend = match read(&posted, &case, &item, house.now().date()) {
        Ok(amend) => amend,
        Err(errors) => {
            let filled = Filled::new(shell.lang, posted.0, errors);
            return draw(shell, (case, item), &filled, None);
        }
    };
    let by_agent = case.is_filed_by_agent(person.id);
    let seen = posted.one("amended").to_owned();
    let done = perform_with(
        &house,
        &catalogue,
        &person,
        case.agent.as_ref().filter(|_| by_agent).map_or("applicant", agents::role_of),
        &no,
        Act::Supplement,
        &Circumstance::default(),
        once,
        case.url(),
        |case, item, now| {
            if !case.is_as_seen(&seen) {
                return Err(Rejection::ChangedMeanwhile);
            }
            decide(case, item, &amend, now)
        },
        async |conn| match by_agent {
            true => agents::consent::holds(conn, &no, person.id, house.now().date()).await,
            false => Ok(()),
        },
    )
    .await;
    match done {
        Ok(to) => Ok(Redirect::to(&to).into_response()),
        Err(Stop::Rejected(why)) => {
            let (case, item) = open(&house, &catalogue, &person, Act::Supplement, &no).await?;
            if case.is_as_seen(&seen) {
                let filled = Filled::new(shell.lang, posted.0, Vec::new());
                return draw(shell, (case, item), &filled, Some((StatusCode::CONFLICT, why)));
            }
            // As it is now, with what was to be changed beside it: what another page changed is not turned back unseen.
            let typed = item.form.fields().filter_map(|field| {
                let new = amend.answers.get(&field.key).filter(|new| case.answers.get(&field.key) != Some(*new))?;
                Some(format!("{}：{}", field.label, item.form.display(field, new)))
            });
            let typed = typed.collect::<Vec<_>>().join("；");
            let why = if typed.is_empty() { why } else { format!("{why}。您刚才要改的：{typed}") };
            let kept = [("amend_why".to_owned(), vec![amend.why])].into();
            draw(shell.clone(), (case, item), &Filled::new(shell.lang, kept, Vec::new()), Some((StatusCode::CONFLICT, why)))
        }
        Err(stop) => Err(stop),
    }
}

/// Whoever has no account mends it at the counter, in writing.
pub struct AtCounter(Amend);

impl OfficerAct for AtCounter {
    const SLUG: &'static str = "amend";
    const TITLE: &'static str = "登记更正申请";
    const MEANS: &'static str = "申请人当面更正自己填的内容。时限照走；已经审查过的，不能再改。";
    const ACT: Act = Act::Supplement;
    const NODE: &'static str = "";

    fn is_offered(case: &Case, _: &Item) -> bool {
        may(case).is_ok() && !case.has_account()
    }

    fn fields(filled: &Filled, case: &Case, item: &Item) -> String {
        let mut out = form(filled, case, item);
        let signed = [("yes", "收到申请人签名的更正申请，已核对身份")];
        out.push_str(&filled.choice("written", "更正申请", "checkbox", &signed));
        out
    }

    fn read(posted: &Posted, case: &Case, item: &Item, today: NaiveDate) -> Result<AtCounter, Vec<FieldError>> {
        let unsigned = || {
            let zh = "没有申请人签名的更正申请，不能替他更正";
            field_error("written", "更正申请", zh, "Nothing is corrected without the applicant's signed request")
        };
        match (read(posted, case, item, today), posted.one("written") == "yes") {
            (Ok(amend), true) => Ok(AtCounter(amend)),
            (Ok(_), false) => Err(vec![unsigned()]),
            (Err(errors), true) => Err(errors),
            (Err(mut errors), false) => {
                errors.push(unsigned());
                Err(errors)
            }
        }
    }

    fn decide(&self, case: &Case, item: &Item, now: &Moment) -> Result<Vec<CaseAct>, Rejection> {
        if case.has_account() {
            return Err(Rejection::OwnAccount);
        }
        decide(case, item, &self.0, now)
    }
}
