//! 补正 · the applicant adds what the one notice asked for; complete papers start the five working days anew (B4.1-01).

use super::case::{self, Case, Rejection};
use super::chart;
use super::run::perform;
use crate::drafts::handed;
use acts::{CaseAct, Handed, Supplement};
use askama::Template;
use authority::{Act, Circumstance};
use axum::Router;
use axum::extract::{DefaultBodyLimit, Path, Request, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{any, get, post};
use calendar::Clock;
use catalogue::{Catalogue, Item};
use foundation::held::Posted;
use foundation::page::{self, Shell, filters};
use foundation::uploads::{self, Received};
use foundation::{House, Moment, SignedIn, Stop};
use std::sync::Arc;
use uuid::Uuid;

pub fn routes() -> Router<House> {
    Router::new()
        .route("/cases/{no}/supplement", get(show).post(send))
        .route("/cases/{no}/supplement/files", post(upload).layer(DefaultBodyLimit::disable()))
        .route("/cases/{no}/supplement/files/{file}", any(resume))
}

/// Everything asked for must be there; then the clock of acceptance starts anew.
pub fn decide(case: &Case, item: &Item, materials: &[Handed], said: &str, now: &Moment) -> Result<Vec<CaseAct>, Rejection> {
    case.must_wait_at("await_correction", "补正")?;
    let asked = case.correction.as_ref().and_then(|c| c.missing.clone()).unwrap_or_default();
    let left: Vec<String> = asked
        .iter()
        .filter(|m| match m.what.as_str() {
            "form" => said.is_empty(),
            key => !materials.iter().any(|h| h.material == key),
        })
        .map(|m| m.label.clone())
        .collect();
    if !left.is_empty() {
        return Err(Rejection::StillMissing(left));
    }
    let mut answers = serde_json::Map::new();
    if !said.is_empty() {
        answers.insert("supplement".into(), said.into());
    }
    Ok(vec![CaseAct::Supplemented {
        acceptance: Clock::start(now.date(), item.acceptance_limit),
        moved: chart::message(case, item, "correction")?,
        private: Some(Supplement { answers, materials: materials.to_vec() }),
    }])
}

pub(super) fn owner(no: &str) -> String {
    format!("supplement:{no}")
}

struct Asked {
    key: String,
    label: String,
    why: String,
    files: Vec<Handed>,
}

#[derive(Template)]
#[template(path = "cases/supplement.html")]
struct SupplementPage {
    shell: Shell,
    case: Case,
    item: Arc<Item>,
    asked: Vec<Asked>,
    asks_form: Option<String>,
    said: String,
    once: Uuid,
    troubles: Vec<String>,
}

async fn open(house: &House, catalogue: &Catalogue, person: &SignedIn, no: &str) -> Result<(Case, Arc<Item>), Stop> {
    let mut conn = house.pool().acquire().await?;
    let case = case::find(&mut conn, no).await?;
    drop(conn);
    let item = catalogue.item_version(house.pool(), &case.item, &case.versions.item).await?;
    house.may(&person.principal(), Act::Supplement, &case.resource(&item), &Circumstance::default())?;
    Ok((case, item))
}

async fn draw(
    house: &House,
    shell: Shell,
    case: Case,
    item: Arc<Item>,
    said: String,
    troubles: Vec<String>,
) -> Result<Response, Stop> {
    let missing = case.correction.as_ref().and_then(|c| c.missing.clone()).unwrap_or_default();
    let keys: Vec<String> = missing.iter().map(|m| m.what.clone()).collect();
    let files = handed(house, &owner(&case.no), &keys).await?;
    let asked = missing
        .iter()
        .filter(|m| m.what != "form")
        .map(|m| Asked {
            key: m.what.clone(),
            label: m.label.clone(),
            why: m.why.clone(),
            files: files.iter().filter(|f| f.material == m.what).cloned().collect(),
        })
        .collect();
    let status = if troubles.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let asks_form = missing.iter().find(|m| m.what == "form").map(|m| m.why.clone());
    let page = SupplementPage { asked, asks_form, said, once: Uuid::new_v4(), troubles, case, item, shell };
    page::render_status(&page.shell.clone(), status, &page)
}

async fn show(
    State(house): State<House>,
    catalogue: Catalogue,
    shell: Shell,
    person: SignedIn,
    Path(no): Path<String>,
) -> Result<Response, Stop> {
    let (case, item) = open(&house, &catalogue, &person, &no).await?;
    if !case.waits_at("await_correction") {
        return Ok(Redirect::to(&case.url()).into_response());
    }
    draw(&house, shell, case, item, String::new(), Vec::new()).await
}

/// The case, while it waits for what is uploaded.
async fn waiting(house: &House, catalogue: &Catalogue, person: &SignedIn, no: &str) -> Result<(Case, Arc<Item>), Stop> {
    let (case, item) = open(house, catalogue, person, no).await?;
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
    match uploads::receive(&house, &person, &owner(&no), &asked, request).await? {
        Received::Begun(answer) => Ok(answer),
        Received::Form(troubles) if troubles.is_empty() => Ok(Redirect::to(&format!("/cases/{no}/supplement")).into_response()),
        Received::Form(troubles) => draw(&house, shell, case, item, String::new(), troubles).await,
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

async fn send(
    State(house): State<House>,
    catalogue: Catalogue,
    shell: Shell,
    person: SignedIn,
    Path(no): Path<String>,
    posted: Posted,
) -> Result<Response, Stop> {
    let form = posted.once()?;
    let (case, item) = open(&house, &catalogue, &person, &no).await?;
    let keys: Vec<String> = case.correction.iter().flat_map(|c| c.missing.iter().flatten()).map(|m| m.what.clone()).collect();
    let files = handed(&house, &owner(&no), &keys).await?;
    let said = forms::text::fold_text(posted.one("said")).trim().to_owned();
    let done = perform(
        &house,
        &catalogue,
        &person,
        "applicant",
        &no,
        Act::Supplement,
        &Circumstance::default(),
        form,
        format!("/cases/{no}"),
        |case, item, now| decide(case, item, &files, &said, now),
    )
    .await;
    match done {
        Ok(location) => Ok(Redirect::to(&location).into_response()),
        Err(Stop::Rejected(why)) => draw(&house, shell, case, item, said, vec![why]).await,
        Err(stop) => Err(stop),
    }
}
