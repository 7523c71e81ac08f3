//! 好差评 · the applicant rates how it was handled, once; five grades, one as easily as five (C3.2-01, C3.2-02).

use super::case::{Case, Rejection};
use super::run::perform;
use acts::{CaseAct, Opinion};
use authority::{Act, Circumstance};
use axum::Router;
use axum::extract::{Path, State};
use axum::response::Redirect;
use axum::routing::post;
use catalogue::{Catalogue, Item};
use foundation::held::Posted;
use foundation::{House, Moment, SignedIn, Stop};

pub fn routes() -> Router<House> {
    Router::new().route("/cases/{no}/rate", post(send))
}

pub fn decide(case: &Case, _: &Item, grade: u8, words: &str, _: &Moment) -> Result<Vec<CaseAct>, Rejection> {
    if case.grade.is_some() {
        return Err(Rejection::AlreadyRated);
    }
    if !case.stage.is_concluded() {
        case.must_wait_at("", "评价")?;
    }
    let private = (!words.is_empty()).then(|| Opinion { text: words.to_owned() });
    Ok(vec![CaseAct::Rated { grade, private }])
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
    let words = forms::text::fold_text(posted.one("words")).trim().chars().take(1000).collect::<String>();
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
