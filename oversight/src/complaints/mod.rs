//! 投诉和举报 · complaints and reports in one channel (C3.5, F139, F140): over the web, at a counter or by telephone, with an account or
//! without; one number, one queue, one clock. Whoever complains is sealed from whoever is complained of, nobody handles what is about
//! himself, and nothing is closed without an answer.

mod accept;
mod answer;
pub mod demo;
mod desk;
mod direct;
mod extend;
mod file;
mod fold;
mod law;
mod open;
mod rate;
mod reopen;
mod review;
mod seal;
mod send_back;
mod show;
mod take;
mod timer;
mod transfer;
mod unseal;

pub(crate) use law::first_desk;
pub(crate) use seal::without;

use axum::Router;
use axum::routing::{get, post};
use foundation::House;
use foundation::jobs::Worker;
use foundation::kept::Passes;
use std::sync::Arc;

pub fn routes() -> Router<House> {
    Router::new()
        .route("/complaints", get(show::find).post(show::look))
        .route("/complaints/new", get(file::new).post(file::send))
        .route("/complaints/mine", get(show::mine))
        .route("/complaints/answers", get(open::answers))
        .route("/complaints/figures", get(open::figures))
        .route("/complaints/late", get(desk::late))
        .route("/complaints/desk", get(desk::list))
        .route("/complaints/desk/new", get(take::new).post(take::send))
        .route("/complaints/desk/{no}", get(desk::one))
        .route("/complaints/desk/{no}/{what}", post(desk::send))
        .route("/complaints/{no}", get(show::public))
        .route("/complaints/{no}/clock", get(show::clock))
        .route("/complaints/{no}/{code}", get(show::with_code))
        .route("/complaints/{no}/{code}/{what}", post(show::send))
}

pub fn workers() -> Vec<Arc<dyn Worker>> {
    vec![Arc::new(Passes::<fold::Complaint>::new())]
}
