//! 补正 · the applicant adds the papers and mends the answers the one notice named; complete papers start the five working days anew (B4.1-01).

use super::case::{Case, Correction, Rejection};
use super::chart;
use super::correct::html;
use super::run::{open, perform_with};
use super::{submit, together};
use crate::agents;
use acts::{CaseAct, Missing, Supplement};
use askama::Template;
use authority::{Act, Circumstance};
use axum::Router;
use axum::extract::{DefaultBodyLimit, Path, Request, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{any, get, post};
use calendar::Clock;
use catalogue::{Catalogue, Item};
use chrono::NaiveDate;
use forms::{Answers, Entered, Field, FieldError, Step};
use foundation::held::{Held, Posted};
use foundation::page::fields::Filled;
use foundation::page::{self, Shell, filters};
use foundation::papers::{self, Asked};
use foundation::{House, Moment, SignedIn, Stop, files, uploads};
use serde_json::Value;
use std::collections::BTreeSet;
use std::fmt::Write;
use std::sync::Arc;
use uuid::Uuid;

pub fn routes() -> Router<House> {
    Router::new()
        .route("/cases/{no}/supplement", get(show).post(send))
        .route("/cases/{no}/supplement/files", post(upload).get(uploads::back).layer(DefaultBodyLimit::disable()))
        .route("/cases/{no}/supplement/files/{file}", any(resume))
        .route("/cases/{no}/supplement/files/{file}/remove", post(remove))
}

/// Whether this, which the notice named, came with what is added.
fn is_there(case: &Case, added: &Supplement, m: &Missing) -> bool {
    match (m.as_field(), m.what.as_str()) {
        (Some(_), _) if added.kept.iter().any(|kept| kept.what == m.what && !kept.why.is_empty()) => true,
        (Some(key), _) => added.answers.get(key).is_some_and(|new| is_new(case, key, new)),
        (_, "form") => added.answers.contains_key(SAID),
        (_, key) => added.materials.iter().any(|h| h.material == key),
    }
}

fn is_new(case: &Case, key: &str, answer: &Value) -> bool {
    case.answers.get(key).unwrap_or(&Value::Null) != answer
}

/// What of the notice is there once this is added, also what came before, as the notice names it.
pub(super) fn came(case: &Case, added: &Supplement) -> Vec<String> {
    let Some(told) = &case.correction else { return Vec::new() };
    let there = |m: &&Missing| told.came.contains(&m.what) || is_there(case, added, m);
    told.missing.iter().flatten().filter(there).map(|m| m.what.clone()).collect()
}

/// What is still not there, with what came before and with this.
fn left(case: &Case, added: &Supplement) -> Vec<String> {
    let still = case.correction.iter().flat_map(Correction::left);
    still.filter(|m| !is_there(case, added, m)).map(|m| m.label.clone()).collect()
}

/// How many of what is still waited for come with this.
pub(super) fn coming(case: &Case, added: &Supplement) -> usize {
    case.correction.iter().flat_map(Correction::left).filter(|m| is_there(case, added, m)).count()
}

/// What others agreed to is another now: they are asked anew, and nobody who agreed is taken out.
fn with_others(case: &Case, item: &Item, added: &Supplement) -> Result<Supplement, Rejection> {
    let mut added = added.clone();
    if added.answers.iter().any(|(key, new)| case.answers.get(key) != Some(new)) {
        let mut whole = case.answers.clone();
        whole.extend(added.answers.clone());
        let named = together::named(item, &item.form.answered(&whole), case.applicant.as_ref());
        together::keeps(case, &named)?;
        added.together = (!named.is_empty() || !case.together.is_empty()).then_some(named);
    }
    Ok(added)
}

/// Everything asked for must be there, an answer to be mended must be another, or stay with a reason why it was right; then the clock of acceptance starts anew.
pub fn decide(case: &Case, item: &Item, added: &Supplement, now: &Moment) -> Result<Vec<CaseAct>, Rejection> {
    case.must_wait_at("await_correction", "补正")?;
    let left = left(case, added);
    if !left.is_empty() {
        return Err(Rejection::StillMissing(left));
    }
    Ok(vec![CaseAct::Supplemented {
        acceptance: Clock::start(now.date(), item.acceptance_limit),
        moved: chart::message(case, item, "correction")?,
        private: Some(with_others(case, item, added)?),
    }])
}

/// B4.1-22 · whatever comes before an officer has decided is taken, also where it is not all: it is on record and kept, and the case waits on for
/// the rest, until the day that the notice named. With the last of it the supplement is complete.
pub fn b4_1_22_as_it_comes(case: &Case, item: &Item, added: &Supplement, now: &Moment) -> Result<Vec<CaseAct>, Rejection> {
    case.must_wait_at("await_correction", "补正")?;
    let left = left(case, added);
    match (coming(case, added), left.len()) {
        (_, 0) => decide(case, item, added, now),
        (0, _) => Err(Rejection::StillMissing(left)),
        (came, left) => {
            let mut part = with_others(case, item, added)?;
            part.answers.retain(|key, new| is_new(case, key, new));
            Ok(vec![CaseAct::PartlySupplemented { came, left, private: Some(part) }])
        }
    }
}

/// What was said on the whole form, where the notice is from before fields were named.
const SAID: &str = "supplement";

/// The fields the notice names, and those whose being asked hangs on them, in the order of the form.
pub(super) fn fields<'a>(case: &Case, item: &'a Item) -> Vec<(&'a Step, &'a Field)> {
    let mut keys: BTreeSet<&str> =
        case.correction.iter().flat_map(|c| c.missing.iter().flatten()).filter_map(|m| m.as_field()).collect();
    let mut found = Vec::new();
    // A condition only looks back, so one walk finds all.
    for step in item.form.steps() {
        let with_step = step.when.as_ref().is_some_and(|when| keys.contains(when.field.as_str()));
        for field in &step.fields {
            let hangs = field.when.as_ref().is_some_and(|when| keys.contains(when.field.as_str()));
            // A notice from before may name who applies: that is known, and stays.
            if submit::is_known_of(case, field) {
                continue;
            }
            if keys.contains(field.key.as_str()) || with_step || hangs {
                keys.insert(&field.key);
                found.push((step, field));
            }
        }
    }
    found
}

/// Whether what was posted under `key` belongs to the field, or to a row of it.
pub(super) fn is_of(key: &str, field: &Field) -> bool {
    key.strip_prefix(&field.key).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
}

/// Whether a field was posted as it stands.
pub(super) fn is_untouched(field: &Field, posted: &Entered, standing: &Entered) -> bool {
    let of = |entered: &Entered| -> Vec<(String, String)> {
        let mine = entered.iter().filter(|(key, _)| is_of(key, field) && **key != forms::groups::rows_key(&field.key));
        let each = mine.flat_map(|(key, typed)| typed.iter().map(|one| (key.clone(), one.trim().to_owned())));
        each.filter(|(_, typed)| !typed.is_empty()).collect()
    };
    of(posted) == of(standing)
}

/// Reads the mended fields as the form reads them: the answers of the case, with what was posted for these put in their place.
pub(super) fn read(case: &Case, item: &Item, posted: &Entered, today: NaiveDate) -> (Answers, Vec<FieldError>) {
    let fields = fields(case, item);
    let (mut whole, mut errors) = (case.answers.clone(), Vec::new());
    for step in item.form.steps() {
        let mine: Vec<&Field> = fields.iter().filter(|(of, _)| of.key == step.key).map(|(_, field)| *field).collect();
        if mine.is_empty() {
            continue;
        }
        let here = |key: &str| mine.iter().any(|field| is_of(key, field));
        let mut entered = item.form.entered(&step.key, &whole);
        entered.retain(|key, _| !here(key));
        entered.extend(posted.iter().filter(|(key, _)| here(key)).map(|(key, typed)| (key.clone(), typed.clone())));
        let reading = item.form.read_step_after(&step.key, &entered, &whole, today);
        whole.extend(reading.answers.into_iter().filter(|(key, _)| here(key)));
        errors.extend(reading.errors.into_iter().filter(|error| here(&error.field)));
    }
    let answers = fields.iter().filter_map(|(_, field)| Some((field.key.clone(), whole.get(&field.key)?.clone())));
    (answers.collect(), errors)
}

/// Characters of the longest reason why something stays.
const LONGEST: usize = 500;

/// What is mended, and what stays: a field that was right is left as it is, with a reason (B4.1-03 binds the office, not the applicant).
pub(super) fn mended(case: &Case, item: &Item, posted: &Posted, today: NaiveDate) -> (Supplement, Vec<FieldError>) {
    let (mut answers, mut errors) = read(case, item, &posted.0, today);
    let mut kept = Vec::new();
    for m in case.correction.iter().flat_map(|told| told.missing.iter().flatten()) {
        let Some(key) = m.as_field().filter(|key| posted.one(&format!("keep_{key}")) == "yes") else { continue };
        let of_it = |at: &str| at.strip_prefix(key).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'));
        errors.retain(|error| !of_it(&error.field));
        answers.remove(key);
        let at = format!("keep_why_{key}");
        let zh = format!("请写明“{}”为什么没有错", m.label);
        let why = foundation::page::fields::text(
            posted,
            &at,
            &m.label,
            (&zh, "Say why it is right as it stands"),
            LONGEST,
            &mut errors,
        );
        kept.push(Missing { why, ..m.clone() });
    }
    // Who applies together is told of by name and number: a number that cannot be one is told here, as everywhere.
    let asked: Vec<&str> = fields(case, item).into_iter().map(|(_, field)| field.key.as_str()).collect();
    let mut whole = case.answers.clone();
    whole.extend(answers.clone());
    let own = case.applicant.as_ref().and_then(|party| party.identity.as_deref());
    errors.extend(together::wrong(item, &whole, own, today).into_iter().filter(|error| asked.contains(&error.field.as_str())));
    (Supplement { answers, materials: Vec::new(), kept, together: None }, errors)
}

/// Whether the notice named the field itself.
pub(super) fn is_named(case: &Case, key: &str) -> bool {
    case.correction.iter().flat_map(|told| told.missing.iter().flatten()).any(|m| m.as_field() == Some(key))
}

/// The other answer to a field that is to be mended: it is right, and why.
pub(super) fn keep(filled: &Filled, key: &str) -> String {
    let (box_, why) = (format!("keep_{key}"), format!("keep_why_{key}"));
    let said = filled.entered.get(&why).and_then(|said| said.last()).cloned().unwrap_or_default();
    let error = filled.errors.iter().find(|error| error.field == why);
    format!(
        r#"<div class="field{}"><div class="choice"><label><input type="checkbox" id="f-{box_}" name="{box_}" value="yes"{}><span>{}</span></label></div>{}<label class="hint" for="f-{why}">{}</label><input class="input" type="text" id="f-{why}" name="{why}" value="{}"></div>"#,
        if error.is_some() { " field--bad" } else { "" },
        if filled.entered.contains_key(&box_) { " checked" } else { "" },
        filled.t("没有错，原样提交"),
        error.map_or(String::new(), |e| format!(r#"<span class="err">{}</span>"#, filled.t(&filled.said(e)))),
        filled.t("为什么没有错，勾了才写"),
        html(&said),
    )
}

fn page_of(no: &str) -> String {
    format!("/cases/{no}/supplement")
}

pub(super) fn owner(no: &str) -> String {
    format!("supplement:{no}")
}

#[derive(Template)]
#[template(path = "cases/supplement.html")]
struct SupplementPage {
    shell: Shell,
    case: Case,
    item: Arc<Item>,
    action: String,
    asked: Vec<Asked>,
    /// What the counter has received of it already.
    received: Vec<String>,
    /// The fields to be mended, each below why.
    fields: String,
    /// Why the whole form is to be mended, in a notice that names no field.
    asks_form: Option<String>,
    /// The last day to supplement.
    until: Option<NaiveDate>,
    said: String,
    summary: String,
    once: Uuid,
    troubles: Vec<String>,
}

async fn draw(
    house: &House,
    shell: Shell,
    case: Case,
    item: Arc<Item>,
    filled: Filled,
    troubles: Vec<String>,
) -> Result<Response, Stop> {
    let missing = case.correction.as_ref().and_then(|c| c.missing.clone()).unwrap_or_default();
    let came = case.correction.as_ref().map(|told| told.came.clone()).unwrap_or_default();
    let told_before = |m: &Missing| came.contains(&m.what);
    let received = missing.iter().filter(|m| told_before(m)).map(|m| m.label.clone()).collect();
    let asked = missing
        .iter()
        .filter(|m| m.what != "form" && m.as_field().is_none() && !told_before(m))
        .map(|m| Asked::new(&m.what, &m.label, &m.why, true))
        .collect();
    let asked = papers::found(house, &owner(&case.no), asked).await?;
    let fine = troubles.is_empty() && filled.errors.is_empty();
    let status = if fine { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let mut shown = String::new();
    for (_, field) in fields(&case, &item) {
        if let Some(m) = missing.iter().find(|m| m.as_field() == Some(&field.key)) {
            let _ = write!(shown, r#"<p class="note note--sun" style="margin-top:1.5rem">{}</p>"#, filled.t(&m.why));
        }
        shown.push_str(&filled.field(field));
        if is_named(&case, &field.key) {
            shown.push_str(&keep(&filled, &field.key));
        }
    }
    let asks_form = missing.iter().find(|m| m.what == "form").map(|m| m.why.clone());
    let said = filled.entered.get("said").and_then(|said| said.last()).cloned().unwrap_or_default();
    let summary = filled.summary();
    let page = SupplementPage {
        action: page_of(&case.no),
        asked,
        received,
        fields: shown,
        asks_form,
        until: case.correction.as_ref().and_then(|told| told.until),
        said,
        summary,
        once: Uuid::new_v4(),
        troubles,
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
    if !case.waits_at("await_correction") {
        return Ok(Redirect::to(&case.url()).into_response());
    }
    let filled = Filled::new(shell.lang, held.unwrap_or_else(|| answered(&case, &item)), Vec::new());
    draw(&house, shell, case, item, filled, Vec::new()).await
}

/// The answers as they stand, to be corrected.
pub(super) fn answered(case: &Case, item: &Item) -> Entered {
    item.form.steps().iter().flat_map(|step| item.form.entered(&step.key, &case.answers)).collect()
}

/// The case, while it waits for what is uploaded.
async fn waiting(house: &House, catalogue: &Catalogue, person: &SignedIn, no: &str) -> Result<(Case, Arc<Item>), Stop> {
    let (case, item) = open(house, catalogue, person, Act::Supplement, no).await?;
    case.must_wait_at("await_correction", "补正").map_err(|e| Stop::Rejected(e.to_string()))?;
    Ok((case, item))
}

async fn upload(
    State(house): State<House>,
    catalogue: Catalogue,
    shell: Shell,
    person: SignedIn,
    Path(no): Path<String>,
    request: Request,
) -> Result<Response, Stop> {
    let (case, item) = waiting(&house, &catalogue, &person, &no).await?;
    let missing = case.correction.iter().flat_map(|c| c.missing.iter().flatten());
    let asked: Vec<String> = missing.filter(|m| m.what != "form").map(|m| m.what.clone()).collect();
    match uploads::receive(&house, &person, &owner(&no), &asked, request, &page_of(&no)).await? {
        Ok(answer) => Ok(answer),
        Err(uploads::Refused { troubles, typed }) => {
            let entered = if typed.is_empty() { answered(&case, &item) } else { typed };
            let filled = Filled::new(shell.lang, entered, Vec::new());
            draw(&house, shell, case, item, filled, troubles).await
        }
    }
}

/// …/files/{file}: goes on with an upload that began above.
async fn resume(
    State(house): State<House>,
    catalogue: Catalogue,
    person: SignedIn,
    Path((no, file)): Path<(String, Uuid)>,
    request: Request,
) -> Result<Response, Stop> {
    waiting(&house, &catalogue, &person, &no).await?;
    uploads::resume(&house, &person, &owner(&no), file, request).await
}

/// Takes a file back before the papers are handed to the office.
async fn remove(
    State(house): State<House>,
    catalogue: Catalogue,
    person: SignedIn,
    Path((no, file)): Path<(String, Uuid)>,
    Posted(typed): Posted,
) -> Result<Response, Stop> {
    waiting(&house, &catalogue, &person, &no).await?;
    papers::let_go(&house, &owner(&no), file).await?;
    uploads::lead(&house, &person, &page_of(&no), typed).await
}

async fn send(
    State(house): State<House>,
    catalogue: Catalogue,
    shell: Shell,
    person: SignedIn,
    Path(no): Path<String>,
    posted: Posted,
) -> Result<Response, Stop> {
    let form = posted.once()?;
    let (case, item) = open(&house, &catalogue, &person, Act::Supplement, &no).await?;
    let keys: Vec<String> = case.correction.iter().flat_map(|c| c.missing.iter().flatten()).map(|m| m.what.clone()).collect();
    let materials = papers::handed(house.pool(), &owner(&no), &keys).await?;
    if let Some(pressed) = item.form.press(&posted.0, posted.one("then")) {
        return draw(&house, shell.clone(), case, item, Filled::new(shell.lang, pressed, Vec::new()), Vec::new()).await;
    }
    let (mut added, errors) = mended(&case, &item, &posted, house.now().date());
    if !errors.is_empty() {
        return draw(&house, shell.clone(), case, item, Filled::new(shell.lang, posted.0, errors), Vec::new()).await;
    }
    let said = forms::text::fold_text(posted.one("said")).trim().to_owned();
    if !said.is_empty() {
        added.answers.insert(SAID.into(), said.into());
    }
    added.materials = materials;
    let by_agent = case.is_filed_by_agent(person.id);
    let done = perform_with(
        &house,
        &catalogue,
        &person,
        case.agent.as_ref().filter(|_| by_agent).map_or("applicant", agents::role_of),
        &no,
        Act::Supplement,
        &Circumstance::default(),
        form,
        format!("/cases/{no}"),
        |case, item, now| decide(case, item, &added, now),
        async |conn| {
            if by_agent {
                agents::consent::holds(conn, &no, person.id, house.now().date()).await?;
            }
            files::hand_in(conn, &owner(&no)).await
        },
    )
    .await;
    match done {
        Ok(location) => Ok(Redirect::to(&location).into_response()),
        Err(Stop::Rejected(why)) => {
            draw(&house, shell.clone(), case, item, Filled::new(shell.lang, posted.0, Vec::new()), vec![why]).await
        }
        Err(stop) => Err(stop),
    }
}
