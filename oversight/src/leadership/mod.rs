//! 领导责任 · the leadership record (C1; F122): responsible persons of governments and departments with dates and the posts that are vacant, the executive
//! meeting's yearly hearing as a duty that returns and is flagged when it is missed, funding, posts and premises, and
//! how much the work weighs in appraisal. What was entered wrong is corrected by another act.

mod act;
mod amend;
mod body;
pub mod demo;
mod missed;
mod pages;

pub use missed::KIND;

use axum::Router;
use axum::routing::get;
use catalogue::Agency;
use foundation::House;
use foundation::jobs::Worker;
use std::sync::Arc;

pub fn routes() -> Router<House> {
    Router::new()
        .route("/leadership", get(pages::list))
        .route("/leadership/{key}", get(pages::one))
        .route("/leadership/{key}/amend/{entry}", get(amend::show).post(amend::send))
        .route("/leadership/{key}/{what}", get(pages::kept).post(act::send))
}

pub fn workers() -> Vec<Arc<dyn Worker>> {
    vec![Arc::new(missed::Missed)]
}

/// Governments appraise those below them, and say how much openness weighs (国办发〔2016〕80号).
fn appraises(agency: &Agency) -> bool {
    agency.roles.iter().any(|role| role == "government")
}

/// Governments from the county up have executive meetings (地方各级人民代表大会和地方各级人民政府组织法 第七十五条); townships and departments
/// have not.
fn has_meetings(agency: &Agency) -> bool {
    agency.roles.iter().any(|role| role == "government") && agency.region.len() == 6
}
