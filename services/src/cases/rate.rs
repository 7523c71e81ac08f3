//! 好差评 · the applicant rates how it was handled, once; five grades, one as easily as five (C3.2-01, C3.2-02).

use super::case::{Case, Rejection};
use super::run::{open, perform};
use acts::{CaseAct, GRADES, Opinion};
use askama::Template;
use authority::{Act, Circumstance};
use axum::Router;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;
use catalogue::{Catalogue, Item};
use foundation::held::{Held, Posted};
use foundation::page::{self, Shell, fields, filters};
use foundation::{House, Moment, SignedIn, Stop};
use uuid::Uuid;

/// Characters of the longest opinion.
const LONGEST: usize = 1000;

pub fn routes() -> Router<House> {
    Router::new().route("/cases/{no}/rate", get(show).post(send))
}

pub fn decide(case: &Case, _: &Item, grade: u8, words: &str, _: &Moment) -> Result<Vec<CaseAct>, Rejection> {
    if case.grade.is_some() {
        return Err(Rejection::AlreadyRated);
    }
    if !case.can_be_rated() {
        return Err(Rejection::NotDelivered);
    }
    let private = (!words.is_empty()).then(|| Opinion { text: words.to_owned() });
    Ok(vec![CaseAct::Rated { grade, private }])
}

#[derive(Template)]
#[template(path = "cases/rate.html")]
struct RatePage {
    shell: Shell,
    case: Case,
    once: Uuid,
    grade: String,
    words: String,
}

/// The form by itself: where somebody comes back to who had to sign in first, with what was typed (H17).
async fn show(
    State(house): State<House>,
    catalogue: Catalogue,
    shell: Shell,
    person: SignedIn,
    Held(held): Held,
    Path(no): Path<String>,
) -> Result<Response, Stop> {
    let (case, _) = open(&house, &catalogue, &person, Act::Rate, &no).await?;
    if !case.can_be_rated() || case.grade.is_some() {
        return Ok(Redirect::to(&case.url()).into_response());
    }
    let typed = Posted(held.unwrap_or_default());
    let (grade, words) = (typed.one("grade").into(), typed.one("words").into());
    page::render(&shell.clone(), &RatePage { shell, case, once: Uuid::new_v4(), grade, words })
}

async fn send(
    State(house): State<House>,
    catalogue: Catalogue,
    person: SignedIn,
    Path(no): Path<String>,
    posted: Posted,
) -> Result<Redirect, Stop> {
    let grade: u8 = posted
        .one("grade")
        .parse()
        .ok()
        .filter(|g| (1..=5).contains(g))
        .ok_or_else(|| Stop::Unreadable("请选一个评价，再提交".into()))?;
    let mut long = Vec::new();
    let words = fields::optional(&posted, "words", "评价", LONGEST, &mut long);
    if let Some(long) = long.first() {
        return Err(Stop::Unreadable(long.zh.clone()));
    }
    let to = perform(
        &house,
        &catalogue,
        &person,
        "applicant",
        &no,
        Act::Rate,
        &Circumstance::default(),
        posted.once()?,
        format!("/cases/{no}#rated"),
        |case, item, now| decide(case, item, grade, &words, now),
    )
    .await?;
    Ok(Redirect::to(&to))
}
