//! 依申请公开 · requests for government information (A3.3, B3.3, F067): asked for over the web or at the intake point of a centre, one number,
//! one queue and one clock. Everybody sees where a request stands; what was asked, by whom and what came of it is between the two.

mod ask;
mod desk;
mod fold;
mod law;
mod recompute;
mod show;
mod timer;

use axum::Router;
use axum::routing::{get, post};
use foundation::House;
use foundation::jobs::Worker;
use foundation::kept::Passes;
use std::sync::Arc;

pub fn routes() -> Router<House> {
    Router::new()
        .route("/disclosure", get(show::find).post(show::look))
        .route("/disclosure/new", get(ask::new).post(ask::send))
        .route("/disclosure/mine", get(show::mine))
        .route("/disclosure/desk", get(desk::list))
        .route("/disclosure/desk/new", get(desk::new).post(desk::begin))
        .route("/disclosure/desk/{no}", get(desk::one))
        .route("/disclosure/desk/{no}/{what}", post(desk::send))
        .route("/disclosure/late", get(desk::late))
        .route("/disclosure/{no}", get(show::public))
        .route("/disclosure/{no}/clock", get(show::clock))
        .route("/disclosure/{no}/{what}", get(show::with_code).post(show::send))
}

pub fn workers() -> Vec<Arc<dyn Worker>> {
    vec![Arc::new(Passes::<fold::Request>::new()), Arc::new(recompute::Recompute)]
}
