//! 撤回 · the applicant withdraws; the chart ends there.

use super::case::{Case, Rejection};
use super::chart;
use super::run::perform;
use acts::CaseAct;
use authority::{Act, Circumstance};
use axum::Router;
use axum::extract::{Path, State};
use axum::response::Redirect;
use axum::routing::post;
use catalogue::{Catalogue, Item};
use foundation::held::Posted;
use foundation::{House, Moment, SignedIn, Stop};

pub fn routes() -> Router<House> {
    Router::new().route("/cases/{no}/withdraw", post(send))
}

pub fn decide(case: &Case, item: &Item, _: &Moment) -> Result<Vec<CaseAct>, Rejection> {
    if case.stage.is_concluded() {
        case.must_wait_at("", "撤回")?;
    }
    Ok(vec![CaseAct::Withdrawn { moved: chart::terminate(case, item, "申请人撤回")? }])
}

async fn send(
    State(house): State<House>,
    catalogue: Catalogue,
    person: SignedIn,
    Path(no): Path<String>,
    posted: Posted,
) -> Result<Redirect, Stop> {
    let to = perform(
        &house,
        &catalogue,
        &person,
        "applicant",
        &no,
        Act::Withdraw,
        &Circumstance::default(),
        posted.once()?,
        format!("/cases/{no}"),
        decide,
    )
    .await?;
    Ok(Redirect::to(&to))
}
